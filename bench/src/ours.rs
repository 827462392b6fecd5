//! Traffic Engine itself.

use crate::Result;
use crate::mariadb::address;
use crate::moments::{NOW, RANGE};
use crate::question::{Question, Rows};
use jiff::tz::TimeZone;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use traffic_engine::{
    Aggregate, Aggregation, Engine, EngineConfig, FixedClock, GroupBy, Limit, LiveStats, NodeRank,
    NodeSort, RangeRequest, RankNodes, RankUsers, Refresh, SnapshotConfig, UserRank, UserSort,
};

/// Rows of the user ranking that are asked for.
const TOP: &str = "100";

/// The zone of all days and hours here.
pub(crate) fn zone() -> TimeZone {
    TimeZone::UTC
}

/// An engine on `database` that keeps no snapshot and reads every row for every answer.
pub(crate) fn by_rows(database: &str) -> Result<Ours> {
    Ok(Ours(Engine::open(EngineConfig { path: traffic_engine::Path::Rows, ..config(database)? })))
}

/// An engine on `database` that keeps its snapshot in `directory`, answers from nothing else, and
/// looks for new rows before every answer.
pub(crate) fn by_snapshot(database: &str, directory: &Path, process: Process) -> Result<Ours> {
    let snapshot = SnapshotConfig {
        refresh_interval_ms: 0,
        background: process == Process::Lasting,
        ..SnapshotConfig::new(directory.to_owned())
    };
    Ok(Ours(Engine::open(EngineConfig {
        path: traffic_engine::Path::Snapshot,
        snapshot: Some(snapshot),
        ..config(database)?
    })))
}

/// How long an engine's process lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Process {
    /// Long enough to compare and compact beside its answers.
    Lasting,
    /// For one answer.
    Passing,
}

fn config(database: &str) -> Result<EngineConfig> {
    let clock = Arc::new(FixedClock(NOW));
    Ok(EngineConfig { clock, ..EngineConfig::new(address(database)?, zone()) })
}

/// Opens the snapshot in `directory`, answers once, and prints the milliseconds since `started`.
pub(crate) fn open(started: Instant, database: &str, directory: &Path) -> Result<()> {
    let engine = by_snapshot(database, directory, Process::Passing)?;
    let answer = engine.ask(Question::RankUsers)?;
    let ms = started.elapsed().as_secs_f64() * 1_000.0;
    // Given up only now, so that the clock does not run while they are.
    drop((answer, engine));
    Ok(writeln!(std::io::stdout(), "{ms}")?)
}

pub(crate) struct Ours(Engine);

impl Ours {
    /// Brings the snapshot up to date, or builds it.
    pub(crate) fn refresh(&self) -> Result<()> {
        self.0.refresh(Refresh::Tail)?;
        Ok(())
    }

    /// Compares the snapshot with the database from end to end.
    pub(crate) fn verify(&self) -> Result<()> {
        self.0.refresh(Refresh::Verify)?;
        Ok(())
    }

    pub(crate) fn ask(&self, question: Question) -> Result<Answer> {
        let range = RangeRequest::named(RANGE)?;
        let aggregate = |by| -> Result<Answer> {
            let request = Aggregate { range: range.clone(), by };
            Ok(Answer::Aggregation(self.0.aggregate(&request)?.value))
        };
        match question {
            Question::RankUsers => {
                let limit: Limit = TOP.parse()?;
                let request = RankUsers { range, sort: UserSort::TrafficDesc, limit };
                Ok(Answer::Users(self.0.rank_users(&request)?.value))
            }
            Question::RankNodes => {
                let request = RankNodes { range, sort: NodeSort::TrafficDesc, limit: Limit::All };
                Ok(Answer::Nodes(self.0.rank_nodes(&request)?.value))
            }
            Question::ByUser => aggregate(GroupBy::User),
            Question::ByNode => aggregate(GroupBy::Node),
            Question::ByTime => aggregate(GroupBy::Time),
            Question::ByHourOfDay => aggregate(GroupBy::Hourly),
            Question::Live => Ok(Answer::Live(Box::new(self.0.live()?.value))),
        }
    }
}

pub(crate) enum Answer {
    Users(Vec<UserRank>),
    Nodes(Vec<NodeRank>),
    Aggregation(Aggregation),
    Live(Box<LiveStats>),
}

macro_rules! cells {
    ($($cell:expr),* $(,)?) => { vec![$($cell.to_string()),*] };
}

impl Answer {
    /// The answer in the columns of [`crate::sql`].
    pub(crate) fn comparable(&self) -> Rows {
        match self {
            Self::Users(users) => users.iter().map(user_cells).collect(),
            Self::Nodes(nodes) => nodes.iter().map(node_cells).collect(),
            Self::Aggregation(aggregation) => aggregation_cells(aggregation),
            Self::Live(live) => vec![live_cells(live)],
        }
    }
}

fn user_cells(user: &UserRank) -> Vec<String> {
    cells![
        user.user_id,
        user.period_upload,
        user.period_download,
        user.traffic_5min,
        user.traffic_1hour,
        user.traffic_4hour,
        user.nodes_used,
        user.usage_records,
        user.first_usage,
        user.last_usage,
        user.uuid,
        user.sid,
    ]
}

fn node_cells(node: &NodeRank) -> Vec<String> {
    cells![
        node.id,
        node.total_upload,
        node.total_download,
        node.traffic_5min,
        node.traffic_1hour,
        node.traffic_4hour,
        node.unique_users,
        node.usage_records,
        node.name,
    ]
}

fn aggregation_cells(aggregation: &Aggregation) -> Rows {
    match aggregation {
        Aggregation::Users(users) => users
            .iter()
            .map(|user| {
                cells![
                    user.user_id,
                    user.uuid,
                    user.sid,
                    user.total_traffic,
                    user.unique_nodes,
                    user.total_records,
                    user.last_activity,
                ]
            })
            .collect(),
        Aggregation::Nodes(nodes) => nodes
            .iter()
            .map(|node| {
                cells![node.node, node.total_traffic, node.unique_users, node.total_records]
            })
            .collect(),
        Aggregation::Hours(hours) => hours
            .iter()
            .map(|hour| {
                cells![
                    hour.timestamp_hour,
                    hour.total_traffic,
                    hour.unique_users,
                    hour.unique_nodes,
                    hour.total_records,
                ]
            })
            .collect(),
        Aggregation::HoursOfDay(hours) => hours
            .iter()
            .map(|hour| {
                cells![
                    u32::from(hour.hour_of_day) * 3_600,
                    hour.total_traffic,
                    hour.unique_users,
                    hour.unique_nodes,
                ]
            })
            .collect(),
    }
}

fn live_cells(live: &LiveStats) -> Vec<String> {
    let (active, periods) = (&live.active_users, &live.traffic_periods);
    cells![
        active.min5,
        active.hour1,
        active.hour4,
        active.hours24,
        live.today_upload,
        live.today_download,
        periods.min5.upload,
        periods.min5.download,
        periods.hour1.upload,
        periods.hour1.download,
        periods.hour4.upload,
        periods.hour4.download,
        periods.monthly.upload,
        periods.monthly.download,
        live.total_users,
        live.total_nodes,
        live.online_nodes,
    ]
}

//! Questions in plain words, put to the engine; its answers as JSON.

use crate::json::Json;
use crate::question::{Question, Range, Records, Refusal, Traffic};
use serde::Serialize;
use std::ops::ControlFlow;
use std::sync::Arc;
use traffic_engine::{
    Aggregate, Cursor, DayTraffic, Engine, EngineConfig, EngineError, ErrorCode, FixedClock,
    GroupedTraffic, Limit, Location, NodeChartRequest, NodeId, Path, RangeRequest, RankNodes,
    RankUsers, TrafficFilter, UsageRecords, UserChartRequest, UserId, parse_date,
};

/// The ways of answering that need nothing but a database.
pub const PATHS: [Path; 3] = [Path::Rows, Path::PushDown, Path::Auto];

/// An engine on `location` whose clock stands at `now`.
pub fn open(location: Location, zone: &str, now: i64) -> Engine {
    open_with(location, zone, now, |_| {})
}

/// The same, with a configuration of the test's own.
pub fn open_with(
    location: Location,
    zone: &str,
    now: i64,
    configure: impl FnOnce(&mut EngineConfig),
) -> Engine {
    // The bundled zones, so that every machine cuts the same days.
    let zone = jiff::tz::TimeZoneDatabase::bundled().get(zone).expect("a known zone");
    let mut config =
        EngineConfig { clock: Arc::new(FixedClock(now)), ..EngineConfig::new(location, zone) };
    configure(&mut config);
    Engine::open(config)
}

/// The engine's answer as JSON text.
pub fn answer(engine: &Engine, question: &Question) -> Result<String, EngineError> {
    Ok(match question.clone() {
        Question::RankUsers { range, sort, limit } => {
            let (range, sort, limit) = (request(&range)?, sort.parse()?, most(limit)?);
            text(&engine.rank_users(&RankUsers { range, sort, limit })?)
        }
        Question::RankNodes { range, sort, limit } => {
            let (range, sort, limit) = (request(&range)?, sort.parse()?, most(limit)?);
            text(&engine.rank_nodes(&RankNodes { range, sort, limit })?)
        }
        Question::Aggregate { by, range } => {
            text(&engine.aggregate(&Aggregate { range: request(&range)?, by: by.parse()? })?)
        }
        Question::UserChart { user, range } => {
            let range = request(&range)?;
            text(&engine.user_chart(&UserChartRequest {
                user: UserId(user),
                range,
                grain: None,
            })?)
        }
        Question::NodeChart { node, range } => {
            let range = request(&range)?;
            text(&engine.node_chart(&NodeChartRequest {
                node: NodeId(node),
                range,
                grain: None,
            })?)
        }
        Question::Records(asked) => records(engine, asked)?,
        Question::Traffic(asked) => traffic(engine, asked)?,
        Question::GroupedTraffic(asked) => {
            let grouped = GroupedTraffic { filter: filter(asked)?, grain: None };
            text(&engine.grouped_traffic(&grouped)?)
        }
        Question::DayTraffic { service, uuid, range } => {
            text(&engine.day_traffic(&DayTraffic { service, uuid, range: request(&range)? })?)
        }
        Question::Live => text(&engine.live()?),
        Question::Today => text(&engine.today()?),
        Question::Total => text(&engine.total()?),
        Question::Peak => text(&engine.peak()?),
        Question::AllNodes => text(&engine.all_nodes()?),
        Question::NodeTable => text(&engine.node_table()?),
        Question::UserDetails(id) => text(&engine.user_details(UserId(id))?),
        Question::NodeDetails(id) => text(&engine.node_details(NodeId(id))?),
    })
}

/// What [`answer`] says, in the words of the oracle; a failure of the store fails the test.
pub fn judged(answer: &Result<String, EngineError>) -> Result<Json, Refusal> {
    match answer {
        Ok(text) => match Json::parse(text) {
            Json::Null => Err(Refusal::UnknownId),
            json => Ok(json),
        },
        Err(error) => Err(match error.code() {
            ErrorCode::UnknownRange => Refusal::UnknownRange,
            ErrorCode::StartAfterEnd => Refusal::StartAfterEnd,
            code => panic!("{code}: {error}"),
        }),
    }
}

/// A range as the engine takes it.
pub fn request(range: &Range) -> Result<RangeRequest, EngineError> {
    let date = |date: &Option<String>| date.as_deref().map(parse_date).transpose();
    let (start_date, end_date) = (date(&range.start_date)?, date(&range.end_date)?);
    let named = RangeRequest::named(&range.word)?;
    Ok(named.with_timestamps(range.from, range.to).with_dates(start_date, end_date))
}

fn most(limit: Option<u64>) -> Result<Limit, EngineError> {
    let text = limit.map_or_else(|| "all".to_owned(), |rows| rows.to_string());
    Ok(text.parse()?)
}

fn records(engine: &Engine, asked: Records) -> Result<String, EngineError> {
    let request = UsageRecords {
        node: asked.node,
        user: asked.user.map(UserId),
        uuid: asked.uuid,
        range: request(&asked.range)?,
        limit: most(asked.limit)?,
        after: asked.after.map(|(t, id)| Cursor { t, id }),
    };
    let mut records = Vec::new();
    engine.usage_records(&request, &mut |record| {
        records.push(record);
        ControlFlow::Continue(())
    })?;
    Ok(text(&records))
}

fn traffic(engine: &Engine, asked: Traffic) -> Result<String, EngineError> {
    let mut rows = Vec::new();
    engine.traffic(&filter(asked)?, &mut |row| {
        rows.push(row);
        ControlFlow::Continue(())
    })?;
    Ok(text(&rows))
}

fn filter(asked: Traffic) -> Result<TrafficFilter, EngineError> {
    Ok(TrafficFilter {
        user: asked.user.map(UserId),
        service: asked.service,
        node: asked.node,
        uuid: asked.uuid,
        range: request(&asked.range)?,
        enhanced: asked.enhanced,
        exclude_day_rows: asked.exclude_day_rows,
    })
}

fn text(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).expect("answers are JSON")
}

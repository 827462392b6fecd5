//! Options as requests of the engine.

use crate::exceptions::Failure;
use crate::options::Options;
use ext_php_rs::types::ZendHashTable;
use jiff::civil::Date;
use traffic_engine::{
    Aggregate, DayTraffic, GroupBy, Limit, NodeChartRequest, NodeId, NodeSort, RangeRequest,
    RankNodes, RankUsers, TrafficFilter, UsageRecords, UserChartRequest, UserId, UserSort,
    parse_date,
};

type Table<'a> = Option<&'a ZendHashTable>;

/// The keys of a period.
const RANGE: [&str; 5] =
    ["time_range", "start_date", "end_date", "start_timestamp", "end_timestamp"];

fn read(table: Table<'_>, known: &[&str]) -> Result<Options, Failure> {
    Ok(Options::read(table, known)?)
}

fn read_with_range(table: Table<'_>, known: &[&str]) -> Result<Options, Failure> {
    read(table, &[&RANGE, known].concat())
}

/// The period, `default` where none is given.
fn range(options: &Options, default: &str) -> Result<RangeRequest, Failure> {
    let word = options.text("time_range")?;
    let date = |key: &str| -> Result<Option<Date>, Failure> {
        let text = options.text(key)?.filter(|text| !text.is_empty());
        Ok(text.map(|text| parse_date(&text)).transpose()?)
    };
    let named = RangeRequest::named(word.as_deref().unwrap_or(default))?;
    Ok(named
        .with_timestamps(options.int("start_timestamp")?, options.int("end_timestamp")?)
        .with_dates(date("start_date")?, date("end_date")?))
}

fn limit(options: &Options) -> Result<Limit, Failure> {
    let given = options.text("limit")?;
    let parsed = given.map(|limit| limit.parse()).transpose();
    Ok(parsed.map_err(traffic_engine::EngineError::from)?.unwrap_or(Limit::All))
}

fn required(options: &Options, key: &str) -> Result<i64, Failure> {
    let missing = || Failure::Options(format!("option {key:?} is missing; give a whole number"));
    options.int(key)?.ok_or_else(missing)
}

pub(crate) fn rank_users(table: Table<'_>) -> Result<RankUsers, Failure> {
    let options = read_with_range(table, &["sort_by", "limit"])?;
    let sort = options.text("sort_by")?.map(|sort| sort.parse::<UserSort>()).transpose();
    Ok(RankUsers {
        range: range(&options, "today")?,
        sort: sort.map_err(traffic_engine::EngineError::from)?.unwrap_or(UserSort::TrafficDesc),
        limit: limit(&options)?,
    })
}

pub(crate) fn rank_nodes(table: Table<'_>) -> Result<RankNodes, Failure> {
    let options = read_with_range(table, &["sort_by", "limit"])?;
    let sort = options.text("sort_by")?.map(|sort| sort.parse::<NodeSort>()).transpose();
    Ok(RankNodes {
        range: range(&options, "today")?,
        sort: sort.map_err(traffic_engine::EngineError::from)?.unwrap_or(NodeSort::TrafficDesc),
        limit: limit(&options)?,
    })
}

pub(crate) fn aggregate(table: Table<'_>) -> Result<Aggregate, Failure> {
    let options = read_with_range(table, &["group_by"])?;
    let by = options.text("group_by")?.map(|by| by.parse::<GroupBy>()).transpose();
    let by = by.map_err(traffic_engine::EngineError::from)?.unwrap_or(GroupBy::User);
    Ok(Aggregate { range: range(&options, "today")?, by })
}

pub(crate) fn user_chart(table: Table<'_>) -> Result<UserChartRequest, Failure> {
    let options = read_with_range(table, &["user_id"])?;
    let user = UserId(required(&options, "user_id")?);
    Ok(UserChartRequest { user, range: range(&options, "today")? })
}

pub(crate) fn node_chart(table: Table<'_>) -> Result<NodeChartRequest, Failure> {
    let options = read_with_range(table, &["node_id"])?;
    let node = NodeId(required(&options, "node_id")?);
    Ok(NodeChartRequest { node, range: range(&options, "today")? })
}

pub(crate) fn usage_records(table: Table<'_>) -> Result<UsageRecords, Failure> {
    let options = read_with_range(table, &["limit", "node_id", "user_id", "uuid"])?;
    Ok(UsageRecords {
        node: options.text("node_id")?,
        user: options.int("user_id")?.map(UserId),
        uuid: options.text("uuid")?,
        range: range(&options, "today")?,
        limit: limit(&options)?,
        after: None,
    })
}

pub(crate) fn traffic(table: Table<'_>) -> Result<TrafficFilter, Failure> {
    let known = ["user_id", "service_id", "node_id", "uuid", "enhanced", "exclude_day_traffic"];
    let options = read_with_range(table, &known)?;
    Ok(TrafficFilter {
        user: options.int("user_id")?.map(UserId),
        service: options.int("service_id")?,
        node: options.text("node_id")?,
        uuid: options.text("uuid")?,
        range: range(&options, "month_including_today")?,
        enhanced: options.switch("enhanced")?.unwrap_or(false),
        exclude_day_rows: options.switch("exclude_day_traffic")?.unwrap_or(false),
    })
}

pub(crate) fn day_traffic(table: Table<'_>) -> Result<DayTraffic, Failure> {
    let options = read_with_range(table, &["service_id", "uuid"])?;
    Ok(DayTraffic {
        service: options.int("service_id")?,
        uuid: options.text("uuid")?,
        range: range(&options, "month_including_today")?,
    })
}

pub(crate) fn user(table: Table<'_>) -> Result<UserId, Failure> {
    Ok(UserId(required(&read(table, &["user_id"])?, "user_id")?))
}

pub(crate) fn node(table: Table<'_>) -> Result<NodeId, Failure> {
    Ok(NodeId(required(&read(table, &["node_id"])?, "node_id")?))
}

pub(crate) fn period(table: Table<'_>) -> Result<RangeRequest, Failure> {
    range(&read_with_range(table, &[])?, "today")
}

pub(crate) fn verify(table: Table<'_>) -> Result<bool, Failure> {
    Ok(read(table, &["verify"])?.switch("verify")?.unwrap_or(false))
}

/// Refuses options of a question that takes none.
pub(crate) fn nothing(table: Table<'_>) -> Result<(), Failure> {
    read(table, &[]).map(drop)
}

//! Options as requests.

use super::given_period::{GivenPeriod, KEYS};
use super::period::PeriodRequest;
use crate::engine::{RollupBackfill, RollupRetention, RollupWork, SchemaApply, SchemaDrop};
use crate::error::EngineError;
use crate::options::{BadOption, Options};
use crate::query::aggregate::{Aggregate, GroupBy};
use crate::query::chart::{NodeChartRequest, UserChartRequest};
use crate::query::chart_grain::ChartGrain;
use crate::query::group::{DayTraffic, GroupedTraffic};
use crate::query::rank_nodes::RankNodes;
use crate::query::rank_users::RankUsers;
use crate::query::rows::{TrafficFilter, UsageRecords};
use crate::query::sort::{Limit, NodeSort, UserSort};
use crate::range::{RangeRequest, Reader, parse_date};
use crate::snapshot::Refresh;
use crate::store::Altering;
use crate::units::{NodeId, UserId};
use jiff::civil::Date;
use std::str::FromStr;

/// What can be read from options.
pub trait FromOptions: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// [`EngineError`] names the option at fault.
    fn from_options(options: &Options) -> Result<Self, EngineError>;
}

/// The keys of a period.
const RANGE: [&str; 5] =
    ["time_range", "start_date", "end_date", "start_timestamp", "end_timestamp"];

/// The period, `default` where none is given.
fn range(options: &Options, default: &str) -> Result<RangeRequest, EngineError> {
    let word = options.text("time_range")?;
    let given = GivenPeriod {
        word: word.map(|word| word.parse()).transpose()?,
        start_date: date(options, "start_date")?,
        end_date: date(options, "end_date")?,
        from: options.int("start_timestamp")?,
        to: options.int("end_timestamp")?,
    };
    Ok(given.request(default.parse()?, &KEYS)?)
}

/// A date; an empty text is none.
fn date(options: &Options, key: &str) -> Result<Option<Date>, EngineError> {
    let text = options.text(key)?.filter(|text| !text.is_empty());
    Ok(text.map(|text| parse_date(&text)).transpose()?)
}

/// A value that a text names, `default` where none is given.
fn named<T>(options: &Options, key: &str, default: T) -> Result<T, EngineError>
where
    T: FromStr<Err: Into<EngineError>>,
{
    match options.text(key)? {
        Some(text) => text.parse().map_err(Into::into),
        None => Ok(default),
    }
}

impl FromOptions for RankUsers {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&RANGE, &["sort_by", "limit"]])?;
        Ok(Self {
            range: range(options, "today")?,
            sort: named(options, "sort_by", UserSort::TrafficDesc)?,
            limit: named(options, "limit", Limit::All)?,
        })
    }
}

impl FromOptions for RankNodes {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&RANGE, &["sort_by", "limit"]])?;
        Ok(Self {
            range: range(options, "today")?,
            sort: named(options, "sort_by", NodeSort::TrafficDesc)?,
            limit: named(options, "limit", Limit::All)?,
        })
    }
}

impl FromOptions for Aggregate {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&RANGE, &["group_by"]])?;
        let by = named(options, "group_by", GroupBy::User)?;
        Ok(Self { range: range(options, "today")?, by })
    }
}

impl FromOptions for UserChartRequest {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&RANGE, &["user_id", "grain"]])?;
        let user = UserId(options.required("user_id")?);
        Ok(Self { user, range: range(options, "today")?, grain: grain(options)? })
    }
}

impl FromOptions for NodeChartRequest {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&RANGE, &["node_id", "grain"]])?;
        let node = NodeId(options.required("node_id")?);
        Ok(Self { node, range: range(options, "today")?, grain: grain(options)? })
    }
}

impl FromOptions for UsageRecords {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&RANGE, &["limit", "node_id", "user_id", "uuid"]])?;
        Ok(Self {
            node: options.text("node_id")?,
            user: options.int("user_id")?.map(UserId),
            uuid: options.text("uuid")?,
            range: range(options, "today")?,
            limit: named(options, "limit", Limit::All)?,
            after: None,
        })
    }
}

/// How long the buckets are; what suits the period where it is not given.
fn grain(options: &Options) -> Result<Option<ChartGrain>, EngineError> {
    Ok(match options.text("grain")?.as_deref() {
        None => None,
        Some("hour") => Some(ChartGrain::Hour),
        Some("day") => Some(ChartGrain::Day),
        Some(other) => return Err(unknown("grain", other, "hour or day").into()),
    })
}

fn unknown(key: &str, given: &str, wanted: &'static str) -> BadOption {
    BadOption::Kind { key: key.to_owned(), problem: format!("is {given:?}"), wanted }
}

/// The keys that narrow traffic rows.
const TRAFFIC: [&str; 6] =
    ["user_id", "service_id", "node_id", "uuid", "enhanced", "exclude_day_traffic"];

impl FromOptions for TrafficFilter {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&RANGE, &TRAFFIC])?;
        traffic(options)
    }
}

impl FromOptions for GroupedTraffic {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&RANGE, &TRAFFIC, &["grain"]])?;
        Ok(Self { filter: traffic(options)?, grain: grain(options)? })
    }
}

fn traffic(options: &Options) -> Result<TrafficFilter, EngineError> {
    Ok(TrafficFilter {
        user: options.int("user_id")?.map(UserId),
        service: options.int("service_id")?,
        node: options.text("node_id")?,
        uuid: options.text("uuid")?,
        range: range(options, "month_including_today")?,
        enhanced: options.switch("enhanced")?.unwrap_or(false),
        exclude_day_rows: options.switch("exclude_day_traffic")?.unwrap_or(false),
    })
}

impl FromOptions for DayTraffic {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&RANGE, &["service_id", "uuid"]])?;
        Ok(Self {
            service: options.int("service_id")?,
            uuid: options.text("uuid")?,
            range: range(options, "month_including_today")?,
        })
    }
}

impl FromOptions for UserId {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&["user_id"]])?;
        Ok(Self(options.required("user_id")?))
    }
}

impl FromOptions for NodeId {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&["node_id"]])?;
        Ok(Self(options.required("node_id")?))
    }
}

impl FromOptions for RangeRequest {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&RANGE])?;
        range(options, "today")
    }
}

impl FromOptions for PeriodRequest {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&RANGE, &["for"]])?;
        Ok(Self { range: range(options, "today")?, reader: reader(options)? })
    }
}

fn reader(options: &Options) -> Result<Reader, EngineError> {
    const WANTED: &str = "traffic, ranking, node_chart or aggregation";
    Ok(match options.text("for")?.as_deref() {
        None | Some("ranking") => Reader::Ranking,
        Some("traffic") => Reader::Traffic,
        Some("node_chart") => Reader::NodeChart,
        Some("aggregation") => Reader::Aggregation,
        Some(other) => return Err(unknown("for", other, WANTED).into()),
    })
}

impl FromOptions for Refresh {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&["verify"]])?;
        let verify = options.switch("verify")?.unwrap_or(false);
        Ok(if verify { Self::Verify } else { Self::Tail })
    }
}

/// How long others may keep us waiting, as usual where nothing is given.
fn lock_wait_s(options: &Options) -> Result<u32, EngineError> {
    number(options, "lock_wait_s", Altering::default().lock_wait_s)
}

impl FromOptions for SchemaApply {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&["measure", "lock_wait_s", "offline"]])?;
        let offline = options.switch("offline")?.unwrap_or(false);
        let how = Altering { lock_wait_s: lock_wait_s(options)?, offline };
        Ok(Self { how, measure: options.switch("measure")?.unwrap_or(true) })
    }
}

impl FromOptions for SchemaDrop {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&["names", "lock_wait_s"]])?;
        let wanted = "the names of indexes";
        let missing = BadOption::Missing { key: "names", wanted };
        let how = Altering { lock_wait_s: lock_wait_s(options)?, offline: false };
        Ok(Self { names: options.texts("names")?.ok_or(missing)?, how })
    }
}

impl FromOptions for RollupWork {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&["days", "hourly_days", "lock_wait_s"]])?;
        let usual = Self::default();
        let RollupRetention { days, hourly_days } = usual.retention;
        let (days, hourly_days) =
            (number(options, "days", days)?, number(options, "hourly_days", hourly_days)?);
        let retention = RollupRetention { days, hourly_days };
        Ok(Self { retention, lock_wait_s: number(options, "lock_wait_s", usual.lock_wait_s)? })
    }
}

impl FromOptions for RollupBackfill {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&["from", "to", "force", "lock_wait_s"]])?;
        Ok(Self {
            from: date(options, "from")?,
            to: date(options, "to")?,
            force: options.switch("force")?.unwrap_or(false),
            lock_wait_s: number(options, "lock_wait_s", Self::default().lock_wait_s)?,
        })
    }
}

/// A number that is as good as any greater one where it does not fit.
fn number(options: &Options, key: &str, default: u32) -> Result<u32, EngineError> {
    let days = options.count(key)?.unwrap_or(default.into());
    Ok(u32::try_from(days).unwrap_or(u32::MAX))
}

/// What takes no options.
impl FromOptions for () {
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        Ok(options.only(&[])?)
    }
}

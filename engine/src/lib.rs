//! Counts, keeps and answers proxy and tunnel traffic.
//!
//! An [`Engine`] reads the V2RaySocks tables `user`, `node` and `user_usage` of a MySQL, MariaDB or
//! SQLite database and answers who used how much, where and when: exactly, in one configured time
//! zone, and with the keys of the WHMCS addon `v2raysocks_traffic`.
//!
//! ```
//! use std::sync::Arc;
//! use traffic_engine::{
//!     Engine, EngineConfig, FixedClock, Limit, Location, Plan, RangeRequest, RankUsers, UserSort,
//! };
//!
//! # let dir = std::env::temp_dir().join(format!("traffic-engine-tour-{}", std::process::id()));
//! # std::fs::create_dir_all(&dir).unwrap();
//! # let address = format!("sqlite://{}", dir.join("tour.db").display());
//! let zone = jiff::tz::TimeZone::get("Europe/Berlin").expect("a known zone");
//! let engine = Engine::open(EngineConfig {
//!     clock: Arc::new(FixedClock(1_755_673_445)),
//!     ..EngineConfig::new(Location::parse(&address)?, zone)
//! });
//! engine.generate(&Plan { rows: 1_000, users: 50, nodes: 5, days: 10, merged: false, seed: 1 })?;
//!
//! let top = engine.rank_users(&RankUsers {
//!     range: RangeRequest::named("week")?,
//!     sort: UserSort::TrafficDesc,
//!     limit: "3".parse::<Limit>()?,
//! })?;
//! assert_eq!(top.len(), 3);
//! assert!(top[0].period_traffic >= top[1].period_traffic);
//! # std::fs::remove_dir_all(&dir).unwrap();
//! # Ok::<(), traffic_engine::EngineError>(())
//! ```
//!
//! The library never prints, never exits and never reads the environment. Clock, zone and
//! randomness come from the caller; the same rows and the same request give the same answer.

pub mod ask;
pub mod cache;
pub mod calendar;
pub mod column;
pub mod doctor;
mod engine;
mod error;
pub mod generate;
pub mod options;
mod progress;
pub mod query;
pub mod range;
pub mod rollup;
pub mod snapshot;
pub mod store;
pub mod units;

pub use ask::{FromOptions, GivenPeriod, JsonPieces, Period, PeriodNames, PeriodRequest, Reply};
pub use calendar::{Calendar, Clock, FixedClock, SystemClock};
pub use doctor::{Check, Status};
pub use engine::{
    Answer, Engine, EngineConfig, Measured, Path, RollupBackfill, RollupPruned, RollupReport,
    RollupRetention, RollupStatus, RollupWork, SchemaApply, SchemaDrop, SchemaReport, Source,
};
pub use error::{EngineError, ErrorCode, UnknownPath};
pub use generate::{Generated, Plan};
pub use options::{BadConfig, BadOption, OptionValue, Options, UnknownIndex, UnknownQuestion};
pub use progress::{Observer, Progress};
pub use query::aggregate::{
    Aggregate, Aggregation, GroupBy, HourOfDayTotal, HourTotal, NodeTotal, UserTotal,
};
pub use query::chart::{NodeChart, NodeChartRequest, UserChart, UserChartRequest};
pub use query::chart_grain::ChartGrain;
pub use query::deadline::TookTooLong;
pub use query::decimal::{Average, Sum};
pub use query::details::{NodeDay, NodeDetails, UserDay, UserDetails};
pub use query::format::format_bytes;
pub use query::group::{DayTraffic, GroupedTraffic, ServiceDay, TrafficGroup};
pub use query::live::{
    ActiveUsers, HourTraffic, LiveStats, PeriodTraffic, TodayTraffic, TrafficPeriods,
};
pub use query::memory::MemoryError;
pub use query::rank_nodes::{NodeRank, RankNodes};
pub use query::rank_users::{RankUsers, UserRank};
pub use query::rows::{TrafficFilter, TrafficRow, UsageRecord, UsageRecords};
pub use query::sort::{Limit, NodeSort, UserSort};
pub use query::totals::{NodeSummary, PeakDay, TotalTraffic};
pub use range::{RangeRequest, Reader, parse_date};
pub use rollup::RollupError;
pub use snapshot::{
    FileCheck, FileState, HistoryExported, HistoryImported, HistoryPruned, HistoryStats, Moment,
    Refresh, SnapshotCheck, SnapshotConfig, SnapshotError, SnapshotStats,
};
pub use store::{
    Altering, Cursor, Datum, Droppable, Index, Judged, Location, MysqlLocation, Record, SchemaPlan,
    Step, TlsMode, Verdict,
};
pub use units::{NodeId, UserId, Window};

//! What can be asked of the pre-aggregates, and what is told.

use crate::calendar::format_day;
use crate::store::{RollupTable, SummedDay};
use crate::units::UnixSeconds;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// A lock that somebody holds is waited for so many seconds.
const LOCK_WAIT_S: u32 = 30;

/// How many days are kept beside today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RollupRetention {
    /// By user and by node.
    pub days: u32,
    /// By hour.
    pub hourly_days: u32,
}

impl Default for RollupRetention {
    /// 400 days, 90 of them by hour.
    fn default() -> Self {
        Self { days: 400, hourly_days: 90 }
    }
}

/// What to keep, and how long to wait for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RollupWork {
    /// What to keep.
    pub retention: RollupRetention,
    /// Seconds to wait for each lock.
    pub lock_wait_s: u32,
}

impl Default for RollupWork {
    fn default() -> Self {
        Self { retention: RollupRetention::default(), lock_wait_s: LOCK_WAIT_S }
    }
}

/// Which days to sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RollupBackfill {
    /// First day; none for the first one there is.
    pub from: Option<Date>,
    /// Last day; none for the last one there is.
    pub to: Option<Date>,
    /// Also days that have the same rows as when they were summed last.
    pub force: bool,
    /// Seconds to wait for each lock.
    pub lock_wait_s: u32,
}

impl Default for RollupBackfill {
    fn default() -> Self {
        Self { from: None, to: None, force: false, lock_wait_s: LOCK_WAIT_S }
    }
}

/// What an update or a backfill has done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RollupReport {
    /// Tables that were made or brought into their present form.
    pub tables_made: Vec<&'static str>,
    /// The zone that the tables were kept in before, where that was another.
    pub zone_before: Option<String>,
    /// Days whose rows were compared.
    pub days_looked_at: u64,
    /// Days that were summed.
    pub days_summed: u64,
    /// Rows of the three tables that were added or changed.
    pub rows_written: u64,
    /// Rows of the three tables that were deleted.
    pub rows_deleted: u64,
}

/// What a prune has done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RollupPruned {
    /// First day that is kept.
    pub kept_since: String,
    /// First hour that is kept.
    pub hours_kept_since: String,
    /// Rows of the three tables that were deleted.
    pub deleted: u64,
}

/// What there is of the pre-aggregates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RollupStatus {
    /// The tables and their forms.
    pub tables: Vec<RollupTable>,
    /// All of them are there in their present form.
    pub is_ready: bool,
    /// Zone that the days are cut in.
    pub zone: Option<String>,
    /// Zone of this engine.
    pub configured_zone: String,
    /// It has other days: the next update sums all days anew, and nodes and hours of merged days are
    /// lost.
    pub is_other_zone: bool,
    /// First day that was summed.
    pub first_day: Option<String>,
    /// Last day that was summed.
    pub last_day: Option<String>,
    /// Days that were summed.
    pub days: u64,
    /// Days that are kept and have other rows than when they were summed last.
    pub days_due: u64,
    /// Nodes' days of which something is kept that the database has merged away.
    pub base_rows: u64,
    /// Moment at which the last day was compared or summed.
    pub last_checked_at: Option<UnixSeconds>,
    /// How many days an update keeps.
    pub retention: RollupRetention,
}

impl RollupStatus {
    /// Tells of the days that were summed.
    pub(super) fn tell(&mut self, summed: &BTreeMap<i64, SummedDay>) {
        self.days = summed.len() as u64;
        self.first_day = summed.keys().next().map(|&day| format_day(day));
        self.last_day = summed.keys().next_back().map(|&day| format_day(day));
        self.last_checked_at = summed.values().map(|day| day.checked_at).max();
    }
}

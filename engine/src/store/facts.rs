//! What a database tells about itself.

use super::Table;
use crate::units::UnixSeconds;

/// What an operator should know about a database; see [`crate::doctor`] for what to think of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Product and version.
    pub version: String,
    /// The account in use; none for files.
    pub login: Option<LoginFacts>,
    /// The server's clock and zone; none for files, which use ours.
    pub clock: Option<ClockFacts>,
    /// The tables, as far as they are readable.
    pub tables: Vec<TableFacts>,
    /// The usage rows, when that table is readable.
    pub usage: Option<UsageFacts>,
}

/// The account in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginFacts {
    /// `user@host` as the server sees it.
    pub account: String,
    /// What it may do, `PRIVILEGES ON object`, one entry per grant.
    pub grants: Vec<String>,
    /// True when the connection is encrypted.
    pub encrypted: bool,
    /// True when the connection stays on this machine.
    pub local: bool,
}

/// A server's idea of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockFacts {
    /// Time zone of the connection.
    pub zone: String,
    /// Current time of the server.
    pub now: UnixSeconds,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFacts {
    /// Which.
    pub table: Table,
    /// Number of rows, exact.
    pub rows: u64,
    /// Columns we need and it lacks.
    pub missing_columns: Vec<&'static str>,
}

/// The usage rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageFacts {
    /// Times of the first and last row.
    pub span: Option<(UnixSeconds, UnixSeconds)>,
    /// Rows that stand for a merged day.
    pub day_rows: u64,
    /// Rows of users that are no longer listed.
    pub orphan_rows: u64,
    /// Rows with NULL or negative values that our columns must not hold.
    pub bad_rows: u64,
    /// True when an index begins with `t`.
    pub indexed_by_time: bool,
}

/// Statement for [`UsageFacts`], one row: first t, last t, day rows (`DAY` in hexadecimal digits,
/// because collations ignore case), orphan rows, bad rows.
pub(super) const USAGE_SQL: &str = "SELECT MIN(t), MAX(t), \
     COALESCE(SUM(CASE WHEN HEX(node) = '444159' THEN 1 ELSE 0 END), 0), \
     COALESCE(SUM(CASE WHEN user_id NOT IN (SELECT id FROM `user`) THEN 1 ELSE 0 END), 0), \
     COALESCE(SUM(CASE WHEN user_id IS NULL OR t IS NULL OR t < 0 OR u IS NULL OR u < 0 \
     OR d IS NULL OR d < 0 OR node IS NULL THEN 1 ELSE 0 END), 0) FROM user_usage";

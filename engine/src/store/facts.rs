//! What a database tells about itself.

use super::cell::{bytes, int};
use super::judge::bad_values;
use super::scan::Dialect;
use super::stream::Streams;
use super::{BadValues, StoreError, Table};
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
    /// It is a view, so that it can have no index of its own.
    pub is_view: bool,
    /// Columns we need and it lacks.
    pub missing_columns: Vec<&'static str>,
    /// A column of times that is of another kind, and which.
    pub no_seconds: Option<(&'static str, String)>,
    /// Columns that hold what they must not, where all tables are complete.
    pub bad_values: Vec<BadValues>,
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
    /// True when an index begins with `t`.
    pub indexed_by_time: bool,
}

/// What [`UsageFacts`] are made of, in this order. `node` is compared by its hexadecimal digits,
/// because collations ignore case.
fn usage_sql(dialect: Dialect) -> String {
    let node = match dialect {
        Dialect::Mysql => "CONVERT(node USING utf8mb4)",
        Dialect::Sqlite => "node",
    };
    format!(
        "SELECT MIN(t), MAX(t), \
         COALESCE(SUM(CASE WHEN HEX({node}) = '444159' THEN 1 ELSE 0 END), 0), \
         COALESCE(SUM(CASE WHEN user_id NOT IN (SELECT id FROM `user`) THEN 1 ELSE 0 END), 0) \
         FROM user_usage"
    )
}

/// What the rows of usage say, and what the tables hold that they must not; nothing where a table
/// is not complete.
pub(super) fn read_rows<S: Streams>(
    view: &mut S,
    tables: &mut [TableFacts],
    indexed_by_time: bool,
) -> Result<UsageFacts, StoreError> {
    for facts in tables {
        facts.bad_values = bad_values(view, facts.table)?;
    }
    let found = view.entities(usage_sql(S::DIALECT), |cells| {
        // Times that are none are told of as bad values.
        let at = |at: usize| int(cells[at]).ok();
        let count = |at: usize| bytes(cells[at]).unwrap_or_default();
        let span = at(0).zip(at(1));
        Ok(UsageFacts { span, day_rows: count(2), orphan_rows: count(3), indexed_by_time })
    })?;
    Ok(found.into_iter().next().expect("sums without groups are one row"))
}

/// True when every table was found with all that we need of it.
pub(super) fn are_complete(tables: &[TableFacts]) -> bool {
    tables.iter().filter(|facts| facts.missing_columns.is_empty()).count() == Table::ALL.len()
}

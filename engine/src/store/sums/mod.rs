//! Sums of usage rows, computed by the database in one pass.
//!
//! A sum is told apart by exact bytes of the node text, by stretches of local time that are exact
//! to the second, and is itself exact. What SQL cannot promise, [`statement`] does not ask for: the
//! rows are then read one by one, as they are when one of them holds what it must not.

mod buckets;
mod choice;
mod taker;

pub(super) use choice::pays;
pub(super) use taker::SumTaker;

use self::buckets::bucket_keys;
use super::scan::{self, Dialect, Statement};
use super::{Grain, ScanOrder, UsageScan};
use crate::calendar::Calendar;

/// The exact text of a node as a key; the database's collation has no say in it.
const NODE_KEY: &str = "node_key";

/// True when one statement can sum the rows of `scan`.
pub(super) fn can_sum(scan: &UsageScan) -> bool {
    let somebody = scan.users.as_ref().is_none_or(|users| !users.is_empty());
    somebody && scan.order == ScanOrder::Any && scan::users_are_in_sql(scan)
}

/// The statement that sums the rows of `scan` for a [`SumTaker`]. `fit` is the condition that holds
/// for rows without a bad value.
pub(super) fn statement(
    scan: &UsageScan,
    grain: &Grain,
    calendar: &Calendar,
    dialect: Dialect,
    fit: &str,
) -> Statement {
    let conditions = scan::conditions(scan, dialect);
    let user = if grain.users { "user_id" } else { "0" };
    let node = if tells_nodes(grain, dialect) { dialect.node_bytes() } else { "''" };
    let sql = format!(
        "SELECT {user}, {node} AS {NODE_KEY}, COUNT(*), COUNT(CASE WHEN {fit} THEN 1 END), \
         MIN(t), MAX(t), {} FROM user_usage{}{}",
        dialect.byte_sums(),
        conditions.clause(),
        group_by(keys(scan, grain, calendar, dialect)),
    );
    Statement { sql, params: conditions.params }
}

/// What rows must agree in to be summed.
fn keys(
    scan: &UsageScan,
    grain: &Grain,
    calendar: &Calendar,
    dialect: Dialect,
) -> impl Iterator<Item = String> {
    let user = grain.users.then(|| "user_id".to_owned());
    let node = tells_nodes(grain, dialect).then(|| NODE_KEY.to_owned());
    let moved = grain.moved.then(|| "(u <> 0 OR d <> 0)".to_owned());
    let buckets = bucket_keys(scan.window, grain, calendar, dialect);
    user.into_iter().chain(node).chain(buckets).chain(moved)
}

/// Servers would otherwise sort the groups too.
fn group_by(keys: impl Iterator<Item = String>) -> String {
    let keys = keys.collect::<Vec<_>>();
    if keys.is_empty() {
        return String::new();
    }
    format!(" GROUP BY {} ORDER BY NULL", keys.join(", "))
}

/// SQLite stores any bytes as text, and only texts that are handed over can be checked.
fn tells_nodes(grain: &Grain, dialect: Dialect) -> bool {
    grain.nodes || matches!(dialect, Dialect::Sqlite)
}

impl Dialect {
    /// Sums of `u` and `d`. SQLite's integers would overflow, so that it sums their halves.
    fn byte_sums(self) -> &'static str {
        match self {
            Self::Mysql => "SUM(u), SUM(d)",
            Self::Sqlite => "SUM(u >> 32), SUM(u & 4294967295), SUM(d >> 32), SUM(d & 4294967295)",
        }
    }

    /// The whole part of a number of seconds divided by `divisor`.
    fn quotient(self, seconds: &str, divisor: i64) -> String {
        match self {
            Self::Mysql => format!("{seconds} DIV {divisor}"),
            Self::Sqlite => format!("{seconds} / {divisor}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::TimeGrain;
    use crate::units::{UserId, Window};
    use jiff::tz::TimeZone;

    fn sql(scan: &UsageScan, grain: &Grain, dialect: Dialect) -> String {
        let calendar = Calendar::new(TimeZone::UTC, 1_755_691_200);
        statement(scan, grain, &calendar, dialect, "u >= 0").sql
    }

    #[test]
    fn rows_that_need_not_be_told_apart_are_one_group() {
        let sql = sql(&UsageScan::default(), &Grain::default(), Dialect::Mysql);
        assert_eq!(
            sql,
            "SELECT 0, '' AS node_key, COUNT(*), COUNT(CASE WHEN u >= 0 THEN 1 END), \
             MIN(t), MAX(t), SUM(u), SUM(d) FROM user_usage",
        );
    }

    #[test]
    fn each_part_of_a_grain_is_a_key() {
        let scan = UsageScan::of_user(UserId(4), Window::between(10, 20));
        let grain =
            Grain { users: true, nodes: true, moved: true, cuts: vec![15], ..Grain::default() };
        let sql = sql(&scan, &grain, Dialect::Mysql);
        let keys = " WHERE (t >= ? AND t <= ? OR t IS NULL OR t < 0) AND user_id IN (?) \
                    GROUP BY user_id, node_key, (t >= 15), (u <> 0 OR d <> 0) ORDER BY NULL";
        assert!(sql.ends_with(keys), "{sql}");
    }

    #[test]
    fn sqlite_hands_over_every_text() {
        let grain = Grain { time: TimeGrain::Day, ..Grain::default() };
        let sql = sql(&UsageScan::default(), &grain, Dialect::Sqlite);
        assert!(sql.contains("node COLLATE BINARY AS node_key"), "{sql}");
        assert!(sql.contains(" GROUP BY node_key, CASE "), "{sql}");
    }

    #[test]
    fn long_lists_of_users_and_pages_of_rows_are_not_summed() {
        let of = |users: i64| UsageScan {
            users: Some((0..users).map(UserId).collect()),
            ..UsageScan::default()
        };
        assert!(can_sum(&UsageScan::default()) && can_sum(&of(500)));
        assert!(!can_sum(&of(0)) && !can_sum(&of(501)));
        let order = ScanOrder::NewestFirst { after: None, limit: Some(5) };
        assert!(!can_sum(&UsageScan { order, ..UsageScan::default() }));
    }
}

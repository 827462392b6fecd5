//! What a database must be able to do for the pre-aggregates, and how rows reach it.

use super::rows::{Base, Changed, DayChange, Hour, Measures};
use super::statements::{ROWS_MAX, Target, delete};
use crate::calendar::format_day;
use crate::store::StoreError;
use crate::store::scan::{Dialect, Param, Statement};
use crate::store::stream::Streams;
use crate::units::UnixSeconds;

/// 1000-01-01 and 9999-12-30.
const DAY_MIN: i64 = -354_285;
const DAY_MAX: i64 = 2_932_895;

pub(super) const DOING: &str = "writing the pre-aggregates";

/// A connection that may write.
pub(in crate::store) trait Writing: Streams {
    /// Runs a statement that gives no rows.
    fn execute(&mut self, statement: Statement, doing: &'static str) -> Result<(), StoreError>;

    /// Runs statements without values.
    fn script(&mut self, sql: &str, doing: &'static str) -> Result<(), StoreError>;

    /// Keeps others from altering the tables at the same time.
    fn begin_altering(&mut self) -> Result<(), StoreError>;

    /// Lets them again.
    fn end_altering(&mut self) -> Result<(), StoreError>;
}

/// Runs `sql` for the rows in `rows`, as many at once as a statement takes.
pub(super) fn put<W: Writing>(
    on: &mut W,
    rows: Vec<Vec<Param>>,
    sql: impl Fn(Dialect, &[Vec<Param>]) -> Statement,
) -> Result<(), StoreError> {
    rows.chunks(ROWS_MAX).try_for_each(|rows| on.execute(sql(W::DIALECT, rows), DOING))
}

/// Applies the change of a table. What goes first makes room for what comes.
pub(super) fn apply<K, V>(
    on: &mut impl Writing,
    target: &Target,
    changed: &Changed<K, V>,
    row: impl Fn(&K, &V) -> Vec<Param>,
) -> Result<(), StoreError> {
    for ids in changed.gone.chunks(ROWS_MAX) {
        on.execute(delete(target.table, ids), DOING)?;
    }
    let with_id =
        |(id, key, value): &(i64, K, V)| [vec![Param::Int(*id)], row(key, value)].concat();
    let altered = changed.altered.iter().map(with_id).collect();
    put(on, altered, |dialect, rows| target.alter(dialect, rows))?;
    let new = changed.new.iter().map(|(key, value)| row(key, value)).collect();
    put(on, new, |dialect, rows| target.insert(dialect, rows))
}

pub(super) fn measures(it: &Measures) -> Vec<Param> {
    [it.upload, it.download, it.traffic, it.unique, it.records].map(Param::Int).to_vec()
}

pub(super) fn hour_values(start: UnixSeconds, it: &Hour) -> Vec<Param> {
    let users = [it.total_users, it.active_users];
    let nodes = [it.total_nodes, it.active_nodes];
    let values = [&[start][..], &users, &nodes, &[it.traffic, it.peak]].concat();
    values.into_iter().map(Param::Int).collect()
}

pub(super) fn base_values(day: Param, node: &str, it: &Base) -> Vec<Param> {
    let sums = [it.upload, it.download, it.users, it.records].map(Param::Int);
    [vec![day, Param::Text(node.to_owned())], sums.to_vec()].concat()
}

pub(super) fn summed_values(change: &DayChange) -> Vec<Param> {
    let summed = &change.summed;
    vec![
        date(change.day),
        Param::Text(summed.zone.clone()),
        Param::Text(summed.fingerprint.clone()),
        Param::Int(i64::try_from(summed.day_records).unwrap_or(i64::MAX)),
        Param::Text(summed.day_traffic.to_string()),
        Param::Int(summed.checked_at),
    ]
}

pub(super) fn bare(sql: impl Into<String>) -> Statement {
    Statement { sql: sql.into(), params: Vec::new() }
}

/// Databases know the years from 1000 to 9999.
pub(super) fn date(day: i64) -> Param {
    Param::Text(format_day(day.clamp(DAY_MIN, DAY_MAX)))
}

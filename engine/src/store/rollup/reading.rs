//! How what is stored is read.

use super::rows::{Base, DaySpan, Hour, Measures, NodeKey, SummedDay};
use super::statements::{BASE, HOURS, NODES, SUMMED, USERS};
use super::tables::{Column, Found};
use super::writing::{Writing, bare, date};
use crate::calendar::day_of_date;
use crate::store::StoreError;
use crate::store::cell::Cell;
use crate::store::scan::{Dialect, Param, Statement};
use crate::units::UnixSeconds;
use std::collections::{BTreeMap, HashMap};

const DOING: &str = "reading the pre-aggregates";

/// The tables' columns and the unique key of nodes.
pub(super) fn found<W: Writing>(on: &mut W) -> Result<Found, StoreError> {
    let [columns, key] = W::DIALECT.catalogue();
    let column = |cells: &[Cell<'_>]| {
        Ok(Column { table: text(cells, 0), name: text(cells, 1), kind: text(cells, 2) })
    };
    let columns = on.collected(bare(columns), DOING, column)?;
    let node_key = on.collected(bare(key), DOING, |cells| Ok(text(cells, 0)))?;
    Ok(Found { columns, node_key })
}

/// Zone and version in the row that is the lock; for a file the transaction itself is that.
pub(super) fn lock<W: Writing>(on: &mut W) -> Result<Option<(String, i64)>, StoreError> {
    let lock = match W::DIALECT {
        Dialect::Mysql => " FOR UPDATE",
        Dialect::Sqlite => "",
    };
    let sql = format!("SELECT zone, version FROM traffic_engine_rollup_state WHERE id = 1{lock}");
    let state = |cells: &[Cell<'_>]| Ok((text(cells, 0), int(cells, 1)));
    Ok(on.collected(bare(sql), "locking the pre-aggregates", state)?.pop())
}

/// The zone of the tables.
pub(super) fn zone(on: &mut impl Writing) -> Result<Option<String>, StoreError> {
    let sql = "SELECT zone FROM traffic_engine_rollup_state WHERE id = 1";
    Ok(on.collected(bare(sql), DOING, |cells| Ok(text(cells, 0)))?.pop())
}

/// What was told of the listed nodes last.
pub(super) fn node_list(on: &mut impl Writing) -> Result<Option<String>, StoreError> {
    let sql = "SELECT COALESCE(node_list, '') FROM traffic_engine_rollup_state WHERE id = 1";
    let found = on.collected(bare(sql), DOING, |cells| Ok(text(cells, 0)))?.pop();
    Ok(found.filter(|list| !list.is_empty()))
}

/// The one number that a statement gives.
pub(super) fn number(on: &mut impl Writing, statement: Statement) -> Result<u64, StoreError> {
    let found = on.collected(statement, DOING, |cells| Ok(int(cells, 0)))?;
    Ok(found.first().copied().unwrap_or(0).unsigned_abs())
}

/// The numbers that a statement gives.
pub(super) fn numbers(on: &mut impl Writing, statement: Statement) -> Result<Vec<i64>, StoreError> {
    on.collected(statement, DOING, |cells| Ok(int(cells, 0)))
}

pub(super) fn summed<W: Writing>(
    on: &mut W,
    first: i64,
    last: i64,
) -> Result<BTreeMap<i64, SummedDay>, StoreError> {
    let (day_text, values) = (W::DIALECT.date_text(), SUMMED.values.join(", "));
    let sql =
        format!("SELECT {day_text}, {values} FROM {} WHERE date >= ? AND date <= ?", SUMMED.table);
    let statement = Statement { sql, params: vec![date(first), date(last)] };
    let rows = on.collected(statement, DOING, |cells| {
        let summed = SummedDay {
            zone: text(cells, 1),
            fingerprint: text(cells, 2),
            day_records: int(cells, 3).unsigned_abs(),
            day_traffic: text(cells, 4).parse().unwrap_or(0),
            checked_at: int(cells, 5),
        };
        Ok(day(cells, 0).map(|day| (day, summed)))
    });
    Ok(rows?.into_iter().flatten().collect())
}

/// Days from `first` on that have rows by user or node, ascending.
pub(super) fn days<W: Writing>(on: &mut W, first: i64) -> Result<Vec<i64>, StoreError> {
    let column = W::DIALECT.date_text();
    let of = |table: &str| format!("SELECT {column} FROM {table} WHERE date >= ?");
    let sql = format!("{} UNION {}", of(USERS.table), of(NODES.table));
    let statement = Statement { sql, params: vec![date(first), date(first)] };
    let days = on.collected(statement, DOING, |cells| Ok(day(cells, 0)))?;
    let mut days: Vec<i64> = days.into_iter().flatten().collect();
    days.sort_unstable();
    Ok(days)
}

pub(super) fn users(
    on: &mut impl Writing,
    day: i64,
) -> Result<HashMap<i64, (i64, Measures)>, StoreError> {
    let sql = format!(
        "SELECT id, user_id, {} FROM {} WHERE date = ?",
        USERS.values.join(", "),
        USERS.table
    );
    let statement = Statement { sql, params: vec![date(day)] };
    let row = |cells: &[Cell<'_>]| Ok((int(cells, 1), (int(cells, 0), measured(&cells[2..]))));
    Ok(on.collected(statement, DOING, row)?.into_iter().collect())
}

pub(super) fn nodes(
    on: &mut impl Writing,
    day: i64,
) -> Result<Vec<(i64, NodeKey, Measures)>, StoreError> {
    let sql = format!(
        "SELECT id, node_id, node, {} FROM {} WHERE date = ? ORDER BY id",
        NODES.values.join(", "),
        NODES.table
    );
    let statement = Statement { sql, params: vec![date(day)] };
    on.collected(statement, DOING, |cells| {
        let key = NodeKey { id: int(cells, 1), text: text(cells, 2) };
        Ok((int(cells, 0), key, measured(&cells[3..])))
    })
}

pub(super) fn base(on: &mut impl Writing, day: i64) -> Result<BTreeMap<String, Base>, StoreError> {
    let sql = format!("SELECT node, {} FROM {} WHERE date = ?", BASE.values.join(", "), BASE.table);
    let statement = Statement { sql, params: vec![date(day)] };
    let row = |cells: &[Cell<'_>]| {
        let [upload, download, users, records] = [1, 2, 3, 4].map(|at| int(cells, at));
        Ok((text(cells, 0), Base { upload, download, users, records }))
    };
    Ok(on.collected(statement, DOING, row)?.into_iter().collect())
}

pub(super) fn hours(
    on: &mut impl Writing,
    span: &DaySpan,
) -> Result<BTreeMap<UnixSeconds, (i64, Hour)>, StoreError> {
    let sql = format!(
        "SELECT id, hour_timestamp, {} FROM {} WHERE hour_timestamp >= ? AND hour_timestamp <= ?",
        HOURS.values.join(", "),
        HOURS.table
    );
    let statement = Statement { sql, params: vec![Param::Int(span.start), Param::Int(span.end)] };
    let row = |cells: &[Cell<'_>]| {
        let values = [2, 3, 4, 5, 6, 7].map(|at| int(cells, at));
        let [total_users, active_users, total_nodes, active_nodes, traffic, peak] = values;
        let hour = Hour { total_users, active_users, total_nodes, active_nodes, traffic, peak };
        Ok((int(cells, 1), (int(cells, 0), hour)))
    };
    Ok(on.collected(statement, DOING, row)?.into_iter().collect())
}

fn measured(cells: &[Cell<'_>]) -> Measures {
    let [upload, download, traffic, unique, records] = [0, 1, 2, 3, 4].map(|at| int(cells, at));
    Measures { upload, download, traffic, unique, records }
}

fn day(cells: &[Cell<'_>], at: usize) -> Option<i64> {
    text(cells, at).parse().ok().map(day_of_date)
}

/// What is no number there was not written by us, and is written anew as if it were 0.
pub(super) fn int(cells: &[Cell<'_>], at: usize) -> i64 {
    match cells.get(at) {
        Some(Cell::Int(value)) => *value,
        Some(Cell::UInt(value)) => i64::try_from(*value).unwrap_or(i64::MAX),
        _ => 0,
    }
}

fn text(cells: &[Cell<'_>], at: usize) -> String {
    match cells.get(at) {
        Some(Cell::Text(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        Some(Cell::Int(value)) => value.to_string(),
        Some(Cell::UInt(value)) => value.to_string(),
        _ => String::new(),
    }
}

impl Dialect {
    /// Statements for columns (table, name, type in small letters), and for the columns of the
    /// unique key of nodes.
    fn catalogue(self) -> [&'static str; 2] {
        match self {
            Self::Mysql => [
                "SELECT LOWER(table_name), LOWER(column_name), LOWER(data_type) \
                 FROM information_schema.columns WHERE table_schema = DATABASE() \
                 AND (LOWER(table_name) IN ('daily_user_traffic', 'daily_node_traffic', \
                 'hourly_stats') OR LOWER(table_name) LIKE 'traffic\\_engine\\_rollup\\_%')",
                "SELECT LOWER(column_name) FROM information_schema.statistics \
                 WHERE table_schema = DATABASE() AND LOWER(table_name) = 'daily_node_traffic' \
                 AND LOWER(index_name) = 'unique_node_date' ORDER BY seq_in_index",
            ],
            Self::Sqlite => [
                "SELECT LOWER(list.name), LOWER(columns.name), LOWER(columns.type) \
                 FROM sqlite_master AS list, pragma_table_info(list.name) AS columns \
                 WHERE list.type = 'table'",
                "SELECT LOWER(columns.name) FROM pragma_index_list('daily_node_traffic') AS list, \
                 pragma_index_info(list.name) AS columns \
                 WHERE list.\"unique\" = 1 AND list.origin <> 'pk' ORDER BY columns.seqno",
            ],
        }
    }
}

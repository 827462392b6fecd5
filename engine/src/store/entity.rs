//! Users and nodes from rows.

use super::cell::{Cell, Cells, Lenient, bytes, float, int, maybe, text, wide};
use super::schema::{NODE_COLUMNS, Schema, USER_COLUMNS};
use super::{Node, StoreError, Table, User};
use crate::units::{NodeId, UserId};

/// Reads `columns` of a whole table by ascending id, NULL for optional ones that are missing.
pub(super) fn select(table: Table, columns: &[&str], schema: &Schema) -> String {
    let columns: Vec<_> =
        columns.iter().map(|column| schema.column_or_null(table, column)).collect();
    format!("SELECT {} FROM `{table}` ORDER BY id", columns.join(", "))
}

/// A user from [`USER_COLUMNS`].
pub(super) fn user(cells: &[Cell<'_>]) -> Result<User, StoreError> {
    let row = Cells { table: Table::User, columns: &USER_COLUMNS, cells };
    let id = UserId(row.int(0)?);
    let mut row = Lenient::new(row);
    Ok(User {
        id,
        uuid: row.take(1, text).to_owned(),
        sid: row.take(2, int),
        upload: row.take(3, bytes),
        download: row.take(4, bytes),
        transfer_enable: row.take(5, wide),
        enable: row.take(6, int),
        created_at: row.take(7, int),
        remark: row.take(8, |cell| maybe(text, cell)).map(str::to_owned),
        speedlimitss: row.take(9, |cell| maybe(int, cell)),
        speedlimitother: row.take(10, |cell| maybe(int, cell)),
        illegal: row.take(11, int),
        faults: row.faults,
    })
}

/// A node from [`NODE_COLUMNS`]. Id and name say which rows are the node's, so no question can do
/// without them.
pub(super) fn node(cells: &[Cell<'_>], schema: &Schema) -> Result<Node, StoreError> {
    let row = Cells { table: Table::Node, columns: &NODE_COLUMNS, cells };
    let has = |column| schema.has(Table::Node, column);
    let (id, name) = (NodeId(row.int(0)?), row.text(1)?.to_owned());
    let mut row = Lenient::new(row);
    // Panels leave these empty where there is none, no limit or nothing to multiply by.
    let mut number = |at| row.take(at, |cell| maybe(int, cell));
    let (statistics, max_traffic, last_online) = (number(4), number(5), number(6));
    Ok(Node {
        id,
        name,
        address: row.take(2, text).to_owned(),
        enable: row.take(3, int),
        statistics: statistics.unwrap_or(0),
        max_traffic: max_traffic.unwrap_or(0),
        last_online: last_online.unwrap_or(0),
        country: row.take(7, |cell| maybe(text, cell)).map(str::to_owned),
        kind: row.take(8, text).to_owned(),
        tag: row.take(9, |cell| maybe(text, cell)).map(str::to_owned),
        speed_limit: row.take(10, |cell| maybe(int, cell)),
        excessive_speed_limit: row.take(11, |cell| maybe(int, cell)),
        has_speed_limits: has("speed_limit") && has("excessive_speed_limit"),
        traffic_rate: row.take(12, |cell| maybe(float, cell)).unwrap_or(1.0),
        faults: row.faults,
    })
}

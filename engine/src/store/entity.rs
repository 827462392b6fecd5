//! Users and nodes from rows.

use super::cell::{Cell, Cells};
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
    Ok(User {
        id: UserId(row.int(0)?),
        uuid: row.text(1)?.to_owned(),
        sid: row.int(2)?,
        upload: row.bytes(3)?,
        download: row.bytes(4)?,
        transfer_enable: row.int(5)?,
        enable: row.int(6)?,
        created_at: row.int(7)?,
        remark: row.maybe_text(8)?.map(str::to_owned),
        speedlimitss: row.maybe_int(9)?,
        speedlimitother: row.maybe_int(10)?,
        illegal: row.int(11)?,
    })
}

/// A node from [`NODE_COLUMNS`].
pub(super) fn node(cells: &[Cell<'_>], schema: &Schema) -> Result<Node, StoreError> {
    let row = Cells { table: Table::Node, columns: &NODE_COLUMNS, cells };
    let has = |column| schema.has(Table::Node, column);
    Ok(Node {
        id: NodeId(row.int(0)?),
        name: row.text(1)?.to_owned(),
        address: row.text(2)?.to_owned(),
        enable: row.int(3)?,
        statistics: row.maybe_int(4)?.unwrap_or(0),
        max_traffic: row.int(5)?,
        last_online: row.maybe_int(6)?.unwrap_or(0),
        country: row.maybe_text(7)?.map(str::to_owned),
        kind: row.text(8)?.to_owned(),
        tag: row.maybe_text(9)?.map(str::to_owned),
        speed_limit: row.maybe_int(10)?,
        excessive_speed_limit: row.maybe_int(11)?,
        has_speed_limits: has("speed_limit") && has("excessive_speed_limit"),
        traffic_rate: row.maybe_float(12)?.unwrap_or(1.0),
    })
}

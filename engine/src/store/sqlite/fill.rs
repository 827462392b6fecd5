//! Made-up rows into a file.

use super::SqliteStore;
use crate::store::{Fill, Node, StoreError, Table, UsageRow, User};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

const CREATE_SQL: &str = include_str!("../../../../sql/v2raysocks/sqlite.sql");

const DOING: &str = "writing made-up rows";

/// One transaction, committed by [`Fill::finish`] and undone otherwise.
pub(super) struct SqliteFill<'a> {
    store: &'a SqliteStore,
    conn: Connection,
}

impl<'a> SqliteFill<'a> {
    pub(super) fn open(store: &'a SqliteStore) -> Result<Self, StoreError> {
        let conn =
            store.connect(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        conn.execute_batch("BEGIN IMMEDIATE").map_err(|error| store.cannot_open(&error))?;
        conn.execute_batch(CREATE_SQL).map_err(store.failed("creating the tables"))?;
        for table in Table::ALL {
            let sql = format!("SELECT 1 FROM `{table}` LIMIT 1");
            let row = conn.query_row(&sql, [], |_| Ok(())).optional();
            if row.map_err(store.failed(DOING))?.is_some() {
                return Err(StoreError::NotEmpty { store: store.name(), table });
            }
        }
        Ok(Self { store, conn })
    }

    fn write(
        &self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        write(&self.conn).map_err(self.store.failed(DOING))
    }
}

impl Fill for SqliteFill<'_> {
    fn users(&mut self, users: &[User]) -> Result<(), StoreError> {
        self.write(|conn| {
            let mut insert = conn.prepare(
                "INSERT INTO `user` (id, uuid, sid, u, d, transfer_enable, enable, created_at, \
                 updated_at, remark, speedlimitss, speedlimitother, illegal) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11, ?12)",
            )?;
            for user in users {
                insert.execute(params![
                    user.id.0,
                    user.uuid,
                    user.sid,
                    user.upload,
                    user.download,
                    user.transfer_enable.to_string(),
                    user.enable,
                    user.created_at,
                    user.remark,
                    user.speedlimitss,
                    user.speedlimitother,
                    user.illegal,
                ])?;
            }
            Ok(())
        })
    }

    fn nodes(&mut self, nodes: &[Node]) -> Result<(), StoreError> {
        self.write(|conn| {
            let mut insert = conn.prepare(
                "INSERT INTO `node` (id, name, address, enable, statistics, max_traffic, \
                 last_online, country, type, tag, speed_limit, excessive_speed_limit, \
                 traffic_rate, client_port, backend_port, port_range, allow_reset_port, \
                 statistics_reset_day) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, '443', 0, '', 0, 1)",
            )?;
            for node in nodes {
                insert.execute(params![
                    node.id.0,
                    node.name,
                    node.address,
                    node.enable,
                    node.statistics,
                    node.max_traffic,
                    node.last_online,
                    node.country,
                    node.kind,
                    node.tag,
                    node.speed_limit,
                    node.excessive_speed_limit.unwrap_or(0),
                    node.traffic_rate,
                ])?;
            }
            Ok(())
        })
    }

    fn usage(&mut self, rows: &[UsageRow]) -> Result<(), StoreError> {
        self.write(|conn| {
            let mut insert = conn.prepare_cached(
                "INSERT INTO user_usage (user_id, t, u, d, node, count_rate) \
                 VALUES (?, ?, ?, ?, ?, ?)",
            )?;
            for row in rows {
                insert.execute(params![
                    row.user_id.0,
                    row.t,
                    row.upload,
                    row.download,
                    row.node,
                    row.count_rate,
                ])?;
            }
            Ok(())
        })
    }

    fn finish(self: Box<Self>) -> Result<(), StoreError> {
        self.conn.execute_batch("COMMIT").map_err(self.store.failed(DOING))
    }
}

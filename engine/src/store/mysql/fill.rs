//! Made-up rows into a server.

use super::MysqlStore;
use super::connect::{Link, connect};
use crate::store::{Fill, Node, StoreError, Table, UsageRow, User};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Params, TxOpts, Value};

const CREATE_SQL: &str = include_str!("../../../../sql/v2raysocks/mysql.sql");

/// Rows of one INSERT; 1 000 rows of 13 values stay well below the protocol's 65 535 parameters.
const INSERT_ROWS_MAX: usize = 1_000;

const DOING: &str = "writing made-up rows";

pub(super) struct MysqlFill<'a> {
    store: &'a MysqlStore,
    link: Link,
}

impl<'a> MysqlFill<'a> {
    pub(super) fn open(store: &'a MysqlStore) -> Result<Self, StoreError> {
        let mut link = connect(store)?;
        link.run(async |conn| conn.query_drop(CREATE_SQL).await)
            .map_err(store.failed("creating the tables"))?;
        for table in Table::ALL {
            let sql = format!("SELECT 1 FROM `{table}` LIMIT 1");
            let first = async |conn: &mut Conn| conn.query_first(sql).await;
            let row: Option<u8> = link.run(first).map_err(store.failed(DOING))?;
            if row.is_some() {
                return Err(StoreError::NotEmpty { store: store.name(), table });
            }
        }
        Ok(Self { store, link })
    }

    /// Inserts all rows in one transaction.
    fn insert(&mut self, into: &str, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
        let writing = async |conn: &mut Conn| {
            let mut transaction = conn.start_transaction(TxOpts::default()).await?;
            for rows in rows.chunks(INSERT_ROWS_MAX) {
                let row_marks = format!("({})", vec!["?"; rows[0].len()].join(","));
                let sql =
                    format!("INSERT INTO {into} VALUES {}", vec![row_marks; rows.len()].join(","));
                transaction.exec_drop(sql, Params::Positional(rows.concat())).await?;
            }
            transaction.commit().await
        };
        self.link.run(writing).map_err(self.store.failed(DOING))
    }
}

impl Fill for MysqlFill<'_> {
    fn users(&mut self, users: &[User]) -> Result<(), StoreError> {
        let row = |user: &User| {
            vec![
                user.id.0.into(),
                user.uuid.clone().into(),
                user.sid.into(),
                user.upload.into(),
                user.download.into(),
                user.transfer_enable.to_string().into(),
                user.enable.into(),
                user.created_at.into(),
                user.created_at.into(),
                user.remark.clone().into(),
                user.speedlimitss.into(),
                user.speedlimitother.into(),
                user.illegal.into(),
            ]
        };
        let into = "`user` (id, uuid, sid, u, d, transfer_enable, enable, created_at, updated_at, \
             remark, speedlimitss, speedlimitother, illegal)";
        self.insert(into, users.iter().map(row).collect())
    }

    fn nodes(&mut self, nodes: &[Node]) -> Result<(), StoreError> {
        let row = |node: &Node| {
            vec![
                node.id.0.into(),
                node.name.clone().into(),
                node.address.clone().into(),
                node.enable.into(),
                node.statistics.into(),
                node.max_traffic.into(),
                node.last_online.into(),
                node.country.clone().into(),
                node.kind.clone().into(),
                node.tag.clone().into(),
                node.speed_limit.into(),
                node.excessive_speed_limit.unwrap_or(0).into(),
                node.traffic_rate.into(),
                "443".into(),
                0.into(),
                "".into(),
                0.into(),
                1.into(),
            ]
        };
        let into = "`node` (id, name, address, enable, statistics, max_traffic, last_online, \
             country, type, tag, speed_limit, excessive_speed_limit, traffic_rate, client_port, \
             backend_port, port_range, allow_reset_port, statistics_reset_day)";
        self.insert(into, nodes.iter().map(row).collect())
    }

    fn usage(&mut self, rows: &[UsageRow]) -> Result<(), StoreError> {
        let row = |row: &UsageRow| {
            vec![
                row.user_id.0.into(),
                row.t.into(),
                row.upload.into(),
                row.download.into(),
                row.node.clone().into(),
                row.count_rate.into(),
            ]
        };
        let into = "user_usage (user_id, t, u, d, node, count_rate)";
        self.insert(into, rows.iter().map(row).collect())
    }

    fn finish(self: Box<Self>) -> Result<(), StoreError> {
        // Every call of `usage` committed its rows.
        Ok(())
    }
}

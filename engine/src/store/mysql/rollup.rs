//! The pre-aggregates on a server.

use super::MysqlStore;
use super::connect::{Link, connect};
use super::view::{MysqlView, bound};
use crate::store::rollup::{Access, Rollup, Writing};
use crate::store::scan::Statement;
use crate::store::stream::Streams;
use crate::store::{StoreError, cell::Cell};
use mysql_async::Conn;
use mysql_async::prelude::Queryable;

/// Held while tables are altered, which no transaction can do. Servers share names among all
/// databases.
const LOCK: &str = "CONCAT('traffic_engine_rollup_', MD5(DATABASE()))";

const DOING: &str = "waiting for whoever alters the pre-aggregates";

pub(super) fn open(
    store: &MysqlStore,
    _access: Access,
    lock_wait_s: u32,
) -> Result<Box<dyn Rollup + '_>, StoreError> {
    let mut link = connect(store)?;
    settle(store, &mut link, lock_wait_s)?;
    Ok(Box::new(MysqlView::on(store, link)?))
}

/// How long to wait for others.
fn settle(store: &MysqlStore, link: &mut Link, lock_wait_s: u32) -> Result<(), StoreError> {
    // Zero is no wait to some servers and an error to others.
    let wait = lock_wait_s.max(1);
    let sql = format!("SET SESSION lock_wait_timeout = {wait}, innodb_lock_wait_timeout = {wait}");
    link.waits_for_locks(wait);
    let set = async |conn: &mut Conn| conn.query_drop(sql).await;
    link.run(set).map_err(store.failed("preparing a connection"))
}

impl Writing for MysqlView<'_> {
    fn execute(&mut self, statement: Statement, doing: &'static str) -> Result<(), StoreError> {
        let (store, Statement { sql, params }) = (self.store, statement);
        let execute = async |conn: &mut Conn| conn.exec_drop(sql, bound(params)).await;
        self.link().run(execute).map_err(store.failed(doing))
    }

    fn script(&mut self, sql: &str, doing: &'static str) -> Result<(), StoreError> {
        let store = self.store;
        let run = async |conn: &mut Conn| conn.query_drop(sql).await;
        self.link().run(run).map_err(store.failed(doing))
    }

    fn begin_altering(&mut self) -> Result<(), StoreError> {
        let sql = format!("SELECT GET_LOCK({LOCK}, @@lock_wait_timeout)");
        let statement = Statement { sql, params: Vec::new() };
        let got =
            self.collected(statement, DOING, |cells| Ok(cells.first() == Some(&Cell::Int(1))))?;
        if got == [true] {
            return Ok(());
        }
        let reason = "another process is altering them".to_owned();
        Err(StoreError::Waited { store: self.store_name(), doing: DOING, reason })
    }

    fn end_altering(&mut self) -> Result<(), StoreError> {
        self.script(&format!("DO RELEASE_LOCK({LOCK})"), DOING)
    }
}

//! The pre-aggregates in a file.

use super::view::SqliteView;
use super::{SqliteStore, lock_wait};
use crate::store::StoreError;
use crate::store::rollup::{Access, Rollup, Writing};
use crate::store::scan::Statement;
use rusqlite::{OpenFlags, params_from_iter};

pub(super) fn open(
    store: &SqliteStore,
    access: Access,
    lock_wait_s: u32,
) -> Result<Box<dyn Rollup + '_>, StoreError> {
    let flags = match access {
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    let conn = store.connect(flags)?;
    let wait = lock_wait(lock_wait_s);
    conn.busy_timeout(wait).map_err(store.failed("preparing a connection"))?;
    Ok(Box::new(SqliteView::on(store, conn)?))
}

impl Writing for SqliteView<'_> {
    fn execute(&mut self, statement: Statement, doing: &'static str) -> Result<(), StoreError> {
        let run = || self.conn.execute(&statement.sql, params_from_iter(&statement.params));
        run().map(drop).map_err(self.store.failed(doing))
    }

    fn script(&mut self, sql: &str, doing: &'static str) -> Result<(), StoreError> {
        self.conn.execute_batch(sql).map_err(self.store.failed(doing))
    }

    fn begin_altering(&mut self) -> Result<(), StoreError> {
        self.script("BEGIN IMMEDIATE", "beginning to alter tables")
    }

    fn end_altering(&mut self) -> Result<(), StoreError> {
        self.script("COMMIT", "altering tables")
    }
}

//! MySQL and MariaDB.

mod connect;
mod doorman;
mod facts;
mod fill;
mod fit;
mod idle;
mod indexes;
mod lookup;
mod mark;
mod refused;
mod rollup;
mod runtime;
mod session;
mod view;
mod wait;
mod watch;

use self::idle::Idle;
use self::mark::Trust;
use self::runtime::Runtime;
use self::wait::Trouble;
use super::schema::SchemaCell;
use super::{
    Access, Altering, Facts, Fill, Index, IndexSql, Mark, MysqlLocation, Patience, Rollup, Store,
    StoreError, Table, View,
};
use std::sync::{Arc, Mutex, OnceLock};

/// A MySQL or MariaDB database. Opening it does nothing; each view and fill has a connection of
/// its own while it lives, and one is kept for the next. Clones share that, and what was found out.
#[derive(Debug, Clone)]
pub struct MysqlStore {
    location: Arc<MysqlLocation>,
    patience: Patience,
    runtime: Arc<Runtime>,
    schema: Arc<SchemaCell>,
    idle: Arc<Idle>,
    trust: Arc<OnceLock<Trust>>,
    /// The last mark by which everything was settled.
    settled: Arc<Mutex<Option<Mark>>>,
    /// What the server that answered last calls itself.
    identity: Arc<Mutex<Option<String>>>,
}

impl MysqlStore {
    /// The database at `location`.
    pub fn new(location: MysqlLocation) -> Self {
        let location = Arc::new(location);
        let (patience, runtime, schema, idle, trust, settled, identity) = Default::default();
        Self { location, patience, runtime, schema, idle, trust, settled, identity }
    }

    fn name(&self) -> String {
        self.location.to_string()
    }

    /// Turns what went wrong into our error.
    fn failed(&self, doing: &'static str) -> impl FnOnce(Trouble) -> StoreError {
        let store = self.name();
        move |trouble| refused::failure(store, doing, trouble)
    }
}

impl Store for MysqlStore {
    fn patience(&self) -> Patience {
        self.patience
    }

    fn is_near(&self) -> bool {
        self.location.is_of_this_machine()
    }

    fn with(&self, patience: Patience) -> Arc<dyn Store> {
        Arc::new(Self { patience, ..self.clone() })
    }

    fn view(&self) -> Result<Box<dyn View + '_>, StoreError> {
        Ok(Box::new(view::MysqlView::open(self)?))
    }

    fn mark(&self) -> Result<Option<Mark>, StoreError> {
        mark::read(self, true)
    }

    fn glance(&self) -> Result<Option<Mark>, StoreError> {
        mark::read(self, false)
    }

    fn facts(&self) -> Result<Facts, StoreError> {
        facts::read(self)
    }

    fn indexes(&self, lock_wait_s: u32) -> Result<Vec<Index>, StoreError> {
        indexes::list(self, lock_wait_s)
    }

    fn row_count(&self, table: Table, lock_wait_s: u32) -> Result<Option<u64>, StoreError> {
        indexes::row_count(self, table, lock_wait_s)
    }

    fn index_sql(&self) -> &dyn IndexSql {
        &indexes::Sql { offline: false }
    }

    fn create_index(
        &self,
        index: &Index,
        how: Altering,
        progress: &dyn Fn(u64),
    ) -> Result<(), StoreError> {
        indexes::create(self, index, how, progress)
    }

    fn drop_index(&self, index: &Index, how: Altering) -> Result<(), StoreError> {
        indexes::drop_index(self, index, how)
    }

    fn rollup(&self, access: Access, lock_wait_s: u32) -> Result<Box<dyn Rollup + '_>, StoreError> {
        rollup::open(self, access, lock_wait_s)
    }

    fn fill(&self) -> Result<Box<dyn Fill + '_>, StoreError> {
        Ok(Box::new(fill::MysqlFill::open(self)?))
    }
}

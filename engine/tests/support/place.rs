//! A database of a test's own, in whatever store.

use super::ask;
use super::mysql::Mysql;
use super::sample::NOW;
use super::sqlite::Sqlite;
use super::tables::Table;
use traffic_engine::store::Store;
use traffic_engine::store::mysql::MysqlStore;
use traffic_engine::store::sqlite::SqliteStore;
use traffic_engine::{Engine, Location, Path};

/// A database of the test's own, of either kind.
pub(crate) trait Place: Send {
    /// How the engine finds it.
    fn location(&self) -> Location;
    /// Creates and fills tables.
    fn create(&mut self, tables: &[Table]);
    /// Adds rows to a table there is.
    fn insert(&mut self, table: &Table);
    /// Runs a statement.
    fn run(&mut self, sql: &str);
    /// The rows of a query, as text.
    fn rows(&mut self, sql: &str) -> Vec<Vec<String>>;
}

impl Place for Sqlite {
    fn location(&self) -> Location {
        Self::location(self)
    }

    fn create(&mut self, tables: &[Table]) {
        Self::create(self, tables);
    }

    fn insert(&mut self, table: &Table) {
        Self::insert(self, table);
    }

    fn run(&mut self, sql: &str) {
        Self::run(self, sql);
    }

    fn rows(&mut self, sql: &str) -> Vec<Vec<String>> {
        Self::rows(self, sql)
    }
}

impl Place for Mysql {
    fn location(&self) -> Location {
        Self::location(self)
    }

    fn create(&mut self, tables: &[Table]) {
        Self::create(self, tables);
    }

    fn insert(&mut self, table: &Table) {
        Self::insert(self, table);
    }

    fn run(&mut self, sql: &str) {
        Self::run(self, sql);
    }

    fn rows(&mut self, sql: &str) -> Vec<Vec<String>> {
        Self::rows(self, sql)
    }
}

/// An engine on `place`, in UTC.
pub(crate) fn engine(place: &dyn Place) -> Engine {
    ask::open(place.location(), "UTC", NOW)
}

/// The same engine, answering by `path`.
pub(crate) fn engine_by(path: Path, place: &dyn Place) -> Engine {
    ask::open_with(place.location(), "UTC", NOW, |config| config.path = path)
}

/// The store below an engine on `place`.
pub(crate) fn store(place: &dyn Place) -> Box<dyn Store> {
    match place.location() {
        Location::Mysql(location) => Box::new(MysqlStore::new(location)),
        Location::Sqlite(path) => Box::new(SqliteStore::new(path)),
    }
}

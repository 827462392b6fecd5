//! A database of a test's own, in whatever store.

use crate::ask;
use crate::environment::server;
use crate::mysql::Mysql;
use crate::sample::NOW;
use crate::sqlite::Sqlite;
use crate::tables::Table;
use traffic_engine::store::Store;
use traffic_engine::store::mysql::MysqlStore;
use traffic_engine::store::sqlite::SqliteStore;
use traffic_engine::{Engine, Location, Path};

/// A database of the test's own, of either kind.
pub trait Place: Send {
    /// How the engine finds it.
    fn location(&self) -> Location;
    /// Creates and fills tables.
    fn create(&mut self, tables: &[Table]);
    /// Adds rows to a table there is.
    fn insert(&mut self, table: &Table);
    /// True for a file.
    fn is_sqlite(&self) -> bool {
        matches!(self.location(), Location::Sqlite(_))
    }
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
pub fn engine(place: &dyn Place) -> Engine {
    ask::open(place.location(), "UTC", NOW)
}

/// The same engine, answering by `path`.
pub fn engine_by(path: Path, place: &dyn Place) -> Engine {
    ask::open_with(place.location(), "UTC", NOW, |config| config.path = path)
}

/// The store below an engine on `place`.
pub fn store(place: &dyn Place) -> Box<dyn Store> {
    match place.location() {
        Location::Mysql(location) => Box::new(MysqlStore::new(location)),
        Location::Sqlite(path) => Box::new(SqliteStore::new(path)),
    }
}

/// Runs `promise` in a fresh file.
pub fn on_sqlite(promise: impl FnOnce(&mut dyn Place)) {
    let mut sqlite = Sqlite::empty();
    // Readers and a writer at the same time, as on a server.
    let mode = sqlite.connection().pragma_update(None, "journal_mode", "wal");
    mode.expect("a journal mode");
    promise(&mut sqlite);
}

/// Runs `promise` in a fresh database of the server, where there is one.
pub fn on_mysql(promise: impl FnOnce(&mut dyn Place)) {
    if let Some(server) = server() {
        promise(&mut Mysql::empty(&server));
    }
}

/// Makes each promise two tests: one in a fresh database of each store. Promises are functions that
/// take a `&mut dyn Place`, in modules beside the call.
#[macro_export]
macro_rules! promises {
    ($($room:ident: $($promise:ident),+ $(,)?;)+) => {
        mod sqlite {
            $($(
                #[test]
                fn $promise() {
                    $crate::place::on_sqlite(super::$room::$promise);
                }
            )+)+
        }

        mod mysql {
            $($(
                #[test]
                fn $promise() {
                    $crate::place::on_mysql(super::$room::$promise);
                }
            )+)+
        }
    };
}

//! SQLite files.

mod facts;
mod fill;
mod indexes;
mod mark;
mod rollup;
mod view;
mod wal;

use super::cell::Cell;
use super::schema::SchemaCell;
use super::{
    Access, Altering, Facts, Fill, Index, IndexSql, Mark, Patience, Rollup, Store, StoreError,
    Table, View,
};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a question waits for a writer.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// What SQLite counts in milliseconds of 31 bits: a longer wait for a writer is 24 days.
fn lock_wait(seconds: u32) -> Duration {
    const MS_MAX: u64 = i32::MAX as u64;
    Duration::from_millis((u64::from(seconds) * 1_000).min(MS_MAX))
}

/// SQLite looks at the clock after so many steps of its machine, which take it a few milliseconds.
const STEPS: i32 = 100_000;

/// A SQLite file. Opening it does nothing; each view and fill has a connection of its own.
/// Clones share what was found out.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    path: PathBuf,
    patience: Patience,
    schema: Arc<SchemaCell>,
}

impl SqliteStore {
    /// The file at `path`, which only [`Store::fill`] creates.
    pub fn new(path: PathBuf) -> Self {
        let (patience, schema) = Default::default();
        Self { path, patience, schema }
    }

    fn name(&self) -> String {
        format!("sqlite://{}", self.path.display())
    }

    fn connect(&self, flags: OpenFlags) -> Result<Connection, StoreError> {
        Connection::open_with_flags(&self.path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|error| self.cannot_open(&error))
    }

    fn connect_to_read(&self) -> Result<Connection, StoreError> {
        let mut conn = self.connect(OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let waiting = |wait| conn.busy_timeout(wait).map_err(|error| self.cannot_open(&error));
        // Who writes at this moment is alive; whoever reads next waits for it.
        waiting(Duration::ZERO)?;
        match touch(&conn) {
            Err(error) if is_half_written(&error) => self.undo_half_written(),
            Err(error) if wal::needs_writable_folder(&self.path, &error) => {
                return wal::open_unchanging(self, &error);
            }
            _ => {}
        }
        waiting(BUSY_WAIT.min(self.patience.silence).min(self.patience.left()))?;
        self.end_in_time(&mut conn)?;
        Ok(conn)
    }

    /// Has what takes longer than there is time broken off.
    fn end_in_time(&self, conn: &mut Connection) -> Result<(), StoreError> {
        let Some(until) = self.patience.until else {
            return Ok(());
        };
        let is_over = move || Instant::now() >= until;
        conn.progress_handler(STEPS, Some(is_over)).map_err(|error| self.cannot_open(&error))
    }

    /// Takes back what a writer that died, or found no space, has left; who only reads cannot.
    /// Where we cannot either, the next read says so.
    fn undo_half_written(&self) {
        if let Ok(conn) = self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE) {
            // SQLite does it before it reads.
            let _ = touch(&conn);
        }
    }

    fn cannot_open(&self, error: &rusqlite::Error) -> StoreError {
        let reason = error.to_string();
        // SQLite sometimes repeats the path, which our message names already.
        let path = format!(": {}", self.path.display());
        let reason = reason.strip_suffix(&path).unwrap_or(&reason).to_owned();
        let remedy = match self.path.exists() {
            true => "check that it is a SQLite database which you may read",
            false => "check the path, or make a store there with `generate`",
        };
        StoreError::CannotOpen { store: self.name(), reason, remedy }
    }

    fn failed(&self, doing: &'static str) -> impl FnOnce(rusqlite::Error) -> StoreError {
        let store = self.name();
        move |error| {
            let reason = error.to_string();
            match error.sqlite_error_code() {
                Some(ErrorCode::ReadOnly) => {
                    let remedy = "name a file that may be written to, or let this one be";
                    StoreError::NotPermitted { store, doing, reason, remedy }
                }
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                    StoreError::Waited { store, doing, reason }
                }
                Some(ErrorCode::OperationInterrupted) => StoreError::TimedOut { store, doing },
                Some(ErrorCode::DiskFull) => StoreError::NoSpace { store, doing, reason },
                _ => StoreError::Failed { store, doing, reason },
            }
        }
    }
}

impl Store for SqliteStore {
    fn patience(&self) -> Patience {
        self.patience
    }

    fn is_near(&self) -> bool {
        true
    }

    fn with(&self, patience: Patience) -> Arc<dyn Store> {
        Arc::new(Self { patience, ..self.clone() })
    }

    fn view(&self) -> Result<Box<dyn View + '_>, StoreError> {
        Ok(Box::new(view::SqliteView::open(self)?))
    }

    fn mark(&self) -> Result<Option<Mark>, StoreError> {
        Ok(mark::read(&self.path))
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
        &indexes::Sql
    }

    fn create_index(
        &self,
        index: &Index,
        how: Altering,
        _progress: &dyn Fn(u64),
    ) -> Result<(), StoreError> {
        indexes::alter(self, &indexes::Sql.create(index), how)
    }

    fn drop_index(&self, index: &Index, how: Altering) -> Result<(), StoreError> {
        indexes::alter(self, &indexes::Sql.drop(index), how)
    }

    fn rollup(&self, access: Access, lock_wait_s: u32) -> Result<Box<dyn Rollup + '_>, StoreError> {
        rollup::open(self, access, lock_wait_s)
    }

    fn fill(&self) -> Result<Box<dyn Fill + '_>, StoreError> {
        Ok(Box::new(fill::SqliteFill::open(self)?))
    }
}

/// Reads as little as can be read.
fn touch(conn: &Connection) -> rusqlite::Result<i64> {
    conn.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| row.get(0))
}

fn is_half_written(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    code == Some(rusqlite::ffi::SQLITE_READONLY_ROLLBACK)
}

/// Names of tables and columns that exist.
fn columns(store: &SqliteStore, conn: &Connection) -> Result<Vec<(Table, String)>, StoreError> {
    let mut found = Vec::new();
    for table in Table::ALL {
        let read = || -> rusqlite::Result<Vec<String>> {
            let mut statement = conn.prepare("SELECT name FROM pragma_table_info(?)")?;
            statement.query_map([table.name()], |row| row.get(0))?.collect()
        };
        // The first read of a file is where SQLite notices that it is none of its own.
        let names = read().map_err(|error| store.cannot_open(&error))?;
        found.extend(names.into_iter().map(|name| (table, name)));
    }
    Ok(found)
}

fn is_view(conn: &Connection, table: Table) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'view' \
               AND lower(name) = ?)";
    conn.query_row(sql, [table.name()], |row| row.get(0))
}

fn cell(value: ValueRef<'_>) -> Cell<'_> {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(value) => Cell::Int(value),
        ValueRef::Real(value) => Cell::Float(value),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Cell::Text(bytes),
    }
}

//! The indexes of a file.

use super::{SqliteStore, columns, is_view, lock_wait, touch};
use crate::store::schema::{Altering, Index, IndexSql};
use crate::store::{StoreError, Table};
use rusqlite::{Connection, Error, ErrorCode, OpenFlags};

const READING: &str = "reading the indexes";

const DOING: &str = "changing the indexes";

/// As SQLite writes it. Repeating a statement does no harm, whoever came first.
pub(super) struct Sql;

impl IndexSql for Sql {
    fn create(&self, index: &Index) -> String {
        let columns = index.columns.iter().map(|column| quoted(column)).collect::<Vec<_>>();
        let (name, table) = (quoted(&index.name), index.table);
        format!("CREATE INDEX IF NOT EXISTS {name} ON `{table}` ({})", columns.join(", "))
    }

    fn drop(&self, index: &Index) -> String {
        format!("DROP INDEX IF EXISTS {}", quoted(&index.name))
    }
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

pub(super) fn list(store: &SqliteStore, lock_wait_s: u32) -> Result<Vec<Index>, StoreError> {
    let conn = ready(store, lock_wait_s)?;
    let mut indexes = Vec::new();
    // By name, as a server lists them.
    for table in [Table::Node, Table::User, Table::UserUsage] {
        let found = indexes_of(&conn, table);
        indexes.extend(found.map_err(|error| refused(store, READING, lock_wait_s, &error))?);
    }
    Ok(indexes)
}

pub(super) fn row_count(
    store: &SqliteStore,
    table: Table,
    lock_wait_s: u32,
) -> Result<Option<u64>, StoreError> {
    let conn = ready(store, lock_wait_s)?;
    if !columns(store, &conn)?.iter().any(|(of, _)| *of == table) {
        return Ok(None);
    }
    let is_view = is_view(&conn, table);
    if is_view.map_err(|error| refused(store, READING, lock_wait_s, &error))? {
        return Ok(None);
    }
    let counted = conn.query_row(&format!("SELECT COUNT(*) FROM `{table}`"), [], |row| row.get(0));
    counted.map(Some).map_err(|error| refused(store, READING, lock_wait_s, &error))
}

/// A connection that reads, and waits for a writer as long as it may.
fn ready(store: &SqliteStore, lock_wait_s: u32) -> Result<Connection, StoreError> {
    let conn = store.connect_to_read()?;
    let wait = lock_wait(lock_wait_s);
    match conn.busy_timeout(wait).and_then(|()| touch(&conn)) {
        Err(error) if is_busy(&error) => Err(refused(store, READING, lock_wait_s, &error)),
        // SQLite notices by the first read that a file is none of its own.
        Err(error) => Err(store.cannot_open(&error)),
        Ok(_) => Ok(conn),
    }
}

fn indexes_of(conn: &Connection, table: Table) -> rusqlite::Result<Vec<Index>> {
    let sql =
        "SELECT name FROM pragma_index_list(?) WHERE origin <> 'pk' AND partial = 0 ORDER BY name";
    let mut list = conn.prepare(sql)?;
    let names: Vec<String> =
        list.query_map([table.name()], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let index = |name: String| {
        let sql = "SELECT COALESCE(name, '(expression)') FROM pragma_index_info(?) ORDER BY seqno";
        let mut list = conn.prepare(sql)?;
        let columns =
            list.query_map([&name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(Index { table, name, columns })
    };
    names.into_iter().map(index).collect()
}

pub(super) fn alter(store: &SqliteStore, sql: &str, how: Altering) -> Result<(), StoreError> {
    let conn = store.connect(OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let wait = lock_wait(how.lock_wait_s);
    let altered = conn.busy_timeout(wait).and_then(|()| conn.execute_batch(sql));
    drop(conn);
    altered.map_err(|error| {
        // On a full disk SQLite leaves that to the next who opens the file.
        store.undo_half_written();
        refused(store, DOING, how.lock_wait_s, &error)
    })
}

fn is_busy(error: &Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// What `error` means to who was `doing` something about the indexes.
fn refused(store: &SqliteStore, doing: &'static str, waited_s: u32, error: &Error) -> StoreError {
    let (store, reason) = (store.name(), error.to_string());
    if is_busy(error) {
        return StoreError::Locked { store, what: "the file".to_owned(), waited_s };
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            let remedy = "give yourself the right to write the file and its folder";
            StoreError::NotPermitted { store, doing, reason, remedy }
        }
        Some(ErrorCode::DiskFull) => StoreError::NoSpace { store, doing, reason },
        _ => StoreError::Failed { store, doing, reason },
    }
}

//! The indexes of a file.

use super::{SqliteStore, columns};
use crate::store::schema::{Altering, Catalogue, Index, IndexSql};
use crate::store::{StoreError, Table};
use rusqlite::{Connection, OpenFlags};
use std::time::Duration;

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

pub(super) fn catalogue(store: &SqliteStore) -> Result<Catalogue, StoreError> {
    let conn = store.connect_to_read()?;
    let found = columns(store, &conn)?;
    let there = Table::ALL.into_iter().filter(|table| found.iter().any(|(of, _)| of == table));
    let read = || -> rusqlite::Result<Catalogue> {
        let (mut indexes, mut rows) = (Vec::new(), Vec::new());
        for table in there {
            indexes.extend(indexes_of(&conn, table)?);
            let count = format!("SELECT COUNT(*) FROM `{table}`");
            rows.push((table, conn.query_row(&count, [], |row| row.get(0))?));
        }
        Ok(Catalogue { indexes, rows })
    };
    read().map_err(store.failed("reading the indexes"))
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
    let wait = Duration::from_secs(how.lock_wait_s.into());
    conn.busy_timeout(wait).and_then(|()| conn.execute_batch(sql)).map_err(store.failed(DOING))
}

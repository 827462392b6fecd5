//! What a file tells about itself.

use super::view::SqliteView;
use super::{SqliteStore, columns, is_view};
use crate::store::facts::{self, TableFacts};
use crate::store::{Facts, StoreError, Table};
use rusqlite::Connection;

const INDEX_SQL: &str = "SELECT COUNT(*) FROM pragma_index_list('user_usage') AS list, \
     pragma_index_info(list.name) AS info WHERE info.seqno = 0 AND lower(info.name) = 't'";

pub(super) fn read(store: &SqliteStore) -> Result<Facts, StoreError> {
    let conn = store.connect_to_read()?;
    let found = columns(store, &conn)?;
    let failed = || store.failed("asking the database");
    let mut tables = tables(&conn, &found).map_err(failed())?;
    let mut usage = None;
    if facts::are_complete(&tables) {
        let indexes = conn.query_row(INDEX_SQL, [], |row| row.get(0));
        let indexes: u64 = indexes.map_err(failed())?;
        let mut view = SqliteView::open(store)?;
        usage = Some(facts::read_rows(&mut view, &mut tables, indexes > 0)?);
    }
    let version = format!("SQLite {}", rusqlite::version());
    Ok(Facts { version, login: None, clock: None, tables, usage })
}

fn tables(conn: &Connection, found: &[(Table, String)]) -> rusqlite::Result<Vec<TableFacts>> {
    let exists = |table: &Table| found.iter().any(|(of, _)| of == table);
    let facts = |table: Table| {
        let sql = format!("SELECT COUNT(*) FROM `{table}`");
        let rows = conn.query_row(&sql, [], |row| row.get(0))?;
        let (is_view, missing_columns) = (is_view(conn, table)?, table.missing_from(found));
        let (no_seconds, bad_values) = (None, Vec::new());
        Ok(TableFacts { table, rows, is_view, missing_columns, no_seconds, bad_values })
    };
    Table::ALL.into_iter().filter(exists).map(facts).collect()
}

//! What a file tells about itself.

use super::{SqliteStore, columns};
use crate::store::facts::{TableFacts, USAGE_SQL, UsageFacts};
use crate::store::{Facts, StoreError, Table};
use rusqlite::{Connection, Row};

const INDEX_SQL: &str = "SELECT COUNT(*) FROM pragma_index_list('user_usage') AS list, \
     pragma_index_info(list.name) AS info WHERE info.seqno = 0 AND lower(info.name) = 't'";

pub(super) fn read(store: &SqliteStore) -> Result<Facts, StoreError> {
    let conn = store.connect_to_read()?;
    let found = columns(store, &conn)?;
    let ask = || -> rusqlite::Result<Facts> {
        let tables = tables(&conn, &found)?;
        let usage = usage(&conn, &tables)?;
        let version = format!("SQLite {}", rusqlite::version());
        Ok(Facts { version, login: None, clock: None, tables, usage })
    };
    ask().map_err(store.failed("asking the database"))
}

fn tables(conn: &Connection, found: &[(Table, String)]) -> rusqlite::Result<Vec<TableFacts>> {
    let exists = |table: &Table| found.iter().any(|(of, _)| of == table);
    let facts = |table: Table| {
        let sql = format!("SELECT COUNT(*) FROM `{table}`");
        let rows = conn.query_row(&sql, [], |row| row.get(0))?;
        Ok(TableFacts { table, rows, missing_columns: table.missing_from(found) })
    };
    Table::ALL.into_iter().filter(exists).map(facts).collect()
}

fn usage(conn: &Connection, tables: &[TableFacts]) -> rusqlite::Result<Option<UsageFacts>> {
    let complete = tables.iter().filter(|facts| facts.missing_columns.is_empty()).count();
    if complete < Table::ALL.len() {
        return Ok(None);
    }
    let indexes: u64 = conn.query_row(INDEX_SQL, [], |row| row.get(0))?;
    let facts = |row: &Row<'_>| {
        let (first, last): (Option<i64>, Option<i64>) = (row.get(0)?, row.get(1)?);
        Ok(UsageFacts {
            span: first.zip(last),
            day_rows: row.get(2)?,
            orphan_rows: row.get(3)?,
            bad_rows: row.get(4)?,
            indexed_by_time: indexes > 0,
        })
    };
    conn.query_row(USAGE_SQL, [], facts).map(Some)
}

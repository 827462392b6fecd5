//! Made-up databases in SQLite files that go away with the test.

use crate::database::Database;
use crate::tables::{Table, Value};
use rusqlite::types::{ToSqlOutput, Value as SqlValue, ValueRef};
use rusqlite::{Connection, Row, ToSql, params_from_iter};
use tempfile::TempDir;
use traffic_engine::Location;

/// A SQLite file with tables.
pub struct Sqlite {
    directory: TempDir,
}

impl Sqlite {
    /// A file that holds `database`.
    pub fn holding(database: &Database) -> Self {
        let sqlite = Self::empty();
        sqlite.create(&database.tables());
        sqlite
    }

    /// A file without tables.
    pub fn empty() -> Self {
        Self { directory: tempfile::tempdir().expect("a directory") }
    }

    pub fn location(&self) -> Location {
        Location::Sqlite(self.directory.path().join("usage.db"))
    }

    pub fn connection(&self) -> Connection {
        let conn = Connection::open(self.directory.path().join("usage.db")).expect("a file");
        // The file need not outlive a power cut.
        conn.pragma_update(None, "synchronous", "off").expect("a pragma");
        conn
    }

    /// Creates and fills tables.
    pub fn create(&self, tables: &[Table]) {
        let mut conn = self.connection();
        let transaction = conn.transaction().expect("a transaction");
        for table in tables {
            transaction.execute(&ddl(table), []).expect("a table");
            insert(&transaction, table);
        }
        transaction.commit().expect("a commit");
    }

    /// Adds rows to a table there is.
    pub fn insert(&self, table: &Table) {
        let mut conn = self.connection();
        let transaction = conn.transaction().expect("a transaction");
        insert(&transaction, table);
        transaction.commit().expect("a commit");
    }

    /// Runs statements.
    pub fn run(&self, sql: &str) {
        self.connection().execute_batch(sql).expect(sql);
    }

    /// The rows of a query, as text.
    pub fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let conn = self.connection();
        let mut statement = conn.prepare(sql).expect(sql);
        let width = statement.column_count();
        let row = |row: &Row<'_>| (0..width).map(|at| Ok(text(row.get_ref(at)?))).collect();
        statement.query_map([], row).expect(sql).collect::<rusqlite::Result<_>>().expect(sql)
    }
}

fn text(value: ValueRef<'_>) -> String {
    match SqlValue::try_from(value).expect("texts are UTF-8") {
        SqlValue::Null => "NULL".to_owned(),
        SqlValue::Integer(value) => value.to_string(),
        SqlValue::Real(value) => value.to_string(),
        SqlValue::Text(text) => text,
        SqlValue::Blob(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
    }
}

fn insert(conn: &Connection, table: &Table) {
    let marks = vec!["?"; table.columns.len()].join(", ");
    let sql = format!("INSERT INTO `{}` VALUES ({marks})", table.name);
    let mut insert = conn.prepare(&sql).expect("a statement");
    for row in &table.rows {
        insert.execute(params_from_iter(row)).expect("a row");
    }
}

fn ddl(table: &Table) -> String {
    let mut columns = table.columns.iter().map(|(name, definition)| {
        // SQLite's row ids are the only keys it counts up by itself.
        let definition =
            definition.replace("int NOT NULL AUTO_INCREMENT PRIMARY KEY", "INTEGER PRIMARY KEY");
        format!("`{name}` {definition}")
    });
    let columns: Vec<String> = columns.by_ref().collect();
    format!("CREATE TABLE `{}` ({})", table.name, columns.join(", "))
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(match self {
            Self::Null => SqlValue::Null,
            Self::Int(value) => SqlValue::Integer(*value),
            Self::Float(value) => SqlValue::Real(*value),
            Self::Text(text) => SqlValue::Text(text.clone()),
        }))
    }
}

//! Copies the tables of a server into a file.

use crate::support::mysql::Database;
use mysql_async::Value;
use rusqlite::{Connection, params_from_iter, types};

/// Copies `user`, `node` and `user_usage` with all their columns and rows.
pub(super) fn tables(from: &Database, to: &Connection) {
    for table in ["user", "node", "user_usage"] {
        let columns = columns(from, table);
        let names: Vec<_> = columns.iter().map(|(name, kind)| format!("`{name}` {kind}")).collect();
        let create = format!("CREATE TABLE `{table}` ({}, PRIMARY KEY (id))", names.join(", "));
        to.execute(&create, ()).expect("a new table");
        let marks = vec!["?"; columns.len()].join(", ");
        let mut insert =
            to.prepare(&format!("INSERT INTO `{table}` VALUES ({marks})")).expect("a table");
        to.execute_batch("BEGIN").expect("a transaction");
        for row in from.rows(&format!("SELECT * FROM `{table}`")) {
            let values = row.unwrap().into_iter().zip(&columns);
            let values = values.map(|(value, (_, kind))| converted(value, kind));
            insert.execute(params_from_iter(values)).expect("a new row");
        }
        to.execute_batch("COMMIT").expect("an end of the transaction");
    }
}

/// Names and SQLite types of the columns of a table, in order.
fn columns(from: &Database, table: &str) -> Vec<(String, &'static str)> {
    let sql = format!(
        "SELECT column_name, data_type FROM information_schema.columns \
         WHERE table_schema = DATABASE() AND table_name = '{table}' ORDER BY ordinal_position"
    );
    let rows = from.rows(&sql).into_iter();
    rows.map(|row| {
        let (name, kind): (String, String) = mysql_async::from_row(row);
        let kind = match kind.as_str() {
            "tinyint" | "int" | "bigint" => "INTEGER",
            "float" | "double" => "REAL",
            _ => "TEXT",
        };
        (name, kind)
    })
    .collect()
}

/// A value of the text protocol in the type of its column.
fn converted(value: Value, kind: &str) -> types::Value {
    let Value::Bytes(bytes) = value else { return types::Value::Null };
    let text = String::from_utf8(bytes).expect("UTF-8");
    match kind {
        "INTEGER" => types::Value::Integer(text.parse().expect("an integer")),
        "REAL" => types::Value::Real(text.parse().expect("a number")),
        _ => types::Value::Text(text),
    }
}

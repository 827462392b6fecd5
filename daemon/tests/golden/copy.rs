//! Copies the tables of a server into a file.

use rusqlite::{Connection, params_from_iter, types};
use traffic_engine_testkit::mysql::Mysql;

/// Copies `user`, `node` and `user_usage` with all their columns and rows.
pub(super) fn tables(from: &Mysql, to: &Connection) {
    for table in ["user", "node", "user_usage"] {
        let columns = columns(from, table);
        let names: Vec<_> = columns.iter().map(|(name, kind)| format!("`{name}` {kind}")).collect();
        let create = format!("CREATE TABLE `{table}` ({}, PRIMARY KEY (id))", names.join(", "));
        to.execute(&create, ()).expect("a new table");
        let marks = vec!["?"; columns.len()].join(", ");
        let mut insert =
            to.prepare(&format!("INSERT INTO `{table}` VALUES ({marks})")).expect("a table");
        to.execute_batch("BEGIN").expect("a transaction");
        for row in from.session().rows(&format!("SELECT * FROM `{table}`")) {
            let values = row.into_iter().zip(&columns);
            let values = values.map(|(value, (_, kind))| converted(value, kind));
            insert.execute(params_from_iter(values)).expect("a new row");
        }
        to.execute_batch("COMMIT").expect("an end of the transaction");
    }
}

/// Names and SQLite types of the columns of a table, in order.
fn columns(from: &Mysql, table: &str) -> Vec<(String, &'static str)> {
    let sql = format!(
        "SELECT column_name, data_type FROM information_schema.columns \
         WHERE table_schema = DATABASE() AND table_name = '{table}' ORDER BY ordinal_position"
    );
    let kind_of = |data_type: &str| match data_type {
        "tinyint" | "int" | "bigint" => "INTEGER",
        "float" | "double" => "REAL",
        _ => "TEXT",
    };
    from.rows(&sql).iter().map(|row| (row[0].clone(), kind_of(&row[1]))).collect()
}

/// A value of the text protocol in the type of its column.
fn converted(value: Option<String>, kind: &str) -> types::Value {
    let Some(text) = value else { return types::Value::Null };
    match kind {
        "INTEGER" => types::Value::Integer(text.parse().expect("an integer")),
        "REAL" => types::Value::Real(text.parse().expect("a number")),
        _ => types::Value::Text(text),
    }
}

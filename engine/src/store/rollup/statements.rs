//! Statements that write many rows at once.

use crate::store::scan::{Dialect, Param, Statement};

/// Rows of a statement: of at most nine values each, so that SQLite's limit of 32 766 is far.
pub(super) const ROWS_MAX: usize = 500;

/// A table and how its rows are written.
pub(super) struct Target {
    pub(super) table: &'static str,
    /// Columns of the key, after the row id.
    pub(super) key: &'static [&'static str],
    /// The other columns.
    pub(super) values: &'static [&'static str],
    /// Keeps the time of the last change.
    pub(super) has_updated_at: bool,
}

pub(super) const USERS: Target = Target {
    table: "daily_user_traffic",
    key: &["user_id", "date"],
    values: &["total_upload", "total_download", "total_traffic", "unique_nodes", "usage_records"],
    has_updated_at: true,
};

pub(super) const NODES: Target = Target {
    table: "daily_node_traffic",
    key: &["node_id", "node", "date"],
    values: &["total_upload", "total_download", "total_traffic", "unique_users", "usage_records"],
    has_updated_at: true,
};

pub(super) const HOURS: Target = Target {
    table: "hourly_stats",
    key: &["hour_timestamp"],
    values: &[
        "total_users",
        "active_users",
        "total_nodes",
        "active_nodes",
        "total_traffic",
        "peak_traffic",
    ],
    has_updated_at: false,
};

pub(super) const SUMMED: Target = Target {
    table: "traffic_engine_rollup_days",
    key: &["date"],
    values: &["zone", "fingerprint", "day_records", "day_traffic", "checked_at"],
    has_updated_at: false,
};

pub(super) const BASE: Target = Target {
    table: "traffic_engine_rollup_nodes",
    key: &["date", "node"],
    values: &["merged_upload", "merged_download", "merged_users", "merged_records"],
    has_updated_at: false,
};

impl Target {
    /// Adds rows of key and values. Somebody may have come before without our lock: then the row
    /// there is becomes this one.
    pub(super) fn insert(&self, dialect: Dialect, rows: &[Vec<Param>]) -> Statement {
        self.put(dialect, self.key.to_vec(), self.values.to_vec(), rows)
    }

    /// Changes rows of id, key and values that are there. A row that is named by its id takes none
    /// of the numbers for new ones, of which an `int` does not have many.
    pub(super) fn alter(&self, dialect: Dialect, rows: &[Vec<Param>]) -> Statement {
        let updated = [self.key, self.values].concat();
        self.put(dialect, vec!["id"], updated, rows)
    }

    fn put(
        &self,
        dialect: Dialect,
        key: Vec<&str>,
        values: Vec<&str>,
        rows: &[Vec<Param>],
    ) -> Statement {
        let columns = [key, values.clone()].concat();
        let mut assignments: Vec<String> =
            values.iter().map(|column| dialect.assignment(column)).collect();
        if self.has_updated_at && matches!(dialect, Dialect::Sqlite) {
            assignments.push("updated_at = CURRENT_TIMESTAMP".to_owned());
        }
        let row = format!("({})", vec!["?"; columns.len()].join(", "));
        let sql = format!(
            "INSERT INTO {} ({}) VALUES {} {} {}",
            self.table,
            columns.join(", "),
            vec![row; rows.len()].join(", "),
            dialect.on_conflict(),
            assignments.join(", "),
        );
        Statement { sql, params: rows.concat() }
    }
}

impl Dialect {
    fn on_conflict(self) -> &'static str {
        match self {
            Self::Mysql => "ON DUPLICATE KEY UPDATE",
            Self::Sqlite => "ON CONFLICT DO UPDATE SET",
        }
    }

    fn assignment(self, column: &str) -> String {
        match self {
            Self::Mysql => format!("{column} = VALUES({column})"),
            Self::Sqlite => format!("{column} = excluded.{column}"),
        }
    }

    /// A date as text.
    pub(super) fn date_text(self) -> &'static str {
        match self {
            Self::Mysql => "CAST(date AS CHAR)",
            Self::Sqlite => "date",
        }
    }
}

/// Deletes rows by id.
pub(super) fn delete(table: &str, ids: &[i64]) -> Statement {
    let marks = vec!["?"; ids.len()].join(", ");
    let sql = format!("DELETE FROM {table} WHERE id IN ({marks})");
    Statement { sql, params: ids.iter().copied().map(Param::Int).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(id: i64) -> Vec<Param> {
        vec![Param::Int(id); 8]
    }

    #[test]
    fn rows_that_are_there_are_named_by_id() {
        let statement = HOURS.alter(Dialect::Mysql, &[hour(1), hour(2)]);
        let begins = "INSERT INTO hourly_stats (id, hour_timestamp, total_users, ";
        assert!(statement.sql.starts_with(begins), "{}", statement.sql);
        assert!(statement.sql.contains("), (?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"));
        assert_eq!(statement.params.len(), 16);
    }

    #[test]
    fn sqlite_is_told_when_a_row_changed() {
        let row = vec![Param::Int(1); 7];
        let sql = USERS.insert(Dialect::Sqlite, std::slice::from_ref(&row)).sql;
        assert!(sql.ends_with("excluded.usage_records, updated_at = CURRENT_TIMESTAMP"), "{sql}");
        assert!(!USERS.insert(Dialect::Mysql, &[row]).sql.contains("updated_at"));
    }
}

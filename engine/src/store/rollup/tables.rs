//! Which tables the pre-aggregates take, and which of them a database has in what form.

use crate::store::StoreError;
use serde::Serialize;

/// A table of the pre-aggregates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RollupTable {
    /// Its name.
    pub name: &'static str,
    /// Its form.
    pub form: Form,
}

/// What a database has of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Nothing.
    Missing,
    /// A form of before, which cannot hold what belongs there.
    Old,
    /// All of it.
    Ready,
}

pub(super) const NODE_TABLE: &str = "daily_node_traffic";

/// The tables, and the columns we use.
pub(super) const TABLES: [(&str, &[&str]); 6] = [
    (
        "daily_user_traffic",
        &[
            "id",
            "user_id",
            "date",
            "total_upload",
            "total_download",
            "total_traffic",
            "unique_nodes",
            "usage_records",
            "updated_at",
        ],
    ),
    (
        NODE_TABLE,
        &[
            "id",
            "node_id",
            "date",
            "total_upload",
            "total_download",
            "total_traffic",
            "unique_users",
            "usage_records",
            "updated_at",
        ],
    ),
    (
        "hourly_stats",
        &[
            "id",
            "hour_timestamp",
            "total_users",
            "active_users",
            "total_nodes",
            "active_nodes",
            "total_traffic",
            "peak_traffic",
        ],
    ),
    (
        "traffic_engine_rollup_days",
        &["date", "zone", "fingerprint", "day_records", "day_traffic", "checked_at"],
    ),
    (
        "traffic_engine_rollup_nodes",
        &["date", "node", "merged_upload", "merged_download", "merged_users", "merged_records"],
    ),
    ("traffic_engine_rollup_state", &["id", "zone", "version", "node_list"]),
];

/// A column that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) table: String,
    pub(super) name: String,
    pub(super) kind: String,
}

/// What was found of the tables.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Found {
    pub(super) columns: Vec<Column>,
    /// Columns of the unique key of nodes.
    pub(super) node_key: Vec<String>,
}

impl Found {
    /// The form of each table.
    ///
    /// # Errors
    /// [`StoreError::ForeignTable`].
    pub(super) fn forms(&self, store: impl Fn() -> String) -> Result<Vec<RollupTable>, StoreError> {
        let form = |(name, columns): (&'static str, &[&'static str])| {
            if !self.columns.iter().any(|column| column.table == name) {
                return Ok(RollupTable { name, form: Form::Missing });
            }
            if let Some(&column) = columns.iter().find(|column| self.kind(name, column).is_none()) {
                return Err(StoreError::ForeignTable { store: store(), table: name, column });
            }
            let is_old = name == NODE_TABLE && !self.keeps_texts();
            Ok(RollupTable { name, form: if is_old { Form::Old } else { Form::Ready } })
        };
        TABLES.into_iter().map(form).collect()
    }

    /// True when rows of nodes are told apart by text.
    fn keeps_texts(&self) -> bool {
        self.has_node_text() && self.node_key.iter().any(|column| column == "node")
    }

    pub(super) fn has_node_text(&self) -> bool {
        self.kind(NODE_TABLE, "node").is_some()
    }

    /// True where ids of nodes are texts.
    pub(super) fn ids_are_texts(&self) -> bool {
        self.kind(NODE_TABLE, "node_id").is_some_and(|kind| kind.contains("char"))
    }

    fn kind(&self, table: &str, name: &str) -> Option<&str> {
        let found = self.columns.iter().find(|it| it.table == table && it.name == name)?;
        Some(&found.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(node_id: &str, node: bool, key: &[&str]) -> Found {
        let (_, columns) = TABLES[1];
        let further = if node { &["node"][..] } else { &[] };
        let column = |name: &&str| Column {
            table: NODE_TABLE.to_owned(),
            name: (*name).to_owned(),
            kind: if *name == "node_id" { node_id } else { "varchar" }.to_owned(),
        };
        Found {
            columns: columns.iter().chain(further).map(column).collect(),
            node_key: key.iter().map(|&column| column.to_owned()).collect(),
        }
    }

    fn form(found: &Found) -> Form {
        found.forms(String::new).expect("forms")[1].form
    }

    #[test]
    fn the_key_makes_the_form() {
        let old = ["node_id", "date"];
        assert_eq!(form(&Found::default()), Form::Missing);
        assert_eq!(form(&found("int", false, &old)), Form::Old);
        assert_eq!(form(&found("varchar", false, &old)), Form::Old);
        assert_eq!(form(&found("int", true, &old)), Form::Old);
        assert_eq!(form(&found("int", true, &[])), Form::Old);
        assert_eq!(form(&found("int", true, &["node_id", "node", "date"])), Form::Ready);
    }

    #[test]
    fn a_table_of_somebody_else_is_named() {
        let mut found = found("int", false, &[]);
        found.columns.retain(|column| column.name != "total_traffic");
        let error = found.forms(|| "db".to_owned()).expect_err("foreign").to_string();
        assert!(error.contains("`daily_node_traffic` of db lacks the column `total_traffic`"));
    }
}

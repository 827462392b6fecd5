//! Which tables and columns we read, and which of them a database has.

use crate::store::StoreError;
use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Columns we read of `user`.
pub(in crate::store) static USER_COLUMNS: [&str; 12] = [
    "id",
    "uuid",
    "sid",
    "u",
    "d",
    "transfer_enable",
    "enable",
    "created_at",
    "remark",
    "speedlimitss",
    "speedlimitother",
    "illegal",
];

/// Columns we read of `node`; those behind the required ones may be missing.
pub(in crate::store) static NODE_COLUMNS: [&str; 13] = [
    "id",
    "name",
    "address",
    "enable",
    "statistics",
    "max_traffic",
    "last_online",
    "country",
    "type",
    "tag",
    "speed_limit",
    "excessive_speed_limit",
    "traffic_rate",
];

const NODE_COLUMNS_REQUIRED: usize = 10;

/// Columns we read of `user_usage`; the last one only where rows are the answer.
pub(in crate::store) static USAGE_COLUMNS: [&str; 7] =
    ["id", "user_id", "t", "u", "d", "node", "count_rate"];

/// A table of the V2RaySocks schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Table {
    /// Subscribers.
    User,
    /// Servers.
    Node,
    /// Traffic rows.
    UserUsage,
}

impl Table {
    /// All tables we read.
    pub const ALL: [Self; 3] = [Self::User, Self::Node, Self::UserUsage];

    /// Name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Node => "node",
            Self::UserUsage => "user_usage",
        }
    }

    /// Columns without which no answer is possible.
    pub fn required_columns(self) -> &'static [&'static str] {
        match self {
            Self::User => &USER_COLUMNS,
            Self::Node => &NODE_COLUMNS[..NODE_COLUMNS_REQUIRED],
            Self::UserUsage => &USAGE_COLUMNS,
        }
    }

    /// Required columns that `found` lacks.
    pub(in crate::store) fn missing_from(self, found: &[(Self, String)]) -> Vec<&'static str> {
        let has = |column: &str| {
            found.iter().any(|(of, name)| *of == self && name.eq_ignore_ascii_case(column))
        };
        self.required_columns().iter().copied().filter(|column| !has(column)).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The columns a database has, checked to be enough.
#[derive(Debug, Clone, Default)]
pub(in crate::store) struct Schema {
    columns: HashSet<(Table, String)>,
}

impl Schema {
    /// Checks the columns found in `store`.
    ///
    /// # Errors
    /// [`StoreError::MissingTable`] and [`StoreError::MissingColumn`].
    fn check(store: &str, found: Vec<(Table, String)>) -> Result<Self, StoreError> {
        for table in Table::ALL {
            let store = || store.to_owned();
            if !found.iter().any(|(of, _)| *of == table) {
                return Err(StoreError::MissingTable { store: store(), table });
            }
            if let Some(&column) = table.missing_from(&found).first() {
                return Err(StoreError::MissingColumn { store: store(), table, column });
            }
        }
        let lower = |(table, name): (Table, String)| (table, name.to_ascii_lowercase());
        Ok(Self { columns: found.into_iter().map(lower).collect() })
    }

    /// True when the table has the column.
    pub(in crate::store) fn has(&self, table: Table, column: &str) -> bool {
        self.columns.contains(&(table, column.to_owned()))
    }

    /// The column's quoted name where the table has it, otherwise the literal NULL.
    pub(in crate::store) fn column_or_null(&self, table: Table, column: &str) -> String {
        if self.has(table, column) { format!("`{column}`") } else { "NULL".to_owned() }
    }
}

/// Reads the schema of a database once.
#[derive(Debug, Default)]
pub(in crate::store) struct SchemaCell(OnceLock<Arc<Schema>>);

impl SchemaCell {
    /// The schema, checked; `read` tells the columns when that is not known yet.
    pub(in crate::store) fn get_or_read(
        &self,
        store: &str,
        read: impl FnOnce() -> Result<Vec<(Table, String)>, StoreError>,
    ) -> Result<Arc<Schema>, StoreError> {
        if let Some(schema) = self.0.get() {
            return Ok(Arc::clone(schema));
        }
        let schema = Arc::new(Schema::check(store, read()?)?);
        Ok(Arc::clone(self.0.get_or_init(|| schema)))
    }
}

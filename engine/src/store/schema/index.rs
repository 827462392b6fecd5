//! Indexes: those a database has, and those that help.

use super::Table;
use serde::{Serialize, Serializer};

/// An index of one of the three tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Index {
    /// Its table.
    #[serde(serialize_with = "by_name")]
    pub table: Table,
    /// Its name.
    pub name: String,
    /// Its columns in order. One that is indexed only in part, or computed, stands in parentheses.
    pub columns: Vec<String>,
}

fn by_name<S: Serializer>(table: &Table, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(table.name())
}

impl Index {
    /// True when whoever looks for `other` may take this one: it begins with the same columns.
    pub(crate) fn serves_as(&self, other: &Self) -> bool {
        let same = |(mine, theirs): (&String, &String)| mine.eq_ignore_ascii_case(theirs);
        self.table == other.table
            && self.columns.len() >= other.columns.len()
            && self.columns.iter().zip(&other.columns).all(same)
    }
}

/// What a database says of its tables and indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// All indexes of the three tables but primary keys, by table and name.
    pub indexes: Vec<Index>,
    /// Rows of each table that was counted and is there.
    pub rows: Vec<(Table, u64)>,
}

impl Catalogue {
    pub(crate) fn rows_of(&self, table: Table) -> Option<u64> {
        self.rows.iter().find(|(of, _)| *of == table).map(|(_, rows)| *rows)
    }
}

/// How an index may be made or dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Altering {
    /// Seconds to wait for a lock that somebody holds on the table.
    pub lock_wait_s: u32,
    /// Whether others may be kept from writing meanwhile, which some tables ask for.
    pub offline: bool,
}

impl Default for Altering {
    /// Five seconds, and nobody is kept from anything.
    fn default() -> Self {
        Self { lock_wait_s: 5, offline: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(columns: &[&str]) -> Index {
        let columns = columns.iter().map(|&column| column.to_owned()).collect();
        Index { table: Table::UserUsage, name: "x".to_owned(), columns }
    }

    #[test]
    fn an_index_serves_as_those_that_begin_it() {
        let wide = index(&["T", "user_id", "node"]);
        assert!(wide.serves_as(&index(&["t", "user_id"])));
        assert!(!wide.serves_as(&index(&["user_id", "t"])));
        assert!(!index(&["t"]).serves_as(&wide));
        assert!(!index(&["t", "(node)"]).serves_as(&index(&["t", "node"])));
        assert!(!Index { table: Table::User, ..wide.clone() }.serves_as(&wide));
    }
}

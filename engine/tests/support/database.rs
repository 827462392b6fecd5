//! Made-up databases as plain rows.

use super::tables::{self, Table};
use std::fmt;

/// A made-up database.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Database {
    pub(crate) users: Vec<User>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) usage: Vec<Usage>,
    /// Which of [`OPTIONAL_NODE_COLUMNS`] this database lacks.
    pub(crate) missing: Vec<&'static str>,
}

/// Columns of `node` that not every database has.
pub(crate) const OPTIONAL_NODE_COLUMNS: [&str; 3] =
    ["traffic_rate", "speed_limit", "excessive_speed_limit"];

/// A row of `user`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) uuid: String,
    pub(crate) u: i64,
    pub(crate) d: i64,
    pub(crate) transfer_enable: i64,
    pub(crate) enable: i64,
    pub(crate) created_at: i64,
    pub(crate) sid: i64,
    pub(crate) speedlimitss: Option<i64>,
    pub(crate) speedlimitother: Option<i64>,
    pub(crate) illegal: i64,
    pub(crate) remark: Option<String>,
}

/// A row of `node`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) id: i64,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) max_traffic: i64,
    pub(crate) traffic_rate: Option<f64>,
    pub(crate) country: Option<String>,
    pub(crate) speed_limit: Option<i64>,
    pub(crate) excessive_speed_limit: i64,
    pub(crate) tag: Option<String>,
    pub(crate) statistics: Option<i64>,
    pub(crate) last_online: Option<i64>,
    pub(crate) enable: i64,
}

/// A row of `user_usage`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Usage {
    pub(crate) id: i64,
    pub(crate) user_id: i64,
    pub(crate) t: i64,
    pub(crate) u: i64,
    pub(crate) d: i64,
    pub(crate) node: String,
    pub(crate) count_rate: Option<f64>,
}

impl Database {
    /// The three tables with their rows.
    pub(crate) fn tables(&self) -> Vec<Table> {
        let mut node = tables::node(&self.nodes);
        for column in &self.missing {
            node = node.without(column);
        }
        vec![tables::user(&self.users), node, tables::user_usage(&self.usage)]
    }

    /// True unless the database lacks this optional column of `node`.
    pub(crate) fn has(&self, column: &str) -> bool {
        !self.missing.contains(&column)
    }
}

/// One row a line, as a failing test shows it.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "database without columns {:?}:", self.missing)?;
        for user in &self.users {
            writeln!(f, "    {user:?}")?;
        }
        for node in &self.nodes {
            writeln!(f, "    {node:?}")?;
        }
        for row in &self.usage {
            writeln!(f, "    {row:?}")?;
        }
        Ok(())
    }
}

//! Made-up databases as plain rows.

use crate::tables::{self, Table};
use std::fmt;

/// A made-up database.
#[derive(Clone, Default, PartialEq)]
pub struct Database {
    pub users: Vec<User>,
    pub nodes: Vec<Node>,
    pub usage: Vec<Usage>,
    /// Which of [`OPTIONAL_NODE_COLUMNS`] this database lacks.
    pub missing: Vec<&'static str>,
}

/// Columns of `node` that not every database has.
pub const OPTIONAL_NODE_COLUMNS: [&str; 3] =
    ["traffic_rate", "speed_limit", "excessive_speed_limit"];

/// A row of `user`.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    pub id: i64,
    pub uuid: String,
    pub u: i64,
    pub d: i64,
    pub transfer_enable: i64,
    pub enable: i64,
    pub created_at: i64,
    pub sid: i64,
    pub speedlimitss: Option<i64>,
    pub speedlimitother: Option<i64>,
    pub illegal: i64,
    pub remark: Option<String>,
}

/// A row of `node`.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub id: i64,
    pub kind: String,
    pub name: String,
    pub address: String,
    pub max_traffic: i64,
    pub traffic_rate: Option<f64>,
    pub country: Option<String>,
    pub speed_limit: Option<i64>,
    pub excessive_speed_limit: i64,
    pub tag: Option<String>,
    pub statistics: Option<i64>,
    pub last_online: Option<i64>,
    pub enable: i64,
}

/// A row of `user_usage`.
#[derive(Debug, Clone, PartialEq)]
pub struct Usage {
    pub id: i64,
    pub user_id: i64,
    pub t: i64,
    pub u: i64,
    pub d: i64,
    pub node: String,
    pub count_rate: Option<f64>,
}

impl Database {
    /// The three tables with their rows.
    pub fn tables(&self) -> Vec<Table> {
        let mut node = tables::node(&self.nodes);
        for column in &self.missing {
            node = node.without(column);
        }
        vec![tables::user(&self.users), node, tables::user_usage(&self.usage)]
    }

    /// True unless the database lacks this optional column of `node`.
    pub fn has(&self, column: &str) -> bool {
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

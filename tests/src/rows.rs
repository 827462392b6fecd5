//! Usage rows in plain structures, and the figures they add up to in plain loops.

use std::collections::{BTreeMap, BTreeSet};

/// The moment at which all engines of these tests stand: 2025-08-20 12:00:00 UTC.
pub const NOW: i64 = 1_755_691_200;

/// Seconds of a day.
pub const DAY_S: i64 = 86_400;

/// Listed users have the ids from 1 to this.
pub const USERS: i64 = 6;

/// Names of the listed nodes; rows name others too.
pub const NODES: [&str; 3] = ["Tokyo", "Osaka", "Kyoto"];

/// The node of merged days.
pub const MERGED: &str = "DAY";

/// A row of `user_usage`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Listed or not.
    pub user: i64,
    /// Unix seconds.
    pub t: i64,
    /// Bytes uploaded.
    pub u: u64,
    /// Bytes downloaded.
    pub d: u64,
    /// Name of a node, or [`MERGED`].
    pub node: String,
}

/// Usage rows by id.
pub type Rows = BTreeMap<i64, Row>;

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Question {
    /// All users, ranked.
    Users,
    /// All nodes, aggregated.
    Nodes,
    /// Totals of all time.
    Total,
}

impl Question {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Users, Self::Nodes, Self::Total];
}

#[derive(Default)]
struct Sum {
    u: u128,
    d: u128,
    rows: u64,
    span: Option<(i64, i64)>,
    users: BTreeSet<i64>,
}

impl Sum {
    fn add(&mut self, row: &Row) {
        self.u += u128::from(row.u);
        self.d += u128::from(row.d);
        self.rows += 1;
        let (first, last) = self.span.unwrap_or((row.t, row.t));
        self.span = Some((first.min(row.t), last.max(row.t)));
        self.users.insert(row.user);
    }
}

/// What the answer to `question` must say, as a line of text.
pub fn figures(question: Question, rows: &Rows) -> String {
    match question {
        Question::Users => {
            let listed = |row: &&Row| (1..=USERS).contains(&row.user);
            let sums = summed(rows.values().filter(listed), |row| row.user);
            let line = |(user, sum): (&i64, &Sum)| {
                let (first, last) = sum.span.unwrap_or_default();
                format!("{user}:{}:{}:{}:{first}:{last}", sum.u, sum.d, sum.rows)
            };
            joined(sums.iter().map(line))
        }
        Question::Nodes => {
            let is_node = |row: &&Row| row.node != MERGED;
            let sums = summed(rows.values().filter(is_node), |row| row.node.clone());
            let line = |(node, sum): (&String, &Sum)| {
                format!("{node}:{}:{}:{}", sum.u + sum.d, sum.rows, sum.users.len())
            };
            joined(sums.iter().map(line))
        }
        Question::Total => {
            let mut sum = Sum::default();
            rows.values().for_each(|row| sum.add(row));
            format!("{}:{}:{}", sum.u, sum.d, sum.rows)
        }
    }
}

/// Parts of a line, in the one order both sides write them in.
pub fn joined(parts: impl Iterator<Item = String>) -> String {
    let mut parts: Vec<String> = parts.collect();
    parts.sort();
    parts.join(" ")
}

fn summed<'a, K: Ord>(
    rows: impl Iterator<Item = &'a Row>,
    key: impl Fn(&Row) -> K,
) -> BTreeMap<K, Sum> {
    let mut sums: BTreeMap<K, Sum> = BTreeMap::new();
    rows.for_each(|row| sums.entry(key(row)).or_default().add(row));
    sums
}

//! Rows of the pre-aggregates, as they are stored and as they are to be.

use crate::units::UnixSeconds;
use std::collections::{BTreeMap, HashMap};

/// Columns that both daily tables have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Measures {
    /// Bytes uploaded.
    pub upload: i64,
    /// Bytes downloaded.
    pub download: i64,
    /// Both together.
    pub traffic: i64,
    /// Distinct nodes of a user, or users of a node.
    pub unique: i64,
    /// Number of rows.
    pub records: i64,
}

/// A node as the pre-aggregates know it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeKey {
    /// Id of a listed node, 0 for any other text.
    pub id: i64,
    /// The id's digits, or the text.
    pub text: String,
}

/// Columns of `hourly_stats`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hour {
    /// Users listed when the hour was last changed.
    pub total_users: i64,
    /// Users with rows.
    pub active_users: i64,
    /// Nodes listed when the hour was last changed.
    pub total_nodes: i64,
    /// Nodes with rows.
    pub active_nodes: i64,
    /// Bytes of all users.
    pub traffic: i64,
    /// Bytes of the user with most.
    pub peak: i64,
}

/// What of a node's day was seen as ordinary rows and has been merged away since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Base {
    /// Bytes uploaded.
    pub upload: i64,
    /// Bytes downloaded.
    pub download: i64,
    /// Distinct users.
    pub users: i64,
    /// Number of rows.
    pub records: i64,
}

/// What a day's figures were made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummedDay {
    /// Zone whose day it is.
    pub zone: String,
    /// The rows, see [`crate::store::Fingerprint`].
    pub fingerprint: String,
    /// Number of merged rows among them.
    pub day_records: u64,
    /// Bytes of those.
    pub day_traffic: u128,
    /// Moment whose rows were summed or compared.
    pub checked_at: UnixSeconds,
}

/// A local day of the configured zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaySpan {
    /// In local days since 1970-01-01.
    pub day: i64,
    /// First second.
    pub start: UnixSeconds,
    /// Last second; before the first where the zone skips the day.
    pub end: UnixSeconds,
}

/// All that is stored of a day.
#[derive(Debug, Clone, Default)]
pub struct StoredDay {
    /// What it was made of; nothing for a day that was never summed.
    pub summed: Option<SummedDay>,
    /// Row id and figures by user.
    pub users: HashMap<i64, (i64, Measures)>,
    /// Row id, node and figures.
    pub nodes: Vec<(i64, NodeKey, Measures)>,
    /// By node text.
    pub base: BTreeMap<String, Base>,
    /// Row id and figures by first second.
    pub hours: BTreeMap<UnixSeconds, (i64, Hour)>,
}

/// What becomes of the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed<K, V> {
    /// Rows to add.
    pub new: Vec<(K, V)>,
    /// Rows to change, by id.
    pub altered: Vec<(i64, K, V)>,
    /// Ids of rows to delete.
    pub gone: Vec<i64>,
}

impl<K, V> Default for Changed<K, V> {
    fn default() -> Self {
        Self { new: Vec::new(), altered: Vec::new(), gone: Vec::new() }
    }
}

impl<K, V> Changed<K, V> {
    /// Rows that are added or changed.
    pub fn written(&self) -> u64 {
        (self.new.len() + self.altered.len()) as u64
    }

    /// Rows that are deleted.
    pub fn deleted(&self) -> u64 {
        self.gone.len() as u64
    }
}

/// What becomes of all that is stored of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayChange {
    /// The day.
    pub day: i64,
    /// What its figures are made of now.
    pub summed: SummedDay,
    /// `daily_user_traffic`.
    pub users: Changed<i64, Measures>,
    /// `daily_node_traffic`.
    pub nodes: Changed<NodeKey, Measures>,
    /// `hourly_stats`, by first second.
    pub hours: Changed<UnixSeconds, Hour>,
    /// All of the day's base, where it is another than before.
    pub base: Option<BTreeMap<String, Base>>,
}

impl DayChange {
    /// Rows of the three tables that are added or changed.
    pub fn written(&self) -> u64 {
        self.users.written() + self.nodes.written() + self.hours.written()
    }

    /// Rows of the three tables that are deleted.
    pub fn deleted(&self) -> u64 {
        self.users.deleted() + self.nodes.deleted() + self.hours.deleted()
    }
}

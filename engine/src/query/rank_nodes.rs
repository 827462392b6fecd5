//! Which node carried how much: every listed node, ranked.

use super::rank_users::RecentWindows;
use super::slots::{NodeIndex, NodeSlots, UserSlots};
use super::sort::{Limit, NodeSort, top};
use super::{GB, Kernel, ONLINE_S, ratio};
use crate::column::Cells;
use crate::range::RangeRequest;
use crate::store::{Grain, Node};
use crate::units::{NodeId, Traffic, UnixSeconds};
use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use roaring::RoaringBitmap;
use serde::Serialize;
use std::cmp::Ordering;

/// Asks for a ranking of nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankNodes {
    /// Period whose usage counts.
    pub range: RangeRequest,
    /// Order; ties go to the smaller node id.
    pub sort: NodeSort,
    /// How many nodes.
    pub limit: Limit,
}

/// A node in a ranking. All byte figures are exact.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct NodeRank {
    /// Node id.
    pub id: NodeId,
    /// Name.
    pub name: String,
    /// Host name or address.
    pub address: String,
    /// 1 enabled, 0 disabled.
    pub enable: i64,
    /// Bytes used since the node's reset day, as the panel counts them.
    pub statistics: i64,
    /// Limit in GB; 0 is no limit.
    pub max_traffic: i64,
    /// Last heartbeat in unix seconds.
    pub last_online: UnixSeconds,
    /// Country as written.
    pub country: Option<String>,
    /// Protocol.
    #[serde(rename = "type")]
    pub kind: String,
    /// Speed limit once the quota is exceeded, as text, empty for none.
    pub excessive_speed_limit: String,
    /// Speed limit as text, empty for none.
    pub speed_limit: String,
    /// Bytes uploaded in the range.
    pub total_upload: u128,
    /// Bytes downloaded in the range.
    pub total_download: u128,
    /// Both together.
    pub total_traffic: u128,
    /// Bytes of the last 300 s, as far as they lie in the range.
    pub traffic_5min: u128,
    /// Bytes of the last 3 600 s, as far as they lie in the range.
    pub traffic_1hour: u128,
    /// Bytes of the last 14 400 s, as far as they lie in the range.
    pub traffic_4hour: u128,
    /// Distinct user ids, deleted users included.
    pub unique_users: u64,
    /// Usage rows in the range.
    pub usage_records: u64,
    /// Billing multiplier of the node.
    pub count_rate: f64,
    /// Bytes left of the limit, not below 0.
    pub remaining_traffic: i128,
    /// Per cent of the limit used, may exceed 100; 0 without a limit.
    pub traffic_utilization: f64,
    /// True within 600 s of the last heartbeat.
    pub is_online: bool,
    /// Whole minutes since the last heartbeat.
    pub last_seen_minutes: i64,
    /// `total_traffic` by user; 0 without users.
    pub avg_traffic_per_user: f64,
}

/// Sums usage per node.
pub struct NodeRanking<'a> {
    nodes: &'a [Node],
    now: UnixSeconds,
    user_slots: UserSlots,
    node_slots: NodeSlots<'a>,
    recent: RecentWindows,
    sums: Vec<NodeSums>,
}

#[derive(Debug, Clone, Default)]
struct NodeSums {
    traffic: Traffic,
    recent: [u128; 3],
    users: RoaringBitmap,
    records: u64,
}

impl<'a> NodeRanking<'a> {
    /// A ranking of `nodes` (indexed by `index`) at the moment `now`.
    pub fn new(nodes: &'a [Node], index: &'a NodeIndex, now: UnixSeconds) -> Self {
        Self {
            nodes,
            now,
            user_slots: UserSlots::default(),
            node_slots: NodeSlots::new(index),
            recent: RecentWindows::before(now),
            sums: vec![NodeSums::default(); nodes.len()],
        }
    }

    /// All nodes by `sort`, cut to `limit`.
    pub fn finish(self, sort: NodeSort, limit: Limit) -> Vec<NodeRank> {
        let collator = collator();
        top(self.nodes.len(), limit, |a, b| {
            let id = |at: usize| self.nodes[at].id;
            self.compare(sort, &collator, a, b).then_with(|| id(a).cmp(&id(b)))
        })
        .into_iter()
        .map(|at| node_rank(&self.nodes[at], &self.sums[at], self.now))
        .collect()
    }

    fn compare(
        &self,
        sort: NodeSort,
        collator: &CollatorBorrowed<'_>,
        a: usize,
        b: usize,
    ) -> Ordering {
        let traffic = |at: usize| self.sums[at].traffic.total();
        let remaining = |at: usize| remaining(&self.nodes[at]);
        let users = |at: usize| self.sums[at].users.len();
        match sort {
            NodeSort::TrafficDesc => traffic(b).cmp(&traffic(a)),
            NodeSort::TrafficAsc => traffic(a).cmp(&traffic(b)),
            NodeSort::RemainingDesc => remaining(b).cmp(&remaining(a)),
            NodeSort::RemainingAsc => remaining(a).cmp(&remaining(b)),
            NodeSort::UsersDesc => users(b).cmp(&users(a)),
            NodeSort::NameAsc => collator.compare(&self.nodes[a].name, &self.nodes[b].name),
        }
    }
}

impl Kernel for NodeRanking<'_> {
    fn grain(&self) -> Grain {
        Grain { users: true, nodes: true, cuts: self.recent.cuts(), ..Grain::default() }
    }

    fn add(&mut self, cells: &Cells<'_>) {
        self.node_slots.learn(cells.texts);
        for cell in 0..cells.len() {
            // Merged days and unlisted nodes have slots behind the listed ones.
            let slot = self.node_slots.slot(cells.node[cell]) as usize;
            let Some(sums) = self.sums.get_mut(slot) else {
                continue;
            };
            let traffic = cells.traffic(cell);
            sums.traffic += traffic;
            self.recent.add(&mut sums.recent, cells.first[cell], traffic.total());
            sums.users.insert(self.user_slots.assign(cells.user_id[cell]));
            sums.records += cells.records(cell);
        }
    }
}

/// The order of MySQL's `utf8mb4_0900_ai_ci`: root collation, primary differences only.
fn collator() -> CollatorBorrowed<'static> {
    let mut options = CollatorOptions::default();
    options.strength = Some(Strength::Primary);
    Collator::try_new(CollatorPreferences::default(), options)
        .expect("the root collation is compiled in")
}

/// Bytes left of the limit, negative when exceeded (or when there is no limit).
fn remaining(node: &Node) -> i128 {
    i128::from(node.max_traffic) * i128::from(GB) - i128::from(node.statistics)
}

/// Per cent of a node's limit that `used` bytes are; 0 without a limit.
pub(super) fn utilization(node: &Node, used: f64) -> f64 {
    ratio(used * 100.0, node.max_traffic as f64 * GB as f64)
}

/// True within [`ONLINE_S`] of the last heartbeat.
pub(super) fn is_online(node: &Node, now: UnixSeconds) -> bool {
    now.saturating_sub(node.last_online) < ONLINE_S
}

fn node_rank(node: &Node, sums: &NodeSums, now: UnixSeconds) -> NodeRank {
    let text = |limit: Option<i64>| match limit {
        Some(limit) if node.has_speed_limits => limit.to_string(),
        _ => String::new(),
    };
    let [traffic_5min, traffic_1hour, traffic_4hour] = sums.recent;
    let total_traffic = sums.traffic.total();
    NodeRank {
        id: node.id,
        name: node.name.clone(),
        address: node.address.clone(),
        enable: node.enable,
        statistics: node.statistics,
        max_traffic: node.max_traffic,
        last_online: node.last_online,
        country: node.country.clone(),
        kind: node.kind.clone(),
        excessive_speed_limit: text(node.excessive_speed_limit),
        speed_limit: text(node.speed_limit),
        total_upload: sums.traffic.upload,
        total_download: sums.traffic.download,
        total_traffic,
        traffic_5min,
        traffic_1hour,
        traffic_4hour,
        unique_users: sums.users.len(),
        usage_records: sums.records,
        count_rate: node.traffic_rate,
        remaining_traffic: remaining(node).max(0),
        traffic_utilization: utilization(node, node.statistics as f64),
        is_online: is_online(node, now),
        last_seen_minutes: now.saturating_sub(node.last_online) / 60,
        avg_traffic_per_user: ratio(total_traffic as f64, sums.users.len() as f64),
    }
}

//! Which node carried how much: every listed node, ranked.

use super::distinct::DistinctSets;
use super::recent::{RecentSums, RecentWindows, merge_recent};
use super::renumbering::Renumbering;
use super::slots::{NodeIndex, NodeSlots};
use super::sort::{Limit, NodeSort, top};
use super::user_slots::UserSlots;
use super::{GB, Kernel, Mergeable, ONLINE_S, ratio};
use crate::column::{Cells, Detail};
use crate::range::RangeRequest;
use crate::store::{Grain, Node};
use crate::units::{NodeId, Traffic, UnixSeconds};
use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use serde::Serialize;
use std::cmp::Reverse;

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

impl NodeRank {
    /// Columns of `node` that a row shows.
    pub(crate) const COLUMNS: [&'static str; 10] = [
        "address",
        "enable",
        "statistics",
        "max_traffic",
        "last_online",
        "country",
        "type",
        "speed_limit",
        "excessive_speed_limit",
        "traffic_rate",
    ];
}

impl RankNodes {
    /// Columns of `node` that decide on the order.
    pub(crate) fn deciding_columns(&self) -> &'static [&'static str] {
        match self.sort {
            NodeSort::RemainingDesc | NodeSort::RemainingAsc => &["max_traffic", "statistics"],
            NodeSort::TrafficDesc
            | NodeSort::TrafficAsc
            | NodeSort::UsersDesc
            | NodeSort::NameAsc => &[],
        }
    }
}

/// Sums usage per node.
pub struct NodeRanking<'a> {
    nodes: &'a [Node],
    now: UnixSeconds,
    user_slots: UserSlots,
    node_slots: NodeSlots<'a>,
    windows: RecentWindows,
    /// By position of the node, like the sets below.
    sums: Vec<NodeSums>,
    users: DistinctSets,
}

#[derive(Debug, Clone, Copy, Default)]
struct NodeSums {
    traffic: Traffic,
    recent: RecentSums,
    records: u64,
}

impl<'a> NodeRanking<'a> {
    /// A ranking of `nodes`, which ascend by id and are indexed by `index`, at the moment `now`.
    pub fn new(nodes: &'a [Node], index: &'a NodeIndex, now: UnixSeconds) -> Self {
        Self::empty(nodes, NodeSlots::new(index), now)
    }

    fn empty(nodes: &'a [Node], node_slots: NodeSlots<'a>, now: UnixSeconds) -> Self {
        Self {
            nodes,
            now,
            user_slots: UserSlots::default(),
            node_slots,
            windows: RecentWindows::before(now),
            sums: vec![NodeSums::default(); nodes.len()],
            users: DistinctSets::default(),
        }
    }

    /// All nodes by `sort`, cut to `limit`.
    pub fn finish(self, sort: NodeSort, limit: Limit) -> Vec<NodeRank> {
        let ranked = self.order(sort, limit).into_iter();
        ranked
            .map(|at| node_rank(&self.nodes[at], &self.sums[at], self.users.len_of(at), self.now))
            .collect()
    }

    /// Positions in the order of the answer; they ascend by id, which decides between equals.
    fn order(&self, sort: NodeSort, limit: Limit) -> Vec<usize> {
        let traffic = self.sums.iter().map(|sums| sums.traffic.total());
        let remaining = self.nodes.iter().map(remaining);
        match sort {
            NodeSort::TrafficDesc => top(traffic.map(Reverse), limit),
            NodeSort::TrafficAsc => top(traffic, limit),
            NodeSort::RemainingDesc => top(remaining.map(Reverse), limit),
            NodeSort::RemainingAsc => top(remaining, limit),
            NodeSort::UsersDesc => {
                top((0..self.nodes.len()).map(|at| Reverse(self.users.len_of(at))), limit)
            }
            NodeSort::NameAsc => top(places_by_name(self.nodes).into_iter(), limit),
        }
    }
}

impl Kernel for NodeRanking<'_> {
    fn grain(&self) -> Grain {
        Grain { users: true, nodes: true, cuts: self.windows.cuts(), ..Grain::default() }
    }

    fn detail(&self) -> Detail {
        Detail::Nodes
    }

    fn add(&mut self, cells: &Cells<'_>) {
        self.node_slots.learn(cells.texts);
        for cell in 0..cells.len() {
            // Merged days and unlisted nodes have slots behind the listed ones.
            let slot = self.node_slots.slot(cells.node[cell]) as usize;
            let Some(sums) = self.sums.get_mut(slot) else {
                continue;
            };
            let (t, traffic) = (cells.first[cell], cells.traffic(cell));
            sums.traffic += traffic;
            sums.records += cells.records(cell);
            if self.windows.hold(t) {
                self.windows.add(&mut sums.recent, t, traffic.total());
            }
            self.users.insert(slot, self.user_slots.slot(cells.user_id[cell]));
        }
    }

    fn memory(&self) -> usize {
        self.user_slots.memory()
            + self.node_slots.memory()
            + self.sums.capacity() * size_of::<NodeSums>()
            + self.users.memory()
    }
}

impl Mergeable for NodeRanking<'_> {
    fn split(&self) -> Self {
        Self::empty(self.nodes, self.node_slots.split(), self.now)
    }

    fn merge(&mut self, other: Self) {
        let users = self.user_slots.merge(&other.user_slots);
        self.users.merge(other.users, &Renumbering::Same, &users);
        for (mine, theirs) in self.sums.iter_mut().zip(other.sums) {
            mine.traffic += theirs.traffic;
            mine.records += theirs.records;
            merge_recent(&mut mine.recent, &theirs.recent);
        }
    }
}

/// By position, how many names that differ come before a node's.
fn places_by_name(nodes: &[Node]) -> Vec<usize> {
    let collator = collator();
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    order.sort_by(|&a, &b| collator.compare(&nodes[a].name, &nodes[b].name));
    let mut places = vec![0; nodes.len()];
    for pair in order.windows(2) {
        let step = collator.compare(&nodes[pair[0]].name, &nodes[pair[1]].name).is_ne();
        places[pair[1]] = places[pair[0]] + usize::from(step);
    }
    places
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

fn node_rank(node: &Node, sums: &NodeSums, unique_users: u64, now: UnixSeconds) -> NodeRank {
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
        unique_users,
        usage_records: sums.records,
        count_rate: node.traffic_rate,
        remaining_traffic: remaining(node).max(0),
        traffic_utilization: utilization(node, node.statistics as f64),
        is_online: is_online(node, now),
        last_seen_minutes: now.saturating_sub(node.last_online) / 60,
        avg_traffic_per_user: ratio(total_traffic as f64, unique_users as f64),
    }
}

//! Figures over all of history: totals since launch, the peak day, every node.

use super::distinct::DistinctSets;
use super::rank_nodes::{is_online, utilization};
use super::renumbering::Renumbering;
use super::slots::{NodeIndex, NodeSlots};
use super::span::Span;
use super::time_slots::{Buckets, TimeSlots};
use super::user_slots::UserSlots;
use super::{Kernel, Mergeable, entry, ratio};
use crate::calendar::{Calendar, DAY_S, format_day};
use crate::column::{Cells, Detail};
use crate::store::{Grain, Node, TimeGrain};
use crate::units::{NodeId, Traffic, UnixSeconds};
use serde::Serialize;
use std::cmp::Reverse;

/// Totals since the first usage row that moved a byte.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TotalTraffic {
    /// Bytes uploaded.
    pub total_upload: u128,
    /// Bytes downloaded.
    pub total_download: u128,
    /// Both together.
    pub total_traffic: u128,
    /// Bytes uploaded by usage row.
    pub avg_upload: f64,
    /// Bytes downloaded by usage row.
    pub avg_download: f64,
    /// Local time of the first row, `YYYY-MM-DD HH:MM:SS`.
    pub first_record: Option<String>,
    /// Local time of the last row, `YYYY-MM-DD HH:MM:SS`.
    pub last_record: Option<String>,
    /// Usage rows that moved a byte.
    pub total_records: u64,
    /// Days of 86 400 s from the first row until now, rounded up; 0 without rows.
    pub days_active: i64,
    /// When this was computed.
    pub last_updated: UnixSeconds,
}

/// Computes [`TotalTraffic`].
#[derive(Debug, Default)]
pub struct TotalCounting {
    traffic: Traffic,
    records: u64,
    span: Span,
}

impl TotalCounting {
    /// The figures.
    pub fn finish(self, calendar: &Calendar) -> TotalTraffic {
        let Traffic { upload, download } = self.traffic;
        let ends = self.span.ends();
        TotalTraffic {
            total_upload: upload,
            total_download: download,
            total_traffic: self.traffic.total(),
            avg_upload: ratio(upload as f64, self.records as f64),
            avg_download: ratio(download as f64, self.records as f64),
            first_record: ends.map(|(first, _)| calendar.format(first)),
            last_record: ends.map(|(_, last)| calendar.format(last)),
            total_records: self.records,
            days_active: ends.map_or(0, |(first, _)| days_up(calendar.now() - first)),
            last_updated: calendar.now(),
        }
    }
}

/// Days begun in so many seconds; none where a clock is before the first row.
fn days_up(seconds: i64) -> i64 {
    -(-seconds.max(0)).div_euclid(DAY_S)
}

impl Kernel for TotalCounting {
    fn grain(&self) -> Grain {
        Grain { moved: true, ..Grain::default() }
    }

    fn add(&mut self, cells: &Cells<'_>) {
        for cell in 0..cells.len() {
            let traffic = cells.traffic(cell);
            if !traffic.is_zero() {
                self.traffic += traffic;
                self.records += cells.records(cell);
                self.span.widen(cells.span(cell));
            }
        }
    }

    fn memory(&self) -> usize {
        0
    }
}

impl Mergeable for TotalCounting {
    fn split(&self) -> Self {
        Self::default()
    }

    fn merge(&mut self, other: Self) {
        self.traffic += other.traffic;
        self.records += other.records;
        self.span.merge(other.span);
    }
}

/// The local day with the most traffic; the earliest of equal ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeakDay {
    /// `YYYY-MM-DD`, or nothing without rows.
    pub peak_date: Option<String>,
    /// Bytes of that day.
    pub peak_traffic: u128,
    /// When this was computed.
    pub last_updated: UnixSeconds,
}

/// Computes [`PeakDay`].
pub struct PeakCounting {
    days: TimeSlots,
    /// Bytes by slot of the day.
    bytes: Vec<u128>,
}

impl PeakCounting {
    /// The peak in the calendar's zone.
    pub fn new(calendar: &Calendar) -> Self {
        Self { days: TimeSlots::new(Buckets::Days, calendar), bytes: Vec::new() }
    }

    /// The figures.
    pub fn finish(self, calendar: &Calendar) -> PeakDay {
        let days = self.days.keys().iter().copied().zip(self.bytes);
        let peak = days.max_by_key(|&(day, bytes)| (bytes, Reverse(day)));
        PeakDay {
            peak_date: peak.map(|(day, _)| format_day(day)),
            peak_traffic: peak.map_or(0, |(_, bytes)| bytes),
            last_updated: calendar.now(),
        }
    }
}

impl Kernel for PeakCounting {
    fn grain(&self) -> Grain {
        Grain { time: TimeGrain::Day, ..Grain::default() }
    }

    fn add(&mut self, cells: &Cells<'_>) {
        for cell in 0..cells.len() {
            let day = self.days.slot(cells.first[cell]);
            *entry(&mut self.bytes, day) += cells.traffic(cell).total();
        }
    }

    fn memory(&self) -> usize {
        self.days.memory() + self.bytes.capacity() * size_of::<u128>()
    }
}

impl Mergeable for PeakCounting {
    fn split(&self) -> Self {
        Self { days: self.days.split(), bytes: Vec::new() }
    }

    fn merge(&mut self, other: Self) {
        let days = self.days.merge(&other.days);
        for (day, bytes) in (0..).zip(other.bytes) {
            *entry(&mut self.bytes, days.of(day) as usize) += bytes;
        }
    }
}

/// A node with its usage over all of history. All byte figures are exact.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct NodeSummary {
    /// Node id.
    pub id: NodeId,
    /// Name, `Node <id>` where it is empty.
    pub name: String,
    /// Host name or address.
    pub address: String,
    /// Speed limit, 0 for none.
    pub speedlimit: i64,
    /// Same as `is_online`.
    pub status: bool,
    /// 1 enabled, 0 disabled.
    pub enable: i64,
    /// Bytes used since the node's reset day, as the panel counts them.
    pub statistics: i64,
    /// Limit in GB; 0 is no limit.
    pub max_traffic: i64,
    /// Last heartbeat in unix seconds.
    pub last_online: UnixSeconds,
    /// Country, empty for none.
    pub country: String,
    /// Labels, empty for none.
    pub tag: String,
    /// Protocol.
    #[serde(rename = "type")]
    pub kind: String,
    /// Bytes uploaded.
    pub total_upload: u128,
    /// Bytes downloaded.
    pub total_download: u128,
    /// Both together.
    pub total_traffic: u128,
    /// Distinct user ids.
    pub user_count: u64,
    /// Usage rows.
    pub total_records: u64,
    /// Time of the first usage row, 0 without.
    pub first_record: UnixSeconds,
    /// Time of the last usage row, 0 without.
    pub last_record: UnixSeconds,
    /// Bytes uploaded in the last 86 400 s.
    pub recent_upload: u128,
    /// Bytes downloaded in the last 86 400 s.
    pub recent_download: u128,
    /// Both together.
    pub recent_traffic: u128,
    /// Distinct user ids of the last 86 400 s.
    pub recent_users: u64,
    /// `total_traffic` by user; 0 without users.
    pub avg_traffic_per_user: f64,
    /// Per cent of the limit that `total_traffic` is; 0 without a limit.
    pub traffic_utilization: f64,
    /// True within 600 s of the last heartbeat.
    pub is_online: bool,
    /// Seconds since the last heartbeat.
    pub last_seen: i64,
}

/// Computes the [`NodeSummary`] of every listed node.
pub struct NodeSummaries<'a> {
    nodes: &'a [Node],
    now: UnixSeconds,
    user_slots: UserSlots,
    node_slots: NodeSlots<'a>,
    /// By position of the node, like the sets below.
    sums: Vec<NodeHistory>,
    users: DistinctSets,
    recent_users: DistinctSets,
}

#[derive(Debug, Clone, Copy, Default)]
struct NodeHistory {
    traffic: Traffic,
    records: u64,
    span: Span,
    recent: Traffic,
}

impl<'a> NodeSummaries<'a> {
    /// Summaries of `nodes` (indexed by `index`) at the moment `now`.
    pub fn new(nodes: &'a [Node], index: &'a NodeIndex, now: UnixSeconds) -> Self {
        Self::empty(nodes, NodeSlots::new(index), now)
    }

    fn empty(nodes: &'a [Node], node_slots: NodeSlots<'a>, now: UnixSeconds) -> Self {
        Self {
            nodes,
            now,
            user_slots: UserSlots::default(),
            node_slots,
            sums: vec![NodeHistory::default(); nodes.len()],
            users: DistinctSets::default(),
            recent_users: DistinctSets::default(),
        }
    }

    /// Most traffic first, then by id.
    pub fn finish(self) -> Vec<NodeSummary> {
        let mut rows: Vec<_> = (0..self.nodes.len()).map(|at| self.summary(at)).collect();
        rows.sort_by_key(|row| (Reverse(row.total_traffic), row.id));
        rows
    }
}

impl Kernel for NodeSummaries<'_> {
    fn grain(&self) -> Grain {
        Grain { users: true, nodes: true, cuts: vec![self.now - DAY_S], ..Grain::default() }
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
            let traffic = cells.traffic(cell);
            let user = self.user_slots.slot(cells.user_id[cell]);
            sums.traffic += traffic;
            sums.records += cells.records(cell);
            sums.span.widen(cells.span(cell));
            self.users.insert(slot, user);
            if cells.first[cell] >= self.now - DAY_S {
                sums.recent += traffic;
                self.recent_users.insert(slot, user);
            }
        }
    }

    fn memory(&self) -> usize {
        self.user_slots.memory()
            + self.node_slots.memory()
            + self.sums.capacity() * size_of::<NodeHistory>()
            + self.users.memory()
            + self.recent_users.memory()
    }
}

impl Mergeable for NodeSummaries<'_> {
    fn split(&self) -> Self {
        Self::empty(self.nodes, self.node_slots.split(), self.now)
    }

    fn merge(&mut self, other: Self) {
        let users = self.user_slots.merge(&other.user_slots);
        self.users.merge(other.users, &Renumbering::Same, &users);
        self.recent_users.merge(other.recent_users, &Renumbering::Same, &users);
        for (mine, theirs) in self.sums.iter_mut().zip(other.sums) {
            mine.traffic += theirs.traffic;
            mine.records += theirs.records;
            mine.span.merge(theirs.span);
            mine.recent += theirs.recent;
        }
    }
}

impl NodeSummaries<'_> {
    fn summary(&self, at: usize) -> NodeSummary {
        let (node, sums, now) = (&self.nodes[at], &self.sums[at], self.now);
        let (user_count, recent_users) = (self.users.len_of(at), self.recent_users.len_of(at));
        let (first_record, last_record) = sums.span.ends().unwrap_or((0, 0));
        let total_traffic = sums.traffic.total();
        let online = is_online(node, now);
        let name =
            if node.name.is_empty() { format!("Node {}", node.id) } else { node.name.clone() };
        NodeSummary {
            id: node.id,
            name,
            address: node.address.clone(),
            speedlimit: node.speed_limit.unwrap_or(0),
            status: online,
            enable: node.enable,
            statistics: node.statistics,
            max_traffic: node.max_traffic,
            last_online: node.last_online,
            country: node.country.clone().unwrap_or_default(),
            tag: node.tag.clone().unwrap_or_default(),
            kind: node.kind.clone(),
            total_upload: sums.traffic.upload,
            total_download: sums.traffic.download,
            total_traffic,
            user_count,
            total_records: sums.records,
            first_record,
            last_record,
            recent_upload: sums.recent.upload,
            recent_download: sums.recent.download,
            recent_traffic: sums.recent.total(),
            recent_users,
            avg_traffic_per_user: ratio(total_traffic as f64, user_count as f64),
            traffic_utilization: utilization(node, total_traffic as f64),
            is_online: online,
            last_seen: now.saturating_sub(node.last_online),
        }
    }
}

impl NodeSummary {
    /// Columns of `node` that a row shows.
    pub(crate) const COLUMNS: [&'static str; 9] = [
        "address",
        "enable",
        "statistics",
        "max_traffic",
        "last_online",
        "country",
        "type",
        "tag",
        "speed_limit",
    ];
}

#[cfg(test)]
mod tests {
    use super::days_up;

    #[test]
    fn days_round_up() {
        assert_eq!([-86_401, -1, 0, 1, 86_400, 86_401].map(days_up), [0, 0, 0, 1, 1, 2]);
    }
}

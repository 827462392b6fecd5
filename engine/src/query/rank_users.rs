//! Who used how much: every user, ranked.

use super::distinct::DistinctSets;
use super::node_sets::NodeSets;
use super::recent::{RecentSums, RecentWindows};
use super::recent_sums::AllRecent;
use super::renumbering::Renumbering;
use super::slots::{DAY_SLOT, NodeIndex, NodeSlots};
use super::sort::{Limit, UserSort, top};
use super::span::Span;
use super::user_sums::{UserSum, UserSums};
use super::{Kernel, Mergeable, ratio};
use crate::column::{Cells, Detail, Totals};
use crate::range::RangeRequest;
use crate::store::{Grain, ListedUser, Positions, Users};
use crate::units::{Traffic, UnixSeconds, UserId};
use serde::Serialize;
use std::cmp::Reverse;

/// Asks for a ranking of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankUsers {
    /// Period whose usage counts.
    pub range: RangeRequest,
    /// Order; ties go to the smaller user id.
    pub sort: UserSort,
    /// How many users.
    pub limit: Limit,
}

/// A user in a ranking. All byte figures are exact.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct UserRank {
    /// User id.
    pub user_id: UserId,
    /// Subscriber UUID.
    pub uuid: String,
    /// WHMCS service id.
    pub sid: i64,
    /// Bytes uploaded in the quota period, as the panel counts them.
    pub total_upload_user: u64,
    /// Bytes downloaded in the quota period, as the panel counts them.
    pub total_download_user: u64,
    /// Quota in bytes.
    pub transfer_enable: i128,
    /// 1 enabled, 0 disabled.
    pub enable: i64,
    /// Unix seconds.
    pub created_at: UnixSeconds,
    /// Free text.
    pub remark: Option<String>,
    /// Speed limit as text, empty for none.
    pub speedlimitss: String,
    /// Speed limit of other protocols as text, empty for none.
    pub speedlimitother: String,
    /// Bytes uploaded in the range.
    pub period_upload: u128,
    /// Bytes downloaded in the range.
    pub period_download: u128,
    /// Both together.
    pub period_traffic: u128,
    /// Bytes of the last 300 s, as far as they lie in the range.
    pub traffic_5min: u128,
    /// Bytes of the last 3 600 s, as far as they lie in the range.
    pub traffic_1hour: u128,
    /// Bytes of the last 14 400 s, as far as they lie in the range.
    pub traffic_4hour: u128,
    /// Distinct nodes; merged days are none.
    pub nodes_used: u64,
    /// Usage rows in the range.
    pub usage_records: u64,
    /// Time of the first usage row in the range, 0 without.
    pub first_usage: UnixSeconds,
    /// Time of the last usage row in the range, 0 without.
    pub last_usage: UnixSeconds,
    /// `total_upload_user` and `total_download_user` together.
    pub used_traffic: u128,
    /// Bytes left of the quota, not below 0.
    pub remaining_quota: i128,
    /// Per cent of the quota used, may exceed 100; 0 without a quota.
    pub quota_utilization: f64,
    /// True when a byte was moved in the range.
    pub has_activity: bool,
    /// `period_traffic` by node used; 0 without nodes.
    pub avg_traffic_per_node: f64,
}

impl UserRank {
    /// Columns of `user` that a row shows.
    pub(crate) const COLUMNS: [&'static str; 10] = [
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
    ];
}

impl RankUsers {
    /// Columns of `user` that decide on the order.
    pub(crate) fn deciding_columns(&self) -> &'static [&'static str] {
        match self.sort {
            UserSort::RemainingDesc | UserSort::RemainingAsc => &["u", "d", "transfer_enable"],
            UserSort::TrafficDesc
            | UserSort::TrafficAsc
            | UserSort::NodesDesc
            | UserSort::RecentActivity => &[],
        }
    }
}

/// Sums usage per user.
pub struct UserRanking<'a> {
    users: &'a Users,
    node_slots: NodeSlots<'a>,
    windows: RecentWindows,
    positions: &'a Positions,
    /// By position of the user, like the sets below.
    sums: UserSums,
    nodes: DistinctSets,
    /// Of the users that have any, which are few.
    recent: AllRecent,
}

/// Beside the row itself, what its texts take: a UUID and a short remark.
const TEXT_BYTES: usize = 64;
/// A sum and a position, of twice as many users as are wanted.
const KEY_BYTES: usize = 2 * size_of::<(u128, usize)>();

impl<'a> UserRanking<'a> {
    /// Bytes that a ranking of `users` holds at least, known before any row was read.
    pub(crate) fn bytes_for(users: &Users, nodes: &NodeIndex) -> usize {
        users.len() * UserSums::BYTES_PER_USER + DistinctSets::bytes_for(users.len(), nodes.len())
    }

    /// A ranking of `users`, which ascend by id, at the moment `now`.
    pub fn new(users: &'a Users, nodes: &'a NodeIndex, now: UnixSeconds) -> Self {
        Self::empty(users, NodeSlots::new(nodes), RecentWindows::before(now))
    }

    fn empty(users: &'a Users, node_slots: NodeSlots<'a>, windows: RecentWindows) -> Self {
        Self {
            users,
            positions: users.positions(),
            windows,
            sums: UserSums::of(users.len()),
            nodes: DistinctSets::numbering(users.len(), node_slots.len()),
            node_slots,
            recent: AllRecent::default(),
        }
    }

    fn add_all(&mut self, cells: &Cells<'_>, records: impl Fn(usize) -> u64) {
        // Of one length, so that the compiler need not check each of them for every cell.
        let all = 0..cells.user_id.len();
        let (first, last) = (&cells.first[all.clone()], &cells.last[all.clone()]);
        let (upload, download) = (&cells.upload[all.clone()], &cells.download[all.clone()]);
        let node = &cells.node[all];
        for (cell, &user) in cells.user_id.iter().enumerate() {
            // Rows of deleted users have nobody to be listed under.
            let Some(at) = self.positions.get(user) else {
                continue;
            };
            let (t, bytes) = (first[cell], (upload[cell], download[cell]));
            let place = self.sums.add(at, bytes, records(cell), Span::of(t, last[cell]));
            if self.windows.hold(t) {
                let bytes = Traffic::of(bytes.0, bytes.1).total();
                self.recent.add(place, self.windows, t, bytes);
            }
            let node = self.node_slots.slot(node[cell]);
            if node != DAY_SLOT {
                self.nodes.insert(at, node);
            }
        }
    }

    /// Bytes that the answer takes, the keys of its order included.
    pub(crate) fn bytes_of_answer(&self, limit: Limit) -> usize {
        let rows = limit.rows().and_then(|rows| usize::try_from(rows).ok());
        let rows = rows.map_or(self.users.len(), |rows| rows.min(self.users.len()));
        rows.saturating_mul(size_of::<UserRank>() + TEXT_BYTES + KEY_BYTES)
    }

    /// All users by `sort`, cut to `limit`.
    pub fn finish(self, sort: UserSort, limit: Limit) -> Vec<UserRank> {
        self.order(sort, limit).into_iter().map(|at| self.rank(at)).collect()
    }

    /// Positions in the order of the answer; they ascend by id, which decides between equals.
    fn order(&self, sort: UserSort, limit: Limit) -> Vec<usize> {
        let traffic = self.sums.iter().map(|sums| sums.traffic.total());
        let remaining = (0..self.users.len()).map(|at| self.users.get(at).remaining());
        match sort {
            UserSort::TrafficDesc => top(traffic.map(Reverse), limit),
            UserSort::TrafficAsc => top(traffic, limit),
            UserSort::RemainingDesc => top(remaining.map(Reverse), limit),
            UserSort::RemainingAsc => top(remaining, limit),
            UserSort::NodesDesc => {
                top((0..self.users.len()).map(|at| Reverse(self.nodes.len_of(at))), limit)
            }
            // `None` is the smallest, so users without usage come last.
            UserSort::RecentActivity => {
                let last = |sums: UserSum| sums.span.ends().map(|(_, last)| last);
                top(self.sums.iter().map(|sums| Reverse(last(sums))), limit)
            }
        }
    }

    fn rank(&self, at: usize) -> UserRank {
        let recent = self.recent.get(self.sums.recent(at));
        user_rank(self.users.get(at), self.sums.get(at), recent, self.nodes.len_of(at))
    }
}

impl Kernel for UserRanking<'_> {
    fn grain(&self) -> Grain {
        Grain { users: true, nodes: true, cuts: self.windows.cuts(), ..Grain::default() }
    }

    fn add(&mut self, cells: &Cells<'_>) {
        self.node_slots.learn(cells.texts);
        // Told apart once and not for every cell, which takes a fifth of the time off.
        match cells.records {
            Some(records) => self.add_all(cells, |cell| records[cell]),
            None => self.add_all(cells, |_| 1),
        }
    }

    fn detail(&self) -> Detail {
        Detail::NodesUsed
    }

    fn add_nodes_used(&mut self, cells: &Cells<'_>) {
        self.node_slots.learn(cells.texts);
        for cell in 0..cells.len() {
            let node = self.node_slots.slot(cells.node[cell]);
            if let Some(at) = self.positions.get(cells.user_id[cell])
                && node != DAY_SLOT
            {
                self.nodes.insert(at, node);
            }
        }
    }

    fn takes_totals(&self) -> bool {
        true
    }

    fn add_totals(&mut self, totals: &Totals<'_>) {
        self.node_slots.learn(totals.texts);
        let nodes = NodeSets::of(totals, &self.node_slots);
        for user in 0..totals.len() {
            let Some(at) = self.positions.get(totals.user_id[user]) else {
                continue;
            };
            let (first, last) = (totals.first[user], totals.last[user]);
            let bytes = (totals.upload[user], totals.download[user]);
            let place = self.sums.add(at, bytes, totals.records[user], Span::of(first, last));
            if self.windows.hold(first) {
                let bytes = Traffic::of(bytes.0, bytes.1).total();
                self.recent.add(place, self.windows, first, bytes);
            }
            nodes.add(&mut self.nodes, at, totals, user);
        }
    }

    fn memory_foreseen(&self) -> usize {
        let sums = Self::bytes_for(self.users, self.node_slots.listed());
        sums.max(self.memory())
    }

    fn memory(&self) -> usize {
        self.node_slots.memory() + self.sums.memory() + self.recent.memory() + self.nodes.memory()
    }
}

impl Mergeable for UserRanking<'_> {
    fn split(&self) -> Self {
        Self::empty(self.users, self.node_slots.split(), self.windows)
    }

    fn merge(&mut self, other: Self) {
        let nodes = self.node_slots.merge(&other.node_slots);
        self.sums.merge(&other.sums, |mine, theirs| {
            if theirs > 0 {
                self.recent.add_all(mine, &other.recent.get(theirs));
            }
        });
        self.nodes.merge(other.nodes, &Renumbering::Same, &nodes);
    }
}

fn user_rank(user: ListedUser<'_>, sums: UserSum, recent: RecentSums, nodes_used: u64) -> UserRank {
    let text = |limit: Option<i64>| limit.map_or_else(String::new, |limit| limit.to_string());
    let (first_usage, last_usage) = sums.span.ends().unwrap_or((0, 0));
    let [traffic_5min, traffic_1hour, traffic_4hour] = recent;
    let used = u128::from(user.upload) + u128::from(user.download);
    let period_traffic = sums.traffic.total();
    UserRank {
        user_id: user.id,
        uuid: user.uuid.to_owned(),
        sid: user.sid,
        total_upload_user: user.upload,
        total_download_user: user.download,
        transfer_enable: user.transfer_enable,
        enable: user.enable,
        created_at: user.created_at,
        remark: user.remark.map(str::to_owned),
        speedlimitss: text(user.speedlimitss),
        speedlimitother: text(user.speedlimitother),
        period_upload: sums.traffic.upload,
        period_download: sums.traffic.download,
        period_traffic,
        traffic_5min,
        traffic_1hour,
        traffic_4hour,
        nodes_used,
        usage_records: sums.records,
        first_usage,
        last_usage,
        used_traffic: used,
        remaining_quota: user.remaining().max(0),
        quota_utilization: ratio(used as f64 * 100.0, user.transfer_enable as f64),
        has_activity: period_traffic > 0,
        avg_traffic_per_node: ratio(period_traffic as f64, nodes_used as f64),
    }
}

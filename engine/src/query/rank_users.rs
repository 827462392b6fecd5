//! Who used how much: every user, ranked.

use super::distinct::DistinctSets;
use super::node_sets::NodeSets;
use super::recent::{RecentSums, RecentWindows, merge_recent};
use super::renumbering::Renumbering;
use super::slots::{DAY_SLOT, NodeIndex, NodeSlots};
use super::sort::{Limit, UserSort, top};
use super::span::Span;
use super::{Kernel, Mergeable, ratio};
use crate::column::{Cells, Detail, Totals};
use crate::range::RangeRequest;
use crate::store::{Grain, User, Users};
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
    /// By position of the user, like the sets below.
    sums: Vec<UserSums>,
    nodes: DistinctSets,
    /// Of the users that have any, which are few.
    recent: Vec<RecentSums>,
}

/// What every row of a user adds to: one line of the cache.
#[derive(Debug, Clone, Copy, Default)]
struct UserSums {
    traffic: Traffic,
    records: u64,
    span: Span,
    /// Place in the recent sums, from 1; 0 for none.
    recent: u32,
}

impl<'a> UserRanking<'a> {
    /// A ranking of `users`, which ascend by id, at the moment `now`.
    pub fn new(users: &'a Users, nodes: &'a NodeIndex, now: UnixSeconds) -> Self {
        Self::empty(users, NodeSlots::new(nodes), RecentWindows::before(now))
    }

    fn empty(users: &'a Users, node_slots: NodeSlots<'a>, windows: RecentWindows) -> Self {
        Self {
            users,
            node_slots,
            windows,
            sums: vec![UserSums::default(); users.len()],
            nodes: DistinctSets::numbering(users.len()),
            recent: Vec::new(),
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
            let Some(at) = self.users.position(user) else {
                continue;
            };
            let (t, traffic) = (first[cell], Traffic::of(upload[cell], download[cell]));
            let sums = &mut self.sums[at];
            sums.traffic += traffic;
            sums.records += records(cell);
            sums.span.widen((t, last[cell]));
            if self.windows.hold(t) {
                let recent = recent_sums(&mut self.recent, &mut sums.recent);
                self.windows.add(recent, t, traffic.total());
            }
            let node = self.node_slots.slot(node[cell]);
            if node != DAY_SLOT {
                self.nodes.insert(at, node);
            }
        }
    }

    /// All users by `sort`, cut to `limit`.
    pub fn finish(self, sort: UserSort, limit: Limit) -> Vec<UserRank> {
        self.order(sort, limit).into_iter().map(|at| self.rank(at)).collect()
    }

    /// Positions in the order of the answer; they ascend by id, which decides between equals.
    fn order(&self, sort: UserSort, limit: Limit) -> Vec<usize> {
        let traffic = self.sums.iter().map(|sums| sums.traffic.total());
        let remaining = self.users.iter().map(remaining);
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
                let last = |sums: &UserSums| sums.span.ends().map(|(_, last)| last);
                top(self.sums.iter().map(|sums| Reverse(last(sums))), limit)
            }
        }
    }

    fn rank(&self, at: usize) -> UserRank {
        let (sums, nodes_used) = (&self.sums[at], self.nodes.len_of(at));
        let recent = self.recent_of(sums.recent).copied().unwrap_or_default();
        user_rank(&self.users[at], sums, recent, nodes_used)
    }

    fn recent_of(&self, place: u32) -> Option<&RecentSums> {
        (place as usize).checked_sub(1).and_then(|at| self.recent.get(at))
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
            if let Some(at) = self.users.position(cells.user_id[cell])
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
            let Some(at) = self.users.position(totals.user_id[user]) else {
                continue;
            };
            let traffic = Traffic::of(totals.upload[user], totals.download[user]);
            let sums = &mut self.sums[at];
            sums.traffic += traffic;
            sums.records += totals.records[user];
            sums.span.widen((totals.first[user], totals.last[user]));
            if self.windows.hold(totals.first[user]) {
                let recent = recent_sums(&mut self.recent, &mut sums.recent);
                self.windows.add(recent, totals.first[user], traffic.total());
            }
            nodes.add(&mut self.nodes, at, totals, user);
        }
    }

    fn memory(&self) -> usize {
        self.node_slots.memory()
            + self.sums.capacity() * size_of::<UserSums>()
            + self.recent.capacity() * size_of::<RecentSums>()
            + self.nodes.memory()
    }
}

impl Mergeable for UserRanking<'_> {
    fn split(&self) -> Self {
        Self::empty(self.users, self.node_slots.split(), self.windows)
    }

    fn merge(&mut self, other: Self) {
        let nodes = self.node_slots.merge(&other.node_slots);
        for (mine, theirs) in self.sums.iter_mut().zip(&other.sums) {
            mine.traffic += theirs.traffic;
            mine.records += theirs.records;
            mine.span.merge(theirs.span);
            if let Some(theirs) = other.recent_of(theirs.recent) {
                merge_recent(recent_sums(&mut self.recent, &mut mine.recent), theirs);
            }
        }
        self.nodes.merge(other.nodes, &Renumbering::Same, &nodes);
    }
}

/// The recent sums at a place, which is given where there is none yet.
fn recent_sums<'a>(recent: &'a mut Vec<RecentSums>, place: &mut u32) -> &'a mut RecentSums {
    if *place == 0 {
        recent.push(RecentSums::default());
        *place = u32::try_from(recent.len()).expect("fewer than 2³² users");
    }
    &mut recent[*place as usize - 1]
}

/// Bytes left of the quota, negative when overdrawn.
fn remaining(user: &User) -> i128 {
    user.transfer_enable - i128::from(user.upload) - i128::from(user.download)
}

fn user_rank(user: &User, sums: &UserSums, recent: RecentSums, nodes_used: u64) -> UserRank {
    let text = |limit: Option<i64>| limit.map_or_else(String::new, |limit| limit.to_string());
    let (first_usage, last_usage) = sums.span.ends().unwrap_or((0, 0));
    let [traffic_5min, traffic_1hour, traffic_4hour] = recent;
    let used = u128::from(user.upload) + u128::from(user.download);
    let period_traffic = sums.traffic.total();
    UserRank {
        user_id: user.id,
        uuid: user.uuid.clone(),
        sid: user.sid,
        total_upload_user: user.upload,
        total_download_user: user.download,
        transfer_enable: user.transfer_enable,
        enable: user.enable,
        created_at: user.created_at,
        remark: user.remark.clone(),
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
        remaining_quota: remaining(user).max(0),
        quota_utilization: ratio(used as f64 * 100.0, user.transfer_enable as f64),
        has_activity: period_traffic > 0,
        avg_traffic_per_node: ratio(period_traffic as f64, nodes_used as f64),
    }
}

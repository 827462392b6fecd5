//! Who used how much: every user, ranked.

use super::slots::{DAY_SLOT, NodeIndex, NodeSlots, UserSlots};
use super::sort::{Limit, UserSort, top};
use super::{Kernel, ratio};
use crate::column::Cells;
use crate::range::RangeRequest;
use crate::store::{Grain, User};
use crate::units::{Traffic, UnixSeconds, UserId};
use fixedbitset::FixedBitSet;
use serde::Serialize;
use std::cmp::{Ordering, Reverse};

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
    pub transfer_enable: i64,
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

/// Sums usage per user.
pub struct UserRanking<'a> {
    users: &'a [User],
    user_slots: UserSlots,
    node_slots: NodeSlots<'a>,
    recent: RecentWindows,
    sums: Vec<UserSums>,
}

#[derive(Debug, Clone, Default)]
struct UserSums {
    traffic: Traffic,
    recent: [u128; 3],
    nodes: FixedBitSet,
    records: u64,
    span: Option<(UnixSeconds, UnixSeconds)>,
}

/// First seconds of the last 5 minutes, hour and 4 hours.
#[derive(Debug, Clone, Copy)]
pub(super) struct RecentWindows([UnixSeconds; 3]);

impl RecentWindows {
    pub(super) fn before(now: UnixSeconds) -> Self {
        Self([300, 3_600, 14_400].map(|seconds| now - seconds))
    }

    /// The seconds that windows begin at.
    pub(super) fn cuts(self) -> Vec<UnixSeconds> {
        self.0.to_vec()
    }

    /// Adds `bytes` to every window that `t` lies in.
    pub(super) fn add(self, sums: &mut [u128; 3], t: UnixSeconds, bytes: u128) {
        let [.., widest] = self.0;
        if t < widest {
            return;
        }
        for (sum, start) in sums.iter_mut().zip(self.0) {
            if t >= start {
                *sum += bytes;
            }
        }
    }
}

impl<'a> UserRanking<'a> {
    /// A ranking of `users` at the moment `now`.
    pub fn new(users: &'a [User], nodes: &'a NodeIndex, now: UnixSeconds) -> Self {
        Self {
            users,
            user_slots: UserSlots::of(users.iter().map(|user| user.id.0)),
            node_slots: NodeSlots::new(nodes),
            recent: RecentWindows::before(now),
            sums: vec![UserSums::default(); users.len()],
        }
    }

    /// All users by `sort`, cut to `limit`.
    pub fn finish(self, sort: UserSort, limit: Limit) -> Vec<UserRank> {
        top(self.users.len(), limit, |a, b| {
            let id = |at: usize| self.users[at].id;
            self.compare(sort, a, b).then_with(|| id(a).cmp(&id(b)))
        })
        .into_iter()
        .map(|at| user_rank(&self.users[at], &self.sums[at]))
        .collect()
    }

    fn compare(&self, sort: UserSort, a: usize, b: usize) -> Ordering {
        let traffic = |at: usize| self.sums[at].traffic.total();
        let remaining = |at: usize| remaining(&self.users[at]);
        let nodes = |at: usize| self.sums[at].nodes.count_ones(..);
        let last = |at: usize| self.sums[at].span.map(|(_, last)| last);
        match sort {
            UserSort::TrafficDesc => traffic(b).cmp(&traffic(a)),
            UserSort::TrafficAsc => traffic(a).cmp(&traffic(b)),
            UserSort::RemainingDesc => remaining(b).cmp(&remaining(a)),
            UserSort::RemainingAsc => remaining(a).cmp(&remaining(b)),
            UserSort::NodesDesc => nodes(b).cmp(&nodes(a)),
            // `None` is the smallest, so users without usage come last.
            UserSort::RecentActivity => Reverse(last(a)).cmp(&Reverse(last(b))),
        }
    }
}

impl Kernel for UserRanking<'_> {
    fn grain(&self) -> Grain {
        Grain { users: true, nodes: true, cuts: self.recent.cuts(), ..Grain::default() }
    }

    fn add(&mut self, cells: &Cells<'_>) {
        self.node_slots.learn(cells.texts);
        for cell in 0..cells.len() {
            // Rows of deleted users have nobody to be listed under.
            let Some(slot) = self.user_slots.get(cells.user_id[cell]) else {
                continue;
            };
            let sums = &mut self.sums[slot as usize];
            let (t, traffic) = (cells.first[cell], cells.traffic(cell));
            sums.traffic += traffic;
            self.recent.add(&mut sums.recent, t, traffic.total());
            sums.records += cells.records(cell);
            sums.span = Some(widened(sums.span, cells.span(cell)));
            let node = self.node_slots.slot(cells.node[cell]);
            if node != DAY_SLOT {
                sums.nodes.grow_and_insert(node as usize);
            }
        }
    }
}

/// A span of time stretched to hold another.
pub(super) fn widened(
    span: Option<(UnixSeconds, UnixSeconds)>,
    by: (UnixSeconds, UnixSeconds),
) -> (UnixSeconds, UnixSeconds) {
    span.map_or(by, |(first, last)| (first.min(by.0), last.max(by.1)))
}

/// Bytes left of the quota, negative when overdrawn.
fn remaining(user: &User) -> i128 {
    i128::from(user.transfer_enable) - i128::from(user.upload) - i128::from(user.download)
}

fn user_rank(user: &User, sums: &UserSums) -> UserRank {
    let text = |limit: Option<i64>| limit.map_or_else(String::new, |limit| limit.to_string());
    let (first_usage, last_usage) = sums.span.unwrap_or((0, 0));
    let [traffic_5min, traffic_1hour, traffic_4hour] = sums.recent;
    let used = u128::from(user.upload) + u128::from(user.download);
    let period_traffic = sums.traffic.total();
    let nodes_used = sums.nodes.count_ones(..);
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
        nodes_used: nodes_used as u64,
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

//! A ranked user.

use crate::guard::guard;
use crate::handle::te_rows;
use crate::rows::{List, Row, take};
use crate::sized::Plain;
use crate::status::te_status;
use crate::text::te_text;
use crate::u128::te_u128;
use traffic_engine::UserRank;

/// A user in a ranking. Times are seconds since 1970 in UTC, traffic is in bytes and exact.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct te_user_row {
    /// User id.
    pub user_id: i64,
    /// Subscriber UUID.
    pub uuid: te_text,
    /// WHMCS service id.
    pub sid: i64,
    /// Bytes uploaded in the quota period, as the panel counts them.
    pub total_upload_user: u64,
    /// Bytes downloaded in the quota period, as the panel counts them.
    pub total_download_user: u64,
    /// Quota in bytes; 2^63 - 1 where it is more, which panels write for no limit.
    pub transfer_enable: i64,
    /// 1 enabled, 0 disabled.
    pub enable: i64,
    /// When the user was made.
    pub created_at: i64,
    /// Free text, or none.
    pub remark: te_text,
    /// Speed limit, empty for none.
    pub speedlimitss: te_text,
    /// Speed limit of other protocols, empty for none.
    pub speedlimitother: te_text,
    /// Bytes uploaded in the range.
    pub period_upload: te_u128,
    /// Bytes downloaded in the range.
    pub period_download: te_u128,
    /// Both together.
    pub period_traffic: te_u128,
    /// Bytes of the last 300 s, as far as they lie in the range.
    pub traffic_5min: te_u128,
    /// Bytes of the last 3 600 s, as far as they lie in the range.
    pub traffic_1hour: te_u128,
    /// Bytes of the last 14 400 s, as far as they lie in the range.
    pub traffic_4hour: te_u128,
    /// Distinct nodes; merged days are none.
    pub nodes_used: u64,
    /// Usage rows in the range.
    pub usage_records: u64,
    /// Time of the first usage row in the range, 0 without.
    pub first_usage: i64,
    /// Time of the last usage row in the range, 0 without.
    pub last_usage: i64,
    /// total_upload_user and total_download_user together.
    pub used_traffic: te_u128,
    /// Bytes left of the quota, not below 0.
    pub remaining_quota: u64,
    /// Per cent of the quota used, may exceed 100; 0 without a quota.
    pub quota_utilization: f64,
    /// 1 when a byte was moved in the range, otherwise 0.
    pub has_activity: u64,
    /// period_traffic by node used; 0 without nodes.
    pub avg_traffic_per_node: f64,
}

// SAFETY: a `repr(C)` of numbers and pointers of eight bytes.
unsafe impl Plain for te_user_row {
    const NAME: &'static str = "te_user_row";
    const FIRST_SIZE: usize = 296;
}

impl Row for te_user_row {
    type Of = UserRank;

    fn pick(list: &List) -> Option<&[UserRank]> {
        match list {
            List::Users(rows) => Some(rows),
            _ => None,
        }
    }

    fn of(row: &UserRank) -> Self {
        Self {
            user_id: row.user_id.0,
            uuid: te_text::of(&row.uuid),
            sid: row.sid,
            total_upload_user: row.total_upload_user,
            total_download_user: row.total_download_user,
            transfer_enable: i64::try_from(row.transfer_enable).unwrap_or(i64::MAX),
            enable: row.enable,
            created_at: row.created_at,
            remark: te_text::of_option(row.remark.as_deref()),
            speedlimitss: te_text::of(&row.speedlimitss),
            speedlimitother: te_text::of(&row.speedlimitother),
            period_upload: row.period_upload.into(),
            period_download: row.period_download.into(),
            period_traffic: row.period_traffic.into(),
            traffic_5min: row.traffic_5min.into(),
            traffic_1hour: row.traffic_1hour.into(),
            traffic_4hour: row.traffic_4hour.into(),
            nodes_used: row.nodes_used,
            usage_records: row.usage_records,
            first_usage: row.first_usage,
            last_usage: row.last_usage,
            used_traffic: row.used_traffic.into(),
            remaining_quota: left(row.remaining_quota),
            quota_utilization: row.quota_utilization,
            has_activity: row.has_activity.into(),
            avg_traffic_per_node: row.avg_traffic_per_node,
        }
    }
}

/// What is left of an amount of 64 bits, which is never negative.
pub(crate) fn left(bytes: i128) -> u64 {
    u64::try_from(bytes).expect("a remainder is not negative and no larger than the whole")
}

/// Takes the next rows of te_rank_users: as many as are left, and at most `capacity`. `row_size` is
/// sizeof(te_user_row). After the last row `*count_out` is 0. Texts stay until the rows are freed.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_rows_next_users(
    rows: te_rows,
    rows_out: *mut te_user_row,
    row_size: usize,
    capacity: usize,
    count_out: *mut usize,
) -> te_status {
    // SAFETY: the header asks for it.
    guard(|| unsafe { take(rows, (rows_out, row_size, capacity), count_out) })
}

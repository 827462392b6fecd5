//! A ranked node.

use crate::guard::guard;
use crate::handle::te_rows;
use crate::rows::{List, Row, take};
use crate::sized::Plain;
use crate::status::te_status;
use crate::text::te_text;
use crate::u128::te_u128;
use traffic_engine::NodeRank;

/// A node in a ranking. Times are seconds since 1970 in UTC, traffic is in bytes and exact.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct te_node_row {
    /// Node id.
    pub id: i64,
    /// Name.
    pub name: te_text,
    /// Host name or address.
    pub address: te_text,
    /// 1 enabled, 0 disabled.
    pub enable: i64,
    /// Bytes used since the node's reset day, as the panel counts them.
    pub statistics: i64,
    /// Limit in GB of 10⁹ bytes; 0 is no limit.
    pub max_traffic: i64,
    /// Last heartbeat.
    pub last_online: i64,
    /// Country as written, or none.
    pub country: te_text,
    /// Protocol.
    pub r#type: te_text,
    /// Speed limit once the quota is exceeded, empty for none.
    pub excessive_speed_limit: te_text,
    /// Speed limit, empty for none.
    pub speed_limit: te_text,
    /// Bytes uploaded in the range.
    pub total_upload: te_u128,
    /// Bytes downloaded in the range.
    pub total_download: te_u128,
    /// Both together.
    pub total_traffic: te_u128,
    /// Bytes of the last 300 s, as far as they lie in the range.
    pub traffic_5min: te_u128,
    /// Bytes of the last 3 600 s, as far as they lie in the range.
    pub traffic_1hour: te_u128,
    /// Bytes of the last 14 400 s, as far as they lie in the range.
    pub traffic_4hour: te_u128,
    /// Distinct user ids, deleted users included.
    pub unique_users: u64,
    /// Usage rows in the range.
    pub usage_records: u64,
    /// Billing multiplier of the node.
    pub count_rate: f64,
    /// Bytes left of the limit, not below 0.
    pub remaining_traffic: te_u128,
    /// Per cent of the limit used, may exceed 100; 0 without a limit.
    pub traffic_utilization: f64,
    /// 1 within 600 s of the last heartbeat, otherwise 0.
    pub is_online: u64,
    /// Whole minutes since the last heartbeat.
    pub last_seen_minutes: i64,
    /// total_traffic by user; 0 without users.
    pub avg_traffic_per_user: f64,
}

// SAFETY: a `repr(C)` of numbers and pointers of eight bytes.
unsafe impl Plain for te_node_row {
    const NAME: &'static str = "te_node_row";
    const FIRST_SIZE: usize = 304;
}

impl Row for te_node_row {
    type Of = NodeRank;

    fn pick(list: &List) -> Option<&[NodeRank]> {
        match list {
            List::Nodes(rows) => Some(rows),
            _ => None,
        }
    }

    fn of(row: &NodeRank) -> Self {
        Self {
            id: row.id.0,
            name: te_text::of(&row.name),
            address: te_text::of(&row.address),
            enable: row.enable,
            statistics: row.statistics,
            max_traffic: row.max_traffic,
            last_online: row.last_online,
            country: te_text::of_option(row.country.as_deref()),
            r#type: te_text::of(&row.kind),
            excessive_speed_limit: te_text::of(&row.excessive_speed_limit),
            speed_limit: te_text::of(&row.speed_limit),
            total_upload: row.total_upload.into(),
            total_download: row.total_download.into(),
            total_traffic: row.total_traffic.into(),
            traffic_5min: row.traffic_5min.into(),
            traffic_1hour: row.traffic_1hour.into(),
            traffic_4hour: row.traffic_4hour.into(),
            unique_users: row.unique_users,
            usage_records: row.usage_records,
            count_rate: row.count_rate,
            remaining_traffic: row.remaining_traffic.unsigned_abs().into(),
            traffic_utilization: row.traffic_utilization,
            is_online: row.is_online.into(),
            last_seen_minutes: row.last_seen_minutes,
            avg_traffic_per_user: row.avg_traffic_per_user,
        }
    }
}

/// Takes the next rows of te_rank_nodes; otherwise as te_rows_next_users.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_rows_next_nodes(
    rows: te_rows,
    rows_out: *mut te_node_row,
    row_size: usize,
    capacity: usize,
    count_out: *mut usize,
) -> te_status {
    // SAFETY: the header asks for it.
    guard(|| unsafe { take(rows, (rows_out, row_size, capacity), count_out) })
}

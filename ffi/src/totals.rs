//! Usage by user, node, hour or hour of day.

use crate::guard::guard;
use crate::handle::te_rows;
use crate::rows::{List, Row, take};
use crate::sized::Plain;
use crate::status::te_status;
use crate::text::te_text;
use crate::u128::te_u128;
use traffic_engine::{HourOfDayTotal, HourTotal, NodeTotal, UserTotal};

/// Usage of one listed user.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct te_user_total {
    /// User id.
    pub user_id: i64,
    /// Subscriber UUID.
    pub uuid: te_text,
    /// WHMCS service id.
    pub sid: i64,
    /// Bytes.
    pub total_traffic: te_u128,
    /// Distinct nodes; merged days are none.
    pub unique_nodes: u64,
    /// Usage rows.
    pub total_records: u64,
    /// Bytes by usage row, rounded to four decimals.
    pub avg_traffic_per_record: f64,
    /// Time of the last usage row, in seconds since 1970 in UTC.
    pub last_activity: i64,
}

/// Usage of one node; merged days belong to none.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct te_node_total {
    /// Name of a listed node, otherwise the text of the usage rows.
    pub node: te_text,
    /// Name of a listed node, or none.
    pub node_name: te_text,
    /// Bytes.
    pub total_traffic: te_u128,
    /// Distinct user ids.
    pub unique_users: u64,
    /// Usage rows.
    pub total_records: u64,
    /// Bytes by usage row, rounded to four decimals.
    pub avg_traffic_per_record: f64,
}

/// Usage of one hour.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct te_hour_total {
    /// Local full hour, YYYY-MM-DD HH:00:00.
    pub time_hour: te_text,
    /// When it began, in seconds since 1970 in UTC.
    pub timestamp_hour: i64,
    /// Bytes.
    pub total_traffic: te_u128,
    /// Distinct user ids.
    pub unique_users: u64,
    /// Distinct nodes; merged days are none.
    pub unique_nodes: u64,
    /// Usage rows.
    pub total_records: u64,
}

/// Usage of one hour of the day, over all days.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct te_hour_of_day_total {
    /// 0–23, local.
    pub hour_of_day: u64,
    /// Bytes.
    pub total_traffic: te_u128,
    /// Distinct user ids.
    pub unique_users: u64,
    /// Distinct nodes; merged days are none.
    pub unique_nodes: u64,
    /// Bytes by usage row, rounded to four decimals.
    pub avg_traffic_per_record: f64,
}

// SAFETY: a `repr(C)` of numbers and pointers of eight bytes.
unsafe impl Plain for te_user_total {
    const NAME: &'static str = "te_user_total";
    const FIRST_SIZE: usize = 80;
}

// SAFETY: as above.
unsafe impl Plain for te_node_total {
    const NAME: &'static str = "te_node_total";
    const FIRST_SIZE: usize = 72;
}

// SAFETY: as above.
unsafe impl Plain for te_hour_total {
    const NAME: &'static str = "te_hour_total";
    const FIRST_SIZE: usize = 64;
}

// SAFETY: as above.
unsafe impl Plain for te_hour_of_day_total {
    const NAME: &'static str = "te_hour_of_day_total";
    const FIRST_SIZE: usize = 48;
}

impl Row for te_user_total {
    type Of = UserTotal;

    fn pick(list: &List) -> Option<&[UserTotal]> {
        match list {
            List::UserTotals(rows) => Some(rows),
            _ => None,
        }
    }

    fn of(row: &UserTotal) -> Self {
        Self {
            user_id: row.user_id.0,
            uuid: te_text::of(&row.uuid),
            sid: row.sid,
            total_traffic: row.total_traffic.0.into(),
            unique_nodes: row.unique_nodes,
            total_records: row.total_records,
            avg_traffic_per_record: row.avg_traffic_per_record.to_f64(),
            last_activity: row.last_activity,
        }
    }
}

impl Row for te_node_total {
    type Of = NodeTotal;

    fn pick(list: &List) -> Option<&[NodeTotal]> {
        match list {
            List::NodeTotals(rows) => Some(rows),
            _ => None,
        }
    }

    fn of(row: &NodeTotal) -> Self {
        Self {
            node: te_text::of(&row.node),
            node_name: te_text::of_option(row.node_name.as_deref()),
            total_traffic: row.total_traffic.0.into(),
            unique_users: row.unique_users,
            total_records: row.total_records,
            avg_traffic_per_record: row.avg_traffic_per_record.to_f64(),
        }
    }
}

impl Row for te_hour_total {
    type Of = HourTotal;

    fn pick(list: &List) -> Option<&[HourTotal]> {
        match list {
            List::Hours(rows) => Some(rows),
            _ => None,
        }
    }

    fn of(row: &HourTotal) -> Self {
        Self {
            time_hour: te_text::of(&row.time_hour),
            timestamp_hour: row.timestamp_hour,
            total_traffic: row.total_traffic.0.into(),
            unique_users: row.unique_users,
            unique_nodes: row.unique_nodes,
            total_records: row.total_records,
        }
    }
}

impl Row for te_hour_of_day_total {
    type Of = HourOfDayTotal;

    fn pick(list: &List) -> Option<&[HourOfDayTotal]> {
        match list {
            List::HoursOfDay(rows) => Some(rows),
            _ => None,
        }
    }

    fn of(row: &HourOfDayTotal) -> Self {
        Self {
            hour_of_day: row.hour_of_day.into(),
            total_traffic: row.total_traffic.0.into(),
            unique_users: row.unique_users,
            unique_nodes: row.unique_nodes,
            avg_traffic_per_record: row.avg_traffic_per_record.to_f64(),
        }
    }
}

/// Takes the next rows of te_aggregate by user; otherwise as te_rows_next_users.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_rows_next_user_totals(
    rows: te_rows,
    rows_out: *mut te_user_total,
    row_size: usize,
    capacity: usize,
    count_out: *mut usize,
) -> te_status {
    // SAFETY: the header asks for it.
    guard(|| unsafe { take(rows, (rows_out, row_size, capacity), count_out) })
}

/// Takes the next rows of te_aggregate by node; otherwise as te_rows_next_users.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_rows_next_node_totals(
    rows: te_rows,
    rows_out: *mut te_node_total,
    row_size: usize,
    capacity: usize,
    count_out: *mut usize,
) -> te_status {
    // SAFETY: the header asks for it.
    guard(|| unsafe { take(rows, (rows_out, row_size, capacity), count_out) })
}

/// Takes the next rows of te_aggregate by time; otherwise as te_rows_next_users.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_rows_next_hour_totals(
    rows: te_rows,
    rows_out: *mut te_hour_total,
    row_size: usize,
    capacity: usize,
    count_out: *mut usize,
) -> te_status {
    // SAFETY: the header asks for it.
    guard(|| unsafe { take(rows, (rows_out, row_size, capacity), count_out) })
}

/// Takes the next rows of te_aggregate by hourly; otherwise as te_rows_next_users.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_rows_next_hour_of_day_totals(
    rows: te_rows,
    rows_out: *mut te_hour_of_day_total,
    row_size: usize,
    capacity: usize,
    count_out: *mut usize,
) -> te_status {
    // SAFETY: the header asks for it.
    guard(|| unsafe { take(rows, (rows_out, row_size, capacity), count_out) })
}

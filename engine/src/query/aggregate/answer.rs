//! What an aggregation answers.

use crate::query::decimal::{Average, Sum};
use crate::units::{UnixSeconds, UserId};
use serde::Serialize;

/// Usage by group; only groups with usage rows appear.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Aggregation {
    /// Most traffic first, then by user id.
    Users(Vec<UserTotal>),
    /// Most traffic first, then listed nodes by id, then the others by text.
    Nodes(Vec<NodeTotal>),
    /// By time.
    Hours(Vec<HourTotal>),
    /// By hour of day.
    HoursOfDay(Vec<HourOfDayTotal>),
}

impl UserTotal {
    /// Columns of `user` that a row shows.
    pub(crate) const COLUMNS: [&'static str; 2] = ["uuid", "sid"];
}

/// Usage of one listed user.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct UserTotal {
    /// User id.
    pub user_id: UserId,
    /// Subscriber UUID.
    pub uuid: String,
    /// WHMCS service id.
    pub sid: i64,
    /// Bytes.
    pub total_traffic: Sum,
    /// Distinct nodes; merged days are none.
    pub unique_nodes: u64,
    /// Usage rows.
    pub total_records: u64,
    /// Bytes by usage row.
    pub avg_traffic_per_record: Average,
    /// Time of the last usage row.
    pub last_activity: UnixSeconds,
}

/// Usage of one node; merged days belong to none.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct NodeTotal {
    /// Name of a listed node, otherwise the text of the usage rows.
    pub node: String,
    /// Name of a listed node.
    pub node_name: Option<String>,
    /// Bytes.
    pub total_traffic: Sum,
    /// Distinct user ids.
    pub unique_users: u64,
    /// Usage rows.
    pub total_records: u64,
    /// Bytes by usage row.
    pub avg_traffic_per_record: Average,
}

/// Usage of one hour.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct HourTotal {
    /// Local full hour, `YYYY-MM-DD HH:00:00`.
    pub time_hour: String,
    /// The instant it began.
    pub timestamp_hour: UnixSeconds,
    /// Bytes.
    pub total_traffic: Sum,
    /// Distinct user ids.
    pub unique_users: u64,
    /// Distinct nodes; merged days are none.
    pub unique_nodes: u64,
    /// Usage rows.
    pub total_records: u64,
}

/// Usage of one hour of the day, over all days.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct HourOfDayTotal {
    /// 0–23, local.
    pub hour_of_day: u8,
    /// Bytes.
    pub total_traffic: Sum,
    /// Distinct user ids.
    pub unique_users: u64,
    /// Distinct nodes; merged days are none.
    pub unique_nodes: u64,
    /// Bytes by usage row.
    pub avg_traffic_per_record: Average,
}

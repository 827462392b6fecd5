//! Which keys of an answer PHP code has as floats, whatever their values: those of the contract.

/// Keys in ascending order.
pub(crate) type Floats = &'static [&'static str];

/// Sums of bytes, and what is computed from them.
pub(crate) const SUMS: Floats = &[
    "avg_download",
    "avg_traffic_per_node",
    "avg_traffic_per_user",
    "avg_upload",
    "days_active",
    "download",
    "max_traffic",
    "peak_traffic",
    "period_download",
    "period_traffic",
    "period_upload",
    "quota_utilization",
    "recent_download",
    "recent_traffic",
    "recent_upload",
    "remaining_quota",
    "remaining_traffic",
    "statistics",
    "today_download",
    "today_upload",
    "total",
    "total_download",
    "total_download_user",
    "total_traffic",
    "total_upload",
    "total_upload_user",
    "traffic_1hour",
    "traffic_4hour",
    "traffic_5min",
    "traffic_utilization",
    "transfer_enable",
    "upload",
    "used_traffic",
];

/// Usage records, whose bytes are floats too.
pub(crate) const RECORDS: Floats = &["count_rate", "d", "total_traffic", "u"];

/// Whole rows keep the types of their columns; only the days beside them are sums.
pub(crate) const DETAILS: Floats = &["daily_download", "daily_upload"];

/// Rows as they are stored.
pub(crate) const NONE: Floats = &[];

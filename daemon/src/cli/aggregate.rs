//! `aggregate`.

use super::range_options::RangeOptions;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Column, Reply, Row, bytes, shortened};
use traffic_engine::{Aggregation, GroupBy, HourOfDayTotal, HourTotal, NodeTotal, UserTotal};

/// Sum usage by user, node, hour or hour of day
#[derive(clap::Args)]
#[command(after_help = "Example:\n  traffic-engine aggregate --by hourly --range week")]
pub(super) struct Aggregate {
    /// user, node, time (hour by hour) or hourly (hours of the day)
    #[arg(long, value_name = "GROUP")]
    by: GroupBy,
    #[command(flatten)]
    range: RangeOptions,
}

impl Aggregate {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let range = self.range.period("today")?;
        let request = traffic_engine::Aggregate { range, by: self.by };
        let output = context.output();
        match context.value(context.engine()?.aggregate(&request)?) {
            Aggregation::Users(rows) => output.rows(rows),
            Aggregation::Nodes(rows) => output.rows(rows),
            Aggregation::Hours(rows) => output.rows(rows),
            Aggregation::HoursOfDay(rows) => output.rows(rows),
        }
    }
}

impl Row for UserTotal {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::number("user", |row, _| row.user_id.to_string()),
        Column::number("service", |row, _| row.sid.to_string()),
        Column::number("traffic", |row, _| bytes(row.total_traffic.0)),
        Column::number("nodes", |row, _| row.unique_nodes.to_string()),
        Column::number("records", |row, _| row.total_records.to_string()),
        Column::number("by record", |row, _| bytes(row.avg_traffic_per_record.whole())),
        Column::text("last activity", |row, place| place.time(row.last_activity)),
    ];
}

impl Row for NodeTotal {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("node", |row, _| shortened(&row.node)),
        Column::text("listed", |row, _| yes_or_no(row.node_name.is_some())),
        Column::number("traffic", |row, _| bytes(row.total_traffic.0)),
        Column::number("users", |row, _| row.unique_users.to_string()),
        Column::number("records", |row, _| row.total_records.to_string()),
        Column::number("by record", |row, _| bytes(row.avg_traffic_per_record.whole())),
    ];
}

impl Row for HourTotal {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("hour", |row, _| row.time_hour.clone()),
        Column::number("traffic", |row, _| bytes(row.total_traffic.0)),
        Column::number("users", |row, _| row.unique_users.to_string()),
        Column::number("nodes", |row, _| row.unique_nodes.to_string()),
        Column::number("records", |row, _| row.total_records.to_string()),
    ];
}

impl Row for HourOfDayTotal {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::number("hour", |row, _| format!("{:02}:00", row.hour_of_day)),
        Column::number("traffic", |row, _| bytes(row.total_traffic.0)),
        Column::number("users", |row, _| row.unique_users.to_string()),
        Column::number("nodes", |row, _| row.unique_nodes.to_string()),
        Column::number("by record", |row, _| bytes(row.avg_traffic_per_record.whole())),
    ];
}

fn yes_or_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

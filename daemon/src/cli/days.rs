//! `days`.

use super::ids;
use super::range_options::RangeOptions;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Column, Reply, Row, bytes};
use traffic_engine::{DayTraffic, ServiceDay};

/// Traffic of each day and WHMCS service, newest day first
#[derive(clap::Args)]
#[command(after_help = "Example:\n  traffic-engine days --service 1001 --range week")]
pub(super) struct Days {
    /// Only this WHMCS service
    #[arg(long, value_name = "ID")]
    #[arg(value_parser = ids::number::<i64>, allow_negative_numbers = true)]
    service: Option<i64>,
    /// Only the user with this UUID
    #[arg(long)]
    uuid: Option<String>,
    #[command(flatten)]
    range: RangeOptions,
}

impl Days {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let range = self.range.period("month_including_today")?;
        let request = DayTraffic { service: self.service, uuid: self.uuid, range };
        context.output().rows(context.value(context.engine()?.day_traffic(&request)?))
    }
}

impl Row for ServiceDay {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("date", |row, _| row.date.clone()),
        Column::number("service", |row, _| row.sid.to_string()),
        Column::number("upload", |row, _| bytes(row.upload)),
        Column::number("download", |row, _| bytes(row.download)),
        Column::number("total", |row, _| bytes(row.upload + row.download)),
    ];
}

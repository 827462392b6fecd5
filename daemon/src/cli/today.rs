//! `today`.

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Column, Reply, Row, bar, bytes};
use serde::Serialize;
use traffic_engine::{HourTraffic, TodayTraffic};

/// Traffic of today by hour
#[derive(clap::Args)]
#[command(after_help = "Example:\n  traffic-engine today --tz Asia/Shanghai\n\n\
    JSON is one object; CSV and tables have a row an hour.")]
pub(super) struct Today {}

impl Today {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let today = context.value(context.engine()?.today()?);
        context.output().object_of_rows(&today, hours(&today))
    }
}

/// An hour of today.
#[derive(Default, Serialize)]
struct Hour {
    date: String,
    hour: String,
    upload: u128,
    download: u128,
    /// Of the busiest hour's traffic.
    #[serde(skip)]
    share: f64,
}

fn hours(today: &TodayTraffic) -> impl Iterator<Item = Hour> {
    let total = |traffic: &HourTraffic| (traffic.upload + traffic.download) as f64;
    let most = today.hourly_stats.values().map(total).fold(0.0, f64::max);
    today.hourly_stats.iter().map(move |(hour, traffic)| Hour {
        date: today.date.clone(),
        hour: hour.clone(),
        upload: traffic.upload,
        download: traffic.download,
        share: total(traffic) / most,
    })
}

impl Row for Hour {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("date", |row, _| row.date.clone()),
        Column::text("hour", |row, _| format!("{}:00", row.hour)),
        Column::number("upload", |row, _| bytes(row.upload)),
        Column::number("download", |row, _| bytes(row.download)),
        Column::number("total", |row, _| bytes(row.upload + row.download)),
        Column::text("", |row, _| bar(row.share)),
    ];
}

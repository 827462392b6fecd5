//! `total`.

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Field, Reply, bytes};
use traffic_engine::TotalTraffic;

/// Totals since the first record that moved a byte
#[derive(clap::Args)]
#[command(after_help = "Example:\n  traffic-engine total")]
pub(super) struct Total {}

impl Total {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let total = context.value(context.engine()?.total()?);
        context.output().object(&total, |place| fields(&total, place.time(total.last_updated)))
    }
}

fn fields(total: &TotalTraffic, updated: String) -> Vec<Field> {
    let time = |time: &Option<String>| time.as_deref().unwrap_or("-").to_owned();
    vec![
        Field::new("upload", bytes(total.total_upload)),
        Field::new("download", bytes(total.total_download)),
        Field::new("traffic", bytes(total.total_traffic)),
        Field::new("upload by record", bytes(total.avg_upload as u128)),
        Field::new("download by record", bytes(total.avg_download as u128)),
        Field::new("first record", time(&total.first_record)),
        Field::new("last record", time(&total.last_record)),
        Field::new("records", total.total_records),
        Field::new("days active", total.days_active),
        Field::new("as of", updated),
    ]
}

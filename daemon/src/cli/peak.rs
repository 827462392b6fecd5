//! `peak`.

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Field, Reply, bytes};

/// The day with the most traffic
#[derive(clap::Args)]
#[command(after_help = "Example:\n  traffic-engine peak --tz Europe/Berlin")]
pub(super) struct Peak {}

impl Peak {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let peak = context.value(context.engine()?.peak()?);
        context.output().object(&peak, |place| {
            vec![
                Field::new("day", peak.peak_date.as_deref().unwrap_or("-")),
                Field::new("traffic", bytes(peak.peak_traffic)),
                Field::new("as of", place.time(peak.last_updated)),
            ]
        })
    }
}

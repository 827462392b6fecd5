//! `refresh`.

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Field, Reply, in_utc, seconds};
use traffic_engine::{Moment, Refresh as How};

/// Bring the snapshot up to date, or build it
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine refresh --verify --data-dir /var/lib/traffic-engine"
)]
pub(super) struct Refresh {
    /// Compare all rows with the database, also those that were there before
    #[arg(long)]
    verify: bool,
}

impl Refresh {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let how = if self.verify { How::Verify } else { How::Tail };
        let moment = context.engine_with_snapshot()?.refresh(how)?;
        context.output().object(&moment, |_| fields(moment))
    }
}

/// A moment as people read it.
pub(super) fn fields(moment: Moment) -> Vec<Field> {
    vec![
        Field::new("generation", moment.generation),
        Field::new("rows up to id", moment.watermark),
        Field::new("age", seconds(moment.age_ms)),
        Field::new(
            "compared with the database",
            format!("{} ago", seconds(moment.verified_age_ms)),
        ),
        Field::new(
            "nodes and hours of merged days",
            match moment.detail_since {
                Some(since) => format!("known since {}", in_utc(since)),
                None => "all known".to_owned(),
            },
        ),
    ]
}

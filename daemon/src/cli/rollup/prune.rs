//! `rollup prune`.

use super::{LockWait, Retention};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Field, Reply};

/// Delete figures that are older than they are kept
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine rollup prune --days 400 --hourly-days 90 --store mysql://admin@db/v2raysocks"
)]
pub(super) struct Prune {
    #[command(flatten)]
    retention: Retention,
    #[command(flatten)]
    wait: LockWait,
}

impl Prune {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let pruned = context.engine()?.rollup_prune(&self.retention.work(&self.wait))?;
        context.output().object(&pruned, |_| {
            vec![
                Field::new("days kept since", &pruned.kept_since),
                Field::new("hours kept since", &pruned.hours_kept_since),
                Field::new("rows deleted", pruned.deleted),
            ]
        })
    }
}

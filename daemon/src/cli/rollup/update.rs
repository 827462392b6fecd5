//! `rollup update`.

use super::{LockWait, Retention, fields};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::Reply;

/// Sum the days whose rows changed since; makes the tables where they are missing
///
/// Meant to be run every few minutes, by as many processes as like to. After a failure, or when it was
/// killed, the same command goes on. It asks for SELECT on the database, for INSERT, UPDATE and DELETE
/// on its tables, for CREATE to make them, and for ALTER and INDEX where they are of an older form.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine rollup update --store mysql://admin@db/v2raysocks --password-file secret"
)]
pub(super) struct Update {
    #[command(flatten)]
    retention: Retention,
    #[command(flatten)]
    wait: LockWait,
}

impl Update {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let report = context.engine()?.rollup_update(&self.retention.work(&self.wait))?;
        context.output().object(&report, |_| fields(&report))
    }
}

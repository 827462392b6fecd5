//! `rollup backfill`.

use super::{LockWait, fields};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::Reply;
use jiff::civil::Date;
use traffic_engine::{RollupBackfill, parse_date};

/// Sum all days there are, or those from one date to another, where their rows changed since
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine rollup backfill --from 2025-01-01 --store mysql://admin@db/v2raysocks"
)]
pub(super) struct Backfill {
    /// First day: YYYY-MM-DD [default: the first there is]
    #[arg(long, value_name = "D", value_parser = parse_date)]
    from: Option<Date>,
    /// Last day: YYYY-MM-DD [default: the last there is]
    #[arg(long, value_name = "D", value_parser = parse_date)]
    to: Option<Date>,
    /// Sum also days whose rows did not change
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    wait: LockWait,
}

impl Backfill {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let Self { from, to, force, wait: LockWait { lock_wait_s } } = self;
        let what = RollupBackfill { from, to, force, lock_wait_s };
        let report = context.engine()?.rollup_backfill(&what)?;
        context.output().object(&report, |_| fields(&report))
    }
}

//! `schema plan`, `apply`, `status` and `drop`.

mod apply;
mod drop;
mod plan;
mod status;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::Reply;
use clap::Subcommand;
use traffic_engine::{Altering, Index};

/// Indexes of the database: what is missing, what may go, what difference they make
#[derive(clap::Args)]
pub(super) struct Schema {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Plan(plan::Plan),
    Apply(apply::Apply),
    Status(status::Status),
    Drop(drop::Drop),
}

impl Schema {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        match self.what {
            What::Plan(plan) => plan.answer(context),
            What::Apply(apply) => apply.answer(context),
            What::Status(status) => status.answer(context),
            What::Drop(drop) => drop.answer(context),
        }
    }
}

/// How long to wait for others.
#[derive(clap::Args)]
struct LockWait {
    /// Give up when somebody holds a lock on the table for so many seconds
    #[arg(long, value_name = "N", default_value_t = Altering::default().lock_wait_s)]
    lock_wait_s: u32,
}

impl LockWait {
    fn altering(&self, offline: bool) -> Altering {
        Altering { lock_wait_s: self.lock_wait_s, offline }
    }
}

/// An index as people write it.
fn written(index: &Index) -> String {
    format!("{} ({})", index.table, index.columns.join(", "))
}

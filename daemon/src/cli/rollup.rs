//! `rollup update`, `backfill`, `prune` and `status`.

mod backfill;
mod prune;
mod status;
mod update;

use super::ids;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Field, Reply};
use clap::Subcommand;
use traffic_engine::{RollupReport, RollupRetention, RollupWork};

/// Pre-aggregates: traffic by user and day, by node and day, and by hour, in tables beside the rows
#[derive(clap::Args)]
pub(super) struct Rollup {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Update(update::Update),
    Backfill(backfill::Backfill),
    Prune(prune::Prune),
    Status(status::Status),
}

impl Rollup {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        match self.what {
            What::Update(update) => update.answer(context),
            What::Backfill(backfill) => backfill.answer(context),
            What::Prune(prune) => prune.answer(context),
            What::Status(status) => status.answer(context),
        }
    }
}

/// How long to wait for others.
#[derive(clap::Args)]
struct LockWait {
    /// Give up when somebody holds a lock for so many seconds
    #[arg(long, value_name = "N", default_value_t = RollupWork::default().lock_wait_s)]
    lock_wait_s: u32,
}

/// How long figures are kept.
#[derive(clap::Args)]
struct Retention {
    /// Days to keep beside today, by user and by node
    #[arg(long, value_name = "N", default_value_t = RollupRetention::default().days)]
    #[arg(value_parser = ids::number::<u32>, allow_negative_numbers = true)]
    days: u32,
    /// Days to keep beside today, by hour
    #[arg(long, value_name = "N", default_value_t = RollupRetention::default().hourly_days)]
    #[arg(value_parser = ids::number::<u32>, allow_negative_numbers = true)]
    hourly_days: u32,
}

impl Retention {
    fn work(&self, wait: &LockWait) -> RollupWork {
        let retention = RollupRetention { days: self.days, hourly_days: self.hourly_days };
        RollupWork { retention, lock_wait_s: wait.lock_wait_s }
    }
}

/// A report as people read it.
fn fields(report: &RollupReport) -> Vec<Field> {
    let made =
        report.tables_made.iter().map(|table| Field::new("made or brought into form", table));
    let zone = report.zone_before.iter().map(|zone| Field::new("summed anew, before in", zone));
    let figures = [
        Field::new("days looked at", report.days_looked_at),
        Field::new("days summed", report.days_summed),
        Field::new("rows written", report.rows_written),
        Field::new("rows deleted", report.rows_deleted),
    ];
    made.chain(zone).chain(figures).collect()
}

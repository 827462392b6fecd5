//! `snapshot prune-history`.

use crate::cli::ids;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Field, Reply, bytes};
use traffic_engine::HistoryPruned;

/// Drop the detail of merged days that are further back than so many days
///
/// Nodes and hours of these days are forgotten for good; sums of users stay.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine snapshot prune-history --days 90 --dry-run --data-dir /var/lib/traffic-engine\n\n\
    The folder keeps history for the most days that anybody who uses it asked for. Give every user of\n\
    the folder the smaller --history-days (or history_days), or it grows to the larger one again."
)]
pub(super) struct PruneHistory {
    /// Days to keep before the day of the newest row
    #[arg(long, value_name = "N")]
    #[arg(value_parser = ids::number::<u32>, allow_negative_numbers = true)]
    days: u32,
    /// Only say what would be dropped
    #[arg(long)]
    dry_run: bool,
}

impl PruneHistory {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let pruned = context.engine_with_snapshot()?.prune_history(self.days, self.dry_run)?;
        context.output().object(&pruned, |_| fields(&pruned))
    }
}

fn fields(pruned: &HistoryPruned) -> Vec<Field> {
    let verb = if pruned.done { "dropped" } else { "would be dropped" };
    let between = match (&pruned.first, &pruned.last) {
        (Some(first), Some(last)) => format!("{} ({first} to {last})", pruned.days),
        _ => "none".to_owned(),
    };
    vec![
        Field::new("days of detail", format!("{between} {verb}")),
        Field::new("traffic whose nodes and hours go", bytes(pruned.attributed.total())),
        Field::new("size", bytes(pruned.bytes)),
        Field::new("days left", pruned.days_left),
    ]
}

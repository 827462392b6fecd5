//! `snapshot`, `snapshot verify`, `prune-history`, `export-history` and `import-history`.

mod export_history;
mod import_history;
mod prune_history;
mod verify;

use super::refresh;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Field, Reply, bytes, milliseconds};
use clap::Subcommand;
use traffic_engine::units::Traffic;
use traffic_engine::{HistoryStats, SnapshotStats};

/// What the snapshot holds and costs; check its files, and keep, move or shrink its history
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine snapshot --data-dir /var/lib/traffic-engine\n\n\
    CSV is one line with dotted names, such as moment.generation."
)]
pub(super) struct Snapshot {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    Verify(verify::Verify),
    PruneHistory(prune_history::PruneHistory),
    ExportHistory(export_history::ExportHistory),
    ImportHistory(import_history::ImportHistory),
}

impl Snapshot {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        match self.what {
            None => Self::figures(context),
            Some(What::Verify(command)) => command.answer(context),
            Some(What::PruneHistory(command)) => command.answer(context),
            Some(What::ExportHistory(command)) => command.answer(context),
            Some(What::ImportHistory(command)) => command.answer(context),
        }
    }

    fn figures(context: &Context) -> Result<Reply, Failure> {
        let stats = context.engine_with_snapshot()?.snapshot_stats()?;
        context.output().object(&stats, |_| fields(&stats))
    }
}

fn fields(stats: &SnapshotStats) -> Vec<Field> {
    let mut fields = vec![Field::new("folder", stats.folder.display())];
    fields.extend(refresh::fields(stats.moment));
    fields.extend([
        Field::new("usage rows", stats.rows),
        Field::new("segments", stats.segments),
        Field::new("cells by hour", stats.hour_cells),
        Field::new("cells by day", stats.day_cells),
        Field::new("cells by month", stats.month_cells),
        Field::new("size", bytes(stats.bytes)),
        Field::new("last comparison took", milliseconds(stats.verify_ms)),
    ]);
    fields.extend(history_fields(&stats.history));
    fields
}

fn history_fields(history: &HistoryStats) -> [Field; 5] {
    let traffic = |it: Traffic| bytes(it.total());
    [
        Field::new("days kept in detail", history.days),
        Field::new("merged, detail known", traffic(history.attributed)),
        Field::new("merged, detail unknown", traffic(history.unattributed)),
        Field::new(
            "detail beyond what was merged",
            format!("{} of {} users and days", traffic(history.excess), history.disagreements),
        ),
        Field::new("rows held until they are merged", history.held_rows),
    ]
}

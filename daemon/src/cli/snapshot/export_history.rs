//! `snapshot export-history`.

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Field, Reply, bytes};
use std::path::PathBuf;

/// Write the detail of merged days to a file, to keep or to move
///
/// The file is Arrow IPC: it tells of which database and zone it is, and has a checksum. Columns:
/// day (since 1970-01-01), by_hour, held, user_id, node, first_t, last_t, u, d, records.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine snapshot export-history history.arrow --data-dir /var/lib/traffic-engine"
)]
pub(super) struct ExportHistory {
    /// Where to; a file that is there is replaced
    file: PathBuf,
}

impl ExportHistory {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let exported = context.engine_with_snapshot()?.export_history(&self.file)?;
        context.output().object(&exported, |_| {
            vec![
                Field::new("days", exported.days),
                Field::new("cells", exported.cells),
                Field::new("size", bytes(exported.bytes)),
            ]
        })
    }
}

//! `snapshot import-history`.

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Field, Reply};
use std::path::PathBuf;

/// Take in the detail of days that there is none of, from an exported file
///
/// All of these days are taken in, or none where it fails; doing it twice changes nothing.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine snapshot import-history history.arrow --as-ours --data-dir /var/lib/traffic-engine"
)]
pub(super) struct ImportHistory {
    /// A file of `snapshot export-history`
    file: PathBuf,
    /// Take it for this database's even where it names another address or zone
    #[arg(long)]
    as_ours: bool,
}

impl ImportHistory {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let engine = context.engine_with_snapshot()?;
        let imported = engine.import_history(&self.file, self.as_ours)?;
        context.output().object(&imported, |_| {
            vec![
                Field::new("days taken in", imported.days),
                Field::new("cells", imported.cells),
                Field::new("days known before", imported.days_known),
                Field::new("days too far back", imported.days_too_old),
            ]
        })
    }
}

//! The files of the snapshot, and the detail in it that the database does not have any longer.

use super::Engine;
use crate::error::EngineError;
use crate::snapshot::{
    HistoryExported, HistoryImported, HistoryPruned, Snapshot, SnapshotCheck, SnapshotError,
};
use std::path::Path;
use std::sync::Arc;

impl Engine {
    /// Reads every file of the snapshot and tells how it is. The database is not asked, and nothing
    /// is changed.
    ///
    /// # Errors
    /// [`EngineError::Snapshot`] when the folder cannot be read.
    pub fn snapshot_check(&self) -> Result<SnapshotCheck, EngineError> {
        Ok(self.kept()?.check()?)
    }

    /// Drops the detail of merged days further back than `days`, counted from the newest row, or
    /// only tells what it would drop. A later writer whose configuration names more days keeps as
    /// many again, of what there is then.
    ///
    /// # Errors
    /// [`EngineError::Store`] and [`EngineError::Snapshot`].
    pub fn prune_history(&self, days: u32, dry_run: bool) -> Result<HistoryPruned, EngineError> {
        let calendar = self.calendar();
        Ok(self.kept()?.prune_history(
            self.snapshot_source(&self.store, &calendar),
            days,
            dry_run,
        )?)
    }

    /// Writes the detail of all merged days to `file`, an Arrow IPC file that tells which database
    /// and zone it is of and has a checksum. A file that is there is replaced once the new one is
    /// whole.
    ///
    /// # Errors
    /// [`EngineError::Store`] and [`EngineError::Snapshot`].
    pub fn export_history(&self, file: &Path) -> Result<HistoryExported, EngineError> {
        let calendar = self.calendar();
        Ok(self.kept()?.export_history(self.snapshot_source(&self.store, &calendar), file)?)
    }

    /// Takes in the days of `file` that there is no detail of: all of them, or none where it fails.
    /// Doing so twice changes nothing. A file of another database or zone is refused unless
    /// `as_ours` says that it is of this one.
    ///
    /// # Errors
    /// [`EngineError::Store`] and [`EngineError::Snapshot`].
    pub fn import_history(
        &self,
        file: &Path,
        as_ours: bool,
    ) -> Result<HistoryImported, EngineError> {
        let calendar = self.calendar();
        Ok(self.kept()?.import_history(
            self.snapshot_source(&self.store, &calendar),
            file,
            as_ours,
        )?)
    }

    fn kept(&self) -> Result<&Arc<Snapshot>, SnapshotError> {
        self.snapshot.as_ref().ok_or(SnapshotError::NotConfigured)
    }
}

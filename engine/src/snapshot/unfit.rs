//! Rows that no snapshot can hold, because a value is not what it must be. The database answers
//! meanwhile: it can tell which questions such a row would falsify. All processes of a host leave
//! the snapshot alone for a while, for finding the row again costs as much as finding it first.

use super::disk::{self, NewFile};
use super::error::SnapshotError;
use super::{Generation, RefreshError, Snapshot, Source, file, folder, wall_ms};
use crate::store::StoreError;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

const FILE: &str = "unfit";

/// Looking rests for so many times what it took, so that it takes 2 % of the time at most.
const REST_TIMES: u32 = 50;
/// Somebody may have corrected the row.
const REST_MAX: Duration = Duration::from_secs(3_600);

/// Wall clock in milliseconds since 1970: processes share it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Rest {
    found_ms: u64,
    until_ms: u64,
    reason: String,
}

impl Snapshot {
    /// As [`Snapshot::current`], without reading a database that was found unfit lately.
    ///
    /// # Errors
    /// [`RefreshError`]; [`SnapshotError::Unfit`] when the database can answer all the same.
    pub(crate) fn usable(
        self: &Arc<Self>,
        source: Source<'_>,
    ) -> Result<Arc<Generation>, RefreshError> {
        if let Some(Rest { reason, .. }) = self.resting() {
            return Err(SnapshotError::Unfit { reason }.into());
        }
        let begun = Instant::now();
        self.judged(self.current(source), begun)
    }

    /// The outcome of a look that began then; one that met an unfit row is the last for a while.
    pub(crate) fn judged<T>(
        &self,
        outcome: Result<T, RefreshError>,
        begun: Instant,
    ) -> Result<T, RefreshError> {
        match outcome {
            Err(RefreshError::Store(error @ StoreError::BadValue { .. })) => {
                let reason = error.to_string();
                self.rest(&reason, begun.elapsed());
                Err(SnapshotError::Unfit { reason }.into())
            }
            outcome => outcome,
        }
    }

    /// Looks again at once, for the database turned out to be fit.
    pub(crate) fn end_rest(&self) {
        // Where it stays, it ends by itself.
        let is_ours = folder::check(&self.config.dir, &self.folder).is_ok();
        let _ = is_ours.then(|| std::fs::remove_file(self.rest_file()));
    }

    fn rest_file(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    fn resting(&self) -> Option<Rest> {
        // What is said in a folder of others is not for us.
        folder::check(&self.config.dir, &self.folder).ok()?;
        let rest: Rest = serde_json::from_slice(&file::read(&self.rest_file()).ok()?).ok()?;
        // A clock that was set back knows nothing of then.
        (rest.found_ms..rest.until_ms).contains(&wall_ms()).then_some(rest)
    }

    fn rest(&self, reason: &str, took: Duration) {
        let least = Duration::from_millis(self.config.verify_interval_ms);
        let rest = (took * REST_TIMES).clamp(least.min(REST_MAX), REST_MAX);
        let found_ms = wall_ms();
        let until_ms = found_ms + u64::try_from(rest.as_millis()).unwrap_or(u64::MAX / 2);
        let rest = Rest { found_ms, until_ms, reason: reason.to_owned() };
        let text = serde_json::to_vec(&rest).expect("numbers and a text are JSON");
        let (path, new) = (self.rest_file(), self.folder.join("unfit.new"));
        // Without it the next question finds out anew.
        let _ = NewFile::create(&new)
            .and_then(|mut file| file.write_all(&text))
            .and_then(|()| disk::rename(&new, &path));
    }
}

//! How old a snapshot is, what it holds and what it costs.

use super::refresh::elapsed_ms;
use super::{Generation, HistoryStats, Snapshot};
use crate::calendar::date_of_day;
use std::path::PathBuf;

/// Which generation, and how old it was when it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Moment {
    /// Number of the generation; later ones are greater.
    pub generation: u64,
    /// Greatest row id the generation has seen.
    pub watermark: i64,
    /// Milliseconds since the database was known to hold just these rows, or at least all of their
    /// last ones.
    pub age_ms: u64,
    /// Milliseconds since it was known to hold just these rows. Greater than `age_ms` only where
    /// new rows were fetched since, and nothing else could be looked at yet.
    pub verified_age_ms: u64,
    /// Local midnight, unix seconds, from which on the nodes and hours behind merged days are all
    /// known; none where nothing is hidden by them.
    pub detail_since: Option<i64>,
}

/// What a snapshot holds and costs.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct SnapshotStats {
    /// Its folder in the data directory.
    pub folder: PathBuf,
    /// The generation at hand.
    pub moment: Moment,
    /// Usage rows.
    pub rows: u64,
    /// Files of rows.
    pub segments: u64,
    /// Cells by user, node and hour.
    pub hour_cells: u64,
    /// Cells by user, node and day.
    pub day_cells: u64,
    /// Cells by user, node and month.
    pub month_cells: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// Milliseconds the last comparison with the database took.
    pub verify_ms: f64,
    /// What is kept of days that the database has merged.
    pub history: HistoryStats,
}

impl Snapshot {
    /// How old `generation` is.
    pub(crate) fn moment(&self, generation: &Generation) -> Moment {
        let manifest = &generation.manifest;
        let known = self.known(generation);
        let age_ms = elapsed_ms(known.at_ms);
        let verified_age_ms = elapsed_ms(known.verified_ms).max(age_ms);
        Moment {
            generation: manifest.generation,
            watermark: manifest.watermark,
            age_ms,
            verified_age_ms,
            detail_since: generation.unexplained_until.map(|day| self.start_of(day + 1)),
        }
    }

    pub(crate) fn stats(&self, generation: &Generation) -> SnapshotStats {
        let manifest = &generation.manifest;
        let runs = || manifest.segments.iter().flat_map(|segment| &segment.runs);
        let len = |range: &Option<std::ops::Range<usize>>| {
            range.as_ref().map_or(0, ExactSizeIterator::len)
        };
        SnapshotStats {
            folder: self.folder.clone(),
            moment: self.moment(generation),
            rows: manifest.len() as u64,
            segments: manifest.segments.len() as u64,
            hour_cells: runs().map(|run| len(&run.hours) as u64).sum(),
            day_cells: runs().map(|run| len(&run.day_cells) as u64).sum(),
            month_cells: manifest.months.iter().map(|month| month.len as u64).sum(),
            bytes: manifest.bytes(),
            verify_ms: manifest.budget.last_ms,
            history: HistoryStats::of(manifest, |day| self.start_of(day)),
        }
    }

    fn start_of(&self, day: i64) -> i64 {
        self.calendar.start_of(date_of_day(day))
    }
}

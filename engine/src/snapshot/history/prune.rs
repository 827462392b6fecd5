//! Keeps detail for fewer days, because somebody says so.

use super::HistoryDay;
use crate::calendar::format_day;
use crate::snapshot::lock::WriterLock;
use crate::snapshot::{BUILD_WAIT, RefreshError, Snapshot, Source};
use crate::units::Traffic;
use serde::Serialize;
use std::sync::Arc;

/// What keeping detail for fewer days drops, or would drop.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct HistoryPruned {
    /// Days that detail is kept for, before the day of the newest row.
    pub history_days: u32,
    /// Days whose detail goes.
    pub days: u64,
    /// Date of the first of them.
    pub first: Option<String>,
    /// Date of the last of them.
    pub last: Option<String>,
    /// Bytes of traffic whose nodes and hours are forgotten.
    pub attributed: Traffic,
    /// Bytes of files.
    pub bytes: u64,
    /// Days whose detail stays.
    pub days_left: u64,
    /// False where it was only asked for.
    pub done: bool,
}

impl Snapshot {
    /// Drops detail of days that are further back than `history_days`, or only tells what it would
    /// drop.
    ///
    /// # Errors
    /// [`RefreshError`].
    pub(crate) fn prune_history(
        self: &Arc<Self>,
        source: Source<'_>,
        history_days: u32,
        dry_run: bool,
    ) -> Result<HistoryPruned, RefreshError> {
        if !dry_run {
            self.refuse_where_read_only()?;
        }
        let generation = self.current(source)?;
        let lock = WriterLock::take(&self.folder, BUILD_WAIT)?;
        let before = self.published()?.unwrap_or(generation);
        let mut next = before.manifest.clone();
        let first = self.writing(source).first_kept_day(&next, history_days);
        let dropped: Vec<HistoryDay> = next.history.extract_if(.., |it| it.day < first).collect();
        let pruned = HistoryPruned {
            history_days,
            days_left: next.history.len() as u64,
            done: !dry_run,
            ..HistoryPruned::of(&dropped)
        };
        if !dry_run {
            (next.history_days, next.room_mb) = (history_days, None);
            // Answers are others now, and must not be taken for those from before.
            next.generation += 1;
            self.publish(next, Some(&before), &lock)?;
        }
        Ok(pruned)
    }
}

impl HistoryPruned {
    fn of(dropped: &[HistoryDay]) -> Self {
        let date = |day: Option<&HistoryDay>| day.map(|it| format_day(it.day));
        let mut pruned = Self {
            days: dropped.len() as u64,
            first: date(dropped.first()),
            last: date(dropped.last()),
            bytes: dropped.iter().map(|day| day.cells.bytes).sum(),
            ..Self::default()
        };
        dropped.iter().for_each(|day| pruned.attributed += day.account.attributed);
        pruned
    }
}

//! Comparing all rows with the database: in a thread of its own, or while somebody waits for it.

use super::boot::BootTime;
use super::lock::{CompareLock, WriterLock};
use super::refresh::{elapsed_ms, opened};
use super::{BUILD_WAIT, Generation, INLINE_MS, RefreshError, Snapshot, Source, wall_ms};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// A comparison that still needs its view waits so long for the right to write.
const VIEW_WAIT: Duration = Duration::from_secs(2);

impl Snapshot {
    /// The generation published last, compared with all rows. Others go on publishing what is
    /// appended meanwhile.
    pub(super) fn compared(
        self: &Arc<Self>,
        source: Source<'_>,
        before: &Arc<Generation>,
        _comparing: &CompareLock,
    ) -> Result<Arc<Generation>, RefreshError> {
        let writing = self.writing(source);
        // The view and its generation are of one moment: nobody publishes in between.
        let lock = WriterLock::take(&self.folder, BUILD_WAIT)?;
        let before = self.published()?.unwrap_or_else(|| Arc::clone(before));
        let at_ms = wall_ms();
        let mark = source.store.mark()?;
        let mut view = source.store.view()?;
        let opened = opened(&mut *view, mark, at_ms)?;
        let base = match writing.appended(&mut *view, &before, at_ms, opened.mark.clone())? {
            Some(grown) => self.publish(grown.manifest.clone(), Some(&before), &lock)?,
            None => before,
        };
        drop(lock);
        let comparison = writing.compare(&mut *view, &base)?;
        // Whoever keeps a view must not wait long for who writes: that one may be waiting for a
        // change of the table, and the change for our view.
        let mut view = Some(view).filter(|_| !comparison.is_complete());
        let wait = if view.is_some() { VIEW_WAIT } else { BUILD_WAIT };
        let lock = WriterLock::take(&self.folder, wait)?;
        let latest = self.published()?.unwrap_or_else(|| Arc::clone(&base));
        if !latest.manifest.grew_out_of(&base.manifest) {
            // Somebody has compared a later moment meanwhile, or begun anew.
            return Ok(latest);
        }
        let shown = view.as_deref_mut();
        let next = writing.reconciled(shown, &opened, (&base, &latest), comparison)?;
        // A disk that is slow must not keep a transaction open.
        drop(view);
        let published = self.publish_and_compact(source, next, Some(&latest), &lock)?;
        drop(lock);
        Ok(self.compacted(source, published))
    }

    /// The generation after `before`, compared with all rows, where these are so few that nobody
    /// notices.
    pub(super) fn compared_at_once(
        self: &Arc<Self>,
        source: Source<'_>,
        before: &Arc<Generation>,
        lock: &WriterLock,
    ) -> Result<Arc<Generation>, RefreshError> {
        let at_ms = wall_ms();
        let mark = source.store.mark()?;
        let mut view = source.store.view()?;
        let opened = opened(&mut *view, mark, at_ms)?;
        let writing = self.writing(source);
        let grown = writing.appended(&mut *view, before, at_ms, opened.mark.clone())?;
        let base = grown.as_ref().unwrap_or(before);
        let comparison = writing.compare(&mut *view, base)?;
        let next = writing.reconciled(Some(&mut *view), &opened, (base, base), comparison)?;
        drop(view);
        self.publish_and_compact(source, next, Some(before), lock)
    }

    /// True when comparing takes so little that a question may wait for it.
    pub(super) fn compares_at_once(&self, generation: &Generation) -> bool {
        let manifest = &generation.manifest;
        manifest.budget.estimate(manifest.len()) <= INLINE_MS && self.affords(generation)
    }

    /// Has all rows compared where that is due and affordable: in a thread of its own where the
    /// host has one; else now, and only where nobody has for so long that the question needs it.
    pub(super) fn compare_where_due(
        self: &Arc<Self>,
        source: Source<'_>,
        generation: &Arc<Generation>,
    ) -> Result<Option<Arc<Generation>>, RefreshError> {
        if !self.wants_comparing(generation) {
            return Ok(None);
        }
        if self.config.background {
            self.compare_beside(source, generation);
            return Ok(None);
        }
        let age_ms = elapsed_ms(self.known(generation).verified_ms);
        if age_ms < self.config.verify_interval_ms {
            return Ok(None);
        }
        match CompareLock::try_take(&self.folder)? {
            Some(comparing) => self.compared(source, generation, &comparing).map(Some),
            None => Ok(None),
        }
    }

    /// True when there is work that pays and that no question should wait for: comparing that is due
    /// soon, and what makes the snapshot quicker to ask. Hosts with a thread of their own see to it
    /// by themselves.
    pub(crate) fn maintenance_is_due(&self, source: Source<'_>) -> bool {
        if self.config.background || self.config.read_only {
            return false;
        }
        let Ok(Some(generation)) = self.published() else {
            return false;
        };
        self.wants_comparing(&generation) || self.writing(source).next_step(&generation).is_some()
    }

    /// Does what is due, unless another process does.
    pub(crate) fn maintain(self: &Arc<Self>, source: Source<'_>) -> Result<(), RefreshError> {
        let Some(comparing) = CompareLock::try_take(&self.folder)? else {
            return Ok(());
        };
        let Some(generation) = self.published()? else {
            return Ok(());
        };
        if self.wants_comparing(&generation) {
            self.compared(source, &generation, &comparing).map(drop)
        } else {
            self.compact(source)
        }
    }

    fn wants_comparing(&self, generation: &Generation) -> bool {
        let age_ms = elapsed_ms(self.known(generation).verified_ms);
        let is_old = age_ms >= self.config.verify_interval_ms / 2;
        self.affords(generation) && (is_old || generation.manifest.lists.pending)
    }

    fn affords(&self, generation: &Generation) -> bool {
        let manifest = &generation.manifest;
        manifest.budget.allows(manifest.budget.estimate(manifest.len()), BootTime::now())
    }

    /// Compares in a thread of its own, unless another process does.
    fn compare_beside(self: &Arc<Self>, source: Source<'_>, before: &Arc<Generation>) {
        let before = Arc::clone(before);
        self.work_beside(source, move |snapshot, source| {
            let Some(comparing) = CompareLock::try_take(&snapshot.folder)? else {
                return Ok(());
            };
            let outcome = snapshot.compared(source, &before, &comparing);
            let looking = snapshot.looking.here();
            let _alone = looking.lock().unwrap_or_else(PoisonError::into_inner);
            snapshot.mended(source, &before, outcome).map(drop)
        });
    }
}

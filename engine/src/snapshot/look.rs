//! Looks for news in the database, and decides what may be done about it at once.

use super::lock::WriterLock;
use super::manifest::Manifest;
use super::refresh::{Opened, elapsed_ms, is_complete, opened};
use super::{
    BUILD_WAIT, Generation, INLINE_MS, Refresh, RefreshError, Snapshot, Source, compact, wall_ms,
};
use crate::store::{Mark, View};
use std::sync::{Arc, PoisonError};

impl Snapshot {
    /// The generation after `before` if there is news, else `before`.
    pub(super) fn refreshed(
        self: &Arc<Self>,
        source: Source<'_>,
        before: &Arc<Generation>,
    ) -> Result<Arc<Generation>, RefreshError> {
        let at_ms = wall_ms();
        let glance = source.store.glance()?;
        let known = self.known_mark(before);
        let whole = before.manifest.is_whole();
        if proves_equal(glance.as_ref(), known.as_ref()) && (whole || !self.affords(before)) {
            self.confirm(at_ms, known);
            return Ok(Arc::clone(before));
        }
        let settled = glance.zip(known.as_ref()).and_then(|(now, then)| now.settled_by(then));
        if whole && settled.is_some() {
            self.confirm(at_ms, settled);
            return Ok(Arc::clone(before));
        }
        let at_ms = wall_ms();
        let mark = source.store.mark()?;
        self.state().looked_ms = at_ms;
        let inserts = mark.as_ref().zip(known.as_ref()).map(|(mark, it)| mark.inserts_since(it));
        let provable = whole && inserts.flatten().is_some();
        if !provable && !self.may_look(source, before) {
            return Ok(Arc::clone(before));
        }
        let Some(lock) = WriterLock::try_take(&self.folder)? else {
            return Ok(Arc::clone(before));
        };
        let before = match self.published()? {
            Some(newer) if newer.stamp != before.stamp => return Ok(newer),
            Some(latest) => latest,
            None => Arc::clone(before),
        };
        let mut view = source.store.view()?;
        let opened = opened(&mut *view, mark, at_ms)?;
        self.look(source, before, Refresh::Tail, view, opened, &lock)
    }

    /// The generation after the one published last, which is `before` at least: compared with all
    /// rows.
    pub(super) fn compared(
        self: &Arc<Self>,
        source: Source<'_>,
        before: &Arc<Generation>,
        lock: WriterLock,
    ) -> Result<Arc<Generation>, RefreshError> {
        let before = self.published()?.unwrap_or_else(|| Arc::clone(before));
        let at_ms = wall_ms();
        let mark = source.store.mark()?;
        let mut view = source.store.view()?;
        let opened = opened(&mut *view, mark, at_ms)?;
        self.look(source, before, Refresh::Verify, view, opened, &lock)
    }

    /// Reads what is new in `view` and publishes it. The view is given up first: a disk that is slow
    /// must not keep a transaction open.
    fn look(
        self: &Arc<Self>,
        source: Source<'_>,
        before: Arc<Generation>,
        how: Refresh,
        mut view: Box<dyn View + '_>,
        opened: Opened,
        lock: &WriterLock,
    ) -> Result<Arc<Generation>, RefreshError> {
        let writing = self.writing(source);
        let mut writer = writing.writer_after(&before.manifest);
        let (tail, tail_rows) = writing.read_tail(&mut *view, &before.manifest, &mut writer)?;
        let known = self.known_mark(&before);
        let complete = before.manifest.is_whole()
            && is_complete(&before.manifest, known.as_ref(), &opened, tail_rows);
        if how == Refresh::Tail && complete {
            if tail_rows == 0 && !grown(&before.manifest, &opened) {
                self.confirm(opened.at_ms, opened.mark);
                return Ok(before);
            }
            let mut next = writing.next(&before.manifest, &opened, tail);
            next.verified_ms = opened.at_ms;
            if grown(&before.manifest, &opened) {
                writing.refresh_lists(&mut *view, &before, &mut writer, &mut next)?;
            }
            next.next_file = writer.next_file;
            drop(view);
            return self.publish_and_compact(source, next, &before, lock);
        }
        if how == Refresh::Tail && !self.may_look(source, &before) {
            return Ok(before);
        }
        if how == Refresh::Verify || self.affords(&before) {
            let next_file = writer.next_file;
            let next = writing.verified(&mut *view, &before, &opened, tail, next_file)?;
            drop(view);
            return self.publish_and_compact(source, next, &before, lock);
        }
        let mut next = writing.next(&before.manifest, &opened, tail);
        writing.refresh_lists(&mut *view, &before, &mut writer, &mut next)?;
        next.next_file = writer.next_file;
        drop(view);
        self.publish_and_compact(source, next, &before, lock)
    }

    /// True when the question itself may wait for a look at rows that may have changed.
    fn may_look(self: &Arc<Self>, source: Source<'_>, before: &Arc<Generation>) -> bool {
        let manifest = &before.manifest;
        if !self.affords(before) {
            // New rows alone would make a state the database never had, so they have to wait, but
            // not for ever.
            return elapsed_ms(manifest.verified_ms) >= self.config.verify_interval_ms;
        }
        let beside = self.config.background && manifest.budget.estimate(manifest.len()) > INLINE_MS;
        if beside {
            self.compare_beside(source, before);
        }
        !beside
    }

    fn affords(&self, generation: &Generation) -> bool {
        let manifest = &generation.manifest;
        manifest.budget.allows(manifest.budget.estimate(manifest.len()), wall_ms())
    }

    /// The latest counters that belong to `generation`.
    fn known_mark(&self, generation: &Generation) -> Option<Mark> {
        match self.confirmed(generation) {
            Some((_, mark)) => mark,
            None => generation.manifest.mark.clone(),
        }
    }

    fn confirm(&self, at_ms: u64, mark: Option<Mark>) {
        let mut state = self.state();
        state.looked_ms = at_ms;
        state.confirmed = Some((at_ms, mark));
    }

    fn publish_and_compact(
        self: &Arc<Self>,
        source: Source<'_>,
        next: Manifest,
        before: &Generation,
        lock: &WriterLock,
    ) -> Result<Arc<Generation>, RefreshError> {
        let published = self.publish(next, Some(before), lock)?;
        if !compact::is_due(&published) {
            return Ok(published);
        }
        if self.config.background && !self.beside.is_this_thread() {
            self.compact_beside(source);
            return Ok(published);
        }
        let merged = self.writing(source).compacted(&published)?;
        self.publish(merged, Some(&published), lock)
    }

    /// Compares in a thread of its own, unless another process does or has.
    fn compare_beside(self: &Arc<Self>, source: Source<'_>, before: &Arc<Generation>) {
        let before = Arc::clone(before);
        self.work_beside(source, move |snapshot, source| {
            let looking = snapshot.looking.here();
            let _alone = looking.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(lock) = WriterLock::try_take(&snapshot.folder)? else {
                return Ok(());
            };
            if Manifest::stamp(&snapshot.folder) != before.stamp {
                return Ok(());
            }
            let outcome = snapshot.compared(source, &before, lock);
            snapshot.mended(source, &before, outcome).map(drop)
        });
    }

    /// Merges small segments in a thread of its own.
    fn compact_beside(self: &Arc<Self>, source: Source<'_>) {
        self.work_beside(source, |snapshot, source| {
            let lock = WriterLock::take(&snapshot.folder, BUILD_WAIT)?;
            match snapshot.published()? {
                Some(generation) if compact::is_due(&generation) => {
                    let merged = snapshot.writing(source).compacted(&generation)?;
                    snapshot.publish(merged, Some(&generation), &lock).map(drop)
                }
                _ => Ok(()),
            }
        });
    }

    fn work_beside(
        self: &Arc<Self>,
        source: Source<'_>,
        work: impl FnOnce(&Arc<Self>, Source<'_>) -> Result<(), RefreshError> + Send + 'static,
    ) {
        let (snapshot, store) = (Arc::clone(self), Arc::clone(source.store));
        let calendar = source.calendar.clone();
        self.beside.run(move || {
            let source = Source { store: &store, calendar: &calendar, observer: None };
            let failure = work(&snapshot, source).err();
            snapshot.state().failure = failure.map(|error| error.to_string());
        });
    }
}

fn proves_equal(mark: Option<&Mark>, known: Option<&Mark>) -> bool {
    mark.zip(known).is_some_and(|(mark, known)| mark.proves_equal(known))
}

fn grown(before: &Manifest, opened: &Opened) -> bool {
    (opened.extent.users, opened.extent.nodes) != (before.user_count, before.node_count)
}

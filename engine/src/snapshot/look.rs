//! Looks for news in the database, and decides what may be done about it at once.

use super::lock::WriterLock;
use super::manifest::Manifest;
use super::refresh::{elapsed_ms, opened};
use super::{BUILD_WAIT, Generation, INLINE_MS, Refresh, RefreshError, Snapshot, Source, wall_ms};
use crate::store::Mark;
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
        let pair = || glance.as_ref().zip(known.as_ref());
        let settled = pair().and_then(|(now, then)| now.settled_by(then));
        if whole && settled.is_some() {
            self.confirm(at_ms, settled);
            return Ok(Arc::clone(before));
        }
        let only_inserts = pair().is_some_and(|(now, then)| now.inserts_since(then).is_some());
        let provable = whole && only_inserts;
        self.state().looked_ms = at_ms;
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
        if provable {
            // A row that came between two looks at the server spoils the first try.
            for _ in 0..2 {
                if let Some(grown) = self.grown(source, &before, &lock)? {
                    return Ok(grown);
                }
            }
            if !self.may_look(source, &before) {
                return Ok(before);
            }
        }
        self.look(source, &before, Refresh::Tail, &lock)
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
        self.look(source, &before, Refresh::Verify, &lock)
    }

    /// As [`Snapshot::grown`], for those who expect new rows: without a glance first, and waiting
    /// for whoever writes.
    pub(super) fn grown_at_once(
        self: &Arc<Self>,
        source: Source<'_>,
        before: &Arc<Generation>,
    ) -> Result<Option<Arc<Generation>>, RefreshError> {
        if self.known_mark(before).is_none_or(|mark| mark.writes.is_none()) {
            return Ok(None);
        }
        let lock = WriterLock::take(&self.folder, BUILD_WAIT)?;
        let before = self.published()?.unwrap_or_else(|| Arc::clone(before));
        self.grown(source, &before, &lock)
    }

    /// The generation after `before` where rows were only added: when as many as the server has
    /// counted are there to be seen, nothing else can have changed, and nothing is under way.
    fn grown(
        self: &Arc<Self>,
        source: Source<'_>,
        before: &Arc<Generation>,
        lock: &WriterLock,
    ) -> Result<Option<Arc<Generation>>, RefreshError> {
        let Some(known) = self.known_mark(before).filter(|_| before.manifest.is_whole()) else {
            return Ok(None);
        };
        let at_ms = wall_ms();
        let mut view = source.store.view()?;
        let Some(mut mark) = view.mark()? else {
            return Ok(None);
        };
        let Some(inserts) = mark.inserts_since(&known) else {
            return Ok(None);
        };
        if inserts == 0 {
            self.confirm(at_ms, mark.settled_by(&known));
            return Ok(Some(Arc::clone(before)));
        }
        let writing = self.writing(source);
        let mut writer = writing.writer_after(&before.manifest);
        let tail = writing.read_tail(&mut *view, &before.manifest, &mut writer)?;
        let manifest = &before.manifest;
        let mut lists = (manifest.user_count, manifest.node_count);
        if inserts != tail.rows {
            let extent = view.extent()?;
            let added = extent.users.checked_sub(lists.0).zip(extent.nodes.checked_sub(lists.1));
            lists = (extent.users, extent.nodes);
            if added.is_none_or(|(users, nodes)| tail.rows + users + nodes != inserts) {
                return Ok(None);
            }
        }
        mark.settle();
        if tail.rows == 0 && lists == (manifest.user_count, manifest.node_count) {
            self.confirm(at_ms, Some(mark));
            return Ok(Some(Arc::clone(before)));
        }
        let mut next = writing.next(manifest, at_ms, Some(mark), tail);
        next.verified_ms = at_ms;
        next.whole_to = next.watermark;
        if lists != (manifest.user_count, manifest.node_count) {
            writing.refresh_lists(&mut *view, before, &mut writer, &mut next)?;
        }
        next.next_file = writer.next_file;
        // A disk that is slow must not keep a transaction open.
        drop(view);
        self.publish_and_compact(source, next, Some(before), lock).map(Some)
    }

    /// Looks at all rows, or at new ones alone where the budget is spent: those of another moment
    /// than the rest, which is better than none for long.
    fn look(
        self: &Arc<Self>,
        source: Source<'_>,
        before: &Arc<Generation>,
        how: Refresh,
        lock: &WriterLock,
    ) -> Result<Arc<Generation>, RefreshError> {
        let at_ms = wall_ms();
        let mark = source.store.mark()?;
        let mut view = source.store.view()?;
        let opened = opened(&mut *view, mark, at_ms)?;
        let writing = self.writing(source);
        let mut writer = writing.writer_after(&before.manifest);
        let tail = writing.read_tail(&mut *view, &before.manifest, &mut writer)?;
        let next = if how == Refresh::Verify || self.affords(before) {
            writing.verified(&mut *view, before, &opened, tail, writer.next_file)?
        } else {
            let mut next = writing.next(&before.manifest, opened.at_ms, opened.mark.clone(), tail);
            writing.refresh_lists(&mut *view, before, &mut writer, &mut next)?;
            next.next_file = writer.next_file;
            next
        };
        drop(view);
        self.publish_and_compact(source, next, Some(before), lock)
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

    pub(super) fn publish_and_compact(
        self: &Arc<Self>,
        source: Source<'_>,
        next: Manifest,
        before: Option<&Generation>,
        lock: &WriterLock,
    ) -> Result<Arc<Generation>, RefreshError> {
        let next = self.writing(source).settled(next, before)?;
        let published = self.publish(next, before, lock)?;
        if self.config.background && !self.beside.is_this_thread() {
            if self.writing(source).next_step(&published).is_some() {
                self.compact_beside(source);
            }
            return Ok(published);
        }
        let mut latest = Arc::clone(&published);
        let compacted = self.compact(source, &mut latest, lock);
        // The rows are there and right, only slower to ask than they might be.
        self.state().failure = compacted.err().map(|error| error.to_string());
        Ok(latest)
    }

    /// Does whatever makes `latest` quicker to ask.
    fn compact(
        &self,
        source: Source<'_>,
        latest: &mut Arc<Generation>,
        lock: &WriterLock,
    ) -> Result<(), RefreshError> {
        let writing = self.writing(source);
        while let Some(step) = writing.next_step(latest) {
            let next = writing.after_step(latest, step)?;
            *latest = self.publish(next, Some(latest), lock)?;
        }
        Ok(())
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

    /// Merges segments and makes cells in a thread of its own, step by step.
    pub(super) fn compact_beside(self: &Arc<Self>, source: Source<'_>) {
        self.work_beside(source, |snapshot, source| {
            let writing = snapshot.writing(source);
            loop {
                let lock = WriterLock::take(&snapshot.folder, BUILD_WAIT)?;
                let Some(generation) = snapshot.published()? else {
                    return Ok(());
                };
                let Some(step) = writing.next_step(&generation) else {
                    return Ok(());
                };
                let next = writing.after_step(&generation, step)?;
                snapshot.publish(next, Some(&generation), &lock)?;
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

//! Looks for news in the database, and publishes what was appended at once.

use super::compact::Step;
use super::error::SnapshotError;
use super::lock::WriterLock;
use super::manifest::Manifest;
use super::refresh::elapsed_ms;
use super::settle::watch;
use super::{BUILD_WAIT, Confirmed, Generation, RefreshError, Snapshot, Source, steadily, wall_ms};
use crate::store::Mark;
use std::sync::{Arc, TryLockError};
use std::time::{Duration, Instant};

/// A question waits so long for whoever writes, who is done by then as a rule.
const WRITER_WAIT: Duration = Duration::from_millis(100);

/// Whoever writes on a busy machine may take so long.
const STUCK_MS_MIN: u64 = 1_000;

impl Snapshot {
    /// [`Snapshot::refreshed`], unless another thread of this process is looking: then `generation`,
    /// as it is when the database is away.
    pub(super) fn looked(
        self: &Arc<Self>,
        source: Source<'_>,
        generation: &Arc<Generation>,
    ) -> Result<Arc<Generation>, RefreshError> {
        let looking = self.looking.here();
        let _alone = match looking.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(Arc::clone(generation)),
            Err(TryLockError::Poisoned(error)) => error.into_inner(),
            Ok(alone) => alone,
        };
        let hurried = self.hurried(source.store, generation);
        let brief = Source { store: &hurried, ..source };
        let outcome = steadily(|| self.refreshed(brief, generation));
        match self.mended(source, generation, outcome) {
            Err(RefreshError::Store(error)) if error.is_absence() => {
                self.state().away = Some((Instant::now(), error.to_string()));
                Ok(Arc::clone(generation))
            }
            outcome => {
                self.state().away = None;
                outcome
            }
        }
    }

    /// Looks for news beside, where the next question would soon have to wait for that: in a host with
    /// a thread for it nobody who asks all the time ever waits.
    pub(super) fn look_ahead(self: &Arc<Self>, source: Source<'_>, generation: &Arc<Generation>) {
        if !self.config.background || self.is_away() || !self.looks_soon(generation) {
            return;
        }
        let store = source.store.with(source.store.patience().without_end());
        let (snapshot, generation) = (Arc::clone(self), Arc::clone(generation));
        let calendar = source.calendar.clone();
        self.ahead.run("traffic-look", move || {
            let source = Source { store: &store, calendar: &calendar, observer: None };
            // What fails here fails again for whoever looks next, who is told.
            let _ = snapshot.looked(source, &generation);
        });
    }

    /// True when three quarters of the time between two looks are over.
    fn looks_soon(&self, generation: &Generation) -> bool {
        self.looked_ms_ago(generation) >= self.config.refresh_interval_ms / 4 * 3
    }

    /// The generation after `before` if there is news, else `before`. Every row that was committed
    /// before is in it, unless another process writes for longer than anybody should.
    pub(super) fn refreshed(
        self: &Arc<Self>,
        source: Source<'_>,
        before: &Arc<Generation>,
    ) -> Result<Arc<Generation>, RefreshError> {
        let at_ms = wall_ms();
        let glance = source.store.glance()?;
        let known = self.known(before);
        if let Some(confirmed) = known.confirmed_by(glance.as_ref(), at_ms) {
            self.confirm(before, confirmed);
            let compared = match known.whole {
                true => None,
                false => self.compare_where_due(source, before)?,
            };
            return Ok(compared.unwrap_or_else(|| Arc::clone(before)));
        }
        self.state().looked_ms = at_ms;
        let Some(lock) = WriterLock::take_within(&self.folder, WRITER_WAIT)? else {
            return self.unless_stuck(before);
        };
        let before = match self.published()? {
            // Whoever wrote meanwhile has looked after we were asked.
            Some(newer) if newer.stamp != before.stamp && newer.manifest.taken_ms >= at_ms => {
                return Ok(newer);
            }
            Some(latest) => latest,
            None => Arc::clone(before),
        };
        let known = self.known(&before);
        if known.whole && glance.as_ref().is_some_and(|it| known.tells_inserts(it)) {
            // A row that came between two looks at the server spoils the first try.
            for _ in 0..2 {
                if let Some(grown) = self.grown(source, &before, &lock)? {
                    return Ok(grown);
                }
            }
        }
        if self.compares_at_once(&before) {
            return self.compared_at_once(source, &before, &lock);
        }
        let latest = self.look(source, &before, glance, &lock)?;
        drop(lock);
        Ok(self.compare_where_due(source, &latest)?.unwrap_or(latest))
    }

    /// `before`, while another process writes: it is soon done, unless it has been stopped or hangs.
    fn unless_stuck(&self, before: &Arc<Generation>) -> Result<Arc<Generation>, RefreshError> {
        let age_ms = elapsed_ms(self.known(before).at_ms);
        if age_ms <= self.config.verify_interval_ms.max(STUCK_MS_MIN) {
            return Ok(Arc::clone(before));
        }
        let (path, age_s) = (self.folder.clone(), age_ms / 1_000);
        Err(SnapshotError::Stuck { path, age_s }.into())
    }

    /// As [`Snapshot::grown`], for those who expect new rows: without a glance first, and waiting
    /// for whoever writes.
    pub(super) fn grown_at_once(
        self: &Arc<Self>,
        source: Source<'_>,
        before: &Arc<Generation>,
    ) -> Result<Option<Arc<Generation>>, RefreshError> {
        if self.known(before).mark.is_none_or(|mark| mark.writes.is_none()) {
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
        let known = self.known(before);
        let Some(known_mark) = known.mark.filter(|_| known.whole) else {
            return Ok(None);
        };
        let at_ms = wall_ms();
        let mut view = source.store.view()?;
        let Some(mut mark) = view.mark()? else {
            return Ok(None);
        };
        let Some(inserts) = mark.inserts_since(&known_mark) else {
            return Ok(None);
        };
        if inserts == 0 {
            self.confirm(before, Confirmed::equal(at_ms, mark.settled_by(&known_mark)));
            return Ok(Some(Arc::clone(before)));
        }
        let writing = self.writing(source);
        let mut writer = writing.writer_after(&before.manifest);
        let tail = writing.read_tail(&mut *view, before, &mut writer)?;
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
        // It was read after the view was opened, and not in the same moment as the number of rows.
        mark.state = None;
        if tail.rows == 0 && lists == (manifest.user_count, manifest.node_count) {
            self.confirm(before, Confirmed::equal(at_ms, Some(mark)));
            return Ok(Some(Arc::clone(before)));
        }
        let merged = tail.merged_days();
        let mut next = writing.next(manifest, at_ms, Some(mark), tail);
        watch(manifest, &mut next, &merged);
        (next.verified_ms, next.whole) = (at_ms, true);
        next.whole_to = next.watermark;
        if lists != (manifest.user_count, manifest.node_count) {
            writing.refresh_lists(&mut *view, before, &mut writer, &mut next)?;
        }
        next.next_file = writer.next_file;
        // A disk that is slow must not keep a transaction open.
        drop(view);
        self.publish_and_compact(source, next, Some(before), lock).map(Some)
    }

    /// The generation after `before` with what was appended since, which nothing else need be read
    /// for. `glance` is what the server said before.
    fn look(
        self: &Arc<Self>,
        source: Source<'_>,
        before: &Arc<Generation>,
        glance: Option<Mark>,
        lock: &WriterLock,
    ) -> Result<Arc<Generation>, RefreshError> {
        let at_ms = wall_ms();
        let mut view = source.store.view()?;
        if view.last_id()?.unwrap_or(0) < before.manifest.watermark {
            // Rows at the end have gone, as when a table is emptied, and their ids are given out
            // again: which rows are new cannot be told by them.
            drop(view);
            return self.compared_at_once(source, before, lock);
        }
        let writing = self.writing(source);
        let grown = writing.appended(&mut *view, before, at_ms, glance.clone())?;
        drop(view);
        match grown {
            Some(grown) => {
                let next = grown.manifest.clone();
                self.publish_and_compact(source, next, Some(before), lock)
            }
            None => {
                let verified_ms = self.known(before).verified_ms;
                let confirmed = Confirmed { at_ms, verified_ms, whole: false, mark: glance };
                self.confirm(before, confirmed);
                Ok(Arc::clone(before))
            }
        }
    }

    /// Publishes `next`, and sees to it that it stays quick to ask: at once as far as that takes next
    /// to nothing, for the rest in a thread of its own where the host has one. Hosts that have none
    /// do the rest when they compare.
    pub(super) fn publish_and_compact(
        self: &Arc<Self>,
        source: Source<'_>,
        next: Manifest,
        before: Option<&Generation>,
        lock: &WriterLock,
    ) -> Result<Arc<Generation>, RefreshError> {
        let writing = self.writing(source);
        let next = writing.settled(next, before)?;
        let mut latest = self.publish(next, before, lock)?;
        if self.config.background && !self.beside.is_this_thread() {
            if writing.next_step(&latest).is_some() {
                self.compact_beside(source);
            }
            return Ok(latest);
        }
        let mut compact = || -> Result<(), RefreshError> {
            while let Some(step) = writing.next_step(&latest).filter(Step::is_small) {
                let next = writing.after_step(&latest, step)?;
                latest = self.publish(next, Some(&latest), lock)?;
            }
            Ok(())
        };
        let compacted = compact();
        // The rows are there and right, only slower to ask than they might be.
        self.state().failure = compacted.err().map(|error| error.to_string());
        Ok(latest)
    }

    /// Does whatever makes the latest generation quicker to ask, step by step: others may write
    /// between two.
    pub(super) fn compact(self: &Arc<Self>, source: Source<'_>) -> Result<(), RefreshError> {
        let writing = self.writing(source);
        loop {
            let lock = WriterLock::take(&self.folder, BUILD_WAIT)?;
            let Some(generation) = self.published()? else {
                return Ok(());
            };
            let Some(step) = writing.next_step(&generation) else {
                return Ok(());
            };
            let next = writing.after_step(&generation, step)?;
            self.publish(next, Some(&generation), &lock)?;
        }
    }

    /// The latest generation after [`Snapshot::compact`], which may fail without harm.
    pub(super) fn compacted(
        self: &Arc<Self>,
        source: Source<'_>,
        published: Arc<Generation>,
    ) -> Arc<Generation> {
        if self.config.background && !self.beside.is_this_thread() {
            return published;
        }
        let compacted = self.compact(source);
        let latest = self.published().ok().flatten();
        self.state().failure = compacted.err().map(|error| error.to_string());
        latest.filter(|it| it.manifest.root == published.manifest.root).unwrap_or(published)
    }

    fn compact_beside(self: &Arc<Self>, source: Source<'_>) {
        self.work_beside(source, |snapshot, source| snapshot.compact(source));
    }

    pub(super) fn work_beside(
        self: &Arc<Self>,
        source: Source<'_>,
        work: impl FnOnce(&Arc<Self>, Source<'_>) -> Result<(), RefreshError> + Send + 'static,
    ) {
        // What goes on beside does not end with the question.
        let store = source.store.with(source.store.patience().without_end());
        let snapshot = Arc::clone(self);
        let calendar = source.calendar.clone();
        self.beside.run("traffic-verify", move || {
            let source = Source { store: &store, calendar: &calendar, observer: None };
            let begun = Instant::now();
            let failure = snapshot.judged(work(&snapshot, source), begun).err();
            snapshot.state().failure = failure.map(|error| error.to_string());
        });
    }
}

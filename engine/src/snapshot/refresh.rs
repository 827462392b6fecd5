//! From one generation to the next.

use super::boot::BootTime;
use super::build::{Batch, Collector, SEGMENT_ROWS, SegmentWriter};
use super::config::SnapshotConfig;
use super::error::SnapshotError;
use super::manifest::{Budget, ListsRead, Manifest, Run, SegmentRef};
use super::{RefreshError, wall_ms};
use crate::calendar::Calendar;
use crate::progress::{Observer, Progress};
use crate::store::{DayCut, Extent, Mark, UsageScan, View};
use crate::units::Window;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Scope, ScopedJoinHandle};
use xxhash_rust::xxh3::xxh3_64;

/// Which times are kept.
pub(super) type Keep<'a> = &'a dyn Fn(i64) -> bool;

/// What a writer works with.
pub(super) struct Writing<'a> {
    pub(super) folder: &'a Path,
    pub(super) config: &'a SnapshotConfig,
    pub(super) calendar: &'a Calendar,
    pub(super) store: &'a str,
    /// Name of the calendar's zone.
    pub(super) zone: &'a str,
    pub(super) observer: Option<&'a Observer>,
}

/// Rows that were read into segments.
pub(super) struct Tail {
    pub(super) segments: Vec<SegmentRef>,
    /// Number of rows read, those included that are not kept.
    pub(super) rows: u64,
    /// Greatest id among them.
    pub(super) last_id: Option<i64>,
}

impl Tail {
    /// Days with sums of merged rows among them.
    pub(super) fn merged_days(&self) -> BTreeSet<i64> {
        let runs = self.segments.iter().flat_map(|segment| &segment.runs);
        runs.filter(|run| run.merged.rows > 0).map(|run| run.day).collect()
    }
}

/// What the store said about the moment a view was opened.
pub(super) struct Opened {
    /// Before it.
    pub(super) mark: Option<Mark>,
    /// Wall clock before it.
    pub(super) at_ms: u64,
    pub(super) extent: Extent,
}

impl Writing<'_> {
    fn writer(&self, days: &DayCut, next_file: u64) -> SegmentWriter {
        SegmentWriter {
            folder: self.folder.to_owned(),
            days: days.clone(),
            next_file,
            bytes: 0,
            size_limit_mb: self.config.size_limit_mb,
        }
    }

    /// A writer that goes on where `manifest` ends.
    pub(super) fn writer_after(&self, manifest: &Manifest) -> SegmentWriter {
        let bytes = manifest.bytes_without_detail();
        SegmentWriter { bytes, ..self.writer(&manifest.days, manifest.next_file) }
    }

    /// Reads the whole database into a first generation.
    pub(super) fn build(
        &self,
        view: &mut dyn View,
        opened: Opened,
        generation: u64,
        next_file: u64,
    ) -> Result<Manifest, RefreshError> {
        let days = DayCut::new(self.calendar);
        let horizon = self.horizon();
        let mut writer = self.writer(&days, next_file);
        let users = self.read_users(view)?;
        let users = self.write_users(&mut writer, &users)?;
        let nodes = self.write_nodes(&mut writer, &view.nodes()?)?;
        let window = Window { start: horizon, end: None };
        let all = (None, Vec::new());
        let Tail { segments, .. } = self.collect(view, window, all, &mut writer, None)?;
        Ok(Manifest {
            generation,
            store: self.store.to_owned(),
            retention_days: self.config.retention_days,
            days,
            horizon,
            watermark: opened.extent.last_id.unwrap_or(0),
            whole_to: opened.extent.last_id.unwrap_or(0),
            root: root(),
            comparisons: 0,
            taken_ms: opened.at_ms,
            verified_ms: opened.at_ms,
            whole: true,
            reread: BTreeMap::new(),
            lists: ListsRead { at: BootTime::now(), ..ListsRead::default() },
            mark: opened.mark,
            budget: Budget::default(),
            next_file: writer.next_file,
            users,
            nodes,
            user_count: opened.extent.users,
            node_count: opened.extent.nodes,
            segments,
            months: Vec::new(),
            history: Vec::new(),
            history_days: self.config.history_days,
            room_mb: None,
            retired: Vec::new(),
            accepted: BTreeMap::new(),
        })
    }

    /// First second to keep.
    pub(super) fn horizon(&self) -> Option<i64> {
        let days = i64::from(self.config.retention_days?);
        Some(self.calendar.days_ago_start(days))
    }

    /// Reads rows into segments, those whose time `keep` accepts: all of `window`, or those of them
    /// with ids after the first of `ids` or within the others.
    ///
    /// A segment is written by a thread of its own while the next one is read.
    pub(super) fn collect(
        &self,
        view: &mut dyn View,
        window: Window,
        (after_id, ids): (Option<i64>, Vec<(i64, i64)>),
        writer: &mut SegmentWriter,
        keep: Option<Keep<'_>>,
    ) -> Result<Tail, RefreshError> {
        let scan =
            UsageScan { window, after_id, ids, with_count_rate: true, ..UsageScan::default() };
        let (mut last, writer_days) = (None, writer.days.clone());
        let written = Written { to: Mutex::new((writer, Vec::new())) };
        let (rows, last_id) = thread::scope(|scope| {
            let (mut writing, failed) = (Writer::NotYet, Cell::new(false));
            let mut collector = Collector::new(writer_days, |batch: Batch| {
                if batch.0.len() < SEGMENT_ROWS {
                    // The last one, for which no thread is worth starting.
                    last = Some(batch);
                    return Ok(());
                }
                if matches!(writing, Writer::NotYet) {
                    writing = Writer::start(scope, &written);
                }
                match &writing {
                    // Nobody takes it where writing has failed, which is told below.
                    Writer::Beside(sender, _) => failed.set(sender.send(batch).is_err()),
                    Writer::NotYet | Writer::Here => written.write(batch)?,
                }
                Ok(())
            });
            let (mut read, mut last_id) = (0, None);
            let scanned = view.scan(&scan, &mut |rows| {
                read += rows.len() as u64;
                last_id = last_id.max(rows.id.iter().copied().max());
                self.report(read);
                let pushed = match keep {
                    None => collector.push_all(rows),
                    Some(keep) => collector.push(rows, |row| keep(rows.t[row])),
                };
                if pushed.is_ok() && !failed.get() {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            });
            let finished = collector.finish();
            let written = writing.finish();
            scanned?;
            written?;
            finished?;
            Ok::<_, RefreshError>((read, last_id))
        })?;
        if let Some(batch) = last {
            written.write(batch)?;
        }
        let (_, segments) = written.to.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Tail { segments, rows, last_id })
    }

    fn report(&self, done: u64) {
        if let Some(observer) = self.observer {
            observer(Progress { doing: "reading usage rows", done, total: None });
        }
    }

    /// `before` with new segments, as of the moment `taken_ms`.
    pub(super) fn next(
        &self,
        before: &Manifest,
        taken_ms: u64,
        mark: Option<Mark>,
        tail: Tail,
    ) -> Manifest {
        let mut next = before.clone();
        next.generation += 1;
        next.watermark = tail.last_id.map_or(before.watermark, |id| id.max(before.watermark));
        next.taken_ms = taken_ms;
        next.whole = false;
        next.mark = mark;
        next.segments.extend(tail.segments);
        self.forget(&mut next);
        next
    }

    /// Drops the days that are not kept any longer.
    fn forget(&self, next: &mut Manifest) {
        let horizon = self.believed_horizon(next).max(next.horizon);
        if horizon == next.horizon {
            return;
        }
        next.horizon = horizon;
        let is_kept = |run: &Run| horizon.is_none_or(|horizon| run.span.1 >= horizon);
        next.segments.iter_mut().for_each(|segment| segment.runs.retain(is_kept));
        next.segments.retain(|segment| !segment.runs.is_empty());
    }
}

/// A number that no other reading of the database has.
fn root() -> u64 {
    let moment = (wall_ms(), BootTime::now(), std::process::id());
    xxh3_64(format!("{moment:?}").as_bytes())
}

/// What the store says around the opening of `view`: a mark from before it, which is worth less
/// when rows were written until after it.
pub(super) fn opened(
    view: &mut dyn View,
    mark: Option<Mark>,
    at_ms: u64,
) -> Result<Opened, RefreshError> {
    let later = view.mark()?;
    let still = mark.as_ref().zip(later.as_ref()).is_some_and(|(mark, later)| mark.is_still(later));
    let mark = mark.map(|mark| if still { mark } else { Mark { writes: None, ..mark } });
    Ok(Opened { mark, at_ms, extent: view.extent()? })
}

/// Milliseconds since `then_ms` by the wall clock; one that was set back counts as long ago.
pub(super) fn elapsed_ms(then_ms: u64) -> u64 {
    wall_ms().checked_sub(then_ms).unwrap_or(u64::MAX)
}

/// Where batches are written as segments, by one thread at a time.
struct Written<'w> {
    to: Mutex<(&'w mut SegmentWriter, Vec<SegmentRef>)>,
}

impl Written<'_> {
    fn write(&self, batch: Batch) -> Result<(), SnapshotError> {
        let mut to = self.to.lock().unwrap_or_else(PoisonError::into_inner);
        let segment = to.0.write(batch)?;
        to.1.push(segment);
        Ok(())
    }
}

/// Who writes while the next batch is read.
enum Writer<'scope> {
    NotYet,
    /// A thread of its own. There is no room in between: one segment is written, one is read, none
    /// waits.
    Beside(SyncSender<Batch>, ScopedJoinHandle<'scope, Result<(), SnapshotError>>),
    /// Whoever reads, where no thread is to be had: a host may have used up what it is allowed.
    Here,
}

impl<'scope> Writer<'scope> {
    fn start<'w: 'scope>(scope: &'scope Scope<'scope, '_>, written: &'scope Written<'w>) -> Self {
        let (sender, batches) = sync_channel::<Batch>(0);
        let write = move || batches.into_iter().try_for_each(|batch| written.write(batch));
        let thread = thread::Builder::new().name("traffic-write".to_owned());
        match thread.spawn_scoped(scope, write) {
            Ok(thread) => Self::Beside(sender, thread),
            Err(_) => Self::Here,
        }
    }

    /// Waits for what was given to be written.
    fn finish(self) -> Result<(), SnapshotError> {
        match self {
            Self::Beside(sender, thread) => {
                drop(sender);
                joined(thread.join())
            }
            Self::NotYet | Self::Here => Ok(()),
        }
    }
}

/// The outcome of a thread; its panic goes on here.
fn joined<T>(outcome: thread::Result<T>) -> T {
    outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

//! One consistent reading of the data, by whichever way was chosen.

use super::threads::Threads;
use super::{Answer, Engine, Path, Source, parts};
use crate::calendar::Calendar;
use crate::column::{CellBatch, Columns, Rows, UsageBatch};
use crate::error::EngineError;
use crate::progress::{Observer, Progress};
use crate::query::deadline::Deadline;
use crate::query::memory::Memory;
use crate::query::nodes::NodeFilter;
use crate::query::slots::NodeIndex;
use crate::query::{Kernel, Mergeable};
use crate::snapshot::{self, Generation, Piece, SnapshotError};
use crate::store::{
    Grain, Node, Patience, Record, Store, Summed, Table, UsageScan, UserColumns, UserList, Users,
    View,
};
use crate::units::Window;
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::{Arc, PoisonError};

/// Users, nodes and usage rows of one moment.
pub(super) struct Reading<'a> {
    from: From<'a>,
    source: Source,
    observer: Option<&'a Observer>,
    memory: Memory,
    deadline: Deadline,
    threads: &'a Threads,
    /// Whether anybody was given a row.
    passed_on: bool,
}

enum From<'a> {
    Database { view: Box<dyn View + 'a>, path: Path },
    Snapshot { generation: Arc<Generation>, store: &'a dyn Store },
}

impl Engine {
    /// Answers by `work`, which reads rows of `window`. Work that meets a damaged file is done once
    /// more; it fails before it has passed on any row.
    pub(super) fn ask<T>(
        &self,
        window: Window,
        mut work: impl FnMut(&mut Reading<'_>) -> Result<T, EngineError>,
    ) -> Result<Answer<T>, EngineError> {
        let by = Asking::of(self);
        let outcome = match self.path {
            Path::Auto | Path::Snapshot => self.ask_snapshot(&by, window, &mut work),
            Path::PushDown | Path::Rows => None,
        };
        match outcome {
            Some(Ok(answer)) => {
                self.note_failure(None);
                Ok(answer)
            }
            Some(Err(error)) if self.path == Path::Snapshot || !error.is_of_snapshot() => {
                Err(error)
            }
            None if self.path == Path::Snapshot => Err(SnapshotError::NotConfigured.into()),
            // The database can answer what its snapshot cannot; that it holds older rows is no fault.
            Some(Err(EngineError::Snapshot(
                SnapshotError::BeforeHorizon { .. } | SnapshotError::ReadOnly { .. },
            ))) => self.ask_database(&by, &mut work),
            Some(Err(error)) => {
                self.note_failure(Some(error.to_string()));
                self.ask_database(&by, &mut work)
            }
            None => self.ask_database(&by, &mut work),
        }
    }

    /// What the snapshot has seen, after a look for news; none where there is none that can be used,
    /// and then the reason is kept.
    pub(super) fn seen(&self, calendar: &Calendar) -> Option<Arc<Generation>> {
        let snapshot = self.snapshot.as_ref()?;
        match snapshot.usable(self.snapshot_source(&self.store, calendar)) {
            Ok(generation) => Some(generation),
            Err(error) => {
                self.note_failure(Some(error.to_string()));
                None
            }
        }
    }

    fn note_failure(&self, failure: Option<String>) {
        *self.snapshot_failure.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }

    fn ask_database<T>(
        &self,
        by: &Asking,
        work: &mut impl FnMut(&mut Reading<'_>) -> Result<T, EngineError>,
    ) -> Result<Answer<T>, EngineError> {
        let from = From::Database { view: by.store.view()?, path: self.path };
        self.done(by, from, Source::Rows, work)
    }

    /// `None` where no snapshot is configured.
    fn ask_snapshot<T>(
        &self,
        by: &Asking,
        window: Window,
        work: &mut impl FnMut(&mut Reading<'_>) -> Result<T, EngineError>,
    ) -> Option<Result<Answer<T>, EngineError>> {
        let snapshot = self.snapshot.as_ref()?;
        let mut attempt = || {
            let generation = snapshot.usable(self.snapshot_source(&by.store, &self.calendar()))?;
            snapshot.reaches(&generation, window.start)?;
            let source = Source::Snapshot(snapshot.moment(&generation));
            let from = From::Snapshot { generation: Arc::clone(&generation), store: &*by.store };
            let outcome = self.done(by, from, source, work);
            if outcome.as_ref().is_err_and(EngineError::is_damage) {
                snapshot.distrust(&generation)?;
            }
            outcome
        };
        Some(match attempt() {
            Err(error) if error.is_damage() && !error.came_after_rows() => attempt(),
            outcome => outcome,
        })
    }

    fn done<'a, T>(
        &'a self,
        by: &Asking,
        from: From<'a>,
        source: Source,
        work: &mut impl FnMut(&mut Reading<'_>) -> Result<T, EngineError>,
    ) -> Result<Answer<T>, EngineError> {
        let mut reading = Reading {
            from,
            source,
            observer: self.observer.as_ref(),
            memory: Memory::limited_to(self.memory_limit_mb),
            deadline: by.deadline,
            threads: &self.threads,
            passed_on: false,
        };
        let outcome = work(&mut reading);
        reading.is_sound(outcome.as_ref().err())?;
        Ok(Answer { value: outcome?, source: reading.source })
    }

    pub(super) fn snapshot_source<'a>(
        &'a self,
        store: &'a Arc<dyn Store>,
        calendar: &'a Calendar,
    ) -> snapshot::Source<'a> {
        let observer = self.observer.as_ref();
        snapshot::Source { store, calendar, observer }
    }
}

/// By whom a question is answered, and until when.
struct Asking {
    store: Arc<dyn Store>,
    deadline: Deadline,
}

impl Asking {
    /// A question that begins now.
    fn of(engine: &Engine) -> Self {
        let deadline = Deadline::of(engine.query_timeout);
        let patience = Patience { until: deadline.moment(), ..engine.store.patience() };
        Self { store: engine.store.with(patience), deadline }
    }
}

impl Reading<'_> {
    pub(super) fn users(&mut self) -> Result<Users, EngineError> {
        let users = match &mut self.from {
            From::Database { view, .. } => read_users(&mut **view, self.memory)?,
            From::Snapshot { generation, .. } => generation.users()?.clone(),
        };
        self.memory.hold(users.memory())?;
        Ok(users)
    }

    /// Refuses what would take `bytes` more than is held.
    pub(super) fn lets(&self, bytes: usize) -> Result<(), EngineError> {
        Ok(self.memory.lets(bytes, 1, 1)?)
    }

    /// Refuses what was read of a file that was cut meanwhile, which may be anything, failures
    /// included; but not those that say what is wrong with the files.
    fn is_sound(&self, failure: Option<&EngineError>) -> Result<(), SnapshotError> {
        match &self.from {
            From::Snapshot { generation, .. } if !failure.is_some_and(|it| it.is_of_snapshot()) => {
                let cut = |error: SnapshotError| {
                    if self.passed_on { error.after_rows() } else { error }
                };
                generation.is_uncut().map_err(cut)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn nodes(&mut self) -> Result<Arc<[Node]>, EngineError> {
        Ok(match &mut self.from {
            From::Database { view, .. } => view.nodes()?,
            From::Snapshot { generation, .. } => generation.nodes()?,
        })
    }

    /// Whole rows are few and wide: they always come from the database.
    pub(super) fn records(
        &mut self,
        table: Table,
        id: Option<i64>,
    ) -> Result<Vec<Record>, EngineError> {
        Ok(match &mut self.from {
            From::Database { view, .. } => view.records(table, id)?,
            From::Snapshot { store, .. } => store.view()?.records(table, id)?,
        })
    }

    /// Feeds the rows of `scan` to `kernel`, summed as far as it allows.
    pub(super) fn feed(
        &mut self,
        scan: &UsageScan,
        calendar: &Calendar,
        kernel: &mut dyn Kernel,
    ) -> Result<(), EngineError> {
        let mut progress = Reported { observer: self.observer, done: 0 };
        let grain = kernel.grain();
        match &mut self.from {
            From::Database { view, path } if !by_sums(*path, &**view, &grain) => {
                let (memory, mut within) = (self.memory, Ok(()));
                self.scan(scan, &mut |rows| {
                    kernel.add(&rows.cells());
                    within = memory.lets(kernel.memory(), 1, 1);
                    if within.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                })?;
                return Ok(within?);
            }
            From::Database { view, .. } => {
                let summed = view.sums(scan, &grain, calendar, &mut |cells| {
                    progress.add(cells.len());
                    kernel.add(cells);
                })?;
                self.source = match summed {
                    Summed::ByDatabase => Source::PushDown,
                    Summed::ByRow => Source::Rows,
                };
            }
            From::Snapshot { generation, .. } => {
                let users = snapshot::named(scan);
                let totals = users.is_none() && kernel.takes_totals();
                let pieces = generation.sum_pieces(scan.window, &grain, totals, kernel.detail());
                feed_pieces(&pieces, &users, kernel, (self.memory, self.deadline))?;
                progress.add(pieces.iter().map(Piece::len).sum());
            }
        }
        Ok(self.memory.lets(kernel.memory(), 1, 1)?)
    }

    /// As [`Reading::feed`], by several threads where that pays.
    pub(super) fn feed_in_parts<K: Mergeable + Sync>(
        &mut self,
        scan: &UsageScan,
        calendar: &Calendar,
        kernel: &mut K,
    ) -> Result<(), EngineError> {
        let From::Snapshot { generation, .. } = &self.from else {
            return self.feed(scan, calendar, kernel);
        };
        let users = snapshot::named(scan);
        let totals = users.is_none() && kernel.takes_totals();
        let pieces = generation.sum_pieces(scan.window, &kernel.grain(), totals, kernel.detail());
        let pool = if users.is_none() && parts::pays(&pieces) { self.threads.get() } else { None };
        let cores = pool.as_ref().map_or(1, |pool| pool.current_num_threads());
        let parts = self.memory.parts(kernel.memory_foreseen(), cores);
        match pool.filter(|_| parts > 1) {
            Some(pool) => {
                parts::feed_all(&pieces, &pool, parts, kernel, (self.memory, self.deadline))
            }
            None => feed_pieces(&pieces, &users, kernel, (self.memory, self.deadline)),
        }
    }

    /// Feeds the rows of the node that `text` means to `kernel`.
    pub(super) fn feed_node(
        &mut self,
        text: &str,
        window: Window,
        kernel: &mut dyn Kernel,
    ) -> Result<(), EngineError> {
        let nodes = self.nodes()?;
        let index = NodeIndex::of(&nodes);
        let mut filter = NodeFilter::of_node(text, &index);
        let scan = UsageScan { window, nodes: Some(filter.hint(&nodes)), ..UsageScan::default() };
        let mut kept = UsageBatch::default();
        self.scan(&scan, &mut |rows| {
            kept.select(rows, |row| filter.accepts(rows.node[row], rows.texts));
            kernel.add(&kept.rows(rows.texts).cells());
            ControlFlow::Continue(())
        })?;
        self.feed_detail_of(&mut filter, window, kernel)
    }

    /// Feeds what is kept of the merged days of a node.
    fn feed_detail_of(
        &mut self,
        filter: &mut NodeFilter<'_>,
        window: Window,
        kernel: &mut dyn Kernel,
    ) -> Result<(), EngineError> {
        let From::Snapshot { generation, .. } = &self.from else {
            return Ok(());
        };
        let mut kept = CellBatch::default();
        for piece in generation.detail_pieces(window, &kernel.grain(), kernel.detail()) {
            piece.feed(&None, &mut |columns| {
                let Columns::Cells(cells) = columns else { return };
                kept.select(cells, |cell| filter.accepts(cells.node[cell], cells.texts));
                kernel.add(&kept.cells(cells.texts));
            })?;
        }
        Ok(())
    }

    /// True when kept detail has this very text for a node.
    pub(super) fn has_detail_of(&self, text: &str) -> Result<bool, EngineError> {
        match &self.from {
            From::Database { .. } => Ok(false),
            From::Snapshot { generation, .. } => Ok(generation.has_detail_of(text)?),
        }
    }

    /// Reads the rows of `scan`.
    pub(super) fn scan(
        &mut self,
        scan: &UsageScan,
        sink: &mut dyn FnMut(&Rows<'_>) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        let mut progress = Reported { observer: self.observer, done: 0 };
        let (deadline, mut in_time) = (self.deadline, Ok(()));
        let mut sink = |rows: &Rows<'_>| {
            progress.add(rows.len());
            in_time = deadline.lets();
            if in_time.is_err() { ControlFlow::Break(()) } else { sink(rows) }
        };
        match &mut self.from {
            From::Database { view, .. } => view.scan(scan, &mut sink)?,
            From::Snapshot { generation, .. } => {
                let (mut sound, mut passed_on) = (Ok(()), self.passed_on);
                generation.scan(scan, &mut |rows| {
                    // Nobody is given rows of a file that is known to have lost some.
                    sound = generation.is_not_known_cut();
                    if sound.is_err() {
                        return ControlFlow::Break(());
                    }
                    passed_on = true;
                    sink(rows)
                })?;
                self.passed_on = passed_on;
                sound.map_err(|it| if passed_on { it.after_rows() } else { it })?;
            }
        }
        Ok(in_time?)
    }
}

/// All users of a database, as long as they stay within `memory`.
fn read_users(view: &mut dyn View, memory: Memory) -> Result<Users, EngineError> {
    let (mut list, mut within) = (UserList::default(), Ok(()));
    view.users(&mut |users| {
        list.push(UserColumns::of(users));
        within = memory.lets(list.memory(), 1, 1);
        if within.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    within?;
    Ok(list.finish())
}

/// Feeds stored columns to `kernel` as long as it stays within memory and time.
fn feed_pieces(
    pieces: &[Piece],
    users: &Option<HashSet<i64>>,
    kernel: &mut (impl Kernel + ?Sized),
    (memory, deadline): (Memory, Deadline),
) -> Result<(), EngineError> {
    let total: usize = pieces.iter().map(Piece::len).sum();
    let mut done = 0;
    for piece in pieces {
        piece.feed(users, &mut |columns| kernel.take(columns))?;
        done += piece.len();
        memory.lets(kernel.memory(), done, total)?;
        deadline.lets()?;
    }
    Ok(())
}

/// Whether the database is to sum the rows.
fn by_sums(path: Path, view: &dyn View, grain: &Grain) -> bool {
    match path {
        Path::Rows => false,
        Path::PushDown => true,
        Path::Auto | Path::Snapshot => view.sums_pay(grain),
    }
}

/// Counts rows and tells of them.
struct Reported<'a> {
    observer: Option<&'a Observer>,
    done: u64,
}

impl Reported<'_> {
    fn add(&mut self, rows: usize) {
        self.done += rows as u64;
        if let Some(observer) = self.observer {
            observer(Progress { doing: "reading usage rows", done: self.done, total: None });
        }
    }
}

//! Looks which days are due, and sums them.

use super::detail;
use super::reports::RollupReport;
use crate::calendar::Calendar;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::query::memory::Memory;
use crate::query::slots::NodeIndex;
use crate::rollup::{DaySums, Moment, RollupError, Run, RunSums, change, is_due, runs, spans};
use crate::snapshot::Generation;
use crate::store::{
    Access, DayCut, DaySpan, Fingerprint, Node, Rollup, StoreError, SummedDay, Table,
};
use crate::units::UnixSeconds;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

const SUMMING: &str = "summing usage rows by day";

/// An engine at work on the pre-aggregates, which are ready to be written.
pub(super) struct Keeping<'a> {
    engine: &'a Engine,
    calendar: &'a Calendar,
    pub(super) tables: Box<dyn Rollup + 'a>,
    zone: String,
    /// Days before this one are summed without hours.
    pub(super) hours_since: i64,
    report: RollupReport,
    /// What the snapshot has seen; none where there is no snapshot that can be used.
    seen: Option<Arc<Generation>>,
    /// Rows read so far, and to be read.
    rows: (u64, u64),
}

/// Days at one moment: their rows, and what their figures were made of.
pub(super) struct Look {
    checked_at: UnixSeconds,
    days: Vec<i64>,
    rows: BTreeMap<i64, Fingerprint>,
    summed: BTreeMap<i64, SummedDay>,
}

impl Look {
    fn rows_of(&self, day: i64) -> Fingerprint {
        self.rows.get(&day).copied().unwrap_or_default()
    }

    /// The days to be summed.
    pub(super) fn due(&self, zone: &str, force: bool) -> Vec<i64> {
        let due = |day: &&i64| is_due(self.summed.get(*day), &self.rows_of(**day), zone);
        self.days.iter().filter(|day| force || due(day)).copied().collect()
    }
}

/// Looks at the days from `first` to `last` that there are, and at `today` and the day before.
pub(super) fn look(
    tables: &mut (dyn Rollup + '_),
    calendar: &Calendar,
    first: i64,
    last: i64,
    today: Option<i64>,
    is_ready: bool,
) -> Result<Look, StoreError> {
    let (cut, checked_at) = (DayCut::new(calendar), calendar.now());
    let since = (first > i64::MIN).then(|| spans(&[first], calendar)[0].start);
    let mut rows = tables.view().fingerprints(&cut, since)?;
    rows.retain(|&day, _| first <= day && day <= last && cut.is_exact(day));
    let (mut summed, mut kept) = (BTreeMap::new(), Vec::new());
    if is_ready {
        summed = tables.summed(first, last)?;
        kept = tables.days(first)?;
        kept.retain(|&day| day <= last);
    }
    let there = rows.keys().chain(summed.keys()).chain(&kept).copied();
    let mut days: BTreeSet<i64> =
        there.chain(today.into_iter().flat_map(|day| [day - 1, day])).collect();
    // Days without a row in between are known to have none.
    let (now, first) = (today.unwrap_or(i64::MIN), days.first().copied());
    let last_there = rows.keys().next_back().copied().unwrap_or(i64::MIN);
    days.extend(first.into_iter().flat_map(|first| first..now.max(last_there)));
    Ok(Look { checked_at, days: days.into_iter().collect(), rows, summed })
}

impl<'a> Keeping<'a> {
    /// Begins work, and makes the tables where that is needed.
    pub(super) fn begin(
        engine: &'a Engine,
        calendar: &'a Calendar,
        lock_wait_s: u32,
    ) -> Result<Self, EngineError> {
        let mut tables = engine.store.rollup(Access::Write, lock_wait_s)?;
        let configured = calendar.zone_name();
        let tables_made = tables.prepare(&configured)?;
        let zone = tables.zone()?.filter(|zone| is_same(zone, calendar)).unwrap_or(configured);
        let report = RollupReport { tables_made, ..RollupReport::default() };
        let (hours_since, rows, seen) = (i64::MIN, (0, 0), engine.seen(calendar));
        Ok(Self { engine, calendar, tables, zone, hours_since, report, seen, rows })
    }

    /// Makes the tables those of the engine's zone and of the nodes that are listed, where they are
    /// of others.
    fn settle(&mut self) -> Result<(), EngineError> {
        self.tables.begin_reading()?;
        let list = node_list(&self.tables.view().nodes()?);
        let known = (self.tables.zone()?, self.tables.node_list()?);
        self.tables.commit()?;
        if known == (Some(self.zone.clone()), Some(list)) {
            return Ok(());
        }
        let before = self.tables.begin_writing()?;
        let list = node_list(&self.tables.view().nodes()?);
        self.tables.note_nodes(&list)?;
        if before != self.zone {
            self.tables.change_zone(&self.zone)?;
            self.report.zone_before = Some(before);
        }
        Ok(self.tables.commit()?)
    }

    /// Sums the days from `first` to `last` that are due.
    pub(super) fn sum(
        mut self,
        first: i64,
        last: i64,
        today: Option<i64>,
        force: bool,
    ) -> Result<RollupReport, EngineError> {
        self.settle()?;
        self.tables.begin_reading()?;
        let look = look(&mut *self.tables, self.calendar, first, last, today, true)?;
        self.tables.commit()?;
        let due = look.due(&self.zone, force);
        self.report.days_looked_at = look.days.len() as u64;
        self.rows.1 = due.iter().map(|&day| look.rows_of(day).rows).sum();
        let mut failure = None;
        for run in runs(&due, &look.rows) {
            // One day that cannot be summed is no reason to leave the others.
            match self.sum_apart(&run, &look, force) {
                Err(error) if is_of_rows(&error) => _ = failure.get_or_insert(error),
                outcome => outcome?,
            }
        }
        self.note_checked(&look, &due)?;
        failure.map_or(Ok(self.report), Err)
    }

    /// Sums a run; one that fails by its rows day by day.
    fn sum_apart(&mut self, run: &Run, look: &Look, force: bool) -> Result<(), EngineError> {
        let outcome = self.sum_run(run, look, force);
        if run.days.len() == 1 || !outcome.as_ref().is_err_and(is_of_rows) {
            return outcome;
        }
        let mut failure = Ok(());
        for &day in run.days.iter().rev() {
            let alone = Run { days: vec![day], rows: look.rows_of(day).rows };
            match self.sum_run(&alone, look, force) {
                Err(error) if is_of_rows(&error) => failure = Err(error),
                outcome => outcome?,
            }
        }
        failure
    }

    /// Sums a run in one transaction, unless somebody else has done so meanwhile.
    fn sum_run(&mut self, run: &Run, look: &Look, force: bool) -> Result<(), EngineError> {
        let theirs = self.tables.begin_writing()?;
        if theirs != self.zone {
            return Err(RollupError::OtherZone { theirs, ours: self.zone.clone() }.into());
        }
        // Before anything is read: what comes after this moment may be missing.
        let checked_at = self.engine.clock.now();
        if !force && self.is_done(run, look)? {
            self.rows.0 += run.rows;
            return Ok(self.tables.commit()?);
        }
        let done = match self.sum_days(&run.days, checked_at) {
            Err(error) if is_of_rows(&error) => {
                self.tables.roll_back()?;
                return Err(error);
            }
            // Any other error ends the work, and with its connection the transaction.
            outcome => outcome?,
        };
        self.tables.commit()?;
        self.report.days_summed += done.days_summed;
        self.report.rows_written += done.rows_written;
        self.report.rows_deleted += done.rows_deleted;
        Ok(())
    }

    /// True when somebody else has summed the same rows since they were looked at.
    fn is_done(&mut self, run: &Run, look: &Look) -> Result<bool, EngineError> {
        let (first, last) = (run.days[0], run.days[run.days.len() - 1]);
        let summed = self.tables.summed(first, last)?;
        let due = |day: &i64| is_due(summed.get(day), &look.rows_of(*day), &self.zone);
        Ok(!run.days.iter().any(due))
    }

    fn sum_days(
        &mut self,
        days: &[i64],
        checked_at: UnixSeconds,
    ) -> Result<RollupReport, EngineError> {
        let nodes = self.tables.view().nodes()?;
        let index = NodeIndex::of(&nodes);
        let total_users = i64::try_from(self.tables.view().extent()?.users).unwrap_or(i64::MAX);
        let spans = spans(days, self.calendar);
        let (sums, rows) = self.read(&spans, &index, &nodes)?;
        let (zone, hours_since) = (self.zone.as_str(), self.hours_since);
        let at =
            Moment { zone, checked_at, total_users, nodes: &nodes, index: &index, hours_since };
        let mut done = RollupReport::default();
        for (span, sums) in spans.iter().zip(&sums) {
            let fingerprint = rows.get(&span.day).copied().unwrap_or_default().to_string();
            let stored = self.tables.stored(span)?;
            let change = change(span.day, sums, fingerprint, &stored, &at)?;
            self.tables.write(&change)?;
            done.days_summed += 1;
            done.rows_written += change.written();
            done.rows_deleted += change.deleted();
        }
        Ok(done)
    }

    /// The sums of days, and the fingerprints of the rows they are of.
    fn read(
        &mut self,
        spans: &[DaySpan],
        index: &NodeIndex,
        nodes: &[Node],
    ) -> Result<(Vec<DaySums>, BTreeMap<i64, Fingerprint>), EngineError> {
        let memory = Memory::limited_to(self.engine.memory_limit_mb);
        let mut sums = RunSums::new(spans, self.calendar, index, nodes);
        let (engine, rows) = (self.engine, &mut self.rows);
        let found = detail::read(self.tables.view(), spans, &mut |cells| {
            sums.add(cells);
            rows.0 += cells.len() as u64;
            engine.report(SUMMING, rows.0, Some(rows.1.max(rows.0)));
            Ok(memory.lets(sums.memory(), 1, 1)?)
        })?;
        detail::kept(self.seen.as_deref(), spans, &mut |cells| {
            sums.add_kept(cells);
            Ok(memory.lets(sums.memory(), 1, 1)?)
        })?;
        Ok((sums.finish(), found))
    }

    /// Notes that the other days were found as they are stored, unless somebody has summed them
    /// anew since.
    fn note_checked(&mut self, look: &Look, due: &[i64]) -> Result<(), EngineError> {
        let others: Vec<i64> =
            look.days.iter().filter(|day| due.binary_search(day).is_err()).copied().collect();
        let (Some(&first), Some(&last)) = (others.first(), others.last()) else {
            return Ok(());
        };
        self.tables.begin_writing()?;
        let summed = self.tables.summed(first, last)?;
        let is_same = |day: &&i64| !is_due(summed.get(*day), &look.rows_of(**day), &self.zone);
        let same: Vec<i64> = others.iter().filter(is_same).copied().collect();
        self.tables.note_checked(&same, look.checked_at)?;
        Ok(self.tables.commit()?)
    }
}

/// Differs where texts may mean other nodes. The addon computes the same.
fn node_list(nodes: &[Node]) -> String {
    let line = |node: &Node| format!("{}:{}:{}\n", node.id, node.name.len(), node.name);
    let lines: String = nodes.iter().map(line).collect();
    format!("{:016x}", xxh3_64(lines.as_bytes()))
}

/// True when the zone of this name has the days of `calendar`, under whatever name.
pub(super) fn is_same(zone: &str, calendar: &Calendar) -> bool {
    let cut = |zone| DayCut::new(&Calendar::new(zone, calendar.now()));
    zone == calendar.zone_name()
        || TimeZone::get(zone).is_ok_and(|zone| cut(zone) == cut(calendar.zone().clone()))
}

/// True when a day's rows or sums are at fault, or too many, which other days do not share.
fn is_of_rows(error: &EngineError) -> bool {
    matches!(
        error,
        EngineError::Rollup(RollupError::TooLarge { .. })
            | EngineError::Store(StoreError::BadValue { table: Table::UserUsage, .. })
            | EngineError::Memory(_)
    )
}

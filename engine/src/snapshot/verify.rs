//! Finds the days whose rows are no longer what was stored, and reads them again.
//!
//! Comparing takes the server a scan, during which others go on publishing what is appended. So
//! what a comparison finds is about a *base*, the generation of its view, and is put into the
//! *latest* one, which grew out of it.

use super::boot::BootTime;
use super::build::{Batch, Collector, SegmentWriter};
use super::error::SnapshotError;
use super::generation::Generation;
use super::manifest::{Manifest, SegmentRef};
use super::refresh::{Opened, Writing};
use super::settle::watch;
use super::{RefreshError, wall_ms};
use crate::column::Rows;
use crate::store::{Fingerprint, Fingerprinting, Node, UsageScan, Users, View};
use crate::units::Window;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

type Prints = BTreeMap<i64, Fingerprint>;

/// Rows of differing days that are read before the right to write is taken: 15 MB.
const ROWS_HELD_MAX: u64 = 1 << 18;

/// What comparing found.
pub(super) struct Comparison {
    theirs: Prints,
    /// By file and day.
    of_runs: HashMap<(String, i64), Fingerprint>,
    /// Days whose rows differ.
    days: BTreeSet<i64>,
    /// Their rows; `None` where they are too many to be held.
    again: Option<Vec<Batch>>,
    users: Users,
    nodes: Arc<[Node]>,
    took_ms: f64,
}

impl Comparison {
    /// True when all that is needed of the view is known.
    pub(super) fn is_complete(&self) -> bool {
        self.again.is_some()
    }
}

impl Writing<'_> {
    /// Compares the rows of `base` with those of `view`, which shows the same moment.
    pub(super) fn compare(
        &self,
        view: &mut dyn View,
        base: &Generation,
    ) -> Result<Comparison, RefreshError> {
        let began = Instant::now();
        let theirs = view.fingerprints(&base.manifest.days, base.manifest.horizon)?;
        let (ours, of_runs) = fingerprints(base)?;
        let days = differing(&ours, &theirs, &base.manifest);
        let rows: u64 = days.iter().filter_map(|day| theirs.get(day)).map(|it| it.rows).sum();
        let again = match rows <= ROWS_HELD_MAX {
            true => Some(self.held_days(view, &base.manifest, &days)?),
            false => None,
        };
        let took_ms = began.elapsed().as_secs_f64() * 1_000.0;
        let (users, nodes) = (self.read_users(view)?, view.nodes()?);
        Ok(Comparison { theirs, of_runs, days, again, users, nodes, took_ms })
    }

    /// `latest`, which grew out of `base`, with what comparing `base` with `view` has found; the view
    /// may be gone where the comparison is complete.
    pub(super) fn reconciled(
        &self,
        view: Option<&mut (dyn View + '_)>,
        opened: &Opened,
        (base, latest): (&Generation, &Generation),
        comparison: Comparison,
    ) -> Result<Manifest, RefreshError> {
        assert!(latest.manifest.grew_out_of(&base.manifest), "rows were only added since");
        let is_base = latest.manifest.is_moment_of(&base.manifest);
        let mut stored =
            Generation::open(self.folder, latest.manifest.clone(), None, Some(latest))?;
        let Comparison { theirs, of_runs, mut days, again, users, nodes, took_ms } = comparison;
        remember(&mut stored.manifest, &of_runs);
        // What was read again meanwhile is newer than what was compared.
        let reread = &latest.manifest.reread;
        let is_older =
            |day: &i64| reread.get(day).is_none_or(|it| it.generation <= base.manifest.generation);
        days.retain(is_older);
        let mut writer = self.writer_after(&stored.manifest);
        if !days.is_empty() {
            let mut segments = match (again, view) {
                (Some(batches), _) => written(batches, &days, &mut writer)?,
                (None, Some(view)) => self.read_days(view, &base.manifest, &days, &mut writer)?,
                (None, None) => unreachable!("a comparison that is not complete keeps its view"),
            };
            let ours = prints_of(&Generation::open(
                self.folder,
                Manifest { segments: segments.clone(), ..stored.manifest.clone() },
                None,
                Some(&stored),
            )?)?;
            if !is_base {
                segments.extend(later_rows(base, latest, &days, &mut writer)?);
            }
            let replaced = self.replaced(&stored, &days, segments)?;
            stored = self.carried(base, &stored, replaced, &days, &mut writer)?;
            accept(&mut stored.manifest, &days, &ours, &theirs);
            watch(&base.manifest, &mut stored.manifest, &days);
        }
        let mut next = stored.manifest.clone();
        let lists = (next.users.clone(), next.nodes.clone());
        if is_base || next.lists.pending {
            self.take_lists((&users, &nodes), latest, &mut writer, &mut next)?;
        }
        if !is_base && !days.is_empty() {
            // Days of one moment beside days of a later one.
            next.whole = false;
        }
        if !days.is_empty() || lists != (next.users.clone(), next.nodes.clone()) {
            // Answers of the generation before are answers no longer.
            next.generation += 1;
        }
        next.next_file = writer.next_file;
        next.reread.retain(|_, it| {
            it.generation > base.manifest.generation || it.unsettled_since.is_some()
        });
        if is_base {
            // Ids that were given out again begin below the greatest one ever seen.
            next.watermark = opened.extent.last_id.unwrap_or(0);
            (next.taken_ms, next.mark) = (opened.at_ms, opened.mark.clone());
            next.whole = true;
        }
        // Others may have proven a later moment; a clock that was ahead has proven nothing.
        let proven_ms = Some(latest.manifest.verified_ms).filter(|&ms| ms <= wall_ms());
        next.verified_ms = proven_ms.map_or(opened.at_ms, |ms| ms.max(opened.at_ms));
        next.comparisons += 1;
        next.whole_to = next.watermark.min(opened.extent.last_id.unwrap_or(0));
        next.budget = next.budget.after_comparison(took_ms, next.len(), BootTime::now());
        Ok(next)
    }

    /// The rows of some days in new segments.
    pub(super) fn read_days(
        &self,
        view: &mut dyn View,
        manifest: &Manifest,
        days: &BTreeSet<i64>,
        writer: &mut SegmentWriter,
    ) -> Result<Vec<SegmentRef>, RefreshError> {
        let wanted = |t: i64| days.contains(&manifest.days.day(t));
        let window = window_of(manifest, days);
        let all = (None, Vec::new());
        Ok(self.collect(view, window, all, writer, Some(&wanted))?.segments)
    }

    /// The rows of some days in memory.
    fn held_days(
        &self,
        view: &mut dyn View,
        manifest: &Manifest,
        days: &BTreeSet<i64>,
    ) -> Result<Vec<Batch>, RefreshError> {
        let mut batches = Vec::new();
        if days.is_empty() {
            return Ok(batches);
        }
        let window = window_of(manifest, days);
        let scan = UsageScan { window, with_count_rate: true, ..UsageScan::default() };
        let mut collector = Collector::new(manifest.days.clone(), |batch| {
            batches.push(batch);
            Ok(())
        });
        let mut pushed = Ok(());
        view.scan(&scan, &mut |rows| {
            pushed = collector.push(rows, |row| days.contains(&manifest.days.day(rows.t[row])));
            if pushed.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        pushed?;
        collector.finish()?;
        Ok(batches)
    }
}

/// A stretch of time that holds all rows of `days`, of which there is one at least.
fn window_of(manifest: &Manifest, days: &BTreeSet<i64>) -> Window {
    let around = days.iter().map(|&day| manifest.days.around(day));
    let (start, end) =
        around.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).expect("there are days that differ");
    let known = Window { start: manifest.horizon, end: None };
    known.intersect(Window {
        start: Some(start).filter(|&it| it > i64::MIN),
        end: Some(end).filter(|&it| it < i64::MAX),
    })
}

/// Those rows of `batches` that lie in `days`, as segments.
fn written(
    batches: Vec<Batch>,
    days: &BTreeSet<i64>,
    writer: &mut SegmentWriter,
) -> Result<Vec<SegmentRef>, SnapshotError> {
    let (mut segments, cut) = (Vec::new(), writer.days.clone());
    let mut collector = Collector::new(cut.clone(), |batch| {
        segments.push(writer.write(batch)?);
        Ok(())
    });
    for (batch, texts) in &batches {
        let rows = batch.rows(texts);
        collector.push(&rows, |row| days.contains(&cut.day(rows.t[row])))?;
    }
    collector.finish()?;
    Ok(segments)
}

/// The rows of `days` that `latest` has beyond `base`, in new segments: since then rows of these days
/// were only added.
fn later_rows(
    base: &Generation,
    latest: &Generation,
    days: &BTreeSet<i64>,
    writer: &mut SegmentWriter,
) -> Result<Vec<SegmentRef>, SnapshotError> {
    let mut known: HashSet<i64, foldhash::fast::RandomState> = HashSet::default();
    base.rows_on(days, &mut |rows| {
        known.extend(rows.id);
        Ok(())
    })?;
    let mut segments = Vec::new();
    let mut collector = Collector::new(writer.days.clone(), |batch| {
        segments.push(writer.write(batch)?);
        Ok(())
    });
    latest.rows_on(days, &mut |rows| collector.push(rows, |row| !known.contains(&rows.id[row])))?;
    collector.finish()?;
    Ok(segments)
}

impl Generation {
    fn rows_on(
        &self,
        days: &BTreeSet<i64>,
        sink: &mut dyn FnMut(&Rows<'_>) -> Result<(), SnapshotError>,
    ) -> Result<(), SnapshotError> {
        for (known, segment) in self.segments() {
            for run in known.runs.iter().filter(|run| days.contains(&run.day)) {
                sink(&segment.rows.get()?.rows(run.rows.clone()))?;
            }
        }
        Ok(())
    }
}

type RunPrints = HashMap<(String, i64), Fingerprint>;

/// Fingerprints of all days, and of all runs.
fn fingerprints(stored: &Generation) -> Result<(Prints, RunPrints), SnapshotError> {
    let (mut days, mut of_runs) = (Prints::new(), RunPrints::new());
    let mut prints = Fingerprinting::default();
    for (known, segment) in stored.segments() {
        for ((file, day), run) in known.keyed_runs() {
            let print = match run.fingerprint {
                Some(print) => print,
                None => {
                    let rows = segment.rows.get()?.rows(run.rows.clone());
                    prints.of_all(&rows)
                }
            };
            *days.entry(day).or_default() += print;
            of_runs.insert((file.to_owned(), day), print);
        }
    }
    Ok((days, of_runs))
}

fn prints_of(stored: &Generation) -> Result<Prints, SnapshotError> {
    Ok(fingerprints(stored)?.0)
}

/// Notes the fingerprints of runs that are still there.
fn remember(manifest: &mut Manifest, of_runs: &RunPrints) {
    for segment in &mut manifest.segments {
        let file = &segment.rows.name;
        for run in &mut segment.runs {
            run.fingerprint =
                run.fingerprint.or_else(|| of_runs.get(&(file.clone(), run.day)).copied());
        }
    }
}

fn differing(ours: &Prints, theirs: &Prints, manifest: &Manifest) -> BTreeSet<i64> {
    let days = ours.keys().chain(theirs.keys()).copied();
    days.filter(|day| {
        let pair = (ours.get(day).copied(), theirs.get(day).copied());
        let accepted = manifest.accepted.get(day).map(|&(ours, theirs)| (Some(ours), Some(theirs)));
        pair.0 != pair.1 && accepted != Some(pair)
    })
    .collect()
}

/// Remembers what the database computes for days that were just read and differ all the same.
fn accept(manifest: &mut Manifest, days: &BTreeSet<i64>, ours: &Prints, theirs: &Prints) {
    for day in days {
        match (ours.get(day), theirs.get(day)) {
            (Some(ours), Some(theirs)) if ours != theirs => {
                manifest.accepted.insert(*day, (*ours, *theirs));
            }
            _ => {
                manifest.accepted.remove(day);
            }
        }
    }
}

//! Finds the days whose rows are no longer what was stored, and reads them again.

use super::build::SegmentWriter;
use super::error::SnapshotError;
use super::generation::Generation;
use super::manifest::{Manifest, SegmentRef};
use super::refresh::{Opened, Tail, Writing};
use super::{RefreshError, wall_ms};
use crate::store::{Fingerprint, Fingerprinting, View};
use crate::units::Window;
use std::collections::{BTreeMap, BTreeSet};

type Prints = BTreeMap<i64, Fingerprint>;

impl Writing<'_> {
    /// The generation after `before` that holds exactly what `view` shows. `tail` holds the rows
    /// behind the watermark.
    pub(super) fn verified(
        &self,
        view: &mut dyn View,
        before: &Generation,
        opened: &Opened,
        tail: Tail,
        next_file: u64,
    ) -> Result<Manifest, RefreshError> {
        let began_ms = wall_ms();
        let mut next = self.next(&before.manifest, opened.at_ms, opened.mark.clone(), tail);
        next.next_file = next_file;
        next.watermark = opened.extent.last_id.unwrap_or(0);
        let mut stored = Generation::open(self.folder, next, None, Some(before))?;
        let ours = fingerprints(&mut stored)?;
        let theirs = view.fingerprints(&stored.manifest.days, stored.manifest.horizon)?;
        let days = differing(&ours, &theirs, &stored.manifest);
        let mut writer = self.writer_after(&stored.manifest);
        if !days.is_empty() {
            let again = self.read_days(view, &stored.manifest, &days, &mut writer)?;
            let replaced = self.replaced(&stored, &days, again)?;
            stored = self.carried(before, &stored, replaced, &days, &mut writer)?;
            let ours = fingerprints(&mut stored)?;
            accept(&mut stored.manifest, &days, &ours, &theirs);
        }
        let mut next = stored.manifest.clone();
        self.refresh_lists(view, before, &mut writer, &mut next)?;
        next.next_file = writer.next_file;
        next.verified_ms = opened.at_ms;
        next.whole_to = next.watermark;
        let cost_ms = wall_ms().saturating_sub(began_ms) as f64;
        next.budget = next.budget.spend(cost_ms.max(1.0), wall_ms());
        Ok(next)
    }

    /// The rows of some days in new segments.
    fn read_days(
        &self,
        view: &mut dyn View,
        manifest: &Manifest,
        days: &BTreeSet<i64>,
        writer: &mut SegmentWriter,
    ) -> Result<Vec<SegmentRef>, RefreshError> {
        let around = days.iter().map(|&day| manifest.days.around(day));
        let (start, end) =
            around.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).expect("there are days that differ");
        let known = Window { start: manifest.horizon, end: None };
        let window = Window { start: Some(start).filter(|&it| it > i64::MIN), end: Some(end) };
        let window = Window { end: window.end.filter(|&it| it < i64::MAX), ..window };
        let wanted = |t: i64| days.contains(&manifest.days.day(t));
        Ok(self.collect(view, known.intersect(window), None, writer, Some(&wanted))?.segments)
    }

    /// `stored` with other rows for some days.
    fn replaced(
        &self,
        stored: &Generation,
        days: &BTreeSet<i64>,
        again: Vec<SegmentRef>,
    ) -> Result<Generation, SnapshotError> {
        let mut manifest = stored.manifest.clone();
        for segment in &mut manifest.segments {
            segment.runs.retain(|run| !days.contains(&run.day));
        }
        manifest.segments.retain(|segment| !segment.runs.is_empty());
        manifest.segments.extend(again);
        Generation::open(self.folder, manifest, None, Some(stored))
    }
}

/// Fingerprints of all days; those of runs are remembered.
fn fingerprints(stored: &mut Generation) -> Result<Prints, SnapshotError> {
    let (mut days, mut of_runs) = (Prints::new(), Vec::new());
    let mut prints = Fingerprinting::default();
    for (known, segment) in stored.segments() {
        for run in &known.runs {
            let print = match run.fingerprint {
                Some(print) => print,
                None => {
                    let rows = segment.rows.get()?.rows(run.rows.clone());
                    prints.of_all(&rows)
                }
            };
            *days.entry(run.day).or_default() += print;
            of_runs.push(print);
        }
    }
    let runs = stored.manifest.segments.iter_mut().flat_map(|segment| &mut segment.runs);
    runs.zip(of_runs).for_each(|(run, print)| run.fingerprint = Some(print));
    Ok(days)
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

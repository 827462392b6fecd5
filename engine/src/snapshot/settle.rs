//! Single days that are read again, because what was appended says that older rows of them went.

use super::boot::BootTime;
use super::budget::{cost, pause_ms};
use super::build::SegmentWriter;
use super::generation::Generation;
use super::manifest::{Manifest, Reread, SegmentRef};
use super::refresh::Writing;
use super::{RefreshError, SnapshotError};
use crate::store::View;
use crate::units::Window;
use std::collections::BTreeSet;
use std::time::Instant;

/// Sums beside rows of the same day are looked at again for so long: a panel that adds up first and
/// deletes later will have deleted by then. Rows that stay are late ones.
const UNSETTLED_MS: u64 = 600_000;

/// Ids that a day's rows may be spread over, by row, before the server is asked by time instead.
const SPREAD_MAX: i64 = 8;
const SPREAD_FREE: i64 = 1 << 16;

impl Manifest {
    pub(super) fn has_rows_on(&self, day: i64) -> bool {
        self.segments.iter().flat_map(|segment| &segment.runs).any(|run| run.day == day)
    }

    /// Days with sums beside rows that are due to be read again: so seldom that it costs the
    /// server no more than its share.
    pub(super) fn unsettled_days(&self, now: BootTime) -> impl Iterator<Item = i64> {
        self.reread.iter().filter_map(move |(&day, it)| {
            let is_fresh = now.ms_since(it.unsettled_since?)? < UNSETTLED_MS;
            let is_due = now.ms_since(it.at)? as f64 >= pause_ms(it.cost_ms);
            (is_fresh && is_due).then_some(day)
        })
    }

    /// Number of rows of `days` that are sums of merged ones, and of others.
    fn rows_on(&self, day: i64) -> (u64, u64) {
        let runs = self.segments.iter().flat_map(|segment| &segment.runs);
        let of_day = runs.filter(|run| run.day == day);
        of_day.fold((0, 0), |(sums, rows), run| {
            let all = run.rows.len() as u64;
            debug_assert!(run.merged.rows <= all, "a run has no more sums than rows");
            (sums + run.merged.rows, rows + all - run.merged.rows)
        })
    }
}

impl Writing<'_> {
    /// `stored`, the generation after `before`, with `days` as `view` shows them.
    pub(super) fn settled_days(
        &self,
        view: &mut dyn View,
        before: &Generation,
        stored: Generation,
        days: &BTreeSet<i64>,
        writer: &mut SegmentWriter,
    ) -> Result<Generation, RefreshError> {
        let began = Instant::now();
        let again = self.read_known_days(view, &stored.manifest, days, writer)?;
        let replaced = self.replaced(&stored, days, again)?;
        let mut settled = self.carried(before, &stored, replaced, days, writer)?;
        let took_ms = began.elapsed().as_secs_f64() * 1_000.0;
        note(&before.manifest, &mut settled.manifest, days, took_ms);
        Ok(settled)
    }

    /// The rows of `days` in new segments: by the ids that their rows are known to have, which any
    /// server finds at once; by their time where those are all over the table.
    fn read_known_days(
        &self,
        view: &mut dyn View,
        manifest: &Manifest,
        days: &BTreeSet<i64>,
        writer: &mut SegmentWriter,
    ) -> Result<Vec<SegmentRef>, RefreshError> {
        let wanted = |t: i64| {
            days.contains(&manifest.days.day(t))
                && manifest.horizon.is_none_or(|horizon| t >= horizon)
        };
        match id_ranges(manifest, days) {
            Some(ids) => {
                let from = (None, ids);
                let read = self.collect(view, Window::unbounded(), from, writer, Some(&wanted))?;
                Ok(read.segments)
            }
            None => self.read_days(view, manifest, days, writer),
        }
    }

    /// `stored` with other rows for some days.
    pub(super) fn replaced(
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

/// Notes what was read again, and what it cost.
fn note(before: &Manifest, settled: &mut Manifest, days: &BTreeSet<i64>, took_ms: f64) {
    let now = BootTime::now();
    let mut rows_read = 0;
    for &day in days {
        let (sums, rows) = settled.rows_on(day);
        let days_rows = usize::try_from(sums + rows).unwrap_or(usize::MAX);
        rows_read += days_rows;
        let was = settled.reread.get(&day).copied();
        let both = sums > 0 && rows > 0;
        let unsettled_since = both.then(|| was.and_then(|it| it.unsettled_since).unwrap_or(now));
        // Sums that rows still stand beside are news until those have gone.
        let whole_to = if both { before.whole_to_on(day) } else { settled.watermark };
        let reread = Reread {
            generation: settled.generation,
            whole_to,
            unsettled_since,
            at: now,
            cost_ms: cost(took_ms, days_rows),
        };
        settled.reread.insert(day, reread);
        settled.accepted.remove(&day);
    }
    settled.budget = settled.budget.after_work(took_ms, rows_read, now);
}

/// Notes those of `days`, which `next` has grown, that have sums beside rows: to be read again until
/// these have gone. `before` is what was known of them before.
pub(super) fn watch(before: &Manifest, next: &mut Manifest, days: &BTreeSet<i64>) {
    let now = BootTime::now();
    for &day in days {
        let (sums, rows) = next.rows_on(day);
        let is_watched = next.reread.get(&day).is_some_and(|it| it.unsettled_since.is_some());
        if sums > 0 && rows > 0 && !is_watched {
            let reread = Reread {
                generation: next.generation,
                whole_to: before.whole_to_on(day),
                unsettled_since: Some(now),
                at: now,
                cost_ms: 0.0,
            };
            next.reread.insert(day, reread);
        }
    }
}

/// First and last id of each stretch of rows of `days`; `None` where these hold far more ids than
/// rows.
fn id_ranges(manifest: &Manifest, days: &BTreeSet<i64>) -> Option<Vec<(i64, i64)>> {
    let runs = manifest.segments.iter().flat_map(|segment| &segment.runs);
    let of_days = || runs.clone().filter(|run| days.contains(&run.day));
    let mut ranges: Vec<(i64, i64)> = of_days().map(|run| run.ids).collect();
    let rows: i64 = of_days().map(|run| run.rows.len() as i64).sum();
    ranges.sort_unstable();
    let mut merged: Vec<(i64, i64)> = Vec::new();
    for (first, last) in ranges {
        match merged.last_mut() {
            Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
            _ => merged.push((first, last)),
        }
    }
    let ids = merged.iter().map(|(first, last)| last.saturating_sub(*first).saturating_add(1));
    let spread = ids.fold(0, i64::saturating_add);
    let most = rows.saturating_mul(SPREAD_MAX).saturating_add(SPREAD_FREE);
    (!merged.is_empty() && spread <= most).then_some(merged)
}

//! Cells, made after the rows they sum: of segments, and of the months that their days belong to.

use super::arrow::About;
use super::cube::cells_of;
use super::error::SnapshotError;
use super::generation::{Generation, Segment};
use super::manifest::{Manifest, MonthRef, Run, RunKey, SegmentRef};
use super::month::summed;
use super::refresh::Writing;
use super::table::{CellTable, TotalTable};
use crate::calendar::month_of_day;
use crate::column::{CellBatch, TotalBatch};
use std::collections::{BTreeMap, HashSet};

/// A month is worth cells of its own from so many of its days on.
const MONTH_DAYS_MIN: usize = 4;
/// Smaller segments, by this many of the smallest that have cells, are soon merged into others, and
/// months that hold their rows would be lost.
const LASTING: usize = 4;

/// Totals by user tell up to 512 nodes apart; more would make them larger than the cells.
const NODE_WORDS_MAX: usize = 8;

impl Writing<'_> {
    /// True when a segment is to be looked at for cells.
    pub(super) fn wants_cells(&self, segment: &SegmentRef) -> bool {
        !segment.cubed && segment.len() >= self.config.cube_rows_min
    }

    /// The same generation with cells for the segment at `place`, where they are worth their space.
    pub(super) fn with_cells(
        &self,
        generation: &Generation,
        place: usize,
    ) -> Result<Manifest, SnapshotError> {
        let mut next = generation.manifest.clone();
        let mut writer = self.writer_after(&next);
        let (_, segment) = generation.segments().nth(place).expect("a segment of this generation");
        let texts = segment.rows.get()?.rows(0..0).texts;
        let known = &mut next.segments[place];
        let (hours, days) = self.cells(&generation.manifest, segment, known)?;
        let mut file = |kind, cells: Option<CellBatch>| {
            let about = About::new();
            let write =
                |cells| writer.file(kind, |out| CellTable::encode(cells, texts, &about, out));
            cells.map(write).transpose()
        };
        (known.hours, known.day_cells) = (file("hours", hours)?, file("days", days)?);
        known.cubed = true;
        next.next_file = writer.next_file;
        Ok(next)
    }

    /// The cells of each run of a segment, as far as they are worth their space.
    fn cells(
        &self,
        manifest: &Manifest,
        segment: &Segment,
        known: &mut SegmentRef,
    ) -> Result<(Option<CellBatch>, Option<CellBatch>), SnapshotError> {
        let (mut hours, mut days) = (CellBatch::default(), CellBatch::default());
        let (rows, mut local) = (segment.rows.get()?, self.calendar.local());
        for run in &mut known.runs {
            let Some(cells) = cells_of(&rows.rows(run.rows.clone()), &mut local) else {
                continue;
            };
            run.hours = Some(hours.append(cells.hours));
            run.day_cells = manifest.days.is_exact(run.day).then(|| days.append(cells.days));
        }
        let most = known.len() as f64 * self.config.cube_share;
        let worth = |cells: &CellBatch| !cells.is_empty() && cells.len() as f64 <= most;
        let (hours, days) = (Some(hours).filter(worth), Some(days).filter(worth));
        for run in &mut known.runs {
            run.hours.take_if(|_| hours.is_none());
            run.day_cells.take_if(|_| days.is_none());
        }
        Ok((hours, days))
    }

    /// A month that has days whose cells are not in its own yet. Days that recent windows may reach
    /// into wait.
    pub(super) fn due_month(&self, generation: &Generation) -> Option<i64> {
        let manifest = &generation.manifest;
        let within: HashSet<_> = manifest.months.iter().flat_map(MonthRef::run_keys).collect();
        let mut months: BTreeMap<i64, (HashSet<i64>, bool)> = BTreeMap::new();
        for (key, run) in self.lasting_runs(manifest) {
            let (days, is_new) = months.entry(month_of_day(run.day)).or_default();
            days.insert(run.day);
            *is_new |= !within.contains(&key);
        }
        let is_due =
            |(days, is_new): &(HashSet<i64>, bool)| *is_new && days.len() >= MONTH_DAYS_MIN;
        months.into_iter().find(|(_, month)| is_due(month)).map(|(month, _)| month)
    }

    /// Runs with cells by day that stay as they are for long.
    fn lasting_runs<'m>(
        &self,
        manifest: &'m Manifest,
    ) -> impl Iterator<Item = (RunKey<'m>, &'m Run)> {
        let closed_before = manifest.days.day(self.calendar.days_ago_start(1));
        let rows_min = self.config.cube_rows_min * LASTING;
        let lasting = manifest.segments.iter().filter(move |it| it.len() >= rows_min);
        let runs = lasting.flat_map(SegmentRef::keyed_runs);
        runs.filter(move |(_, run)| run.day_cells.is_some() && run.day < closed_before)
    }

    /// The same generation with the cells of `month` summed up anew.
    pub(super) fn with_month(
        &self,
        generation: &Generation,
        month: i64,
    ) -> Result<Manifest, SnapshotError> {
        let mut next = generation.manifest.clone();
        let mut writer = self.writer_after(&next);
        let chosen: HashSet<_> = self
            .lasting_runs(&generation.manifest)
            .filter(|(_, run)| month_of_day(run.day) == month)
            .map(|(key, _)| key)
            .collect();
        let (mut cells, mut runs, mut span) = (Vec::new(), Vec::new(), (i64::MAX, i64::MIN));
        for (known, segment) in generation.segments() {
            for (key, run) in known.keyed_runs().filter(|(key, _)| chosen.contains(key)) {
                let (Some(range), Some(file)) = (&run.day_cells, &segment.day_cells) else {
                    continue;
                };
                cells.push(file.get()?.cells(range.clone()));
                runs.push((key.0.to_owned(), key.1));
                span = (span.0.min(run.span.0), span.1.max(run.span.1));
            }
        }
        let (batch, texts) = summed(cells, &generation.nodes()?);
        let totals = TotalBatch::of(&batch.cells(&texts), NODE_WORDS_MAX).map(|totals| {
            let users = totals.user_id.len();
            let file = writer.file("totals", |out| TotalTable::encode(totals, &texts, out))?;
            Ok::<_, SnapshotError>((file, users))
        });
        let len = batch.len();
        let about = About::new();
        let cells = writer.file("month", |out| CellTable::encode(batch, &texts, &about, out))?;
        next.months.retain(|it| it.month != month);
        let totals = totals.transpose()?;
        next.months.push(MonthRef { month, cells, len, totals, span, runs });
        next.next_file = writer.next_file;
        Ok(next)
    }
}

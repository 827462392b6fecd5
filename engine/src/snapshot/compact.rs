//! What makes a generation quicker to ask and leaves its rows as they are: small segments merged
//! into larger ones, and cells.

use super::build::{Collector, SEGMENT_ROWS};
use super::error::SnapshotError;
use super::generation::Generation;
use super::manifest::{Manifest, SegmentRef};
use super::refresh::Writing;

/// So many segments under one of these sizes are merged; a row is rewritten once for each size.
const MERGED_AT: usize = 8;
const SIZES: [usize; 2] = [SEGMENT_ROWS / 8, SEGMENT_ROWS / 2];

/// A piece of work, small enough that nobody waits long for the right to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Merge the segments with fewer rows.
    Merge(usize),
    /// Make the cells of a segment, by its place.
    Cells(usize),
    /// Sum the days of a month.
    Month(i64),
    /// Sum kept detail of a day by hour.
    Hours(i64),
}

impl Step {
    /// True for work that a question does not notice.
    pub(super) fn is_small(&self) -> bool {
        matches!(self, Self::Merge(size) if *size == SIZES[0])
    }
}

impl Writing<'_> {
    /// What pays most to be done next.
    pub(super) fn next_step(&self, generation: &Generation) -> Option<Step> {
        let segments = &generation.manifest.segments;
        let merge = SIZES.into_iter().find(|&size| small(segments, size) >= MERGED_AT);
        let cells = || segments.iter().position(|it| self.wants_cells(it)).map(Step::Cells);
        let month = || self.due_month(generation).map(Step::Month);
        let hours = || self.due_day(generation).map(Step::Hours);
        merge.map(Step::Merge).or_else(cells).or_else(month).or_else(hours)
    }

    /// The same generation after `step`.
    pub(super) fn after_step(
        &self,
        generation: &Generation,
        step: Step,
    ) -> Result<Manifest, SnapshotError> {
        match step {
            Step::Merge(size) => self.merged(generation, size),
            Step::Cells(place) => self.with_cells(generation, place),
            Step::Month(month) => self.with_month(generation, month),
            Step::Hours(day) => self.with_hours(generation, day),
        }
    }

    fn merged(&self, generation: &Generation, size: usize) -> Result<Manifest, SnapshotError> {
        let mut next = generation.manifest.clone();
        let mut writer = self.writer_after(&next);
        let mut merged = Vec::new();
        let mut collector = Collector::new(next.days.clone(), |batch| {
            merged.push(writer.write(batch)?);
            Ok(())
        });
        for (known, segment) in generation.segments().filter(|(known, _)| known.len() < size) {
            for run in &known.runs {
                collector.push_all(&segment.rows.get()?.rows(run.rows.clone()))?;
            }
        }
        collector.finish()?;
        next.segments.retain(|segment| segment.len() >= size);
        next.segments.extend(merged);
        next.next_file = writer.next_file;
        Ok(next)
    }
}

fn small(segments: &[SegmentRef], size: usize) -> usize {
    segments.iter().filter(|segment| segment.len() < size).count()
}

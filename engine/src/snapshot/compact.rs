//! Merges small segments into larger ones.

use super::build::{Collector, SEGMENT_ROWS};
use super::error::SnapshotError;
use super::generation::Generation;
use super::manifest::{Manifest, SegmentRef};
use super::refresh::Writing;

/// So many segments under one of these sizes are merged; a row is rewritten once for each size.
const MERGED_AT: usize = 8;
const SIZES: [usize; 2] = [SEGMENT_ROWS / 8, SEGMENT_ROWS / 2];

impl Writing<'_> {
    /// The same generation with its small segments merged.
    pub(super) fn compacted(&self, generation: &Generation) -> Result<Manifest, SnapshotError> {
        let size = due_size(generation).unwrap_or(0);
        let mut next = generation.manifest.clone();
        let mut writer = self.writer_after(&next);
        let mut merged = Vec::new();
        let mut collector = Collector::new(next.days.clone(), |batch| {
            merged.push(writer.write(batch)?);
            Ok(())
        });
        for (known, segment) in generation.segments().filter(|(known, _)| known.len() < size) {
            for run in &known.runs {
                collector.push_all(&segment.rows()?.rows(run.rows.clone()))?;
            }
        }
        collector.finish()?;
        next.segments.retain(|segment| segment.len() >= size);
        next.segments.extend(merged);
        next.next_file = writer.next_file;
        Ok(next)
    }
}

/// True when merging is worth its cost.
pub(super) fn is_due(generation: &Generation) -> bool {
    due_size(generation).is_some()
}

fn due_size(generation: &Generation) -> Option<usize> {
    SIZES.into_iter().find(|&size| small(generation, size) >= MERGED_AT)
}

fn small(generation: &Generation, size: usize) -> usize {
    let is_small = |segment: &&SegmentRef| segment.len() < size;
    generation.manifest.segments.iter().filter(is_small).count()
}

//! Stored columns divided among threads.

use crate::column::Cells;
use crate::error::EngineError;
use crate::query::deadline::Deadline;
use crate::query::memory::Memory;
use crate::query::{Kernel, Mergeable, PARALLEL_CELLS_MIN};
use crate::snapshot::{Piece, SnapshotError};
use rayon::ThreadPool;
use std::ops::RangeInclusive;

/// Cells of as many users as one block holds: what a kernel keeps of them then stays in the
/// second-level cache while the days pass by. At 1 700 000 cells of 50 000 users a ranking takes
/// half as long as by one pass over each day.
const BLOCK_CELLS: usize = 1 << 17;

/// Feeds `pieces` to `kernel` and its likes, in `parts` that threads of `pool` take.
pub(super) fn feed_all<K: Mergeable + Sync>(
    pieces: &[Piece],
    pool: &ThreadPool,
    parts: usize,
    kernel: &mut K,
    (memory, deadline): (Memory, Deadline),
) -> Result<(), EngineError> {
    let parts = divided(pieces, parts)?;
    // All of them are held at once.
    let memory = memory.shared_by(parts.len());
    let cells = pieces.iter().map(Piece::len).sum::<usize>() / parts.len();
    let Some((first, others)) = parts.split_first() else {
        return Ok(());
    };
    let mut kernels: Vec<K> = others.iter().map(|_| kernel.split()).collect();
    let mut outcomes = vec![];
    outcomes.resize_with(others.len(), || Ok(()));
    let mut outcome = Ok(());
    pool.in_place_scope(|scope| {
        for ((part, kernel), outcome) in others.iter().zip(&mut kernels).zip(&mut outcomes) {
            scope.spawn(move |_| *outcome = part.feed(kernel, cells, memory, deadline));
        }
        outcome = first.feed(kernel, cells, memory, deadline);
    });
    outcomes.into_iter().try_for_each(|outcome| outcome)?;
    outcome?;
    kernels.into_iter().for_each(|other| kernel.merge(other));
    Ok(())
}

/// True when several threads are worth their start.
pub(super) fn pays(pieces: &[Piece]) -> bool {
    pieces.iter().map(Piece::len).sum::<usize>() >= PARALLEL_CELLS_MIN
}

/// What one thread takes: some pieces, and of cells sorted by user those of some users.
struct Part<'p> {
    rows: Vec<&'p Piece>,
    sorted: Vec<&'p Piece>,
    blocks: Vec<RangeInclusive<i64>>,
}

impl<'a> Part<'a> {
    fn feed(
        &self,
        kernel: &mut impl Kernel,
        cells: usize,
        memory: Memory,
        deadline: Deadline,
    ) -> Result<(), EngineError> {
        let mut done = 0;
        for piece in &self.rows {
            piece.feed(&None, &mut |columns| kernel.take(columns))?;
            done += piece.len();
            memory.lets(kernel.memory(), done, cells)?;
            deadline.lets()?;
        }
        let mut rest = self.sorted_from_first_block()?;
        for block in &self.blocks {
            for rest in &mut rest {
                let end = rest.user_id.partition_point(|id| id <= block.end());
                kernel.add(&rest.part(0..end));
                *rest = rest.part(end..rest.len());
                done += end;
            }
            memory.lets(kernel.memory(), done, cells)?;
            deadline.lets()?;
        }
        Ok(())
    }

    /// The cells of the sorted pieces, without those of users before the first block.
    fn sorted_from_first_block(&self) -> Result<Vec<Cells<'a>>, SnapshotError> {
        let first = self.blocks.first().map_or(i64::MIN, |block| *block.start());
        let cells = self.sorted.iter().filter_map(|piece| piece.sorted_cells().transpose());
        let from_first = |cells: Cells<'a>| {
            let start = cells.user_id.partition_point(|&id| id < first);
            cells.part(start..cells.len())
        };
        cells.map(|cells| cells.map(from_first)).collect()
    }
}

/// `pieces` in as many parts of about as many cells each.
fn divided(pieces: &[Piece], parts: usize) -> Result<Vec<Part<'_>>, SnapshotError> {
    let (sorted, rows): (Vec<_>, Vec<_>) = pieces.iter().partition(|piece| piece.is_sorted());
    let cells: usize = sorted.iter().map(|piece| piece.len()).sum();
    let mut blocks = blocks(&sorted, cells.div_ceil(BLOCK_CELLS).next_multiple_of(parts))?;
    let per_part = blocks.len().div_ceil(parts).max(1);
    let mut divided: Vec<Part<'_>> = Vec::new();
    for _ in 0..parts {
        let rest = blocks.split_off(per_part.min(blocks.len()));
        divided.push(Part { rows: Vec::new(), sorted: sorted.clone(), blocks });
        blocks = rest;
    }
    // The largest first, each to whoever has least.
    let (mut rows, mut loads) = (rows, vec![0; divided.len()]);
    rows.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
    for piece in rows {
        let least = (0..loads.len()).min_by_key(|&at| loads[at]).unwrap_or(0);
        loads[least] += piece.len();
        divided[least].rows.push(piece);
    }
    Ok(divided)
}

/// Ranges of user ids that hold about as many cells each, judged by the largest piece.
fn blocks(sorted: &[&Piece], count: usize) -> Result<Vec<RangeInclusive<i64>>, SnapshotError> {
    let Some(largest) = sorted.iter().max_by_key(|piece| piece.len()) else {
        return Ok(Vec::new());
    };
    let ids = largest.sorted_cells()?.map_or(&[][..], |cells| cells.user_id);
    let mut ends: Vec<i64> =
        (1..count).filter_map(|at| ids.get(ids.len() * at / count).copied()).collect();
    ends.dedup();
    let mut start = i64::MIN;
    let mut blocks = Vec::new();
    for end in ends {
        blocks.push(start..=end);
        start = end.saturating_add(1);
    }
    blocks.push(start..=i64::MAX);
    Ok(blocks)
}

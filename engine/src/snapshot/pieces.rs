//! Which stored rows and cells answer a scan.

use super::error::SnapshotError;
use super::generation::{Generation, Segment};
use super::manifest::Run;
use crate::column::{BATCH_ROWS_MAX, Cells, Rows, UsageBatch};
use crate::store::{Grain, TimeGrain, UsageScan};
use crate::units::{UserId, Window};
use std::collections::HashSet;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

/// A part of the answer to a scan: stored columns, and which of their rows count.
pub(crate) struct Piece {
    segment: Arc<Segment>,
    range: Range<usize>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Rows, of which those of the window count.
    Rows {
        window: Option<Window>,
    },
    Hours,
    Days,
}

impl Piece {
    /// Rows or cells to look at.
    pub(crate) fn len(&self) -> usize {
        self.range.len()
    }

    /// Makes sure that its file is undamaged.
    pub(crate) fn check(&self) -> Result<(), SnapshotError> {
        match self.kind {
            Kind::Rows { .. } => self.segment.rows().map(drop),
            Kind::Hours => self.segment.hours().map(drop),
            Kind::Days => self.segment.day_cells().map(drop),
        }
    }

    /// Gives the cells of users that `users` names to `sink`.
    pub(crate) fn feed(
        &self,
        users: &Option<HashSet<i64>>,
        sink: &mut dyn FnMut(&Cells<'_>),
    ) -> Result<(), SnapshotError> {
        match self.kind {
            Kind::Rows { .. } => {
                let flow = self.rows(users, &mut |rows| {
                    sink(&rows.cells());
                    ControlFlow::Continue(())
                })?;
                debug_assert!(flow.is_continue());
            }
            Kind::Hours | Kind::Days => {
                let cells = self.sorted_cells()?;
                match users {
                    None => sink(&cells),
                    Some(users) => feed_chosen(&cells, users, sink),
                }
            }
        }
        Ok(())
    }

    /// True for cells, which are sorted by user; rows are not.
    pub(crate) fn is_sorted(&self) -> bool {
        !matches!(self.kind, Kind::Rows { .. })
    }

    /// The cells of a sorted piece.
    pub(crate) fn sorted_cells(&self) -> Result<Cells<'_>, SnapshotError> {
        let table = match self.kind {
            Kind::Hours => self.segment.hours()?,
            _ => self.segment.day_cells()?,
        };
        let table = table.expect("pieces name cells that the segment has");
        Ok(table.cells(self.range.clone()))
    }

    /// Gives the rows that count to `sink`, batch by batch.
    pub(crate) fn rows(
        &self,
        users: &Option<HashSet<i64>>,
        sink: &mut dyn FnMut(&Rows<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, SnapshotError> {
        let table = self.segment.rows()?;
        let Kind::Rows { window } = self.kind else {
            unreachable!("rows are asked of pieces of rows");
        };
        if window.is_none() && users.is_none() {
            return Ok(sink(&table.rows(self.range.clone())));
        }
        let mut kept = UsageBatch::default();
        let keep = |rows: &Rows<'_>, row: usize| {
            window.is_none_or(|window| window.holds(rows.t[row]))
                && users.as_ref().is_none_or(|users| users.contains(&rows.user_id[row]))
        };
        for start in self.range.clone().step_by(BATCH_ROWS_MAX) {
            let rows = table.rows(start..(start + BATCH_ROWS_MAX).min(self.range.end));
            kept.select(&rows, |row| keep(&rows, row));
            if !kept.is_empty() && sink(&kept.rows(rows.texts)).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// Cells of some users, stretch by stretch: they lie side by side.
fn feed_chosen(cells: &Cells<'_>, users: &HashSet<i64>, sink: &mut dyn FnMut(&Cells<'_>)) {
    let mut start = 0;
    for stretch in cells.user_id.chunk_by(|a, b| a == b) {
        let range = start..start + stretch.len();
        start = range.end;
        if users.contains(&stretch[0]) {
            sink(&cells.part(range));
        }
    }
}

/// The users a scan names, for looking up.
pub(crate) fn named(scan: &UsageScan) -> Option<HashSet<i64>> {
    let ids = |users: &Vec<UserId>| users.iter().map(|user| user.0).collect();
    scan.users.as_ref().map(ids)
}

impl Generation {
    /// The stored rows of `window`.
    pub(crate) fn row_pieces(&self, window: Window) -> Vec<Piece> {
        self.pieces(window, |run| row_piece(run, window))
    }

    /// The stored columns that hold the rows of `scan` summed at least as finely as `grain` asks,
    /// taking whichever is fewest.
    pub(crate) fn sum_pieces(&self, window: Window, grain: &Grain) -> Vec<Piece> {
        self.pieces(window, |run| {
            let whole = run.is_within(window) && run.is_uncut(&grain.cuts) && !grain.moved;
            if let Some(cells) = &run.day_cells
                && whole
                && grain.time != TimeGrain::Hour
            {
                return (cells.clone(), Kind::Days);
            }
            match &run.hours {
                Some(cells) if whole => (cells.clone(), Kind::Hours),
                _ => row_piece(run, window),
            }
        })
    }

    fn pieces(&self, window: Window, choose: impl Fn(&Run) -> (Range<usize>, Kind)) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        for (known, segment) in self.segments() {
            for run in known.runs.iter().filter(|run| run.meets(window)) {
                let (range, kind) = choose(run);
                match pieces.last_mut() {
                    // Neighbours that are read alike are one piece; cells are sorted in each
                    // run alone.
                    Some(last)
                        if matches!(kind, Kind::Rows { .. })
                            && Arc::ptr_eq(&last.segment, segment)
                            && last.kind == kind
                            && last.range.end == range.start =>
                    {
                        last.range.end = range.end;
                    }
                    _ => pieces.push(Piece { segment: Arc::clone(segment), range, kind }),
                }
            }
        }
        pieces
    }
}

fn row_piece(run: &Run, window: Window) -> (Range<usize>, Kind) {
    let window = (!run.is_within(window)).then_some(window);
    (run.rows.clone(), Kind::Rows { window })
}

//! Which stored rows and cells answer a scan.

use super::error::SnapshotError;
use super::generation::{CellFile, Generation, Month, RowFile, Segment, TotalFile};
use super::manifest::{MonthRef, Run, RunKey, is_uncut, is_within};
use crate::column::{BATCH_ROWS_MAX, Cells, Columns, Rows, UsageBatch};
use crate::store::{Grain, TimeGrain, UsageScan};
use crate::units::{UserId, Window};
use std::collections::HashSet;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

/// A part of the answer to a scan: stored columns, and which of their rows count.
pub(crate) struct Piece {
    stored: Stored,
    range: Range<usize>,
}

enum Stored {
    /// Rows, of which those of the window count.
    Rows { file: RowFile, window: Option<Window> },
    /// Cells, sorted by user.
    Cells(CellFile),
    /// Totals by user.
    Totals(TotalFile),
}

impl Piece {
    /// Rows, cells or users to look at.
    pub(crate) fn len(&self) -> usize {
        self.range.len()
    }

    /// Makes sure that its file is undamaged.
    pub(crate) fn check(&self) -> Result<(), SnapshotError> {
        match &self.stored {
            Stored::Rows { file, .. } => file.get().map(drop),
            Stored::Cells(file) => file.get().map(drop),
            Stored::Totals(file) => file.get().map(drop),
        }
    }

    /// Gives what there is of users that `users` names to `sink`; totals are of all users.
    pub(crate) fn feed(
        &self,
        users: &Option<HashSet<i64>>,
        sink: &mut dyn FnMut(&Columns<'_>),
    ) -> Result<(), SnapshotError> {
        match (&self.stored, users) {
            (Stored::Totals(file), _) => sink(&Columns::Totals(file.get()?.totals())),
            (Stored::Cells(file), None) => {
                sink(&Columns::Cells(file.get()?.cells(self.range.clone())));
            }
            (Stored::Cells(file), Some(users)) => {
                feed_chosen(&file.get()?.cells(self.range.clone()), users, sink);
            }
            (Stored::Rows { .. }, users) => {
                let flow = self.rows(users, &mut |rows| {
                    sink(&Columns::Cells(rows.cells()));
                    ControlFlow::Continue(())
                })?;
                debug_assert!(flow.is_continue());
            }
        }
        Ok(())
    }

    /// True for cells, which are sorted by user and can be cut between two users.
    pub(crate) fn is_sorted(&self) -> bool {
        matches!(self.stored, Stored::Cells(_))
    }

    /// The cells of a sorted piece; nothing for others.
    pub(crate) fn sorted_cells(&self) -> Result<Option<Cells<'_>>, SnapshotError> {
        match &self.stored {
            Stored::Rows { .. } | Stored::Totals(_) => Ok(None),
            Stored::Cells(file) => Ok(Some(file.get()?.cells(self.range.clone()))),
        }
    }

    /// Gives the rows that count to `sink`, batch by batch; other pieces have none.
    pub(crate) fn rows(
        &self,
        users: &Option<HashSet<i64>>,
        sink: &mut dyn FnMut(&Rows<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, SnapshotError> {
        let Stored::Rows { file, window } = &self.stored else {
            return Ok(ControlFlow::Continue(()));
        };
        let table = file.get()?;
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
fn feed_chosen(cells: &Cells<'_>, users: &HashSet<i64>, sink: &mut dyn FnMut(&Columns<'_>)) {
    let mut start = 0;
    for stretch in cells.user_id.chunk_by(|a, b| a == b) {
        let range = start..start + stretch.len();
        start = range.end;
        if users.contains(&stretch[0]) {
            sink(&Columns::Cells(cells.part(range)));
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
        self.pieces(window, &HashSet::new(), |run, segment| row_piece(run, segment, window))
    }

    /// The stored columns that hold the rows of `scan` summed at least as finely as `grain` asks,
    /// taking whichever is fewest; `totals` of all users only where those will do.
    pub(crate) fn sum_pieces(&self, window: Window, grain: &Grain, totals: bool) -> Vec<Piece> {
        let fits = |span| is_within(span, window) && is_uncut(span, &grain.cuts) && !grain.moved;
        let months: Vec<(&MonthRef, &Month)> = self
            .months()
            .filter(|(month, _)| grain.time == TimeGrain::Any && fits(month.span))
            .collect();
        let within: HashSet<RunKey<'_>> = months.iter().flat_map(|(it, _)| it.run_keys()).collect();
        let mut pieces = self.pieces(window, &within, |run, segment| {
            let days = (&run.day_cells, &segment.day_cells, grain.time != TimeGrain::Hour);
            let hours = (&run.hours, &segment.hours, true);
            let fine = [days, hours].into_iter().find_map(|(range, file, is_fine)| {
                let (range, file) = (range.as_ref()?, file.as_ref()?);
                (is_fine && fits(run.span)).then(|| cell_piece(file, range.clone()))
            });
            fine.unwrap_or_else(|| row_piece(run, segment, window))
        });
        pieces.extend(months.iter().map(|(known, month)| match (&known.totals, &month.totals) {
            (Some((_, users)), Some(file)) if totals => {
                Piece { stored: Stored::Totals(Arc::clone(file)), range: 0..*users }
            }
            _ => cell_piece(&month.cells, 0..known.len),
        }));
        pieces
    }

    /// A piece for each run that may hold rows of `window`, except those of `without`.
    fn pieces(
        &self,
        window: Window,
        without: &HashSet<RunKey<'_>>,
        choose: impl Fn(&Run, &Segment) -> Piece,
    ) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        for (known, segment) in self.segments() {
            for (key, run) in known.keyed_runs() {
                if !run.meets(window) || without.contains(&key) {
                    continue;
                }
                let piece = choose(run, segment);
                match pieces.last_mut() {
                    Some(last) if last.is_continued_by(&piece) => last.range.end = piece.range.end,
                    _ => pieces.push(piece),
                }
            }
        }
        pieces
    }
}

impl Piece {
    /// True for neighbouring rows that are read alike. Cells are sorted in each run alone.
    fn is_continued_by(&self, next: &Self) -> bool {
        match (&self.stored, &next.stored) {
            (
                Stored::Rows { file, window },
                Stored::Rows { file: next_file, window: next_window },
            ) => {
                Arc::ptr_eq(file, next_file)
                    && window == next_window
                    && self.range.end == next.range.start
            }
            _ => false,
        }
    }
}

fn row_piece(run: &Run, segment: &Segment, window: Window) -> Piece {
    let window = (!run.is_within(window)).then_some(window);
    let stored = Stored::Rows { file: Arc::clone(&segment.rows), window };
    Piece { stored, range: run.rows.clone() }
}

fn cell_piece(file: &CellFile, range: Range<usize>) -> Piece {
    Piece { stored: Stored::Cells(Arc::clone(file)), range }
}

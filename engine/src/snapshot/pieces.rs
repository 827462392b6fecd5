//! Which stored rows and cells answer a scan.

use super::error::SnapshotError;
use super::generation::{CellFile, Generation, Month, RowFile, Segment, TotalFile};
use super::manifest::{MonthRef, Run, RunKey, is_uncut, is_within};
use crate::column::{
    BATCH_ROWS_MAX, CellBatch, Cells, Columns, DAY_MARKER, Detail, Rows, UsageBatch,
};
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
    /// Rows, of which those of the window count, and sums of merged days unless they are left out.
    Rows { file: RowFile, window: Option<Window>, no_sums: bool },
    /// Cells, sorted by user.
    Cells(CellFile),
    /// Detail of a merged day, sorted by user; cells that begin in the window count.
    Detail { file: CellFile, window: Option<Window>, as_nodes: bool },
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
            Stored::Cells(file) | Stored::Detail { file, .. } => file.get().map(drop),
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
            (Stored::Detail { file, window, as_nodes }, users) => {
                let cells = file.get()?.cells(self.range.clone());
                feed_detail(&cells, *window, users, &mut |cells| match as_nodes {
                    true => sink(&Columns::NodesUsed(cells)),
                    false => sink(&Columns::Cells(cells)),
                });
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
            Stored::Rows { .. } | Stored::Detail { .. } | Stored::Totals(_) => Ok(None),
            Stored::Cells(file) => Ok(Some(file.get()?.cells(self.range.clone()))),
        }
    }

    /// Gives the rows that count to `sink`, batch by batch; other pieces have none.
    pub(crate) fn rows(
        &self,
        users: &Option<HashSet<i64>>,
        sink: &mut dyn FnMut(&Rows<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, SnapshotError> {
        let Stored::Rows { file, window, no_sums } = &self.stored else {
            return Ok(ControlFlow::Continue(()));
        };
        let table = file.get()?;
        if window.is_none() && users.is_none() && !no_sums {
            return Ok(sink(&table.rows(self.range.clone())));
        }
        let mut kept = UsageBatch::default();
        let sums = table.rows(0..0).texts.code(DAY_MARKER.as_bytes()).filter(|_| *no_sums);
        let keep = |rows: &Rows<'_>, row: usize| {
            sums != Some(rows.node[row])
                && window.is_none_or(|window| window.holds(rows.t[row]))
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

/// Cells that begin in `window`, of `users`.
fn feed_detail<'a>(
    cells: &Cells<'a>,
    window: Option<Window>,
    users: &Option<HashSet<i64>>,
    sink: &mut dyn FnMut(Cells<'_>),
) {
    if window.is_none() && users.is_none() {
        return sink(*cells);
    }
    let mut kept = CellBatch::default();
    kept.select(cells, |cell| {
        window.is_none_or(|window| window.holds(cells.first[cell]))
            && users.as_ref().is_none_or(|users| users.contains(&cells.user_id[cell]))
    });
    sink(kept.cells(cells.texts));
}

/// The users a scan names, for looking up.
pub(crate) fn named(scan: &UsageScan) -> Option<HashSet<i64>> {
    let ids = |users: &Vec<UserId>| users.iter().map(|user| user.0).collect();
    scan.users.as_ref().map(ids)
}

impl Generation {
    /// The stored rows of `window`.
    pub(crate) fn row_pieces(&self, window: Window) -> Vec<Piece> {
        self.pieces(window, &HashSet::new(), |run, segment| row_piece(run, segment, window, false))
    }

    /// The stored columns that hold the rows of `scan` summed at least as finely as `grain` asks,
    /// taking whichever is fewest; `totals` of all users only where those will do. Beside them,
    /// what `detail` asks for.
    pub(crate) fn sum_pieces(
        &self,
        window: Window,
        grain: &Grain,
        totals: bool,
        detail: Detail,
    ) -> Vec<Piece> {
        let in_detail = self.days_in_detail(detail);
        let fits = |span| is_within(span, window) && is_uncut(span, &grain.cuts) && !grain.moved;
        let months: Vec<(&MonthRef, &Month)> = self
            .months()
            .filter(|(month, _)| grain.time == TimeGrain::Any && fits(month.span))
            .filter(|(month, _)| month.runs.iter().all(|(_, day)| !in_detail.contains(day)))
            .collect();
        let within: HashSet<RunKey<'_>> = months.iter().flat_map(|(it, _)| it.run_keys()).collect();
        let mut pieces = self.pieces(window, &within, |run, segment| {
            if in_detail.contains(&run.day) {
                return row_piece(run, segment, window, true);
            }
            let days = (&run.day_cells, &segment.day_cells, grain.time != TimeGrain::Hour);
            let hours = (&run.hours, &segment.hours, true);
            let fine = [days, hours].into_iter().find_map(|(range, file, is_fine)| {
                let (range, file) = (range.as_ref()?, file.as_ref()?);
                (is_fine && fits(run.span)).then(|| cell_piece(file, range.clone()))
            });
            fine.unwrap_or_else(|| row_piece(run, segment, window, false))
        });
        pieces.extend(months.iter().map(|(known, month)| match (&known.totals, &month.totals) {
            (Some((_, users)), Some(file)) if totals => {
                Piece { stored: Stored::Totals(Arc::clone(file)), range: 0..*users }
            }
            _ => cell_piece(&month.cells, 0..known.len),
        }));
        pieces.extend(self.detail_pieces(window, grain, detail));
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
    /// A part of a merged day's detail; all of it lies in `window` when it `is_whole`.
    pub(super) fn of_detail(
        file: &CellFile,
        range: Range<usize>,
        window: Window,
        is_whole: bool,
        as_nodes: bool,
    ) -> Self {
        let (file, window) = (Arc::clone(file), (!is_whole).then_some(window));
        let stored = match window {
            None if !as_nodes => Stored::Cells(file),
            _ => Stored::Detail { file, window, as_nodes },
        };
        Self { stored, range }
    }

    /// True for neighbouring rows that are read alike. Cells are sorted in each run alone.
    fn is_continued_by(&self, next: &Self) -> bool {
        match (&self.stored, &next.stored) {
            (
                Stored::Rows { file, window, no_sums },
                Stored::Rows { file: next_file, window: next_window, no_sums: next_no_sums },
            ) => {
                Arc::ptr_eq(file, next_file)
                    && (window, no_sums) == (next_window, next_no_sums)
                    && self.range.end == next.range.start
            }
            _ => false,
        }
    }
}

fn row_piece(run: &Run, segment: &Segment, window: Window, no_sums: bool) -> Piece {
    let window = (!run.is_within(window)).then_some(window);
    let stored = Stored::Rows { file: Arc::clone(&segment.rows), window, no_sums };
    Piece { stored, range: run.rows.clone() }
}

fn cell_piece(file: &CellFile, range: Range<usize>) -> Piece {
    Piece { stored: Stored::Cells(Arc::clone(file)), range }
}

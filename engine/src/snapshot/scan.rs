//! Rows of a generation in the order a scan asks for.

use super::codes::Codes;
use super::error::SnapshotError;
use super::generation::{Generation, Segment};
use super::pieces::{Piece, named};
use crate::column::{BATCH_ROWS_MAX, NodeTexts, UsageBatch};
use crate::store::{Cursor, RowSink, ScanOrder, UsageScan};
use crate::units::UnixSeconds;
use std::cmp::Reverse;
use std::collections::HashSet;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

impl Generation {
    /// Gives the rows of `scan` to `sink`. A node hint leaves none out. Fails before the first row
    /// or not at all.
    ///
    /// # Errors
    /// [`SnapshotError`] for a damaged file.
    pub(crate) fn scan(
        &self,
        scan: &UsageScan,
        sink: &mut RowSink<'_>,
    ) -> Result<(), SnapshotError> {
        let pieces = self.row_pieces(scan.window);
        pieces.iter().try_for_each(Piece::check)?;
        let users = named(scan);
        match scan.order {
            ScanOrder::Any => {
                for piece in &pieces {
                    if piece.rows(&users, sink)?.is_break() {
                        break;
                    }
                }
                Ok(())
            }
            ScanOrder::NewestFirst { after, limit } => {
                self.newest_first(scan, &Page { users, after, limit }, sink)
            }
        }
    }

    /// Takes stretches of time from the latest on, so that only one is sorted at a time.
    fn newest_first(
        &self,
        scan: &UsageScan,
        page: &Page,
        sink: &mut RowSink<'_>,
    ) -> Result<(), SnapshotError> {
        let mut left = page.limit.unwrap_or(u64::MAX);
        let mut out = Outgoing::new(sink);
        for stretch in self.stretches(scan) {
            let mut places = Vec::new();
            for (number, run) in stretch.iter().enumerate() {
                page.collect(scan, run, number, &mut places)?;
            }
            let wanted = usize::try_from(left).unwrap_or(usize::MAX);
            for place in first(places, wanted) {
                left -= 1;
                if out.push(&stretch[place.run].segment, place.row)?.is_break() {
                    return Ok(());
                }
            }
            if left == 0 {
                break;
            }
        }
        // Whether more are wanted does not matter any longer.
        let _: ControlFlow<()> = out.pass_on();
        Ok(())
    }

    /// Runs that meet the window, in groups whose times do not overlap, latest first.
    fn stretches(&self, scan: &UsageScan) -> Vec<Vec<StoredRun>> {
        let mut runs: Vec<StoredRun> = self
            .segments()
            .flat_map(|(known, segment)| {
                let meeting = known.runs.iter().filter(|run| run.meets(scan.window));
                meeting.map(|run| StoredRun {
                    segment: Arc::clone(segment),
                    rows: run.rows.clone(),
                    span: run.span,
                })
            })
            .collect();
        runs.sort_by_key(|run| Reverse(run.span.1));
        let mut stretches: Vec<Vec<StoredRun>> = Vec::new();
        let mut earliest = UnixSeconds::MAX;
        for run in runs {
            let overlaps = run.span.1 >= earliest;
            earliest = if overlaps { earliest.min(run.span.0) } else { run.span.0 };
            match stretches.last_mut() {
                Some(stretch) if overlaps => stretch.push(run),
                _ => stretches.push(vec![run]),
            }
        }
        stretches
    }
}

/// Rows of one day in a segment.
struct StoredRun {
    segment: Arc<Segment>,
    rows: Range<usize>,
    span: (UnixSeconds, UnixSeconds),
}

/// Which rows of a window are wanted.
struct Page {
    users: Option<HashSet<i64>>,
    after: Option<Cursor>,
    limit: Option<u64>,
}

/// Where a row lies, in the order of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    order: (Reverse<UnixSeconds>, i64),
    run: usize,
    row: usize,
}

impl Page {
    fn collect(
        &self,
        scan: &UsageScan,
        run: &StoredRun,
        number: usize,
        places: &mut Vec<Place>,
    ) -> Result<(), SnapshotError> {
        let rows = run.segment.rows()?.rows(run.rows.clone());
        for row in 0..rows.len() {
            let (t, id) = (rows.t[row], rows.id[row]);
            let comes = self.after.is_none_or(|it| t < it.t || (t == it.t && id > it.id));
            let named = self.users.as_ref().is_none_or(|it| it.contains(&rows.user_id[row]));
            if comes && named && scan.window.holds(t) {
                let order = (Reverse(t), id);
                places.push(Place { order, run: number, row: run.rows.start + row });
            }
        }
        Ok(())
    }
}

/// The first `wanted` places in order.
fn first(mut places: Vec<Place>, wanted: usize) -> Vec<Place> {
    if wanted < places.len() {
        places.select_nth_unstable(wanted);
        places.truncate(wanted);
    }
    places.sort_unstable();
    places
}

/// Rows on their way out, under one dictionary.
struct Outgoing<'s, 'f> {
    sink: &'s mut RowSink<'f>,
    batch: UsageBatch,
    texts: NodeTexts,
    codes: Codes,
}

impl<'s, 'f> Outgoing<'s, 'f> {
    fn new(sink: &'s mut RowSink<'f>) -> Self {
        let (batch, texts, codes) = Default::default();
        Self { sink, batch, texts, codes }
    }

    fn push(&mut self, segment: &Segment, row: usize) -> Result<ControlFlow<()>, SnapshotError> {
        let rows = segment.rows()?.rows(row..row + 1);
        self.batch.push(&rows, 0);
        if let Some(code) = self.batch.node.last_mut() {
            *code = self.codes.translate(*code, rows.texts, &mut self.texts);
        }
        let full = self.batch.len() >= BATCH_ROWS_MAX;
        Ok(if full { self.pass_on() } else { ControlFlow::Continue(()) })
    }

    fn pass_on(&mut self) -> ControlFlow<()> {
        if self.batch.is_empty() {
            return ControlFlow::Continue(());
        }
        let flow = (self.sink)(&self.batch.rows(&self.texts));
        self.batch.clear();
        flow
    }
}

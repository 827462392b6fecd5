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

/// Rows sorted at once, about.
const SLICE_ROWS: usize = 1 << 18;
/// Rows looked at to find where slices end, so that they are of about one size.
const SAMPLES_BY_SLICE: usize = 64;

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
            for slice in slices(&stretch)? {
                let mut places = Vec::new();
                for (number, run) in stretch.iter().enumerate() {
                    page.collect(scan, run, number, &slice, &mut places)?;
                }
                let wanted = usize::try_from(left).unwrap_or(usize::MAX);
                for place in first(places, wanted) {
                    left -= 1;
                    if out.push(&stretch[place.run].segment, place.row)?.is_break() {
                        return Ok(());
                    }
                }
                if left == 0 {
                    let _: ControlFlow<()> = out.pass_on();
                    return Ok(());
                }
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

/// Newest first, equal times by ascending id.
type Order = (Reverse<UnixSeconds>, i64);

/// Rows from `from` on, up to but without `to`.
struct Slice {
    from: Option<Order>,
    to: Option<Order>,
}

impl Slice {
    fn holds(&self, order: &Order) -> bool {
        self.from.is_none_or(|from| *order >= from) && self.to.is_none_or(|to| *order < to)
    }
}

/// The slices of a stretch that are sorted one after another, so that long days take no more memory
/// than short ones: 24 bytes by row are held at once.
fn slices(stretch: &[StoredRun]) -> Result<Vec<Slice>, SnapshotError> {
    let rows: usize = stretch.iter().map(|run| run.rows.len()).sum();
    let count = rows.div_ceil(SLICE_ROWS);
    let mut bounds = Vec::new();
    if count > 1 {
        let mut sample = sample(stretch, rows.div_ceil(count * SAMPLES_BY_SLICE))?;
        sample.sort_unstable();
        bounds.extend((1..count).map(|at| sample[sample.len() * at / count]));
        bounds.dedup();
    }
    let ends = bounds.iter().copied().map(Some).chain([None]);
    let starts = [None].into_iter().chain(bounds.iter().copied().map(Some));
    Ok(starts.zip(ends).map(|(from, to)| Slice { from, to }).collect())
}

/// Every so many rows of a stretch.
fn sample(stretch: &[StoredRun], step: usize) -> Result<Vec<Order>, SnapshotError> {
    let mut sample = Vec::new();
    for run in stretch {
        let rows = run.segment.rows.get()?.rows(run.rows.clone());
        let orders = (0..rows.len()).step_by(step).map(|row| (Reverse(rows.t[row]), rows.id[row]));
        sample.extend(orders);
    }
    Ok(sample)
}

/// Where a row lies, in the order of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    order: Order,
    run: usize,
    row: usize,
}

impl Page {
    fn collect(
        &self,
        scan: &UsageScan,
        run: &StoredRun,
        number: usize,
        slice: &Slice,
        places: &mut Vec<Place>,
    ) -> Result<(), SnapshotError> {
        let rows = run.segment.rows.get()?.rows(run.rows.clone());
        for row in 0..rows.len() {
            let (t, id) = (rows.t[row], rows.id[row]);
            let comes = self.after.is_none_or(|it| t < it.t || (t == it.t && id > it.id));
            let named = self.users.as_ref().is_none_or(|it| it.contains(&rows.user_id[row]));
            let order = (Reverse(t), id);
            if comes && named && scan.window.holds(t) && slice.holds(&order) {
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
        let rows = segment.rows.get()?.rows(row..row + 1);
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

//! Writes rows as segments.

use super::arrow::About;
use super::codes::Codes;
use super::cube::CUBE_ROWS_MAX;
use super::error::SnapshotError;
use super::file::{self, Durable, FileRef};
use super::manifest::{Run, SegmentRef, Sum};
use super::table::RowTable;
use crate::column::{BATCH_ROWS_MAX, DAY_MARKER, NodeTexts, Rows, UsageBatch};
use crate::store::DayCut;
use crate::units::Traffic;
use std::io::{self, Write};
use std::ops::Range;
use std::path::PathBuf;

/// Rows from which on a segment ends with a day: days that lie in one segment have fewer cells.
pub(super) const SEGMENT_ROWS: usize = 1 << 16;
/// Rows a segment holds at most, however long a day is: their columns, their copy while they are
/// written and their cells stay under 60 MB.
pub(super) const SEGMENT_ROWS_MAX: usize = 1 << 18;

const _: () = assert!(SEGMENT_ROWS_MAX <= CUBE_ROWS_MAX);

/// Where and how segments are written.
pub(super) struct SegmentWriter {
    pub(super) folder: PathBuf,
    pub(super) days: DayCut,
    /// Number of the next file.
    pub(super) next_file: u64,
    /// Bytes of all files so far.
    pub(super) bytes: u64,
    pub(super) size_limit_mb: Option<u64>,
}

impl SegmentWriter {
    /// A name no file had before.
    pub(super) fn name(&mut self, kind: &str) -> String {
        let name = format!("{:08}-{kind}.arrow", self.next_file);
        self.next_file += 1;
        name
    }

    /// Writes `batch`, which has rows; its cells are made later.
    ///
    /// Rows that are no sums will be merged away one day, and then nobody else has them: they wait
    /// for the disk here, where segments are small or a thread of its own writes them.
    pub(super) fn write(&mut self, (batch, texts): Batch) -> Result<SegmentRef, SnapshotError> {
        let texts = &texts;
        let (batch, runs) = self.by_day(batch, texts);
        let are_sums = runs.iter().all(Run::is_merged);
        let durable = if are_sums { Durable::Someday } else { Durable::Now };
        let encode = |out: &mut dyn Write| RowTable::encode(batch, texts, &About::new(), out);
        let rows = self.file_with("rows", durable, encode)?;
        Ok(SegmentRef { rows, hours: None, day_cells: None, cubed: false, runs })
    }

    pub(super) fn file(
        &mut self,
        kind: &str,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<FileRef, SnapshotError> {
        self.file_with(kind, Durable::Someday, fill)
    }

    fn file_with(
        &mut self,
        kind: &str,
        durable: Durable,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<FileRef, SnapshotError> {
        let name = self.name(kind);
        let written = file::write(&self.folder, name, durable, fill)?;
        self.bytes += written.bytes;
        file::fits(&self.folder, self.bytes, self.size_limit_mb)?;
        Ok(written)
    }

    /// The rows in order of their days, otherwise as they came, and where each day lies.
    fn by_day(&self, batch: UsageBatch, texts: &NodeTexts) -> (UsageBatch, Vec<Run>) {
        let mut day_of = DayLookup::new(&self.days);
        let days: Vec<i64> = batch.t.iter().map(|&t| day_of.day(t)).collect();
        if days.is_sorted() {
            let runs = runs(&batch, texts, &days);
            return (batch, runs);
        }
        let mut order: Vec<usize> = (0..batch.len()).collect();
        order.sort_by_key(|&row| days[row]);
        let mut sorted = UsageBatch::default();
        order.iter().for_each(|&row| sorted.push(&batch.rows(texts), row));
        let days: Vec<i64> = order.into_iter().map(|row| days[row]).collect();
        let runs = runs(&sorted, texts, &days);
        (sorted, runs)
    }
}

/// The stretches of equal `days`, which ascend.
fn runs(batch: &UsageBatch, texts: &NodeTexts, days: &[i64]) -> Vec<Run> {
    let marker = texts.code(DAY_MARKER.as_bytes());
    let mut start = 0;
    let stretches = days.chunk_by(|a, b| a == b);
    let run = |stretch: &[i64]| {
        let rows = start..start + stretch.len();
        start = rows.end;
        Run {
            day: stretch[0],
            span: extremes(&batch.t[rows.clone()]),
            ids: extremes(&batch.id[rows.clone()]),
            merged: marker.map_or_else(Sum::default, |it| merged(batch, rows.clone(), it)),
            rows,
            hours: None,
            day_cells: None,
            fingerprint: None,
        }
    };
    stretches.map(run).collect()
}

/// The sum of those of `rows` whose node is the marker of a merged day.
fn merged(batch: &UsageBatch, rows: Range<usize>, marker: u32) -> Sum {
    let mut sum = Sum::default();
    for row in rows.filter(|&row| batch.node[row] == marker) {
        sum += Sum { rows: 1, traffic: Traffic::of(batch.upload[row], batch.download[row]) };
    }
    sum
}

fn extremes(values: &[i64]) -> (i64, i64) {
    values.iter().fold((i64::MAX, i64::MIN), |(least, greatest), &value| {
        (least.min(value), greatest.max(value))
    })
}

/// Days of many times, fast where neighbours share one.
struct DayLookup<'a> {
    days: &'a DayCut,
    known: Range<i64>,
    day: i64,
}

impl<'a> DayLookup<'a> {
    fn new(days: &'a DayCut) -> Self {
        Self { days, known: 0..0, day: 0 }
    }

    fn day(&mut self, t: i64) -> i64 {
        if !self.known.contains(&t) {
            (self.known, self.day) = (self.days.stretch(t), self.days.day(t));
        }
        self.day
    }
}

/// Rows of a segment to be written, and their dictionary.
pub(super) type Batch = (UsageBatch, NodeTexts);

/// Collects rows into segments, which `sink` takes.
pub(super) struct Collector<S> {
    batch: UsageBatch,
    texts: NodeTexts,
    codes: Codes,
    days: DayCut,
    /// Seconds of the day that the last row lies in.
    day: Range<i64>,
    sink: S,
}

impl<S: FnMut(Batch) -> Result<(), SnapshotError>> Collector<S> {
    pub(super) fn new(days: DayCut, sink: S) -> Self {
        let (batch, texts, codes) = Default::default();
        Self { batch, texts, codes, days, day: 0..0, sink }
    }

    /// Takes in the rows that `keep` accepts.
    pub(super) fn push(
        &mut self,
        rows: &Rows<'_>,
        mut keep: impl FnMut(usize) -> bool,
    ) -> Result<(), SnapshotError> {
        for row in (0..rows.len()).filter(|&row| keep(row)) {
            self.push_all(&rows.part(row..row + 1))?;
        }
        Ok(())
    }

    /// Takes in all `rows`.
    pub(super) fn push_all(&mut self, rows: &Rows<'_>) -> Result<(), SnapshotError> {
        let mut start = 0;
        while start < rows.len() {
            let end = rows.len().min(start + self.room(rows.t[start]));
            if end == start {
                self.flush()?;
                continue;
            }
            let part = rows.part(start..end);
            let known = self.batch.len();
            if known >= BATCH_ROWS_MAX && self.batch.id.capacity() < SEGMENT_ROWS {
                // It will be a whole one: growing it bit by bit would copy it again and again.
                self.batch.reserve(SEGMENT_ROWS * 5 / 4);
            }
            self.batch.extend(&part);
            for code in &mut self.batch.node[known..] {
                *code = self.codes.translate(*code, rows.texts, &mut self.texts);
            }
            start = end;
        }
        Ok(())
    }

    /// Rows that may follow before the next decision; the first of them has the time `t`.
    fn room(&mut self, t: i64) -> usize {
        let len = self.batch.len();
        if len < SEGMENT_ROWS {
            return SEGMENT_ROWS - len;
        }
        if len == SEGMENT_ROWS_MAX {
            return 0;
        }
        if let Some(&last) = self.batch.t.last()
            && !self.day.contains(&last)
        {
            self.day = self.days.stretch(last);
        }
        usize::from(self.day.contains(&t))
    }

    fn flush(&mut self) -> Result<(), SnapshotError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        self.codes = Codes::default();
        (self.sink)((std::mem::take(&mut self.batch), std::mem::take(&mut self.texts)))
    }

    /// Passes on what is left.
    pub(super) fn finish(mut self) -> Result<(), SnapshotError> {
        self.flush()
    }
}

//! Groups of a sums statement as cells.

use super::super::cell::{Cell, Row};
use super::super::scan::Dialect;
use super::super::stream::{Room, RowTaker};
use super::super::{CellSink, StoreError};
use crate::calendar::UNIX_SECONDS_MAX;
use crate::column::{BATCH_ROWS_MAX, CellBatch, NodeTexts};
use crate::units::{Traffic, UnixSeconds};
use std::ops::ControlFlow;

/// Collects groups into batches of cells and hands them to a sink, until one is unfit.
pub(in super::super) struct SumTaker<'s, 'f> {
    sink: &'s mut CellSink<'f>,
    dialect: Dialect,
    batch: CellBatch,
    texts: NodeTexts,
    unfit: bool,
}

/// A group as the statement selects it.
struct Group<'a> {
    user_id: i64,
    node: &'a [u8],
    records: u64,
    first: UnixSeconds,
    last: UnixSeconds,
    traffic: Traffic,
}

impl<'s, 'f> SumTaker<'s, 'f> {
    pub(in super::super) fn new(dialect: Dialect, sink: &'s mut CellSink<'f>) -> Self {
        let (batch, texts) = (CellBatch::default(), NodeTexts::default());
        Self { sink, dialect, batch, texts, unfit: false }
    }

    /// True when a group held a row with a bad value, or what no sum of good rows is.
    pub(in super::super) fn met_unfit(&self) -> bool {
        self.unfit
    }

    /// The code of a node text, unless it is no UTF-8.
    fn code(&mut self, text: &[u8]) -> Option<u32> {
        // A text met before was valid UTF-8 then.
        match self.texts.code(text) {
            Some(code) => Some(code),
            None => Some(self.texts.encode(std::str::from_utf8(text).ok()?)),
        }
    }

    /// Takes a group in, unless it is unfit.
    fn add(&mut self, cells: &[Cell<'_>]) -> Option<()> {
        let (records, fit) = (count(cells[2])?, count(cells[3])?);
        if records == 0 {
            // Without keys there is a group even where there is no row.
            return Some(());
        }
        let group = (records == fit).then(|| Group::read(cells, self.dialect))??;
        let node = self.code(group.node)?;
        push(&mut self.batch, &group, node);
        Some(())
    }
}

impl RowTaker for SumTaker<'_, '_> {
    fn take<R: Row + ?Sized>(&mut self, row: &R) -> Result<Room, StoreError> {
        self.unfit = self.add(&row.cells()).is_none();
        let full = self.unfit || self.batch.user_id.len() >= BATCH_ROWS_MAX;
        Ok(if full { Room::Full } else { Room::Left })
    }

    fn pass_on(&mut self) -> ControlFlow<()> {
        if self.unfit {
            return ControlFlow::Break(());
        }
        if !self.batch.user_id.is_empty() {
            (self.sink)(&self.batch.cells(&self.texts));
            self.batch.clear();
        }
        ControlFlow::Continue(())
    }
}

impl<'a> Group<'a> {
    /// Reads a group of fit rows; nothing where a value is not what the statement selects.
    fn read(cells: &[Cell<'a>], dialect: Dialect) -> Option<Self> {
        let node = match cells[1] {
            Cell::Text(node) => node,
            // Some servers take an empty text for NULL; a NULL of the column is unfit.
            Cell::Null => b"",
            _ => return None,
        };
        let (first, last) = (integer(cells[4])?, integer(cells[5])?);
        let in_calendar = 0 <= first && last <= UNIX_SECONDS_MAX;
        let traffic = in_calendar.then(|| traffic(&cells[6..], dialect))??;
        let (user_id, records) = (integer(cells[0])?, count(cells[2])?);
        Some(Self { user_id, node, records, first, last, traffic })
    }
}

fn traffic(cells: &[Cell<'_>], dialect: Dialect) -> Option<Traffic> {
    let (upload, download) = match dialect {
        Dialect::Mysql => (decimal(cells[0])?, decimal(cells[1])?),
        Dialect::Sqlite => (halves(cells[0], cells[1])?, halves(cells[2], cells[3])?),
    };
    Some(Traffic { upload, download })
}

fn integer(cell: Cell<'_>) -> Option<i64> {
    match cell {
        Cell::Int(value) => Some(value),
        Cell::UInt(value) => i64::try_from(value).ok(),
        Cell::Null | Cell::Float(_) | Cell::Text(_) | Cell::Moment => None,
    }
}

fn count(cell: Cell<'_>) -> Option<u64> {
    integer(cell)?.try_into().ok()
}

/// Servers sum integers as decimals, which arrive as text.
fn decimal(cell: Cell<'_>) -> Option<u128> {
    match cell {
        Cell::Text(digits) => std::str::from_utf8(digits).ok()?.parse().ok(),
        _ => None,
    }
}

/// A sum from the sums of the upper and the lower 32 bits.
fn halves(upper: Cell<'_>, lower: Cell<'_>) -> Option<u128> {
    Some((u128::from(count(upper)?) << 32) + u128::from(count(lower)?))
}

/// Adds a group: one cell, and more of them without records for what 64 bits do not hold.
fn push(batch: &mut CellBatch, group: &Group<'_>, node: u32) {
    let (mut rest, mut records) = (group.traffic, group.records);
    loop {
        let most = |bytes: u128| u64::try_from(bytes).unwrap_or(u64::MAX);
        let (upload, download) = (most(rest.upload), most(rest.download));
        batch.user_id.push(group.user_id);
        batch.node.push(node);
        batch.first.push(group.first);
        batch.last.push(group.last);
        batch.upload.push(upload);
        batch.download.push(download);
        batch.records.push(std::mem::take(&mut records));
        rest.upload -= u128::from(upload);
        rest.download -= u128::from(download);
        if rest.is_zero() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::Cells;
    use Cell::{Float, Int, Null, Text, UInt};

    const SUMS: [Cell<'_>; 2] = [Text(b"10"), Text(b"20")];

    /// Bytes and records of the cells of one group, unless it is unfit.
    fn taken(group: &[Cell<'_>]) -> Option<Vec<(u64, u64, u64)>> {
        let mut got = Vec::new();
        let mut sink = |cells: &Cells<'_>| {
            for at in 0..cells.len() {
                assert_eq!((cells.user_id[at], cells.span(at)), (7, (1, 9)));
                got.push((cells.upload[at], cells.download[at], cells.records(at)));
            }
        };
        let dialect = if group.len() == 8 { Dialect::Mysql } else { Dialect::Sqlite };
        let mut taker = SumTaker::new(dialect, &mut sink);
        let room = taker.take(group).expect("no error");
        let unfit = taker.met_unfit();
        assert_eq!((room == Room::Full, taker.pass_on().is_break()), (unfit, unfit));
        (!unfit).then_some(got)
    }

    /// A group of three rows of user 7.
    fn group<'a>(sums: &[Cell<'a>]) -> Vec<Cell<'a>> {
        [&[Int(7), Text("Zürich".as_bytes()), Int(3), Int(3), Int(1), Int(9)], sums].concat()
    }

    #[test]
    fn sums_are_decimals_or_pairs_of_halves() {
        assert_eq!(taken(&group(&SUMS)), Some(vec![(10, 20, 3)]));
        let halves = [Int(1), Int(5), Int(0), Int(1 << 33)];
        assert_eq!(taken(&group(&halves)), Some(vec![((1 << 32) + 5, 1 << 33, 3)]));
    }

    #[test]
    fn what_64_bits_do_not_hold_follows_without_records() {
        let sums = [Text(b"36893488147419103231"), Text(b"1")];
        let expected = vec![(u64::MAX, 1, 3), (u64::MAX, 0, 0), (1, 0, 0)];
        assert_eq!(taken(&group(&sums)), Some(expected));
    }

    #[test]
    fn an_empty_text_may_come_as_null() {
        let mut group = group(&SUMS);
        group[1] = Null;
        assert_eq!(taken(&group), Some(vec![(10, 20, 3)]));
    }

    #[test]
    fn a_group_without_rows_is_no_cell() {
        let nothing = [Int(0), Text(b""), Int(0), Int(0), Null, Null, Null, Null];
        assert_eq!(taken(&nothing), Some(Vec::new()));
    }

    #[test]
    fn a_group_with_a_value_that_cannot_be_is_unfit() {
        let unfit = [
            (0, UInt(1 << 63)),
            (1, Text(b"\xff")),
            (3, Int(2)),
            (4, Int(-1)),
            (5, Int(UNIX_SECONDS_MAX + 1)),
            (6, Float(10.0)),
            (7, Text(b"-20")),
        ];
        for (at, value) in unfit {
            let mut group = group(&SUMS);
            group[at] = value;
            assert_eq!(taken(&group), None, "{at} {value:?}");
        }
    }
}

//! A value as a database hands it over, and what our columns may hold.

use super::{Datum, StoreError, Table};
use crate::calendar::UNIX_SECONDS_MAX;
use crate::units::UnixSeconds;

/// A borrowed value of any database.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell<'a> {
    Null,
    Int(i64),
    UInt(u64),
    Float(f64),
    Text(&'a [u8]),
}

impl Cell<'_> {
    pub(super) fn to_datum(self) -> Datum {
        match self {
            Self::Null => Datum::Null,
            Self::Int(value) => Datum::Int(value),
            Self::UInt(value) => i64::try_from(value).map_or(Datum::UInt(value), Datum::Int),
            Self::Float(value) => Datum::Float(value),
            Self::Text(bytes) => Datum::Text(String::from_utf8_lossy(bytes).into_owned()),
        }
    }

    fn shown(self) -> String {
        match self.to_datum() {
            Datum::Null => "NULL".to_owned(),
            Datum::Int(value) => value.to_string(),
            Datum::UInt(value) => value.to_string(),
            Datum::Float(value) => value.to_string(),
            Datum::Text(text) => format!("{:?}", text.chars().take(60).collect::<String>()),
        }
    }
}

/// A row of any database, by position. A driver's own row turns a value into a cell when it is
/// asked for one, which is quicker than all of them at once.
pub(super) trait Row {
    /// Number of values.
    fn width(&self) -> usize;

    /// The value at a position.
    fn cell(&self, at: usize) -> Cell<'_>;

    /// All values.
    fn cells(&self) -> Vec<Cell<'_>> {
        (0..self.width()).map(|at| self.cell(at)).collect()
    }
}

impl Row for [Cell<'_>] {
    #[inline]
    fn width(&self) -> usize {
        self.len()
    }

    #[inline]
    fn cell(&self, at: usize) -> Cell<'_> {
        self[at]
    }
}

/// A row being decoded: its cells, and whom to blame when one is wrong. Cell 0 is the primary key.
///
/// What usage rows need is inlined: half a million of them are decoded for an answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells<'a, R: ?Sized = [Cell<'a>]> {
    pub(super) table: Table,
    pub(super) columns: &'static [&'static str],
    pub(super) cells: &'a R,
}

impl<'a, R: Row + ?Sized> Cells<'a, R> {
    /// A whole number.
    #[inline]
    pub(super) fn int(&self, at: usize) -> Result<i64, StoreError> {
        self.maybe_int(at)?.ok_or_else(|| self.bad(at, "a whole number"))
    }

    /// A whole number or NULL.
    #[inline]
    pub(super) fn maybe_int(&self, at: usize) -> Result<Option<i64>, StoreError> {
        match self.cells.cell(at) {
            Cell::Null => Ok(None),
            Cell::Int(value) => Ok(Some(value)),
            Cell::UInt(value) => {
                i64::try_from(value).map(Some).map_err(|_| self.bad(at, "at most 2^63 - 1"))
            }
            Cell::Float(_) | Cell::Text(_) => Err(self.bad(at, "a whole number")),
        }
    }

    /// A number of bytes.
    #[inline]
    pub(super) fn bytes(&self, at: usize) -> Result<u64, StoreError> {
        match self.cells.cell(at) {
            Cell::UInt(value) => Ok(value),
            _ => u64::try_from(self.int(at)?).map_err(|_| self.bad(at, "0 or more")),
        }
    }

    /// A time.
    #[inline]
    pub(super) fn time(&self, at: usize) -> Result<UnixSeconds, StoreError> {
        let t = self.int(at)?;
        let known = (0..=UNIX_SECONDS_MAX).contains(&t);
        known.then_some(t).ok_or_else(|| self.bad(at, "unix seconds from 0 to the year 9999"))
    }

    /// A text.
    pub(super) fn text(&self, at: usize) -> Result<&'a str, StoreError> {
        self.maybe_text(at)?.ok_or_else(|| self.bad(at, "a text"))
    }

    /// The bytes of a text, unchecked.
    #[inline]
    pub(super) fn raw_text(&self, at: usize) -> Result<&'a [u8], StoreError> {
        match self.cells.cell(at) {
            Cell::Text(bytes) => Ok(bytes),
            _ => Err(self.bad(at, "a text")),
        }
    }

    /// A text or NULL.
    pub(super) fn maybe_text(&self, at: usize) -> Result<Option<&'a str>, StoreError> {
        match self.cells.cell(at) {
            Cell::Null => Ok(None),
            Cell::Text(bytes) => {
                std::str::from_utf8(bytes).map(Some).map_err(|_| self.bad(at, "valid UTF-8"))
            }
            Cell::Int(_) | Cell::UInt(_) | Cell::Float(_) => Err(self.bad(at, "a text")),
        }
    }

    /// A number or NULL.
    pub(super) fn maybe_float(&self, at: usize) -> Result<Option<f64>, StoreError> {
        match self.cells.cell(at) {
            Cell::Null => Ok(None),
            Cell::Int(value) => Ok(Some(value as f64)),
            Cell::UInt(value) => Ok(Some(value as f64)),
            Cell::Float(value) if value.is_finite() => Ok(Some(value)),
            Cell::Float(_) | Cell::Text(_) => Err(self.bad(at, "a number")),
        }
    }

    #[cold]
    fn bad(&self, at: usize, expected: &'static str) -> StoreError {
        StoreError::BadValue {
            table: self.table,
            row: format!("{} {}", self.columns[0], self.cells.cell(0).shown()),
            column: self.columns[at],
            value: self.cells.cell(at).shown(),
            expected,
        }
    }
}

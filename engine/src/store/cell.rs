//! A value as a database hands it over, and what our columns may hold.

use super::{Datum, Expected, Fault, Faults, StoreError, Table};
use crate::calendar::UNIX_SECONDS_MAX;
use crate::units::UnixSeconds;

/// Whole numbers of a float end here; so do those of the widest column.
const FLOAT_WHOLE_END: f64 = 18_446_744_073_709_551_616.0;

/// A borrowed value of any database.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell<'a> {
    Null,
    Int(i64),
    UInt(u64),
    Float(f64),
    Text(&'a [u8]),
    /// A date or time of the database's own kind, which none of our columns holds.
    Moment,
}

impl Cell<'_> {
    pub(super) fn to_datum(self) -> Datum {
        match self {
            Self::Null | Self::Moment => Datum::Null,
            Self::Int(value) => Datum::Int(value),
            Self::UInt(value) => i64::try_from(value).map_or(Datum::UInt(value), Datum::Int),
            Self::Float(value) => Datum::Float(value),
            Self::Text(bytes) => Datum::Text(String::from_utf8_lossy(bytes).into_owned()),
        }
    }

    /// As messages show it.
    pub(super) fn shown(self) -> String {
        if self == Self::Moment {
            return "a date or time".to_owned();
        }
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
        self.checked(at, int(self.cells.cell(at)))
    }

    /// A whole number or NULL.
    #[inline]
    pub(super) fn maybe_int(&self, at: usize) -> Result<Option<i64>, StoreError> {
        self.checked(at, maybe(int, self.cells.cell(at)))
    }

    /// A number of bytes.
    #[inline]
    pub(super) fn bytes(&self, at: usize) -> Result<u64, StoreError> {
        self.checked(at, bytes(self.cells.cell(at)))
    }

    /// A time.
    #[inline]
    pub(super) fn time(&self, at: usize) -> Result<UnixSeconds, StoreError> {
        self.checked(at, time(self.cells.cell(at)))
    }

    /// A text.
    pub(super) fn text(&self, at: usize) -> Result<&'a str, StoreError> {
        self.checked(at, text(self.cells.cell(at)))
    }

    /// The bytes of a text, unchecked.
    #[inline]
    pub(super) fn raw_text(&self, at: usize) -> Result<&'a [u8], StoreError> {
        match self.cells.cell(at) {
            Cell::Text(bytes) => Ok(bytes),
            _ => Err(self.bad(at, Expected::Text)),
        }
    }

    /// A number or NULL.
    pub(super) fn maybe_float(&self, at: usize) -> Result<Option<f64>, StoreError> {
        self.checked(at, maybe(float, self.cells.cell(at)))
    }

    #[inline]
    fn checked<T>(&self, at: usize, value: Result<T, Expected>) -> Result<T, StoreError> {
        value.map_err(|expected| self.bad(at, expected))
    }

    #[cold]
    fn bad(&self, at: usize, expected: Expected) -> StoreError {
        StoreError::BadValue {
            table: self.table,
            row: format!("{} {}", self.columns[0], self.cells.cell(0).shown()),
            column: self.columns[at],
            value: self.cells.cell(at).shown(),
            expected,
        }
    }
}

/// A row being decoded whose bad values are noted, for not every question needs them.
pub(super) struct Lenient<'a> {
    pub(super) row: Cells<'a>,
    pub(super) faults: Faults,
}

impl<'a> Lenient<'a> {
    pub(super) fn new(row: Cells<'a>) -> Self {
        Self { row, faults: Faults::default() }
    }

    /// The value at a position as `read` takes it, or a made-up one.
    pub(super) fn take<T: Default>(
        &mut self,
        at: usize,
        read: impl FnOnce(Cell<'a>) -> Result<T, Expected>,
    ) -> T {
        let cell = self.row.cells[at];
        read(cell).unwrap_or_else(|expected| {
            let (column, value) = (self.row.columns[at], cell.shown());
            self.faults.push(Fault { column, value, expected });
            T::default()
        })
    }
}

/// What `read` takes, or NULL.
#[inline]
pub(super) fn maybe<'a, T>(
    read: impl FnOnce(Cell<'a>) -> Result<T, Expected>,
    cell: Cell<'a>,
) -> Result<Option<T>, Expected> {
    match cell {
        Cell::Null => Ok(None),
        cell => read(cell).map(Some),
    }
}

/// A whole number.
#[inline]
pub(super) fn int(cell: Cell<'_>) -> Result<i64, Expected> {
    match cell {
        Cell::Int(value) => Ok(value),
        cell => i64::try_from(whole(cell)?).map_err(|_| Expected::AtMostSigned),
    }
}

/// A number of bytes.
#[inline]
pub(super) fn bytes(cell: Cell<'_>) -> Result<u64, Expected> {
    match cell {
        Cell::UInt(value) => Ok(value),
        Cell::Int(value) => u64::try_from(value).map_err(|_| Expected::ZeroOrMore),
        cell => match whole(cell)? {
            negative if negative < 0 => Err(Expected::ZeroOrMore),
            value => u64::try_from(value).map_err(|_| Expected::AtMostUnsigned),
        },
    }
}

/// A whole number of either sort of 64 bits.
pub(super) fn wide(cell: Cell<'_>) -> Result<i128, Expected> {
    let value = whole(cell)?;
    let is_wide = i128::from(i64::MIN) <= value && value <= i128::from(u64::MAX);
    is_wide.then_some(value).ok_or(Expected::AtMostUnsigned)
}

/// A time.
#[inline]
pub(super) fn time(cell: Cell<'_>) -> Result<UnixSeconds, Expected> {
    let t = int(cell)?;
    let known = (0..=UNIX_SECONDS_MAX).contains(&t);
    known.then_some(t).ok_or(Expected::UnixSeconds)
}

/// A text.
pub(super) fn text(cell: Cell<'_>) -> Result<&str, Expected> {
    match cell {
        Cell::Text(bytes) => std::str::from_utf8(bytes).map_err(|_| Expected::Utf8),
        _ => Err(Expected::Text),
    }
}

/// A finite number. Decimals come as text.
pub(super) fn float(cell: Cell<'_>) -> Result<f64, Expected> {
    let value = match cell {
        Cell::Int(value) => value as f64,
        Cell::UInt(value) => value as f64,
        Cell::Float(value) => value,
        Cell::Text(digits) => decimal(digits).ok_or(Expected::Number)?,
        Cell::Null | Cell::Moment => return Err(Expected::Number),
    };
    value.is_finite().then_some(value).ok_or(Expected::Number)
}

/// The nearest float of decimal digits; words that would pass for one, such as `inf`, are none.
fn decimal(digits: &[u8]) -> Option<f64> {
    let digits = std::str::from_utf8(digits).ok()?.trim_matches(' ');
    digits.ends_with(|last: char| last.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// The whole number that any kind of column holds, exactly: DECIMAL and texts come as digits, and
/// of floats only those are taken that stand for a whole number.
pub(super) fn whole(cell: Cell<'_>) -> Result<i128, Expected> {
    match cell {
        Cell::Int(value) => Ok(value.into()),
        Cell::UInt(value) => Ok(value.into()),
        Cell::Float(value) if value.fract() == 0.0 && value.abs() < FLOAT_WHOLE_END => {
            // Such a float is this number and no other.
            Ok(value as i128)
        }
        Cell::Text(digits) => whole_text(digits).ok_or(Expected::WholeNumber),
        Cell::Null | Cell::Float(_) | Cell::Moment => Err(Expected::WholeNumber),
    }
}

/// Digits, with zeros behind the point where there is one.
fn whole_text(text: &[u8]) -> Option<i128> {
    let text = std::str::from_utf8(text).ok()?.trim_matches(' ');
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_whole = !fraction.is_empty() && fraction.bytes().all(|digit| digit == b'0');
    is_whole.then(|| whole.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use Cell::{Float, Int, Null, Text, UInt};

    #[test]
    fn whole_numbers_are_read_exactly_from_every_kind_of_column() {
        let most = i128::from(u64::MAX);
        let cells = [
            (Int(-5), -5),
            (UInt(u64::MAX), most),
            (Text(b"18446744073709551615"), most),
            (Text(b"9007199254740993"), (1 << 53) + 1),
            (Text(b"100.00"), 100),
            (Text(b" 0042 "), 42),
            (Text(b"-7"), -7),
            (Float(4_294_967_296.0), 1 << 32),
            (Float(-0.0), 0),
        ];
        for (cell, value) in cells {
            assert_eq!(whole(cell), Ok(value), "{cell:?}");
        }
        for cell in [
            Null,
            Float(0.5),
            Float(f64::NAN),
            Float(FLOAT_WHOLE_END),
            Text(b"12 bytes"),
            Text(b"1.50"),
            Text(b"1."),
            Text(b""),
            Text(b"1e3"),
            Text(b"\xff"),
        ] {
            assert_eq!(whole(cell), Err(Expected::WholeNumber), "{cell:?}");
        }
    }

    #[test]
    fn bounds_are_those_of_their_columns() {
        assert_eq!(int(UInt(1 << 63)), Err(Expected::AtMostSigned));
        assert_eq!(bytes(Text(b"-1")), Err(Expected::ZeroOrMore));
        assert_eq!(bytes(Text(b"18446744073709551616")), Err(Expected::AtMostUnsigned));
        assert_eq!(wide(UInt(u64::MAX)), Ok(i128::from(u64::MAX)));
        assert_eq!(wide(Text(b"18446744073709551616")), Err(Expected::AtMostUnsigned));
        assert_eq!(time(Text(b"253402300800")), Err(Expected::UnixSeconds));
    }

    #[test]
    fn rates_are_numbers_in_digits() {
        assert_eq!(float(Text(b"1.50")), Ok(1.5));
        assert_eq!(float(Text(b"0.10")), Ok(0.1));
        assert_eq!(float(Int(2)), Ok(2.0));
        for words in [&b"inf"[..], b"NaN", b"", b"x1", b"1.", b"1e999"] {
            assert_eq!(float(Text(words)), Err(Expected::Number), "{words:?}");
        }
    }
}

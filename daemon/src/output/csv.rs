//! CSV after RFC 4180: a header line and a line a row, nested keys joined by dots.

use super::spool::Spool;
use super::{Answer, Field, Row, Rows, from_csv};
use csv::{Terminator, Writer, WriterBuilder};
use serde::Serialize;
use serde_json::Value;
use std::io::{self, Write};

/// Without it spreadsheets take UTF-8 for the machine's own character set. Readers of CSV skip it.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Rows below a header line.
pub(super) struct CsvRows {
    lines: Writer<Spool>,
    has_header: bool,
}

impl CsvRows {
    /// Lines below the keys of `sample`; where it has none, the first row tells.
    pub(super) fn headed_by(sample: &impl Serialize) -> io::Result<Self> {
        let mut spool = Spool::default();
        spool.write_all(BYTE_ORDER_MARK)?;
        let lines = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(spool);
        let mut rows = Self { lines, has_header: false };
        rows.head(&fields(sample)?)?;
        Ok(rows)
    }

    fn head(&mut self, fields: &[Field]) -> io::Result<()> {
        self.has_header = !fields.is_empty();
        if self.has_header {
            self.lines.write_record(fields.iter().map(|it| &it.field)).map_err(from_csv)?;
        }
        Ok(())
    }

    fn write(&mut self, row: &impl Serialize) -> io::Result<()> {
        let fields = fields(row)?;
        if !self.has_header {
            self.head(&fields)?;
        }
        self.lines.write_record(fields.iter().map(|it| cell(&it.value))).map_err(from_csv)
    }
}

impl<R: Row> Rows<R> for CsvRows {
    fn push(&mut self, row: &R) -> io::Result<()> {
        self.write(row)
    }
}

impl Answer for CsvRows {
    fn print(self: Box<Self>, out: &mut dyn Write) -> io::Result<()> {
        self.lines.into_inner().map_err(|error| error.into_error())?.copy_to(out)
    }
}

/// A single line below its header.
pub(super) fn object<T: Serialize>(object: &T) -> io::Result<Box<dyn Answer>> {
    let mut rows = CsvRows::headed_by(object)?;
    rows.write(object)?;
    Ok(Box::new(rows))
}

/// All values of an object, in order, under their dotted names.
pub(super) fn fields<T: Serialize>(object: &T) -> io::Result<Vec<Field>> {
    let mut fields = Vec::new();
    flatten(String::new(), serde_json::to_value(object)?, &mut fields);
    Ok(fields)
}

fn flatten(field: String, value: Value, fields: &mut Vec<Field>) {
    let below = |key: &str| {
        if field.is_empty() { key.to_owned() } else { format!("{field}.{key}") }
    };
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                flatten(below(&key), value, fields);
            }
        }
        Value::Array(values) => {
            for (position, value) in values.into_iter().enumerate() {
                flatten(below(&position.to_string()), value, fields);
            }
        }
        value => fields.push(Field { field, value }),
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => neutral(text),
        number_or_bool => number_or_bool.to_string(),
    }
}

/// Text that a spreadsheet does not take for a formula.
fn neutral(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula && !is_negative_number(text) { format!("'{text}") } else { text.to_owned() }
}

fn is_negative_number(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_text_is_made_neutral() {
        for (value, text) in [
            (json!("=1+1"), "'=1+1"),
            (json!("@SUM(A1)"), "'@SUM(A1)"),
            (json!("\tx"), "'\tx"),
            (json!("-x"), "'-x"),
            (json!("-1"), "-1"),
            (json!(-1), "-1"),
            (json!(-0.5), "-0.5"),
            (json!(null), ""),
            (json!(true), "true"),
        ] {
            assert_eq!(cell(&value), text);
        }
    }

    #[test]
    fn nested_keys_are_joined_and_large_numbers_kept() {
        #[derive(Serialize)]
        struct Outer {
            sum: u128,
            users: std::collections::BTreeMap<&'static str, u64>,
        }
        let outer = Outer { sum: 1 << 100, users: [("5min", 3)].into() };
        let fields = fields(&outer).expect("serialises");
        let pairs: Vec<_> = fields.iter().map(|it| (it.field.as_str(), it.text())).collect();
        assert_eq!(
            pairs,
            [("sum", "1267650600228229401496703205376".to_owned()), ("users.5min", "3".to_owned()),]
        );
    }
}

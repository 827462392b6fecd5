//! JSON: one value, an array with a row a line, or an object on one line.

use super::spool::Spool;
use super::{Answer, Row, Rows};
use serde::Serialize;
use std::io::{self, Write};

/// An array of rows.
#[derive(Default)]
pub(super) struct JsonRows {
    spool: Spool,
    has_rows: bool,
}

impl<R: Row> Rows<R> for JsonRows {
    fn push(&mut self, row: &R) -> io::Result<()> {
        self.spool.write_all(if self.has_rows { b",\n" } else { b"[\n" })?;
        self.has_rows = true;
        Ok(serde_json::to_writer(&mut self.spool, row)?)
    }
}

impl Answer for JsonRows {
    fn print(self: Box<Self>, out: &mut dyn Write) -> io::Result<()> {
        self.spool.copy_to(out)?;
        out.write_all(if self.has_rows { b"\n]\n" } else { b"[]\n" })
    }
}

struct JsonObject(String);

/// An object.
pub(super) fn object<T: Serialize>(object: &T) -> io::Result<Box<dyn Answer>> {
    Ok(Box::new(JsonObject(serde_json::to_string(object)?)))
}

impl Answer for JsonObject {
    fn print(self: Box<Self>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.0)
    }
}

//! How answers are written: as a table for people, as JSON or CSV for programs.
//!
//! Rows are written to a spool as they come and reach standard output only when the answer is
//! complete, so memory stays bounded and a failure prints nothing.

mod csv;
mod json;
mod spool;
mod table;
mod text;

pub(crate) use table::{Column, Place};
pub(crate) use text::{
    bar, bytes, gigabytes, in_utc, milliseconds, per_cent, printable, seconds, shortened,
};

use crate::failure::Failure;
use crate::maintenance;
use ::csv::Error as CsvError;
use serde::Serialize;
use serde_json::Value;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::str::FromStr;
use traffic_engine::EngineError;
use traffic_engine::calendar::LocalTime;

/// The ways to write an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Table,
    Json,
    Csv,
}

impl FromStr for Format {
    type Err = Failure;

    fn from_str(name: &str) -> Result<Self, Failure> {
        Ok(match name {
            "table" => Self::Table,
            "json" => Self::Json,
            "csv" => Self::Csv,
            _ => {
                return Err(Failure::UnknownFormat { given: name.to_owned() });
            }
        })
    }
}

/// A row of an answer. The default one has the keys of all: they are the header line of CSV.
pub(crate) trait Row: Serialize + Default + 'static {
    /// What a table shows of it, within 100 columns for usual values.
    const COLUMNS: &'static [Column<Self>];
}

/// Takes in the rows of an answer.
pub(crate) trait Rows<R>: Answer {
    fn push(&mut self, row: &R) -> io::Result<()>;
}

/// A complete answer.
pub(crate) trait Answer {
    fn print(self: Box<Self>, out: &mut dyn Write) -> io::Result<()>;
}

/// A complete answer, what the command says by its exit status, and remarks about the answer.
pub(crate) struct Reply {
    answers: Vec<Box<dyn Answer>>,
    status: ExitCode,
    remarks: Vec<String>,
    /// Work on the snapshot is left for a process that nobody waits for.
    maintain: bool,
}

impl Reply {
    fn of(answer: Box<dyn Answer>) -> Self {
        Self { answers: vec![answer], ..Self::nothing() }
    }

    /// Nothing to print.
    pub(crate) fn nothing() -> Self {
        Self {
            answers: Vec::new(),
            status: ExitCode::SUCCESS,
            remarks: Vec::new(),
            maintain: false,
        }
    }

    /// The same answer; once it is printed, work on the snapshot begins where there is some.
    pub(crate) fn then_maintain(self, maintain: bool) -> Self {
        Self { maintain, ..self }
    }

    /// The same answer, reporting failure when something is wrong.
    pub(crate) fn failing_when(self, wrong: bool) -> Self {
        Self { status: if wrong { ExitCode::FAILURE } else { self.status }, ..self }
    }

    /// The same answer, with one more line on standard error below it.
    pub(crate) fn with_remark(mut self, remark: Option<String>) -> Self {
        self.remarks.extend(remark);
        self
    }

    /// This answer, then another one.
    fn then(mut self, more: Self) -> Self {
        self.answers.extend(more.answers);
        self
    }

    /// Prints the answer on standard output, then the remarks on standard error.
    ///
    /// # Errors
    /// [`Failure::Print`] when it takes no more.
    pub(crate) fn print(self) -> Result<ExitCode, Failure> {
        let mut out = BufWriter::new(io::stdout().lock());
        print_all(self.answers, &mut out).map_err(Failure::Print)?;
        for remark in self.remarks {
            // The answer is there, whether or not its remarks can be read.
            let _ = writeln!(io::stderr(), "{}", printable(&remark));
        }
        if self.maintain {
            // The answer is complete; where no process is to be had, a later question tries again.
            let _ = maintenance::start();
        }
        Ok(self.status)
    }
}

/// The answers one after another, with an empty line between two.
fn print_all(answers: Vec<Box<dyn Answer>>, out: &mut impl Write) -> io::Result<()> {
    for (position, answer) in answers.into_iter().enumerate() {
        if position > 0 {
            writeln!(out)?;
        }
        answer.print(out)?;
    }
    out.flush()
}

/// Writes answers in the format asked for.
pub(crate) struct Output {
    format: Format,
    local: LocalTime,
}

impl Output {
    pub(crate) fn new(format: Format, local: LocalTime) -> Self {
        Self { format, local }
    }

    /// The place of a row that is written alone, for the cells of its table.
    fn place(&self) -> Place {
        Place { position: 1, local: self.local.clone() }
    }

    fn begin<R: Row>(&self) -> io::Result<Box<dyn Rows<R>>> {
        Ok(match self.format {
            Format::Json => Box::new(json::JsonRows::default()),
            Format::Csv => Box::new(csv::CsvRows::headed_by(&R::default())?),
            Format::Table => Box::new(table::TableRows::new(self.local.clone())),
        })
    }

    /// An answer of rows.
    pub(crate) fn rows<R: Row>(&self, rows: impl IntoIterator<Item = R>) -> Result<Reply, Failure> {
        let write = || {
            let mut written = self.begin()?;
            rows.into_iter().try_for_each(|row| written.push(&row))?;
            Ok(Reply::of(written))
        };
        write().map_err(Failure::Spool)
    }

    /// An answer of the rows that `read` gives to its sink.
    pub(crate) fn streamed<R: Row>(
        &self,
        read: impl FnOnce(&mut dyn FnMut(R) -> ControlFlow<()>) -> Result<(), EngineError>,
    ) -> Result<Reply, Failure> {
        let mut rows = self.begin::<R>().map_err(Failure::Spool)?;
        let mut written = Ok(());
        read(&mut |row| {
            written = rows.push(&row);
            if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        written.map_err(Failure::Spool)?;
        Ok(Reply::of(rows))
    }

    /// An answer that is one object: a CSV line of all its values, or a table of `fields`.
    pub(crate) fn object<T: Serialize>(
        &self,
        object: &T,
        fields: impl FnOnce(&mut Place) -> Vec<Field>,
    ) -> Result<Reply, Failure> {
        match self.format {
            Format::Json => json::object(object).map(Reply::of).map_err(Failure::Spool),
            Format::Csv => csv::object(object).map(Reply::of).map_err(Failure::Spool),
            Format::Table => self.rows(fields(&mut self.place())),
        }
    }

    /// An answer that is one JSON object, but `rows` in a table or CSV.
    pub(crate) fn object_of_rows<T: Serialize, R: Row>(
        &self,
        object: &T,
        rows: impl IntoIterator<Item = R>,
    ) -> Result<Reply, Failure> {
        match self.format {
            Format::Json => json::object(object).map(Reply::of).map_err(Failure::Spool),
            Format::Csv | Format::Table => self.rows(rows),
        }
    }

    /// The answer that there is no such thing: null in JSON, and nothing else elsewhere; `remark`
    /// tells people.
    pub(crate) fn nobody(&self, remark: String) -> Result<Reply, Failure> {
        let reply = match self.format {
            Format::Json => Reply::of(json::object(&()).map_err(Failure::Spool)?),
            Format::Csv | Format::Table => Reply::nothing(),
        };
        Ok(reply.with_remark(Some(remark)))
    }

    /// An answer about one thing and its history: one JSON object, one `field,value` line a value
    /// in CSV, and two tables.
    pub(crate) fn details<T: Serialize, R: Row>(
        &self,
        object: &T,
        fields: impl FnOnce(&mut Place) -> Vec<Field>,
        history: impl IntoIterator<Item = R>,
    ) -> Result<Reply, Failure> {
        match self.format {
            Format::Json => json::object(object).map(Reply::of).map_err(Failure::Spool),
            Format::Csv => self.rows(csv::fields(object).map_err(Failure::Spool)?),
            Format::Table => {
                let fields = self.rows(fields(&mut self.place()))?;
                Ok(fields.then(self.rows(history)?))
            }
        }
    }
}

/// One value of an object, by name.
#[derive(Default, Serialize)]
pub(crate) struct Field {
    field: String,
    value: Value,
}

impl Field {
    /// A value as people read it.
    pub(crate) fn new(field: &str, value: impl ToString) -> Self {
        Self { field: field.to_owned(), value: Value::String(value.to_string()) }
    }

    fn text(&self) -> String {
        match &self.value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        }
    }
}

impl Row for Field {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("field", |row, _| row.field.clone()),
        Column::text("value", |row, _| row.text()),
    ];
}

fn from_csv(error: CsvError) -> io::Error {
    io::Error::other(error)
}

//! Tables for people, in plain characters.
//!
//! Rows wait in a spool as text until the widths of all columns are known, so that a table of a
//! million rows takes no more memory than one of ten.

use super::spool::Spool;
use super::text::printable;
use super::{Answer, Row, Rows};
use std::io::{self, BufRead, BufReader, Write};
use traffic_engine::calendar::LocalTime;
use unicode_width::UnicodeWidthStr;

/// Between the cells of a spooled row; cells hold no control character themselves.
const CELL_END: char = '\x1f';

/// A column of a table.
pub(crate) struct Column<R> {
    title: &'static str,
    align: Align,
    width_max: usize,
    cell: fn(&R, &mut Place) -> String,
}

#[derive(Clone, Copy)]
enum Align {
    Left,
    Right,
}

impl<R> Column<R> {
    /// Words, to the left.
    pub(crate) const fn text(title: &'static str, cell: fn(&R, &mut Place) -> String) -> Self {
        Self { title, align: Align::Left, width_max: usize::MAX, cell }
    }

    /// Sentences, broken between words into as many lines as they take.
    pub(crate) const fn sentences(
        title: &'static str,
        width_max: usize,
        cell: fn(&R, &mut Place) -> String,
    ) -> Self {
        Self { title, align: Align::Left, width_max, cell }
    }

    /// Figures, to the right.
    pub(crate) const fn number(title: &'static str, cell: fn(&R, &mut Place) -> String) -> Self {
        Self { title, align: Align::Right, width_max: usize::MAX, cell }
    }
}

/// Where a row stands, and how its times are shown.
pub(crate) struct Place {
    /// 1 for the first row.
    pub(crate) position: u64,
    pub(super) local: LocalTime,
}

impl Place {
    /// Local time of unix seconds, `-` for 0, which stands for never.
    pub(crate) fn time(&mut self, t: i64) -> String {
        if t == 0 { "-".to_owned() } else { self.local.format(t) }
    }
}

/// Rows of a table.
pub(super) struct TableRows<R: Row> {
    cells: Spool,
    widths: Vec<usize>,
    place: Place,
    columns: &'static [Column<R>],
}

impl<R: Row> TableRows<R> {
    pub(super) fn new(local: LocalTime) -> Self {
        let widths = R::COLUMNS.iter().map(|column| column.title.width()).collect();
        let place = Place { position: 0, local };
        Self { cells: Spool::default(), widths, place, columns: R::COLUMNS }
    }

    fn line(&self, cells: &str) -> String {
        let mut line = String::new();
        for ((cell, column), &width) in cells.split(CELL_END).zip(self.columns).zip(&self.widths) {
            let padding = " ".repeat(width.saturating_sub(cell.width()));
            let (before, after) = match column.align {
                Align::Left => ("", padding.as_str()),
                Align::Right => (padding.as_str(), ""),
            };
            line.push_str(&format!("| {before}{cell}{after} "));
        }
        line + "|\n"
    }

    fn rule(&self) -> String {
        let dashes = self.widths.iter().map(|width| "-".repeat(width + 2));
        format!("|{}|\n", dashes.collect::<Vec<_>>().join("|"))
    }
}

impl<R: Row> Rows<R> for TableRows<R> {
    fn push(&mut self, row: &R) -> io::Result<()> {
        self.place.position += 1;
        let cell = |column: &Column<R>| {
            let text = (column.cell)(row, &mut self.place);
            lines(&printable(&text), column.width_max)
        };
        let cells: Vec<_> = self.columns.iter().map(cell).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..height {
            for (at, cell) in cells.iter().enumerate() {
                let text = cell.get(line).map_or("", String::as_str);
                self.widths[at] = self.widths[at].max(text.width());
                let end = if at + 1 < cells.len() { CELL_END } else { '\n' };
                write!(self.cells, "{text}{end}")?;
            }
        }
        Ok(())
    }
}

/// `text` in lines of at most `width_max`, as far as its words allow.
fn lines(text: &str, width_max: usize) -> Vec<String> {
    if text.width() <= width_max {
        return vec![text.to_owned()];
    }
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width_max => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

impl<R: Row> Answer for TableRows<R> {
    fn print(mut self: Box<Self>, out: &mut dyn Write) -> io::Result<()> {
        let rows = std::mem::take(&mut self.cells).read()?;
        let titles: Vec<_> = self.columns.iter().map(|column| column.title).collect();
        out.write_all(self.line(&titles.join(&CELL_END.to_string())).as_bytes())?;
        out.write_all(self.rule().as_bytes())?;
        for row in BufReader::new(rows).lines() {
            out.write_all(self.line(&row?).as_bytes())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn sentences_break_between_words_and_lose_none() {
        let text = "one two three incomprehensibilities four";
        assert_eq!(lines(text, 9), ["one two", "three", "incomprehensibilities", "four"]);
        assert_eq!(lines(text, 99), [text]);
        assert_eq!(lines("", 9), [""]);
    }
}

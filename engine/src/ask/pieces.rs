//! Answers as JSON in pieces, for those too large to be held as one text.

use super::question::read;
use crate::engine::{Answer, Engine, Source};
use crate::error::EngineError;
use crate::options::Options;
use serde::Serialize;
use std::fmt;
use std::vec;

/// Bytes from which on a piece is handed over: few enough to stay in a cache.
const PIECE_BYTES: usize = 65_536;

/// The pieces of a JSON text, made as they are taken. Joined they are the text.
pub struct JsonPieces {
    /// What is left of it.
    rest: Box<dyn Rest>,
    /// Where the answer came from; nowhere for what needs no rows.
    pub source: Option<Source>,
}

impl fmt::Debug for JsonPieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonPieces").field("source", &self.source).finish_non_exhaustive()
    }
}

impl Iterator for JsonPieces {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        self.rest.next()
    }
}

impl Engine {
    /// As [`Engine::ask_by_name`], in pieces. Once they are there, nothing can fail any more.
    ///
    /// # Errors
    /// Those of [`Engine::ask_by_name`].
    pub fn ask_in_pieces(&self, name: &str, options: &Options) -> Result<JsonPieces, EngineError> {
        match name {
            "rank_users" => told(self.rank_users(&read(options)?)),
            "usage_records" => told(self.usage_record_list(&read(options)?)),
            "traffic" => told(self.traffic_list(&read(options)?)),
            _ => {
                let reply = self.ask_by_name(name, options)?;
                let rest = Box::new(Some(reply.json.into_bytes()));
                Ok(JsonPieces { rest, source: reply.source })
            }
        }
    }
}

fn told<T: Serialize + Send + 'static>(
    answer: Result<Answer<Vec<T>>, EngineError>,
) -> Result<JsonPieces, EngineError> {
    let Answer { value, source } = answer?;
    let rest = Box::new(List { rows: value.into_iter(), stage: Stage::Begin });
    Ok(JsonPieces { rest, source: Some(source) })
}

/// Text that is yet to be taken.
trait Rest: Send {
    fn next(&mut self) -> Option<Vec<u8>>;
}

/// A text that was made whole.
impl Rest for Option<Vec<u8>> {
    fn next(&mut self) -> Option<Vec<u8>> {
        self.take()
    }
}

/// Rows that go as they are written.
struct List<T> {
    rows: vec::IntoIter<T>,
    stage: Stage,
}

enum Stage {
    Begin,
    Rows,
    End,
}

impl<T: Serialize + Send> Rest for List<T> {
    fn next(&mut self) -> Option<Vec<u8>> {
        let mut piece = Vec::with_capacity(PIECE_BYTES + PIECE_BYTES / 8);
        match self.stage {
            Stage::Begin => piece.push(b'['),
            Stage::Rows => piece.push(b','),
            Stage::End => return None,
        }
        self.stage = Stage::Rows;
        let mut first = true;
        while piece.len() < PIECE_BYTES {
            let Some(row) = self.rows.next() else {
                break;
            };
            if !first {
                piece.push(b',');
            }
            first = false;
            serde_json::to_writer(&mut piece, &row)
                .expect("rows have texts for keys and numbers that JSON knows");
        }
        if self.rows.len() == 0 {
            piece.push(b']');
            self.stage = Stage::End;
        }
        Some(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces<T: Serialize + Send + 'static>(rows: Vec<T>) -> Vec<Vec<u8>> {
        let list = List { rows: rows.into_iter(), stage: Stage::Begin };
        JsonPieces { rest: Box::new(list), source: None }.collect()
    }

    #[test]
    fn joined_they_are_the_text() {
        for rows in [0, 1, 2, 5_000, 100_000] {
            let rows: Vec<(u64, &str)> = (0..rows).map(|row| (row, "text")).collect();
            let want = serde_json::to_string(&rows).expect("JSON");
            let got = pieces(rows);
            assert_eq!(got.len(), want.len().div_ceil(PIECE_BYTES), "{} bytes", want.len());
            assert_eq!(got.concat(), want.into_bytes());
        }
    }

    #[test]
    fn a_row_larger_than_a_piece_is_a_piece() {
        let rows = vec!["x".repeat(3 * PIECE_BYTES), "y".to_owned()];
        let want = serde_json::to_string(&rows).expect("JSON");
        assert_eq!(pieces(rows).concat(), want.into_bytes());
    }
}

//! A checksum of all bytes of a file, within the file.
//!
//! It stands in the footer as 16 hexadecimal digits, and is of the bytes with zeros in their place:
//! no bit of the file, its footer and its name for itself included, can change unnoticed.

use super::arrow::{Problem, footer_of};
use std::io::{self, Write};
use std::ops::Range;
use xxhash_rust::xxh3::Xxh3Default;

pub(super) const KEY: &str = "traffic-engine.checksum";
/// What stands there before the checksum is known.
pub(super) const BLANK: &str = "0000000000000000";

/// Passes a file on to `out`; what comes after [`Sealing::end`] waits for the checksum.
pub(super) struct Sealing<'a> {
    out: &'a mut dyn Write,
    hash: Xxh3Default,
    end: Option<Vec<u8>>,
}

impl<'a> Sealing<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self { out, hash: Xxh3Default::new(), end: None }
    }

    /// What follows is the end of the file, which has a place for the checksum.
    pub(super) fn end(&mut self) {
        self.end = Some(Vec::new());
    }

    /// Writes the checksum and the end.
    pub(super) fn finish(self) -> io::Result<()> {
        let Self { out, mut hash, end } = self;
        let mut end = end.unwrap_or_default();
        let place = place(&end).map_err(io::Error::other)?;
        hash.update(&end);
        end[place].copy_from_slice(digits(&hash).as_bytes());
        out.write_all(&end)
    }
}

impl Write for Sealing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(end) = &mut self.end {
            end.extend_from_slice(bytes);
            return Ok(bytes.len());
        }
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Checks a whole file.
pub(super) fn check(file: &[u8]) -> Result<(), Problem> {
    let place = place(file)?;
    let mut hash = Xxh3Default::new();
    hash.update(&file[..place.start]);
    hash.update(BLANK.as_bytes());
    hash.update(&file[place.end..]);
    if digits(&hash).as_bytes() == &file[place] {
        return Ok(());
    }
    Err("its checksum is wrong".to_owned())
}

fn digits(hash: &Xxh3Default) -> String {
    format!("{:016x}", hash.digest())
}

/// Where the checksum stands in a file, or in its end.
fn place(bytes: &[u8]) -> Result<Range<usize>, Problem> {
    let (footer, _) = footer_of(bytes)?;
    let mut entries = footer.custom_metadata().into_iter().flatten();
    let value = entries.find(|entry| entry.key() == Some(KEY)).and_then(|entry| entry.value());
    let value =
        value.filter(|it| it.len() == BLANK.len()).ok_or("it does not tell its checksum")?;
    let start = value.as_ptr().addr() - bytes.as_ptr().addr();
    Ok(start..start + BLANK.len())
}

//! Keeps an unfinished answer: small ones in memory, large ones in a file without a name.

use std::io::{self, BufWriter, Read, Seek, Write};
use tempfile::SpooledTempFile;

/// Answers up to this size never touch the disk.
const MEMORY_BYTES_MAX: usize = 8 << 20;

/// A place to write an answer to before anybody reads it.
pub(super) struct Spool {
    file: BufWriter<SpooledTempFile>,
}

impl Default for Spool {
    fn default() -> Self {
        Self { file: BufWriter::new(SpooledTempFile::new(MEMORY_BYTES_MAX)) }
    }
}

impl Spool {
    /// All that was written, from the beginning.
    pub(super) fn read(self) -> io::Result<impl Read> {
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(file)
    }

    /// Copies all that was written to `out`.
    pub(super) fn copy_to(self, mut out: &mut dyn Write) -> io::Result<()> {
        io::copy(&mut self.read()?, &mut out).map(drop)
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

//! The one place that maps files into memory.

use arrow_buffer::Buffer;
use bytes::Bytes;
use memmap2::Mmap;
use std::fs::File;
use std::io;

/// The bytes of `file`, shared with every process that maps it.
#[expect(unsafe_code, reason = "mapping a file is what this room is for")]
pub(super) fn map(file: &File) -> io::Result<Buffer> {
    // SAFETY: a mapping is sound as long as nobody changes or shortens the file under it. Files of
    // a snapshot are written whole by our writer, which never opens a published file for writing
    // again and only ever unlinks it, which leaves the mapped bytes in place. They lie in a
    // directory with mode 0700, so that no other user of the system can change them either.
    let map = unsafe { Mmap::map(file)? };
    Ok(Buffer::from(Bytes::from_owner(map)))
}

//! Files that are written once, whole, and carry a checksum in the manifest.

use super::disk::{self, FILE_MODE, NewFile};
use super::error::SnapshotError;
use super::mmap;
use arrow_buffer::Buffer;
use rustix::fs::OFlags;
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

/// What the manifest knows about a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub(super) struct FileRef {
    pub(super) name: String,
    pub(super) bytes: u64,
    /// XXH3 of all bytes.
    pub(super) checksum: u64,
}

/// Opens a file for locking, creating it where it is missing.
pub(super) fn open_lock(path: &Path) -> Result<File, SnapshotError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(FILE_MODE);
    unfollowed(&mut options, path).map_err(SnapshotError::file("open", path))
}

/// Opens a file of ours to read it.
pub(super) fn open(path: &Path) -> io::Result<File> {
    unfollowed(OpenOptions::new().read(true), path)
}

/// All bytes of a file of ours.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file, unless there is a symbolic link in its place: we make none.
pub(crate) fn unfollowed(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW.bits().cast_signed();
    options.custom_flags(flags).open(path).map_err(|error| {
        let is_link = error.raw_os_error() == Some(Errno::LOOP.raw_os_error());
        let told = "it is a symbolic link, which is not followed";
        if is_link { io::Error::new(error.kind(), told) } else { error }
    })
}

/// What becomes of a file's bytes in a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durable {
    /// They are on the disk before anybody is told of the file: nobody else may have them.
    Now,
    /// What is left of them, their checksum tells, and the database still has the rows: nobody
    /// waits for the disk.
    Someday,
}

/// Writes a file by `fill`; a failure leaves none.
pub(super) fn write(
    folder: &Path,
    name: String,
    durable: Durable,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<FileRef, SnapshotError> {
    let path = folder.join(&name);
    match fill_file(&path, durable, fill) {
        Ok((bytes, checksum)) => Ok(FileRef { name, bytes, checksum }),
        Err(error) => {
            // Whatever there is of it is of no use to anybody.
            let _ = disk::remove(&path);
            Err(SnapshotError::file("write", &path)(error))
        }
    }
}

/// Writes a file under another name first, so that one of its own name is always whole.
pub(super) fn write_whole(
    folder: &Path,
    name: String,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<FileRef, SnapshotError> {
    let written = write(folder, format!("{name}{UNFINISHED}"), Durable::Now, fill)?;
    let path = folder.join(&name);
    disk::rename(&folder.join(&written.name), &path)
        .map_err(SnapshotError::file("rename", &path))?;
    Ok(FileRef { name, ..written })
}

/// The end of names of files that may be half written.
const UNFINISHED: &str = ".new";

/// The bytes that `fill` writes, mapped from a file without a name: they take no private memory, and
/// the space is free again when they are.
pub(super) fn spooled(
    folder: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Buffer, SnapshotError> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    // Where somebody ends before the name is gone, it is one of those that were never finished.
    let path = folder.join(format!("spool-{}-{number}.arrow{UNFINISHED}", std::process::id()));
    let spool = || -> io::Result<Buffer> {
        let mut file = BufWriter::with_capacity(1 << 16, NewFile::unnamed(&path)?);
        fill(&mut file)?;
        mmap::map(file.into_inner()?.file())
    };
    spool().map_err(SnapshotError::file("write", &path))
}

fn fill_file(
    path: &Path,
    durable: Durable,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<(u64, u64)> {
    let mut file = BufWriter::with_capacity(1 << 16, Hashing::new(NewFile::create(path)?));
    fill(&mut file)?;
    let Hashing { file, hash, bytes } = file.into_inner()?;
    if durable == Durable::Now {
        file.sync()?;
    }
    Ok((bytes, hash.digest()))
}

/// Passes bytes on and remembers their hash.
struct Hashing {
    file: NewFile,
    hash: Xxh3Default,
    bytes: u64,
}

impl Hashing {
    fn new(file: NewFile) -> Self {
        Self { file, hash: Xxh3Default::new(), bytes: 0 }
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The bytes of a file that tells of itself.
pub(super) fn map_any(folder: &Path, name: &str) -> Result<Buffer, SnapshotError> {
    let path = folder.join(name);
    let file = open(&path).map_err(SnapshotError::file("open", &path))?;
    mmap::map(&file).map_err(SnapshotError::file("map", &path))
}

/// The bytes of a file of the manifest, whose length must be what its writer left.
pub(super) fn map(folder: &Path, expected: &FileRef) -> Result<Buffer, SnapshotError> {
    let (path, file) = opened(folder, expected)?;
    mmap::map(&file).map_err(SnapshotError::file("map", &path))
}

/// As [`map`]; `None` on a file system where the file is copied, which is for when it is needed.
pub(super) fn map_shared(
    folder: &Path,
    expected: &FileRef,
) -> Result<Option<Buffer>, SnapshotError> {
    let (path, file) = opened(folder, expected)?;
    if mmap::is_remote(&file) {
        return Ok(None);
    }
    mmap::map(&file).map(Some).map_err(SnapshotError::file("map", &path))
}

fn opened(folder: &Path, expected: &FileRef) -> Result<(PathBuf, File), SnapshotError> {
    let path = folder.join(&expected.name);
    let file = open(&path).map_err(SnapshotError::file("open", &path))?;
    let bytes = file.metadata().map_err(SnapshotError::file("look at", &path))?.len();
    if bytes != expected.bytes {
        let problem = format!("it has {bytes} bytes instead of {}", expected.bytes);
        return Err(SnapshotError::damaged(&path, problem));
    }
    Ok((path, file))
}

/// A copy of a file of the manifest, in private memory.
pub(super) fn copy(folder: &Path, expected: &FileRef) -> Result<Buffer, SnapshotError> {
    let path = folder.join(&expected.name);
    read(&path).map(Buffer::from).map_err(SnapshotError::file("read", &path))
}

/// Refuses a mapped file that was cut since. One that is gone is whole: its bytes stay as long as
/// somebody has it mapped.
pub(super) fn is_uncut(
    folder: &Path,
    expected: &FileRef,
    bytes: &Buffer,
) -> Result<(), SnapshotError> {
    let path = folder.join(&expected.name);
    let length = std::fs::symlink_metadata(&path).map(|metadata| metadata.len());
    match length {
        _ if mmap::is_torn(bytes) => {}
        Ok(length) if length != expected.bytes => {}
        _ => return Ok(()),
    }
    Err(SnapshotError::damaged(&path, "it was cut while it was read"))
}

/// Checks the bytes of a mapped file.
pub(super) fn check(
    folder: &Path,
    expected: &FileRef,
    bytes: &Buffer,
) -> Result<(), SnapshotError> {
    if xxh3_64(bytes) == expected.checksum {
        return Ok(());
    }
    Err(SnapshotError::damaged(&folder.join(&expected.name), "its checksum is wrong"))
}

/// Refuses more bytes than the files may take.
pub(super) fn fits(folder: &Path, bytes: u64, limit_mb: Option<u64>) -> Result<(), SnapshotError> {
    const MB: u64 = 1_000_000;
    let needed_mb = bytes.div_ceil(MB);
    match limit_mb {
        Some(limit_mb) if needed_mb > limit_mb => {
            Err(SnapshotError::TooLarge { path: folder.to_owned(), needed_mb, limit_mb })
        }
        _ => Ok(()),
    }
}

/// Names of all files of `folder`; none where it cannot be read.
pub(super) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// The number that our names begin with.
pub(super) fn number(name: &str) -> Option<u64> {
    name.split_once('-')?.0.parse().ok()
}

/// True for the name of a file of columns of one of `kinds`.
pub(super) fn is_of_kind(name: &str, kinds: &[&str]) -> bool {
    let kind = name.split_once('-').and_then(|(_, rest)| rest.strip_suffix(".arrow"));
    kind.is_some_and(|kind| kinds.contains(&kind))
}

/// Removes the columns that `is_kept` does not name and what was never finished: nobody will open
/// them again. Detail is left where it is: the database could not replace it.
pub(super) fn remove_others(folder: &Path, is_kept: impl Fn(&str) -> bool) {
    for name in names(folder) {
        let is_old = name.ends_with(".arrow") && !is_of_kind(&name, &[DETAIL]) && !is_kept(&name);
        if is_old || name.ends_with(UNFINISHED) && name.contains(".arrow") {
            // One that stays is removed next time.
            let _ = disk::remove(&folder.join(name));
        }
    }
}

/// The kind of files that hold what the database has merged away.
pub(super) const DETAIL: &str = "detail";

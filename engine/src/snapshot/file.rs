//! Files that are written once, whole, and carry a checksum in the manifest.

use super::error::SnapshotError;
use super::mmap;
use arrow_buffer::Buffer;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

/// Only the user that runs us may look.
const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;

/// What the manifest knows about a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct FileRef {
    pub(super) name: String,
    pub(super) bytes: u64,
    /// XXH3 of all bytes.
    pub(super) checksum: u64,
}

/// Creates a folder for this user alone, and those above it.
pub(super) fn create_folder(path: &Path) -> Result<(), SnapshotError> {
    DirBuilder::new()
        .recursive(true)
        .mode(FOLDER_MODE)
        .create(path)
        .map_err(SnapshotError::file("create", path))
}

/// A new file for this user alone. One of that name is unlinked, never overwritten: somebody may
/// have it mapped.
pub(super) fn create(path: &Path) -> io::Result<File> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(path)
}

/// Opens a file for locking, creating it where it is missing.
pub(super) fn open_lock(path: &Path) -> Result<File, SnapshotError> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(FILE_MODE)
        .open(path)
        .map_err(SnapshotError::file("open", path))
}

/// Writes a file by `fill`; a failure leaves none. What a power cut leaves of it, its checksum
/// tells, and the database still has the rows: nobody waits for the disk.
pub(super) fn write(
    folder: &Path,
    name: String,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<FileRef, SnapshotError> {
    let path = folder.join(&name);
    let written = fill_file(&path, fill);
    match written {
        Ok((bytes, checksum)) => Ok(FileRef { name, bytes, checksum }),
        Err(error) => {
            // Whatever there is of it is of no use to anybody.
            let _ = std::fs::remove_file(&path);
            Err(SnapshotError::file("write", &path)(error))
        }
    }
}

fn fill_file(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<(u64, u64)> {
    let mut file = BufWriter::with_capacity(1 << 16, Hashing::new(create(path)?));
    fill(&mut file)?;
    let Hashing { hash, bytes, .. } = file.into_inner()?;
    Ok((bytes, hash.digest()))
}

/// Passes bytes on and remembers their hash.
struct Hashing {
    file: File,
    hash: Xxh3Default,
    bytes: u64,
}

impl Hashing {
    fn new(file: File) -> Self {
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

/// Maps a file of the manifest, whose length must be what its writer left.
pub(super) fn map(folder: &Path, expected: &FileRef) -> Result<Buffer, SnapshotError> {
    let path = folder.join(&expected.name);
    let file = File::open(&path).map_err(SnapshotError::file("open", &path))?;
    let bytes = file.metadata().map_err(SnapshotError::file("look at", &path))?.len();
    if bytes != expected.bytes {
        let problem = format!("it has {bytes} bytes instead of {}", expected.bytes);
        return Err(SnapshotError::damaged(&path, problem));
    }
    mmap::map(&file).map_err(SnapshotError::file("map", &path))
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

/// Makes a written file durable: one that holds what the database does not have any longer.
pub(super) fn sync(folder: &Path, written: &FileRef) -> Result<(), SnapshotError> {
    for path in [&folder.join(&written.name), folder] {
        let synced = File::open(path).and_then(|file| file.sync_all());
        synced.map_err(SnapshotError::file("sync", path))?;
    }
    Ok(())
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

/// Removes the columns that none of `kept` names: nobody will open them again.
pub(super) fn remove_others<'a>(folder: &Path, kept: impl Iterator<Item = &'a FileRef>) {
    let kept: HashSet<&str> = kept.map(|file| file.name.as_str()).collect();
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_old = name.to_str().is_some_and(|it| it.ends_with(".arrow") && !kept.contains(it));
        if is_old {
            // One that stays is removed next time.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

//! Files with a write-ahead log, in folders that we may not write: SQLite keeps an index of the log
//! beside it, and makes it even for those who only read.

use super::SqliteStore;
use crate::store::StoreError;
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// What a URI would take for something else than part of the path.
const SET: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#').add(b' ');

/// Where the header says how the file is written, and read: 2 with a log.
const VERSIONS: std::ops::Range<usize> = 18..20;

const REMEDY: &str = "a database in WAL mode that somebody writes can only be read by who may write \
     its folder: get that right, or have it left in another mode (PRAGMA journal_mode = DELETE)";

/// True when a file cannot be read for want of rights on its folder alone.
pub(super) fn needs_writable_folder(path: &Path, error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    let refused = matches!(code, Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen));
    refused && has_log_mode(path)
}

fn has_log_mode(path: &Path) -> bool {
    let mut header = [0; VERSIONS.end];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    read.is_ok() && header[VERSIONS] == [2, 2]
}

/// Opens a file to which nobody has a log open, as one that does not change: all that was ever
/// written is in it.
pub(super) fn open_unchanging(
    store: &SqliteStore,
    error: &rusqlite::Error,
) -> Result<Connection, StoreError> {
    if log_of(&store.path).metadata().is_ok_and(|log| log.len() > 0) {
        let (store, reason) = (store.name(), error.to_string());
        return Err(StoreError::CannotOpen { store, reason, remedy: REMEDY });
    }
    let path = percent_encode(store.path.as_os_str().as_bytes(), SET);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(
        format!("file:{path}?immutable=1"),
        flags | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(|error| store.cannot_open(&error))
}

fn log_of(path: &Path) -> PathBuf {
    let mut log = OsString::from(path);
    log.push("-wal");
    log.into()
}

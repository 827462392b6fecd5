//! What a file's times prove.

use crate::store::{Mark, ServerRun};
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// File times move in steps; a change within the last one might leave the time as it is.
const STEP: Duration = Duration::from_millis(100);

/// Size and times of the file and its write-ahead log, which every commit changes; `None` while they
/// are too fresh to be sure of.
pub(super) fn read(path: &Path) -> Option<Mark> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let file = path.metadata().ok()?;
    let log = match PathBuf::from(log).metadata() {
        Ok(log) => stamp(&log)?,
        Err(_) => String::new(),
    };
    let state = format!("file {} log {log}", stamp(&file)?);
    let run = ServerRun { identity: format!("file {} {}", file.dev(), file.ino()), started: 0 };
    Some(Mark { run: Some(run), state: Some(state), writes: None })
}

/// Size and times of a file; `None` where nothing is certain. The time of its last change of any
/// kind cannot be set by who restores a copy along with its other times.
fn stamp(metadata: &Metadata) -> Option<String> {
    let modified = metadata.modified().ok()?;
    let age = SystemTime::now().duration_since(modified).ok()?;
    let since_epoch = modified.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let changed = (metadata.ctime(), metadata.ctime_nsec());
    let text = format!("{} {} {}.{}", metadata.len(), since_epoch.as_nanos(), changed.0, changed.1);
    (age > STEP).then_some(text)
}

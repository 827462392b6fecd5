//! What a file's times prove.

use crate::store::Mark;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// File times move in steps; a change within the last one might leave the time as it is.
const STEP: Duration = Duration::from_millis(100);

/// Size and time of the file and its write-ahead log, which every commit changes; `None` while they
/// are too fresh to be sure of.
pub(super) fn read(path: &Path) -> Option<Mark> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let (file, log) = (stamp(path)??, stamp(&PathBuf::from(log))?.unwrap_or_default());
    Some(Mark { state: Some(format!("file {file} log {log}")), writes: None })
}

/// Size and time of a file: nothing where there is none, `None` where nothing is certain.
fn stamp(path: &Path) -> Option<Option<String>> {
    let Ok(metadata) = path.metadata() else {
        return Some(None);
    };
    let modified = metadata.modified().ok()?;
    let age = SystemTime::now().duration_since(modified).ok()?;
    let since_epoch = modified.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    (age > STEP).then(|| Some(format!("{} {}", metadata.len(), since_epoch.as_nanos())))
}

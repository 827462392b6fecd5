//! What was done to the files of a folder, call by call.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A call that went well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::snapshot) enum Call {
    Create,
    /// Bytes were added at the end.
    Write(Vec<u8>),
    Sync,
    Rename(PathBuf),
    Remove,
    SyncFolder,
}

/// Calls below a folder, in their order.
type Recording = (PathBuf, Vec<(PathBuf, Call)>);

static RECORDINGS: Mutex<Vec<Recording>> = Mutex::new(Vec::new());

/// Begins to record what is done below `folder`.
pub(in crate::snapshot) fn begin(folder: &Path) {
    lock(|all| all.push((folder.to_owned(), Vec::new())));
}

/// What was done below `folder` so far, which goes on being recorded.
pub(in crate::snapshot) fn so_far(folder: &Path) -> Vec<(PathBuf, Call)> {
    lock(|all| all.iter().find(|(of, _)| of == folder).expect("it began").1.clone())
}

/// Ends recording.
pub(in crate::snapshot) fn end(folder: &Path) {
    lock(|all| all.retain(|(of, _)| of != folder));
}

pub(super) fn note(path: &Path, call: Call) {
    lock(|all| {
        if let Some((_, calls)) = all.iter_mut().find(|(folder, _)| path.starts_with(folder)) {
            calls.push((path.to_owned(), call));
        }
    });
}

fn lock<T>(work: impl FnOnce(&mut Vec<Recording>) -> T) -> T {
    work(&mut RECORDINGS.lock().unwrap_or_else(PoisonError::into_inner))
}

//! One writer at a time: a lock on a file, which the system lifts when its holder dies.

use super::error::SnapshotError;
use super::file::open_lock;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

const FILE: &str = "lock";
/// Short, because those who only try the lock take it as soon as it is free.
const RETRY: Duration = Duration::from_millis(2);

/// The right to write, until it is dropped.
pub(super) struct WriterLock(File);

impl Drop for WriterLock {
    fn drop(&mut self) {
        // Closing alone would leave it with a child that was forked meanwhile. Where unlocking
        // fails, there is nothing better than closing.
        let _ = self.0.unlock();
    }
}

impl WriterLock {
    /// The lock, unless somebody holds it.
    pub(super) fn try_take(folder: &Path) -> Result<Option<Self>, SnapshotError> {
        let path = folder.join(FILE);
        let file = open_lock(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(SnapshotError::file("lock", &path)(error)),
        }
    }

    /// The lock, waiting for whoever holds it.
    pub(super) fn take(folder: &Path, wait: Duration) -> Result<Self, SnapshotError> {
        let began = Instant::now();
        loop {
            if let Some(lock) = Self::try_take(folder)? {
                return Ok(lock);
            }
            if began.elapsed() >= wait {
                return Err(SnapshotError::Busy { path: folder.to_owned() });
            }
            std::thread::sleep(RETRY);
        }
    }
}

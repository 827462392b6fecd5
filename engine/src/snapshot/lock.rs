//! One writer at a time, and one who compares: locks on files, which the system lifts when their
//! holder dies.

use super::error::SnapshotError;
use super::file::open_lock;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

const WRITER_FILE: &str = "lock";
/// Held while waiting for the right to write, and by nobody else: whoever gives that up and wants it
/// again at once comes after who waits.
const NEXT_FILE: &str = "next";
const COMPARING_FILE: &str = "comparing";
/// Short, because those who only try a lock take it as soon as it is free.
const RETRY: Duration = Duration::from_millis(2);

/// True for the names of files that are locked and hold nothing.
pub(super) fn is_lock(name: &str) -> bool {
    [WRITER_FILE, NEXT_FILE, COMPARING_FILE].contains(&name)
}

/// A lock on a file, until it is dropped.
struct Held(File);

impl Drop for Held {
    fn drop(&mut self) {
        // Closing alone would leave it with a child that was forked meanwhile. Where unlocking
        // fails, there is nothing better than closing.
        let _ = self.0.unlock();
    }
}

impl Held {
    /// The lock, unless somebody holds it.
    fn try_take(folder: &Path, name: &str) -> Result<Option<Self>, SnapshotError> {
        let path = folder.join(name);
        let file = open_lock(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(SnapshotError::file("lock", &path)(error)),
        }
    }

    /// The lock, waiting for whoever holds it; `None` when that takes longer than `wait`.
    fn take(folder: &Path, name: &str, wait: Duration) -> Result<Option<Self>, SnapshotError> {
        let began = Instant::now();
        loop {
            if let Some(lock) = Self::try_take(folder, name)? {
                return Ok(Some(lock));
            }
            if began.elapsed() >= wait {
                return Ok(None);
            }
            std::thread::sleep(RETRY);
        }
    }
}

/// The right to write. It is never held while the server scans a table: who looks for what was
/// appended waits for it.
pub(super) struct WriterLock(#[expect(dead_code, reason = "it is held, not read")] Held);

impl WriterLock {
    /// The right, where whoever holds it gives it up within `wait`.
    pub(super) fn take_within(
        folder: &Path,
        wait: Duration,
    ) -> Result<Option<Self>, SnapshotError> {
        let began = Instant::now();
        let Some(_next) = Held::take(folder, NEXT_FILE, wait)? else {
            return Ok(None);
        };
        let left = wait.saturating_sub(began.elapsed());
        Ok(Held::take(folder, WRITER_FILE, left)?.map(Self))
    }

    /// The right, waiting for whoever holds it.
    pub(super) fn take(folder: &Path, wait: Duration) -> Result<Self, SnapshotError> {
        let busy = || SnapshotError::Busy { path: folder.to_owned() };
        Self::take_within(folder, wait)?.ok_or_else(busy)
    }
}

/// The right to compare all rows with the database, which one process of a host does for all.
pub(super) struct CompareLock(#[expect(dead_code, reason = "it is held, not read")] Held);

impl CompareLock {
    /// The right, unless somebody compares.
    pub(super) fn try_take(folder: &Path) -> Result<Option<Self>, SnapshotError> {
        Ok(Held::try_take(folder, COMPARING_FILE)?.map(Self))
    }

    /// The right, waiting for whoever compares.
    pub(super) fn take(folder: &Path, wait: Duration) -> Result<Self, SnapshotError> {
        let busy = || SnapshotError::Busy { path: folder.to_owned() };
        Held::take(folder, COMPARING_FILE, wait)?.map(Self).ok_or_else(busy)
    }
}

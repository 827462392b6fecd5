//! One thread of a process at a time.

use std::sync::{Arc, Mutex, PoisonError};

/// A right that one thread of a process has at a time. A forked child has one of its own: whoever
/// had the parent's is not there to give it back.
#[derive(Default)]
pub(super) struct Alone(Mutex<(u32, Arc<Mutex<()>>)>);

impl Alone {
    /// The right among the threads of this process.
    pub(super) fn here(&self) -> Arc<Mutex<()>> {
        let process = std::process::id();
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if current.0 != process {
            *current = (process, Arc::default());
        }
        Arc::clone(&current.1)
    }
}

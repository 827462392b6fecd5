//! The runtime that drives database I/O, one per process.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::{Builder, Runtime as Tokio};

/// Starts a runtime when it is first needed, and a new one in a forked child, where the parent's
/// must not be touched. It has no threads of its own: I/O runs on the calling thread.
#[derive(Debug, Default)]
pub(super) struct Runtime {
    started: Mutex<Option<(u32, Arc<Tokio>)>>,
}

impl Runtime {
    pub(super) fn get(&self) -> io::Result<Arc<Tokio>> {
        let process = std::process::id();
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        match &*started {
            Some((owner, runtime)) if *owner == process => Ok(Arc::clone(runtime)),
            _ => {
                let runtime = Arc::new(Builder::new_current_thread().enable_all().build()?);
                if let Some((_, inherited)) = started.replace((process, Arc::clone(&runtime))) {
                    // Dropping it would close the parent's descriptors a second time.
                    std::mem::forget(inherited);
                }
                Ok(runtime)
            }
        }
    }
}

//! Work in a thread of its own, one at a time.

use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// At most one thread. A forked child has none, whatever its parent had.
#[derive(Default)]
pub(super) struct Beside(Mutex<Option<(u32, JoinHandle<()>)>>);

impl Beside {
    /// Does `work` in a thread of that name, unless one is at work already.
    pub(super) fn run(&self, name: &str, work: impl FnOnce() + Send + 'static) {
        let process = std::process::id();
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_some_and(|(of, thread)| *of == process && !thread.is_finished()) {
            return;
        }
        let thread = thread::Builder::new().name(name.to_owned()).spawn(work);
        // Without a thread there is only less done beside; the next question tries again.
        *current = thread.ok().map(|thread| (process, thread));
    }

    /// True in the thread that works.
    pub(super) fn is_this_thread(&self) -> bool {
        let current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().is_some_and(|(_, it)| it.thread().id() == thread::current().id())
    }

    /// Waits until nothing is at work.
    pub(super) fn finish(&self) {
        let current = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((process, thread)) = current
            && process == std::process::id()
        {
            // A panic there has said so already.
            drop(thread.join());
        }
    }
}

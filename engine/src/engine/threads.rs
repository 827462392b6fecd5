//! Threads that feed kernels, started when they first pay.

use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::{Arc, Mutex, PoisonError};

/// A pool of as many threads as there are cores. A forked child makes its own: its parent's
/// threads did not come along.
#[derive(Debug, Default)]
pub(super) struct Threads(Mutex<Option<(u32, Option<Arc<ThreadPool>>)>>);

impl Threads {
    /// The pool; `None` where there is one core only, or no more threads to be had.
    pub(super) fn get(&self) -> Option<Arc<ThreadPool>> {
        let process = std::process::id();
        let mut started = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*started {
            Some((owner, pool)) if *owner == process => pool.clone(),
            _ => {
                let pool = start();
                if let Some((_, inherited)) = started.replace((process, pool.clone())) {
                    // Dropping it would wait for threads that do not exist here.
                    std::mem::forget(inherited);
                }
                pool
            }
        }
    }
}

fn start() -> Option<Arc<ThreadPool>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let name = |at| format!("traffic-query-{at}");
    let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(name);
    (threads > 1).then(|| pool.build().ok().map(Arc::new))?
}

//! Threads that feed kernels, started when they first pay.

use rayon::{ThreadBuilder, ThreadPool, ThreadPoolBuilder};
use std::io;
use std::mem;
use std::ops::Deref;
use std::process;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// A pool of as many threads as there are cores. A forked child makes its own: its parent's
/// threads did not come along.
#[derive(Debug, Default)]
pub(super) struct Threads(Mutex<Option<(u32, Option<Arc<Pool>>)>>);

impl Threads {
    /// The pool; `None` where there is one core only, or no more threads to be had.
    pub(super) fn get(&self) -> Option<Arc<Pool>> {
        let process = process::id();
        let mut started = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*started {
            Some((owner, pool)) if *owner == process => pool.clone(),
            _ => {
                let pool = Pool::start().map(Arc::new);
                *started = Some((process, pool.clone()));
                pool
            }
        }
    }
}

/// A pool whose threads are gone when it is: a host may unload the library then.
#[derive(Debug)]
pub(super) struct Pool {
    process: u32,
    /// None only while it is dropped.
    pool: Option<ThreadPool>,
    threads: Vec<JoinHandle<()>>,
}

impl Pool {
    fn start() -> Option<Self> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        if cores == 1 {
            return None;
        }
        let mut threads = Vec::new();
        let builder = ThreadPoolBuilder::new().num_threads(cores);
        let started = |thread| spawn(thread).map(|thread| threads.push(thread));
        let pool = builder.spawn_handler(started).build();
        // Those that did start end with what failed to be built.
        Some(Self { process: process::id(), pool: Some(pool.ok()?), threads })
    }
}

fn spawn(thread: ThreadBuilder) -> io::Result<JoinHandle<()>> {
    let name = format!("traffic-query-{}", thread.index());
    thread::Builder::new().name(name).spawn(|| thread.run())
}

impl Deref for Pool {
    type Target = ThreadPool;

    fn deref(&self) -> &ThreadPool {
        self.pool.as_ref().expect("it is there until the drop")
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let (pool, threads) = (self.pool.take(), mem::take(&mut self.threads));
        if self.process != process::id() {
            // It would wait for threads that do not exist here.
            mem::forget((pool, threads));
            return;
        }
        drop(pool);
        for thread in threads {
            // One that panicked has told whoever asked it to work.
            let _panicked = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Threads;
    use std::fs;
    use std::thread;

    /// Threads of the pool that the process has.
    fn alive() -> usize {
        let tasks = fs::read_dir("/proc/self/task").expect("Linux").flatten();
        let names = tasks.filter_map(|task| fs::read_to_string(task.path().join("comm")).ok());
        names.filter(|name| name.starts_with("traffic-query")).count()
    }

    #[test]
    fn threads_are_gone_when_the_pool_is() {
        if thread::available_parallelism().map_or(1, usize::from) == 1 {
            return;
        }
        for _ in 0..50 {
            let threads = Threads::default();
            let pool = threads.get().expect("a pool");
            assert_eq!(pool.install(|| 1 + 1), 2);
            assert!(alive() > 0);
            drop(pool);
            drop(threads);
            // A thread that was joined is listed for a moment more.
            let listed = || (0..1_000).all(|_| alive() > 0);
            assert!(!listed());
        }
    }
}

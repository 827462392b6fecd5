//! What this process has open; a forked child begins anew.
//!
//! A fork copies the memory but only one thread: a lock that another thread held stays locked in
//! the child for ever. So the child does not touch what its parent had open; the handles of that
//! are told apart by the number of the process in them.

use crate::failure::Failure;
use crate::handle::{Registry, te_engine, te_pieces, te_rows, te_string};
use crate::log::Log;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

/// What a process has open.
pub(crate) struct Process {
    /// How many forks there were on the way here, from 1.
    pub(crate) number: u64,
    pub(crate) engines: Registry<te_engine>,
    pub(crate) rows: Registry<te_rows>,
    pub(crate) strings: Registry<te_string>,
    pub(crate) pieces: Registry<te_pieces>,
    pub(crate) log: Log,
    /// Out of use, yet not lost: leak checkers look for what nobody points to.
    #[expect(dead_code, reason = "it only has to be there")]
    parent: Option<&'static Self>,
}

static NUMBER: AtomicU64 = AtomicU64::new(1);
static CURRENT: AtomicPtr<Process> = AtomicPtr::new(ptr::null_mut());

/// This process.
pub(crate) fn current() -> &'static Process {
    let number = NUMBER.load(Ordering::Acquire);
    let known = CURRENT.load(Ordering::Acquire);
    // SAFETY: only `Box::into_raw` gave what is stored here, and none of it is ever freed.
    let process: Option<&'static Process> = unsafe { known.as_ref() };
    match process {
        Some(process) if process.number == number => process,
        parent => begin(known, Process::new(number, parent)),
    }
}

fn begin(known: *mut Process, process: Process) -> &'static Process {
    let fresh = Box::into_raw(Box::new(process));
    match CURRENT.compare_exchange(known, fresh, Ordering::AcqRel, Ordering::Acquire) {
        // SAFETY: `fresh` was made above and is freed by nobody.
        Ok(_) => unsafe { &*fresh },
        Err(_) => {
            // SAFETY: nobody but this thread has seen `fresh`.
            drop(unsafe { Box::from_raw(fresh) });
            current()
        }
    }
}

impl Process {
    fn new(number: u64, parent: Option<&'static Self>) -> Self {
        Self {
            number,
            engines: Registry::default(),
            rows: Registry::default(),
            strings: Registry::default(),
            pieces: Registry::default(),
            log: Log::default(),
            parent,
        }
    }
}

/// From now on a fork is noticed.
///
/// # Errors
/// [`Failure::Internal`] where the system has no memory for it.
pub(crate) fn watch_for_forks() -> Result<(), Failure> {
    static WATCHED: OnceLock<i32> = OnceLock::new();
    let refused = *WATCHED.get_or_init(|| {
        // SAFETY: `forked` lives as long as this library, which unregisters it when it is unloaded,
        // and does nothing that a child must not do.
        unsafe { libc::pthread_atfork(None, None, Some(forked)) }
    });
    match refused {
        0 => Ok(()),
        error => {
            Err(Failure::Internal(format!("the system cannot watch for forks: error {error}")))
        }
    }
}

/// In the child, right after the fork.
unsafe extern "C" fn forked() {
    NUMBER.fetch_add(1, Ordering::AcqRel);
}

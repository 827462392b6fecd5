//! What this process has open; a forked child begins anew.
//!
//! A fork copies the memory but only one thread: a lock that another thread held stays locked in
//! the child for ever, and neither SQLite nor we could tell. So a child whose parent was busy, or
//! might have been, uses nothing of this library; any other begins anew, and the handles of its
//! parent are told apart by the number of the process in them.

use crate::failure::Failure;
use crate::handle::{Registry, te_engine, te_pieces, te_rows, te_string};
use crate::log::Log;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering};

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
    if BUSY.load(Ordering::Acquire) > 0 {
        LOST.store(true, Ordering::Release);
    }
}

/// Calls under way and engines that are open.
static BUSY: AtomicU64 = AtomicU64::new(0);

/// Whether this process was forked from a busy one.
static LOST: AtomicBool = AtomicBool::new(false);

/// As long as it lives, a fork leaves a child that cannot use the library.
pub(crate) struct Busy(());

impl Busy {
    /// # Errors
    /// [`Failure::ForkedBusy`] in such a child.
    pub(crate) fn begin() -> Result<Self, Failure> {
        if LOST.load(Ordering::Acquire) {
            return Err(Failure::ForkedBusy);
        }
        BUSY.fetch_add(1, Ordering::AcqRel);
        Ok(Self(()))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        BUSY.fetch_sub(1, Ordering::AcqRel);
    }
}

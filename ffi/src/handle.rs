//! Handles: numbers that stand for what the library holds, and that are known to be stale.

use crate::failure::Failure;
use crate::json::Pieces;
use crate::process::{self, Process};
use crate::rows::Rows;
use slotmap::{DefaultKey, Key, KeyData, SlotMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// An open engine. What is inside is the library's business.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct te_engine {
    id: u64,
    process: u64,
}

/// The rows of an answer. What is inside is the library's business.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct te_rows {
    id: u64,
    process: u64,
}

/// A text that the library holds. What is inside is the library's business.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct te_string {
    id: u64,
    process: u64,
}

/// A text that comes in pieces. What is inside is the library's business.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct te_pieces {
    id: u64,
    process: u64,
}

/// A handle and what it stands for.
pub(crate) trait Handle: Copy {
    /// What messages call it.
    const WHAT: &'static str;
    /// What it stands for.
    type Value;

    fn of(id: u64, process: u64) -> Self;
    fn id(self) -> u64;
    fn process(self) -> u64;
    fn registry(process: &Process) -> &Registry<Self>;
}

macro_rules! handles {
    ($($handle:ident, $what:literal, $value:ty, $registry:ident;)*) => {
        $(
            impl Handle for $handle {
                const WHAT: &'static str = $what;
                type Value = $value;

                fn of(id: u64, process: u64) -> Self {
                    Self { id, process }
                }

                fn id(self) -> u64 {
                    self.id
                }

                fn process(self) -> u64 {
                    self.process
                }

                fn registry(process: &Process) -> &Registry<Self> {
                    &process.$registry
                }
            }
        )*
    };
}

handles! {
    te_engine, "engine", crate::engine::Opened, engines;
    te_rows, "list of rows", Rows, rows;
    te_string, "string", String, strings;
    te_pieces, "list of pieces", Pieces, pieces;
}

/// What the handles of one kind stand for. Each place counts how often it was given out, so that a
/// stale handle is known by its number.
pub(crate) struct Registry<H: Handle>(RwLock<SlotMap<DefaultKey, Arc<H::Value>>>);

impl<H: Handle> Default for Registry<H> {
    fn default() -> Self {
        Self(RwLock::new(SlotMap::new()))
    }
}

impl<H: Handle> Registry<H> {
    fn read(&self) -> RwLockReadGuard<'_, SlotMap<DefaultKey, Arc<H::Value>>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, SlotMap<DefaultKey, Arc<H::Value>>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(id: u64) -> DefaultKey {
    KeyData::from_ffi(id).into()
}

/// A handle for `value`.
pub(crate) fn give<H: Handle>(value: H::Value) -> H {
    let process = process::current();
    let key = H::registry(process).write().insert(Arc::new(value));
    H::of(key.data().as_ffi(), process.number)
}

/// What `handle` stands for; it stays while it is used, whoever closes the handle meanwhile.
///
/// # Errors
/// [`Failure::Closed`] and [`Failure::Forked`].
pub(crate) fn find<H: Handle>(handle: H) -> Result<Arc<H::Value>, Failure> {
    let process = owner(handle)?;
    let value = H::registry(process).read().get(key(handle.id())).cloned();
    value.ok_or(Failure::Closed { what: H::WHAT })
}

/// Takes back what `handle` stands for. It is gone when the last call that uses it returns.
///
/// # Errors
/// [`Failure::Closed`] and [`Failure::Forked`].
pub(crate) fn close<H: Handle>(handle: H) -> Result<(), Failure> {
    let process = owner(handle)?;
    // Not dropped under the lock: an engine may have to wait for its threads.
    let value = H::registry(process).write().remove(key(handle.id()));
    value.map(drop).ok_or(Failure::Closed { what: H::WHAT })
}

fn owner<H: Handle>(handle: H) -> Result<&'static Process, Failure> {
    let process = process::current();
    match handle.process() {
        number if number == process.number => Ok(process),
        0 => Err(Failure::Closed { what: H::WHAT }),
        number if number < process.number => Err(Failure::Forked { what: H::WHAT }),
        _ => Err(Failure::Closed { what: H::WHAT }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused<H: Handle>(handle: H) -> Failure {
        find(handle).err().expect("a refusal")
    }

    #[test]
    fn a_handle_is_good_until_it_is_closed_and_never_again() {
        let first: te_string = give("first".to_owned());
        assert_eq!(find(first).expect("open").as_str(), "first");
        close(first).expect("open");
        // It takes the place of the first.
        let second: te_string = give("second".to_owned());
        assert!(matches!(refused(first), Failure::Closed { .. }));
        assert!(matches!(close(first), Err(Failure::Closed { .. })));
        assert_eq!(find(second).expect("open").as_str(), "second");
        close(second).expect("open");
    }

    #[test]
    fn handles_of_nothing_are_refused() {
        for id in [0, 1, u64::MAX, 1 << 32, (1 << 32) | 77] {
            for process in [0, 1, 2, u64::MAX] {
                let handle = te_rows::of(id, process);
                assert!(matches!(refused(handle), Failure::Closed { .. }), "{handle:?}");
            }
        }
    }

    #[test]
    fn what_is_closed_while_it_is_used_stays_until_then() {
        let handle: te_string = give("text".to_owned());
        let used = find(handle).expect("open");
        close(handle).expect("open");
        assert_eq!((used.as_str(), Arc::strong_count(&used)), ("text", 1));
    }
}

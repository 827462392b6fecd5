//! Why a call failed, and what the thread that made it can read about it.

use crate::status::te_status;
use std::cell::RefCell;
use std::ffi::{CString, c_char};
use thiserror::Error;
use traffic_engine::EngineError;

/// Why a call failed.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// The engine's.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A pointer that must not be null.
    #[error("{argument} is null; pass what the header asks for")]
    Null { argument: &'static str },
    /// A text that is not UTF-8.
    #[error("{argument} is not valid UTF-8: byte {at} is wrong; encode it as UTF-8")]
    Utf8 { argument: &'static str, at: usize },
    /// A size that cannot be.
    #[error("the size of {argument} is {given}; {wanted}")]
    Size { argument: &'static str, given: usize, wanted: &'static str },
    /// A handle of nothing.
    #[error("this {what} is closed or was never open; close each once, after its last use")]
    Closed { what: &'static str },
    /// A handle of another process.
    #[error("this {what} belongs to the process that this one was forked from; use one of its own")]
    Forked { what: &'static str },
    /// A child of a busy process.
    #[error(
        "this process was forked while an engine was open, so it cannot use the library; close \
         engines before a fork, or open them after it"
    )]
    ForkedBusy,
    /// Rows of another kind.
    #[error("these rows are {are}; call {call} for them")]
    WrongRows { are: &'static str, call: &'static str },
    /// A panic, or a system that refuses what it hardly ever refuses.
    #[error("{0}")]
    Internal(String),
}

impl Failure {
    pub(crate) fn status(&self) -> te_status {
        match self {
            Self::Engine(error) => error.code().into(),
            Self::Null { .. } => te_status::NullArgument,
            Self::Utf8 { .. } => te_status::BadUtf8,
            Self::Size { .. } => te_status::BadSize,
            Self::Closed { .. } => te_status::ClosedHandle,
            Self::Forked { .. } | Self::ForkedBusy => te_status::Forked,
            Self::WrongRows { .. } => te_status::WrongRows,
            Self::Internal(_) => te_status::Internal,
        }
    }

    /// True when the host could have known.
    pub(crate) fn is_usage(&self) -> bool {
        match self {
            Self::Engine(error) => error.is_usage(),
            Self::Internal(_) => false,
            Self::Null { .. }
            | Self::Utf8 { .. }
            | Self::Size { .. }
            | Self::Closed { .. }
            | Self::Forked { .. }
            | Self::ForkedBusy
            | Self::WrongRows { .. } => true,
        }
    }
}

thread_local! {
    static LAST: RefCell<CString> = RefCell::default();
}

/// Keeps the message for the thread that made the call.
pub(crate) fn remember(message: &str) {
    // A name in the message may hold what C takes for the end of the text.
    let text: Vec<u8> = message.bytes().filter(|&byte| byte != 0).collect();
    let text = CString::new(text).expect("the zero bytes are gone");
    LAST.with(|last| *last.borrow_mut() = text);
}

/// What the last failed call of this thread failed of, where, and how to mend it; empty where none
/// has failed. Never fails. The text is replaced by the next call of this thread that fails, and
/// gone with the thread; a call that succeeds leaves it.
#[unsafe(no_mangle)]
pub extern "C" fn te_last_error() -> *const c_char {
    LAST.with(|last| last.borrow().as_ptr())
}

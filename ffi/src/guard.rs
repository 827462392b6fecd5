//! What stands around every call: failures become statuses, and no panic gets past.

use crate::failure::{Failure, remember};
use crate::process::Busy;
use crate::status::te_status;
use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};
use std::sync::Once;
use std::thread;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// The status of `call`. Where it is not `Ok`, the thread can read why.
///
/// What a panic interrupts stays usable: the engine's locks protect values that are replaced whole.
pub(crate) fn guard(call: impl FnOnce() -> Result<(), Failure>) -> te_status {
    let _busy = match Busy::begin() {
        Ok(busy) => busy,
        // Nothing is told to the log: it has locks too.
        Err(failure) => {
            remember(&failure.to_string());
            return failure.status();
        }
    };
    quiet_panics();
    let outer = INSIDE.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        panic_if_tested();
        call()
    }));
    INSIDE.set(outer);
    match outcome {
        Ok(Ok(())) => te_status::Ok,
        Ok(Err(failure)) => failed(&failure),
        Err(panic) => failed(&Failure::Internal(told(&*panic))),
    }
}

fn failed(failure: &Failure) -> te_status {
    let (status, message) = (failure.status(), failure.to_string());
    match failure {
        Failure::Internal(_) => tracing::error!("{message}"),
        _ if failure.is_usage() => tracing::debug!("{message}"),
        _ => tracing::warn!("{message}"),
    }
    // Last: whoever the log tells may make a call that fails too.
    remember(&message);
    status
}

fn told(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let text = text.unwrap_or("without a message");
    format!("panic: {text}; this is a defect of the library, please report it")
}

/// A library has no business on the host's standard error: what panics in a call is told by the
/// call, what panics beside goes to the log. Other panics of a Rust host are left to it.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let others = take_hook();
        set_hook(Box::new(move |panic: &PanicHookInfo<'_>| {
            if INSIDE.get() || is_ours(thread::current().name()) {
                tracing::error!("{panic}");
            } else {
                others(panic);
            }
        }));
    });
}

fn is_ours(thread: Option<&str>) -> bool {
    thread.is_some_and(|name| name.starts_with("traffic-"))
}

/// No input leads to a panic that we know of, so the tests have this way. What is released does not.
fn panic_if_tested() {
    #[cfg(debug_assertions)]
    if std::env::var_os("TRAFFIC_ENGINE_TEST_PANIC").is_some() {
        panic!("the tests asked for it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_status() {
        assert_eq!(guard(|| panic!("on purpose")), te_status::Internal);
        assert_eq!(guard(|| std::panic::panic_any(5)), te_status::Internal);
        assert_eq!(guard(|| Ok(())), te_status::Ok);
    }
}

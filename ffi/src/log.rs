//! What goes on, told to a function of the program.

use crate::guard::guard;
use crate::process::{self, watch_for_forks};
use crate::status::te_status;
use crate::text::te_text;
use std::cell::Cell;
use std::ffi::c_void;
use std::fmt::{self, Write};
use std::sync::{Once, PoisonError, RwLock};
use tracing::field::{Field, Visit};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber, span};

/// How much a message matters.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum te_log_level {
    /// A defect.
    Error = 1,
    /// Something is in trouble, and somebody should look.
    Warn = 2,
    /// Something began or ended.
    Info = 3,
    /// A call was refused.
    Debug = 4,
}

/// Is told a message; `message` stays for the length of the call. It may come from any thread, also
/// from several at once. It may call the library, which tells it nothing of those calls; te_close
/// then does not wait for what the engine does beside the calls, which ends soon after.
pub type te_log_callback =
    Option<unsafe extern "C" fn(level: te_log_level, message: te_text, user_data: *mut c_void)>;

/// Who is told.
#[derive(Default)]
pub(crate) struct Log(RwLock<Option<Listener>>);

#[derive(Clone, Copy)]
struct Listener {
    call: unsafe extern "C" fn(te_log_level, te_text, *mut c_void),
    user_data: *mut c_void,
    max_level: i32,
}

// SAFETY: the pointer is the program's; the header says that it is handed to any thread.
unsafe impl Send for Listener {}
// SAFETY: as above.
unsafe impl Sync for Listener {}

/// Tells `callback` what goes on, up to `max_level`, one of te_log_level; a null callback ends
/// that. There is one for the process; a forked child begins with none. Calls that are under way
/// may still tell the callback that was set when they began: keep `user_data` until they returned.
/// No message holds a password.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_set_log(
    callback: te_log_callback,
    user_data: *mut c_void,
    max_level: i32,
) -> te_status {
    guard(|| {
        // Also without any engine: a child must not tell the callback of its parent.
        watch_for_forks()?;
        install();
        let listener = callback.map(|call| Listener { call, user_data, max_level });
        let log = &process::current().log.0;
        *log.write().unwrap_or_else(PoisonError::into_inner) = listener;
        Ok(())
    })
}

/// Makes the messages of this library, of which there is one copy in a program, ours.
fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // A Rust program that has its own sees them there.
        let _taken = tracing::subscriber::set_global_default(Teller);
    });
}

fn listener(level: te_log_level) -> Option<Listener> {
    let log = process::current().log.0.read().unwrap_or_else(PoisonError::into_inner);
    (*log).filter(|listener| level as i32 <= listener.max_level)
}

fn level_of(level: &Level) -> Option<te_log_level> {
    match *level {
        Level::ERROR => Some(te_log_level::Error),
        Level::WARN => Some(te_log_level::Warn),
        Level::INFO => Some(te_log_level::Info),
        Level::DEBUG => Some(te_log_level::Debug),
        _ => None,
    }
}

thread_local! {
    static TELLING: Cell<bool> = const { Cell::new(false) };
}

/// True while this thread is inside the callback, or would be told nothing for the same reason.
pub(crate) fn is_telling() -> bool {
    TELLING.get()
}

/// Hands events to the listener.
struct Teller;

impl Subscriber for Teller {
    /// Who listens changes, so each event asks.
    fn register_callsite(&self, _metadata: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        !TELLING.get() && level_of(metadata.level()).is_some_and(|level| listener(level).is_some())
    }

    fn event(&self, event: &Event<'_>) {
        let Some(level) = level_of(event.metadata().level()) else {
            return;
        };
        let Some(Listener { call, user_data, .. }) = listener(level) else {
            return;
        };
        let mut message = Message(String::new());
        event.record(&mut message);
        TELLING.set(true);
        // SAFETY: `te_set_log` was given a function of this type, and no lock is held.
        unsafe { call(level, te_text::of(&message.0), user_data) };
        TELLING.set(false);
    }

    fn new_span(&self, _span: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _span: &span::Id, _values: &span::Record<'_>) {}

    fn record_follows_from(&self, _span: &span::Id, _follows: &span::Id) {}

    fn enter(&self, _span: &span::Id) {}

    fn exit(&self, _span: &span::Id) {}
}

/// An event as one line.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let written = if field.name() == "message" {
            write!(self.0, "{value:?}")
        } else {
            write!(self.0, " {}={value:?}", field.name())
        };
        written.expect("a string takes everything");
    }
}

//! A connection kept for the next view.

use super::connect::Link;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Servers close idle connections after a while (`wait_timeout`, rarely below a minute), and a
/// host that asks seldom should not hold one.
const KEPT_FOR: Duration = Duration::from_secs(300);

/// Holds one connection that nobody uses.
#[derive(Default)]
pub(super) struct Idle(Mutex<Option<Kept>>);

struct Kept {
    process: u32,
    since: Instant,
    link: Link,
}

impl Idle {
    /// The connection, if there is one that this process made not long ago.
    pub(super) fn take(&self) -> Option<Link> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        if kept.process != std::process::id() {
            // It belongs to the parent, and closing it here would end it there.
            std::mem::forget(kept);
            return None;
        }
        (kept.since.elapsed() < KEPT_FOR).then_some(kept.link)
    }

    /// Keeps a connection on which nothing is under way.
    pub(super) fn give(&self, link: Link) {
        if !link.is_sound() {
            return;
        }
        let kept = Kept { process: std::process::id(), since: Instant::now(), link };
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).replace(kept);
        if let Some(before) = before
            && before.process != std::process::id()
        {
            std::mem::forget(before);
        }
    }
}

impl std::fmt::Debug for Idle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Idle")
    }
}

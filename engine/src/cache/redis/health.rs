//! Whether Redis is there, and what was said about it.

use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So many questions in a row that are not answered in time: Redis is too slow. One alone may be
/// the fault of a busy machine.
const LATE_MAX: u32 = 3;

/// What was said once is not said again so soon, should Redis come and go.
const SILENCE: Duration = Duration::from_secs(600);

/// A Redis that takes no more is not offered anything for so long.
const FULL_MS: i64 = 1_000;

/// A link begins as neither of these: it is being connected, and nobody knows yet.
const UP: u8 = 1;
const DOWN: u8 = 2;

/// Whether Redis is there. All threads of a process share it.
#[derive(Default)]
pub(super) struct Health {
    state: AtomicU8,
    /// Questions in a row that were not answered in time.
    late: AtomicU32,
    outages: AtomicU64,
    /// How often it came, the first time included.
    arrivals: AtomicU64,
    /// Until when it is taken to be full.
    full_until_ms: AtomicI64,
    reason: Mutex<Option<String>>,
    said: Mutex<Option<(Instant, String)>>,
}

impl Health {
    pub(super) fn is_down(&self) -> bool {
        self.state.load(Ordering::Acquire) == DOWN
    }

    pub(super) fn is_up(&self) -> bool {
        self.state.load(Ordering::Acquire) == UP
    }

    pub(super) fn outages(&self) -> u64 {
        self.outages.load(Ordering::Relaxed)
    }

    pub(super) fn arrivals(&self) -> u64 {
        self.arrivals.load(Ordering::Acquire)
    }

    /// What is wrong, if anything is.
    pub(super) fn reason(&self) -> Option<String> {
        self.reason.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes that it answers; true where it did not before.
    pub(super) fn arrived(&self, place: &impl fmt::Display) -> bool {
        let before = self.state.swap(UP, Ordering::AcqRel);
        self.late.store(0, Ordering::Relaxed);
        if before == UP {
            return false;
        }
        self.note(None);
        self.arrivals.fetch_add(1, Ordering::AcqRel);
        if before == DOWN {
            tracing::info!("Redis at {place} answers again");
        }
        true
    }

    /// Notes that it is away; true where that is news.
    pub(super) fn left(&self, place: &impl fmt::Display, reason: &str) -> bool {
        if self.state.swap(DOWN, Ordering::AcqRel) == DOWN {
            return false;
        }
        self.outages.fetch_add(1, Ordering::Relaxed);
        self.note(Some(reason));
        if self.is_worth_saying(reason) {
            tracing::warn!(
                "Redis at {place} is away: {reason}; answers are kept in this process alone until it is back"
            );
        }
        true
    }

    /// Notes that it answered in time.
    pub(super) fn in_time(&self) {
        // A load is cheaper than a store that others have to see.
        if self.late.load(Ordering::Relaxed) != 0 {
            self.late.store(0, Ordering::Relaxed);
        }
    }

    /// Notes that it did not; true where that was once too often.
    pub(super) fn late(&self) -> bool {
        self.late.fetch_add(1, Ordering::Relaxed) + 1 >= LATE_MAX
    }

    /// Notes that it takes nothing at present.
    pub(super) fn full(&self, place: &impl fmt::Display, reason: &str, now_ms: i64) {
        self.full_until_ms.store(now_ms.saturating_add(FULL_MS), Ordering::Relaxed);
        self.note(Some(reason));
        if self.is_worth_saying(reason) {
            tracing::warn!("Redis at {place} takes no more: {reason}; what it has is still read");
        }
    }

    /// Notes that it took something.
    pub(super) fn took(&self) {
        if self.full_until_ms.swap(0, Ordering::Relaxed) != 0 {
            self.note(None);
        }
    }

    pub(super) fn is_full(&self, now_ms: i64) -> bool {
        now_ms < self.full_until_ms.load(Ordering::Relaxed)
    }

    fn note(&self, reason: Option<&str>) {
        *self.reason.lock().unwrap_or_else(PoisonError::into_inner) = reason.map(str::to_owned);
    }

    fn is_worth_saying(&self, reason: &str) -> bool {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known =
            said.as_ref().is_some_and(|(at, known)| at.elapsed() < SILENCE && known == reason);
        if !is_known {
            *said = Some((Instant::now(), reason.to_owned()));
        }
        !is_known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_noticed_once() {
        let health = Health::default();
        assert!(health.arrived(&"here"));
        assert!(health.left(&"here", "gone"));
        assert!(!health.left(&"here", "gone") && !health.left(&"here", "still gone"));
        assert_eq!((health.outages(), health.reason().as_deref()), (1, Some("gone")));
        assert!(health.arrived(&"here") && !health.arrived(&"here"));
        assert_eq!((health.arrivals(), health.reason()), (2, None));
    }

    #[test]
    fn one_late_answer_is_no_outage() {
        let health = Health::default();
        assert!(!health.late() && !health.late());
        health.in_time();
        assert!(!health.late() && !health.late() && health.late());
    }

    #[test]
    fn what_was_said_is_not_said_again_at_once() {
        let health = Health::default();
        assert!(health.is_worth_saying("slow") && !health.is_worth_saying("slow"));
        assert!(health.is_worth_saying("gone"));
    }
}

//! How long a question may take.

use std::time::{Duration, Instant};
use thiserror::Error;

/// A question that takes longer than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the answer takes longer than a question may; ask for less, or raise query_timeout_ms")]
pub struct TookTooLong;

/// The moment at which whoever asked has no use for an answer any longer, if there is one.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    /// The end of a question that begins now.
    pub(crate) fn of(timeout: Option<Duration>) -> Self {
        // One that no clock can tell is none.
        Self(timeout.and_then(|timeout| Instant::now().checked_add(timeout)))
    }

    /// The moment itself.
    pub(crate) fn moment(self) -> Option<Instant> {
        self.0
    }

    /// Refuses to go on once it is over.
    pub(crate) fn lets(self) -> Result<(), TookTooLong> {
        match self.0 {
            Some(end) if Instant::now() >= end => Err(TookTooLong),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_does_not_go_on() {
        assert_eq!(Deadline::of(Some(Duration::ZERO)).lets(), Err(TookTooLong));
        assert_eq!(Deadline::of(Some(Duration::from_secs(60))).lets(), Ok(()));
        assert_eq!(Deadline::of(Some(Duration::MAX)).lets(), Ok(()));
        assert_eq!(Deadline::of(None).lets(), Ok(()));
    }
}

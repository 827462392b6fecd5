//! How long to wait for a database.

use std::time::{Duration, Instant};

/// A server that has not let us in within this time counts as unreachable.
const CONNECT_WAIT: Duration = Duration::from_secs(10);

const SILENCE_MIN: Duration = Duration::from_millis(100);

/// How long to wait for a database before it counts as away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// To be let in.
    pub connect: Duration,
    /// Without a sign of progress: no answer, and no word that the server is working on one.
    pub silence: Duration,
    /// The moment at which whoever asks has no use for an answer any longer.
    pub until: Option<Instant>,
}

impl Default for Patience {
    /// Ten seconds without progress, and no end.
    fn default() -> Self {
        Self { connect: CONNECT_WAIT, silence: Duration::from_secs(10), until: None }
    }
}

impl Patience {
    /// The same, but for so long without a sign of progress.
    #[must_use]
    pub fn for_silence(self, silence: Duration) -> Self {
        // Less than that is mistaken for silence by chance.
        Self { silence: silence.max(SILENCE_MIN), ..self }
    }

    /// The same, but no longer than `longest` without progress.
    #[must_use]
    pub fn at_most(self, longest: Duration) -> Self {
        Self {
            connect: self.connect.min(longest),
            silence: self.silence.min(longest),
            until: self.until,
        }
    }

    /// The same, whoever asks.
    #[must_use]
    pub fn without_end(self) -> Self {
        Self { until: None, ..self }
    }

    /// What is left until the end, `Duration::MAX` where there is none.
    pub(super) fn left(&self) -> Duration {
        self.until.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()))
    }
}

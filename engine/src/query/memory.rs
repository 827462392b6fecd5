//! What a question may hold in private memory.

use thiserror::Error;

const MB: usize = 1_000_000;

/// Parts of a question that are worked on at once hold no more together, so that the memory of a
/// question does not grow with the cores: for 200 000 users and 200 nodes two parts, of 14 MB each.
const PARTS_BYTES_MAX: usize = 40 * MB;

/// A question that would hold more than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "the answer would take about {needed_mb} MB of memory, but memory_limit_mb is {limit_mb}; \
     narrow the range or raise the limit"
)]
pub struct MemoryError {
    /// MB of 10⁶ bytes that it would take, as far as could be seen.
    pub needed_mb: u64,
    /// MB that it may take.
    pub limit_mb: u64,
}

/// The memory of a question: a limit, and what is held already.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    limit: usize,
    held: usize,
    parts: usize,
}

impl Memory {
    pub(crate) fn limited_to(limit_mb: u64) -> Self {
        let limit = usize::try_from(limit_mb).unwrap_or(usize::MAX).saturating_mul(MB);
        Self { limit, held: 0, parts: 1 }
    }

    /// How many parts of a question may be held at once, each of at least `bytes`: as many as are
    /// wanted, as long as they take no more than half of what is left.
    pub(crate) fn parts(self, bytes: usize, wanted: usize) -> usize {
        let room = (self.limit.saturating_sub(self.held) / 2).min(PARTS_BYTES_MAX);
        (room / bytes.max(1)).clamp(1, wanted.max(1))
    }

    /// What is left for each of `parts` that are held at once.
    pub(crate) fn shared_by(self, parts: usize) -> Self {
        Self { parts: parts.max(1), ..self }
    }

    /// Holds on to `bytes` until the end.
    pub(crate) fn hold(&mut self, bytes: usize) -> Result<(), MemoryError> {
        self.held += bytes;
        self.lets(0, 1, 1)
    }

    /// Refuses `bytes` more, held after `done` of `total` rows, where those of all rows would be
    /// too much. Sums grow no faster than the rows behind them.
    pub(crate) fn lets(self, bytes: usize, done: usize, total: usize) -> Result<(), MemoryError> {
        let now = self.held.saturating_add(bytes.saturating_mul(self.parts));
        if now <= self.limit {
            return Ok(());
        }
        let foreseen = (bytes as f64 * self.parts as f64) * (total as f64 / done.max(1) as f64);
        let needed = self.held + (foreseen as usize).max(bytes);
        Err(MemoryError {
            needed_mb: needed.div_ceil(MB) as u64,
            limit_mb: (self.limit / MB) as u64,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_share_what_a_question_may_hold() {
        assert_eq!(Memory::limited_to(80).parts(14 * MB, 2), 2);
        assert_eq!(Memory::limited_to(80).parts(14 * MB, 64), 2);
        assert_eq!(Memory::limited_to(80).parts(MB / 2, 64), 64);
        assert_eq!(Memory::limited_to(80).parts(72 * MB, 2), 1);
        assert_eq!(Memory::limited_to(u64::MAX).parts(0, 0), 1);
    }

    #[test]
    fn a_question_that_takes_too_much_is_told_the_figure() {
        let memory = Memory::limited_to(10);
        assert!(memory.lets(10 * MB, 1, 2).is_ok());
        let error = memory.lets(11 * MB, 1, 2).expect_err("too much");
        assert_eq!(error, MemoryError { needed_mb: 22, limit_mb: 10 });
        assert!(memory.shared_by(2).lets(6 * MB, 1, 1).is_err());
    }
}

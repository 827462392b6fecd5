//! From when to when something was used.

use crate::units::UnixSeconds;

/// Times of the first and last usage row; none yet by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    first: UnixSeconds,
    last: UnixSeconds,
}

impl Default for Span {
    /// Ends before it begins, so that widening it takes no branch.
    fn default() -> Self {
        Self { first: UnixSeconds::MAX, last: UnixSeconds::MIN }
    }
}

impl Span {
    /// The times of a first and last row.
    #[inline]
    pub(super) fn of(first: UnixSeconds, last: UnixSeconds) -> Self {
        Self { first, last }
    }

    /// Stretches to hold the times of another first and last row.
    #[inline]
    pub(super) fn widen(&mut self, (first, last): (UnixSeconds, UnixSeconds)) {
        self.first = self.first.min(first);
        self.last = self.last.max(last);
    }

    /// Stretches to hold another span.
    #[inline]
    pub(super) fn merge(&mut self, other: Self) {
        self.widen((other.first, other.last));
    }

    /// First and last, when there was a row.
    pub(super) fn ends(self) -> Option<(UnixSeconds, UnixSeconds)> {
        (self.first <= self.last).then_some((self.first, self.last))
    }
}

//! What was last found out about a generation.

use super::manifest::Manifest;
use crate::store::Mark;

/// A moment before all others.
const NEVER: u64 = 0;

/// How a generation compares with the database.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Confirmed {
    /// Wall clock when it was last known to hold every row there was.
    pub(super) at_ms: u64,
    /// Wall clock when its rows were last known to be those of the database.
    pub(super) verified_ms: u64,
    /// They were at `at_ms`.
    pub(super) whole: bool,
    /// What the server's counters said just before `at_ms`.
    pub(super) mark: Option<Mark>,
}

impl Confirmed {
    /// Equal to the database at that moment.
    pub(super) fn equal(at_ms: u64, mark: Option<Mark>) -> Self {
        Self { at_ms, verified_ms: at_ms, whole: true, mark }
    }

    /// What a generation says about itself.
    pub(super) fn by(manifest: &Manifest) -> Self {
        Self {
            at_ms: manifest.taken_ms,
            verified_ms: manifest.verified_ms,
            whole: manifest.whole,
            mark: manifest.mark.clone(),
        }
    }

    /// What of it can be believed at this moment: what a clock that was ahead said to be known in the
    /// future is not known.
    pub(super) fn believed_at(self, now_ms: u64) -> Self {
        let believed = |ms: u64| if ms <= now_ms { ms } else { NEVER };
        let whole = self.whole && self.at_ms <= now_ms;
        let verified_ms = believed(self.verified_ms).min(believed(self.at_ms));
        Self { at_ms: believed(self.at_ms), verified_ms, whole, ..self }
    }

    /// The same a moment later, where `glance` proves that nothing was written in between.
    pub(super) fn confirmed_by(&self, glance: Option<&Mark>, at_ms: u64) -> Option<Self> {
        let (now, then) = (glance?, self.mark.as_ref()?);
        if self.at_ms == NEVER {
            return None;
        }
        let mark = match now.proves_equal(then) {
            true => then.clone(),
            // The server was busy with its own pages, or nothing was written that we read.
            false if self.whole => now.settled_by(then)?,
            false => return None,
        };
        let verified_ms = if self.whole { at_ms } else { self.verified_ms };
        Some(Self { at_ms, verified_ms, mark: Some(mark), ..self.clone() })
    }

    /// True when `glance` tells how many rows were inserted since, and that nothing else was done.
    pub(super) fn tells_inserts(&self, glance: &Mark) -> bool {
        self.at_ms != NEVER
            && self.mark.as_ref().is_some_and(|then| glance.inserts_since(then).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ServerRun;

    fn mark(lsn: u64) -> Mark {
        let run = ServerRun { identity: "a".to_owned(), started: 7 };
        Mark { run: Some(run), state: Some(format!("lsn {lsn}")), writes: None }
    }

    #[test]
    fn what_is_proven_is_as_fresh_as_the_proof() {
        let whole = Confirmed::equal(1_000, Some(mark(5)));
        let later = whole.confirmed_by(Some(&mark(5)), 2_000).expect("nothing was written");
        assert_eq!((later.at_ms, later.verified_ms, later.whole), (2_000, 2_000, true));
        assert_eq!(whole.confirmed_by(Some(&mark(6)), 2_000), None);
        let grown = Confirmed { verified_ms: 100, whole: false, ..whole };
        let later = grown.confirmed_by(Some(&mark(5)), 2_000).expect("nothing was written");
        assert_eq!((later.at_ms, later.verified_ms, later.whole), (2_000, 100, false));
    }

    #[test]
    fn what_is_known_in_the_future_is_not_known() {
        let ahead = Confirmed::equal(90_000, Some(mark(5))).believed_at(5_000);
        assert_eq!((ahead.at_ms, ahead.verified_ms, ahead.whole), (NEVER, NEVER, false));
        assert_eq!(ahead.confirmed_by(Some(&mark(5)), 5_000), None);
        let right = Confirmed::equal(4_000, Some(mark(5)));
        assert_eq!(right.clone().believed_at(5_000), right);
    }
}

//! What a database can prove about changes between two moments.

use serde::{Deserialize, Serialize};

/// Seconds by which two readings of a server's start may differ: both are whole seconds.
const START_TOLERANCE_S: i64 = 2;

/// What a database said about its changes so far, just before something was read from it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mark {
    /// Equal for two moments only if nothing at all was written between them.
    pub state: Option<String>,
    /// Rows written so far.
    pub writes: Option<Writes>,
}

/// Rows a server has written since it started, counted when they are written, not when they are
/// committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writes {
    /// When the server started, unix seconds.
    pub started: i64,
    /// Rows inserted in any table.
    pub inserted: u64,
    /// Rows updated or deleted in any table, and statements that change tables as a whole.
    pub changed: u64,
    /// No transaction was under way that had written a row, so everything counted can be seen.
    pub settled: bool,
}

impl Mark {
    /// True when nothing was written since `before`.
    pub fn proves_equal(&self, before: &Self) -> bool {
        self.state.is_some() && self.state == before.state
    }

    /// The number of rows inserted since `before` when it is certain that nothing else was written
    /// in between. They count towards any table, and need not be committed.
    pub fn inserts_since(&self, before: &Self) -> Option<u64> {
        let (now, then) = (self.writes?, before.writes?);
        let same_run = now.started.abs_diff(then.started) <= START_TOLERANCE_S.unsigned_abs();
        let only_inserts = same_run && then.settled && now.changed == then.changed;
        only_inserts.then(|| now.inserted.checked_sub(then.inserted))?
    }

    /// This mark after a glance that found no row written since `before`, which was settled: then
    /// this one is settled too, whatever the server did to its pages.
    pub fn settled_by(&self, before: &Self) -> Option<Self> {
        let nothing = self.inserts_since(before) == Some(0);
        nothing.then(|| Self { state: self.state.clone(), writes: before.writes })
    }

    /// Takes it that everything counted can be seen.
    pub fn settle(&mut self) {
        self.writes.iter_mut().for_each(|writes| writes.settled = true);
    }

    /// True when no row was written between this mark and a later one.
    pub fn is_still(&self, later: &Self) -> bool {
        self.writes
            .zip(later.writes)
            .is_some_and(|(a, b)| (a.inserted, a.changed) == (b.inserted, b.changed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(inserted: u64, changed: u64, settled: bool) -> Mark {
        let writes = Writes { started: 1_000, inserted, changed, settled };
        Mark { state: None, writes: Some(writes) }
    }

    #[test]
    fn only_a_settled_mark_proves_that_rows_were_only_inserted() {
        assert_eq!(mark(12, 3, false).inserts_since(&mark(10, 3, true)), Some(2));
        assert_eq!(mark(12, 3, true).inserts_since(&mark(10, 3, false)), None);
        assert_eq!(mark(12, 4, true).inserts_since(&mark(10, 3, true)), None);
        assert_eq!(mark(9, 3, true).inserts_since(&mark(10, 3, true)), None);
        assert_eq!(mark(9, 3, true).inserts_since(&Mark::default()), None);
    }

    #[test]
    fn a_glance_is_settled_where_no_row_was_written_since_a_settled_mark() {
        let glance = mark(10, 3, false);
        assert_eq!(glance.settled_by(&mark(10, 3, true)), Some(mark(10, 3, true)));
        assert_eq!(glance.settled_by(&mark(10, 3, false)), None);
        assert_eq!(glance.settled_by(&mark(9, 3, true)), None);
    }

    #[test]
    fn a_restart_proves_nothing() {
        let mut later = mark(12, 3, true);
        later.writes.iter_mut().for_each(|writes| writes.started += 60);
        assert_eq!(later.inserts_since(&mark(10, 3, true)), None);
    }

    #[test]
    fn an_unknown_state_equals_nothing() {
        assert!(!Mark::default().proves_equal(&Mark::default()));
        let state = Mark { state: Some("lsn 5".to_owned()), writes: None };
        assert!(state.proves_equal(&state.clone()));
    }
}

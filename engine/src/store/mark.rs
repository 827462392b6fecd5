//! What a database can prove about changes between two moments.

use serde::{Deserialize, Serialize};

/// Seconds by which two readings of a server's start may differ: both are whole seconds.
const START_TOLERANCE_S: i64 = 2;

/// What a database said about its changes so far, just before something was read from it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mark {
    /// Who said it: what another server says, or the same one after a restart, compares with
    /// nothing said before.
    pub run: Option<ServerRun>,
    /// Equal for two moments of one run only if nothing at all was written between them.
    pub state: Option<String>,
    /// Rows written so far.
    pub writes: Option<Writes>,
}

/// A server from one start to its end. A restored backup, a disk that was rolled back, a failover
/// and a container made anew are other runs, even where their counters say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerRun {
    /// What tells the server, or the file, from others.
    pub identity: String,
    /// When it started, unix seconds by our clock; 0 for a file.
    pub started: i64,
}

impl ServerRun {
    fn is_same(&self, other: &Self) -> bool {
        let apart_s = self.started.abs_diff(other.started);
        self.identity == other.identity && apart_s <= START_TOLERANCE_S.unsigned_abs()
    }
}

/// Rows a server has written since it started, counted when they are written, not when they are
/// committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writes {
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
        self.is_of_run(before) && self.state.is_some() && self.state == before.state
    }

    /// True when one run of one server said both.
    fn is_of_run(&self, before: &Self) -> bool {
        self.run.as_ref().zip(before.run.as_ref()).is_some_and(|(now, then)| now.is_same(then))
    }

    /// The number of rows inserted since `before` when it is certain that nothing else was written
    /// in between. They count towards any table, and need not be committed.
    pub fn inserts_since(&self, before: &Self) -> Option<u64> {
        let (now, then) = (self.writes?, before.writes?);
        let only_inserts = self.is_of_run(before) && then.settled && now.changed == then.changed;
        only_inserts.then(|| now.inserted.checked_sub(then.inserted))?
    }

    /// What is known after a glance that found no row written since `before`, which was settled: then
    /// this one is settled too, whatever the server did to its pages. The state stays that of
    /// `before`: a server reads its counters one after the other, and what is written meanwhile may
    /// be in the state and not in the number of rows.
    pub fn settled_by(&self, before: &Self) -> Option<Self> {
        let nothing = self.inserts_since(before) == Some(0);
        nothing.then(|| Self { writes: before.writes, state: before.state.clone(), ..self.clone() })
    }

    /// Takes it that everything counted can be seen.
    pub fn settle(&mut self) {
        self.writes.iter_mut().for_each(|writes| writes.settled = true);
    }

    /// True when no row was written between this mark and a later one.
    pub fn is_still(&self, later: &Self) -> bool {
        let writes = self.writes.zip(later.writes);
        self.is_of_run(later)
            && writes.is_some_and(|(a, b)| (a.inserted, a.changed) == (b.inserted, b.changed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(identity: &str, started: i64) -> Option<ServerRun> {
        Some(ServerRun { identity: identity.to_owned(), started })
    }

    fn mark(inserted: u64, changed: u64, settled: bool) -> Mark {
        let writes = Writes { inserted, changed, settled };
        Mark { run: run("a", 1_000), state: None, writes: Some(writes) }
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
        // What was written while the glance was taken is in its state alone.
        let (then, later) = ("lsn 5".to_owned(), "lsn 9".to_owned());
        let before = Mark { state: Some(then), ..mark(10, 3, true) };
        let settled = Mark { state: Some(later), ..glance.clone() }.settled_by(&before);
        assert_eq!(settled, Some(before));
        assert_eq!(glance.settled_by(&mark(10, 3, false)), None);
        assert_eq!(glance.settled_by(&mark(9, 3, true)), None);
    }

    #[test]
    fn another_run_proves_nothing() {
        let state = Some("lsn 57087".to_owned());
        let then = Mark { state, ..mark(10, 3, true) };
        assert!(then.proves_equal(&then));
        for other in [run("a", 1_060), run("b", 1_000), None] {
            let now = Mark { run: other.clone(), ..then.clone() };
            assert!(!now.proves_equal(&then), "{other:?}");
            assert_eq!(now.inserts_since(&then), None, "{other:?}");
        }
        // Both moments are whole seconds, and read one after the other.
        let now = Mark { run: run("a", 1_001), ..then.clone() };
        assert!(now.proves_equal(&then));
    }

    #[test]
    fn an_unknown_state_equals_nothing() {
        assert!(!Mark::default().proves_equal(&Mark::default()));
        assert!(!mark(1, 1, true).proves_equal(&mark(1, 1, true)));
    }
}

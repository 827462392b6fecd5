//! One computation at a time for each key among the threads of a process.

use super::Served;
use super::entry::Key;
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Who computes what. A forked child begins without: its parent's threads did not come along.
#[derive(Default)]
pub(super) struct Flights(Mutex<(u32, Known)>);

type Known = HashMap<(Box<str>, u64), Arc<Flight>>;

#[derive(Default)]
struct Flight {
    outcome: Mutex<Option<Outcome>>,
    landed: Condvar,
}

/// What a computation came to; nothing where it failed.
type Outcome = Option<Served>;

/// Who one is.
pub(super) enum Role<'a> {
    /// The one who computes.
    Leader(Leader<'a>),
    /// One who may wait for another's answer.
    Follower(Follower),
}

/// Tells the followers what came of it; also when it is dropped early, by a failure or a panic.
pub(super) struct Leader<'a> {
    flights: &'a Flights,
    key: (Box<str>, u64),
    flight: Arc<Flight>,
    outcome: Outcome,
}

/// Waits for the leader.
pub(super) struct Follower(Arc<Flight>);

impl Flights {
    /// Joins those who want the answer to `key`.
    pub(super) fn join(&self, key: Key<'_>) -> Role<'_> {
        let key = (Box::from(key.name), key.generation);
        let mut known = self.known();
        if let Some(flight) = known.1.get(&key) {
            return Role::Follower(Follower(Arc::clone(flight)));
        }
        let flight = Arc::<Flight>::default();
        known.1.insert(key.clone(), Arc::clone(&flight));
        Role::Leader(Leader { flights: self, key, flight, outcome: None })
    }

    fn known(&self) -> MutexGuard<'_, (u32, Known)> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let process = std::process::id();
        if known.0 != process {
            *known = (process, Known::new());
        }
        known
    }
}

impl Leader<'_> {
    /// Hands the answer to the followers.
    pub(super) fn land(mut self, served: &Served) {
        self.outcome = Some(served.clone());
    }
}

impl Drop for Leader<'_> {
    fn drop(&mut self) {
        self.flights.known().1.remove(&self.key);
        let mut outcome = self.flight.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        *outcome = Some(self.outcome.take());
        self.flight.landed.notify_all();
    }
}

impl Follower {
    /// The leader's answer; `None` where it has none.
    pub(super) fn wait(self) -> Option<Served> {
        let outcome = self.0.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        let landed = self.0.landed.wait_while(outcome, |it| it.is_none());
        landed.unwrap_or_else(PoisonError::into_inner).clone().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Tier;
    use std::thread;

    fn served() -> Served {
        Served {
            value: Arc::from(*b"x"),
            negative: false,
            tier: Tier::Computed,
            is_stale: false,
            age_ms: 0,
        }
    }

    #[test]
    fn followers_get_what_the_leader_has() {
        let flights = Flights::default();
        let Role::Leader(leader) = flights.join(Key::named("a")) else { panic!("nobody else") };
        let Role::Follower(follower) = flights.join(Key::named("a")) else { panic!("a leader") };
        assert!(matches!(flights.join(Key::named("a").at(1)), Role::Leader(_)));
        thread::scope(|scope| {
            let waiting = scope.spawn(|| follower.wait());
            leader.land(&served());
            assert_eq!(waiting.join().expect("no panic"), Some(served()));
        });
        assert!(matches!(flights.join(Key::named("a")), Role::Leader(_)));
    }

    #[test]
    fn a_leader_that_dies_keeps_nobody_waiting() {
        let flights = Flights::default();
        let Role::Leader(leader) = flights.join(Key::named("a")) else { panic!("nobody else") };
        let Role::Follower(follower) = flights.join(Key::named("a")) else { panic!("a leader") };
        drop(leader);
        assert_eq!(follower.wait(), None);
    }
}

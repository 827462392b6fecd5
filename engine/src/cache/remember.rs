//! Answers that are computed where they are not kept: once, whoever asks.

use super::entry::{Entry, Key, Worth};
use super::redis::{Budget, Shared};
use super::single_flight::Role;
use super::stats::Count;
use super::{Cache, Kind, Made, Served, Tier, served};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

/// A process that computes says so for this long. Should it die, nobody waits longer.
const LOCK_MS: u64 = 3_000;

/// Others wait for it no longer than this, and then compute themselves.
const LOCK_WAIT: Duration = Duration::from_millis(1_000);

/// They look whether it is done in pauses that begin and end with these.
const PAUSE_MIN: Duration = Duration::from_millis(5);
const PAUSE_MAX: Duration = Duration::from_millis(50);

/// Who computes an answer among the processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim {
    /// We do, and others know.
    Ours,
    /// Somebody else does.
    Theirs,
    /// Everybody may: there is no Redis to agree by.
    Free,
}

impl Cache {
    /// The answer that is kept under `key`, else what `compute` makes, which is kept.
    ///
    /// Of those who ask at once one computes and the others wait for it, also in other processes.
    /// Where a stale answer is at hand they do not wait but get that; so does the one who computes
    /// when it fails. Must not be called by `compute` for the same key.
    ///
    /// # Errors
    /// Those of `compute`, which are never kept.
    pub fn remember<E>(
        &self,
        key: Key<'_>,
        kind: &Kind<'_>,
        compute: impl FnOnce() -> Result<Made, E>,
    ) -> Result<Served, E> {
        let (mut budget, now_ms) = (self.budget(), self.config.clock.now_ms());
        let stale = match self.look(key, now_ms, &mut budget) {
            Some((entry, Worth::Fresh)) => return Ok(served(entry, Tier::Memory, false, now_ms)),
            stale => stale.map(|(entry, _)| served(entry, Tier::Memory, true, now_ms)),
        };
        let answer = match (self.flights.join(key), stale) {
            (Role::Follower(_), Some(stale)) => Ok(stale),
            (Role::Follower(follower), None) => match follower.wait() {
                Some(answer) => Ok(answer),
                // One after another would fail as the first did, so all try for themselves.
                None => self.computed(key, kind, &mut budget, compute),
            },
            (Role::Leader(leader), stale) => {
                let led = self.led(key, kind, stale, &mut budget, compute);
                if let Ok(answer) = &led {
                    leader.land(answer);
                }
                led
            }
        }?;
        self.tally.served(&answer);
        Ok(answer)
    }

    /// The answer, from the one thread of this process that sees to it.
    pub(super) fn led<E>(
        &self,
        key: Key<'_>,
        kind: &Kind<'_>,
        stale: Option<Served>,
        budget: &mut Budget,
        compute: impl FnOnce() -> Result<Made, E>,
    ) -> Result<Served, E> {
        let now_ms = self.config.clock.now_ms();
        let Some(shared) = &self.shared else {
            // Another thread may have led and landed since we looked.
            return match self.memory.peek(key, now_ms) {
                Some(entry) => Ok(served(entry, Tier::Memory, false, now_ms)),
                None => self.computed_or(key, kind, stale, budget, compute),
            };
        };
        let stale = match self.fetched(shared, key, budget) {
            Some((entry, Worth::Fresh)) => return Ok(served(entry, Tier::Redis, false, now_ms)),
            Some((entry, _)) => Some(served(entry, Tier::Redis, true, now_ms)),
            None => stale,
        };
        let (claim, stale) = match (self.claim(shared, key, budget), stale) {
            (Claim::Theirs, Some(stale)) => return Ok(stale),
            (Claim::Theirs, None) => match self.awaited(shared, key) {
                Ok(entry) => return Ok(served(entry, Tier::Redis, false, now_ms)),
                Err(claim) => (claim, None),
            },
            (claim, stale) => (claim, stale),
        };
        let answer = self.computed_or(key, kind, stale, budget, compute);
        if claim == Claim::Ours {
            shared.unlock(key.name);
        }
        answer
    }

    /// What `compute` makes; `stale`, where there is one, when it fails.
    fn computed_or<E>(
        &self,
        key: Key<'_>,
        kind: &Kind<'_>,
        stale: Option<Served>,
        budget: &mut Budget,
        compute: impl FnOnce() -> Result<Made, E>,
    ) -> Result<Served, E> {
        match (self.computed(key, kind, budget, compute), stale) {
            (Err(_), Some(stale)) => Ok(stale),
            (outcome, _) => outcome,
        }
    }

    /// What `compute` makes, kept unless something was invalidated meanwhile: it may be older than
    /// that.
    fn computed<E>(
        &self,
        key: Key<'_>,
        kind: &Kind<'_>,
        budget: &mut Budget,
        compute: impl FnOnce() -> Result<Made, E>,
    ) -> Result<Served, E> {
        let before = self.invalidations.load(Ordering::Acquire);
        let entry = self.entry(compute()?, kind);
        if let Some(shared) = &self.shared {
            self.learn(shared, self.config.clock.now_ms(), budget);
        }
        if self.invalidations.load(Ordering::Acquire) == before {
            self.keep(key.name, &entry, budget);
        }
        if self.invalidations.load(Ordering::Acquire) != before {
            self.memory.remove(key.name);
        }
        Ok(served(entry, Tier::Computed, false, 0))
    }

    /// What Redis keeps under `key`; from now on memory does as well.
    pub(super) fn fetched(
        &self,
        shared: &Shared,
        key: Key<'_>,
        budget: &mut Budget,
    ) -> Option<(Entry, Worth)> {
        let (before, now_ms) =
            (self.invalidations.load(Ordering::Acquire), self.config.clock.now_ms());
        let found = shared.get(key.name, now_ms, budget).ok().flatten()?;
        let Ok(entry) = found else {
            self.tally.add(Count::Refused);
            return None;
        };
        let worth = entry.worth(key.generation, now_ms);
        if worth == Worth::Nothing {
            return None;
        }
        self.memory.set(key.name, entry.clone());
        if self.invalidations.load(Ordering::Acquire) != before {
            self.memory.remove(key.name);
        }
        Some((entry, worth))
    }

    fn claim(&self, shared: &Shared, key: Key<'_>, budget: &mut Budget) -> Claim {
        match shared.lock(key.name, LOCK_MS, budget) {
            Ok(true) => Claim::Ours,
            Ok(false) => Claim::Theirs,
            Err(_) => Claim::Free,
        }
    }

    /// What another process makes of `key`, unless it takes too long or fails; then who computes.
    fn awaited(&self, shared: &Shared, key: Key<'_>) -> Result<Entry, Claim> {
        let (started, mut pause) = (Instant::now(), PAUSE_MIN);
        while started.elapsed() < LOCK_WAIT {
            thread::sleep(pause);
            pause = (pause * 2).min(PAUSE_MAX);
            let mut budget = self.budget();
            if let Some((entry, Worth::Fresh)) = self.fetched(shared, key, &mut budget) {
                return Ok(entry);
            }
            match self.claim(shared, key, &mut budget) {
                Claim::Theirs => {}
                // They gave up, or Redis is away.
                claim => return Err(claim),
            }
        }
        Err(Claim::Free)
    }
}

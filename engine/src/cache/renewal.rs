//! Stale answers that are made anew in threads of their own, while everybody is given the old ones.

use super::entry::{Key, Worth};
use super::single_flight::Role;
use super::{Cache, Kind, Made, Served, Tier, served};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// Answers that are made at a time: those who wait for theirs come first.
const RENEWALS_MAX: usize = 2;

/// The threads that make them. A forked child has none, whatever its parent had.
#[derive(Default)]
pub(super) struct Renewals(Mutex<(u32, Vec<JoinHandle<()>>)>);

impl Renewals {
    /// Does `work` in a thread, unless there is enough to do already: who asks next tries again.
    fn run(&self, work: impl FnOnce() + Send + 'static) {
        let mut threads = self.threads();
        threads.1.retain(|thread| !thread.is_finished());
        if threads.1.len() < RENEWALS_MAX {
            let thread = thread::Builder::new().name("traffic-renewal".to_owned()).spawn(work);
            threads.1.extend(thread);
        }
    }

    fn threads(&self) -> MutexGuard<'_, (u32, Vec<JoinHandle<()>>)> {
        let mut threads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let process = std::process::id();
        if threads.0 != process {
            // Of a parent: they are not here, and cannot be waited for.
            *threads = (process, Vec::new());
        }
        threads
    }
}

impl Cache {
    /// As [`Cache::remember`]; where the configuration says so, a stale answer is made anew in a
    /// thread of its own, and nobody waits for it.
    ///
    /// # Errors
    /// Those of `compute`, which are never kept.
    pub fn remember_beside<E>(
        self: &Arc<Self>,
        key: Key<'_>,
        kind: &Kind<'static>,
        compute: impl FnOnce() -> Result<Made, E> + Send + 'static,
    ) -> Result<Served, E> {
        if !self.config.background {
            return self.remember(key, kind, compute);
        }
        let (mut budget, now_ms) = (self.budget(), self.config.clock.now_ms());
        let found =
            self.look(key, now_ms, &mut budget).map(|found| (found, Tier::Memory)).or_else(|| {
                let found = self.shared.as_ref().and_then(|it| self.fetched(it, key, &mut budget));
                found.map(|found| (found, Tier::Redis))
            });
        let Some(((entry, worth), tier)) = found else {
            return self.remember(key, kind, compute);
        };
        let answer = served(entry, tier, worth == Worth::Stale, now_ms);
        if (tier, worth) != (Tier::Memory, Worth::Fresh) {
            self.tally.served(&answer);
        }
        if worth == Worth::Stale {
            self.renew(key, *kind, answer.clone(), compute);
        }
        Ok(answer)
    }

    fn renew<E>(
        self: &Arc<Self>,
        key: Key<'_>,
        kind: Kind<'static>,
        stale: Served,
        compute: impl FnOnce() -> Result<Made, E> + Send + 'static,
    ) {
        let (cache, name, generation) = (Arc::clone(self), key.name.to_owned(), key.generation);
        self.renewals.run(move || {
            let key = Key::named(&name).at(generation);
            // Whoever leads already makes it.
            if let Role::Leader(leader) = cache.flights.join(key) {
                let mut budget = cache.budget();
                // A failure leaves the stale one, until it is worth nothing.
                if let Ok(served) = cache.led(key, &kind, Some(stale), &mut budget, compute) {
                    leader.land(&served);
                }
            }
        });
    }

    /// Waits for the answers that are being made anew.
    pub fn finish(&self) {
        let threads = std::mem::take(&mut self.renewals.threads().1);
        for thread in threads {
            // A panic there has said so already.
            let _ = thread.join();
        }
    }
}

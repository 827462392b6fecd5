//! Answers that are kept for those who ask the same again.
//!
//! Answers lie in this process, bounded by entries and bytes. One that is no longer fresh is still
//! given for a while to everybody but the one who makes a new one, and what many ask for at once is
//! computed once.

mod chance;
mod config;
mod entry;
mod error;
mod glob;
mod memory;
mod single_flight;
mod trigger;
mod ttl;

pub use chance::{Chance, FixedChance, SystemChance};
pub use config::CacheConfig;
pub use entry::Key;
pub use error::CacheError;
pub use glob::Pattern;
pub use trigger::Trigger;
pub use ttl::{Kind, default_ttl_s};

use entry::{Entry, Worth};
use memory::Memory;
use single_flight::{Flights, Role};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// An answer that says that there is nothing is kept no longer than this.
const NEGATIVE_TTL_MS: i64 = 30_000;

/// Keeps answers. Blocking and thread-safe.
pub struct Cache {
    config: CacheConfig,
    memory: Memory,
    flights: Flights,
    /// Invalidations so far. What is computed while one happens may be older than it.
    invalidations: AtomicU64,
}

/// An answer as it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Its bytes, which all who are given them share.
    pub value: Arc<[u8]>,
    /// True when it says that there is nothing.
    pub negative: bool,
    /// Where it came from.
    pub tier: Tier,
    /// True when it should have been made anew, and somebody else is about to.
    pub is_stale: bool,
    /// Milliseconds since it was made.
    pub age_ms: i64,
}

/// Where an answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// The memory of this process.
    Memory,
    /// It was kept nowhere.
    Computed,
}

/// An answer that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its bytes.
    pub value: Arc<[u8]>,
    /// True when it says that there is nothing: it is kept for a short time only.
    pub negative: bool,
    /// The generation of the data it was made of.
    pub generation: u64,
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Cache {
    /// An empty cache.
    pub fn new(config: CacheConfig) -> Self {
        let memory = Memory::new(config.entries_max, config.bytes_max);
        Self { config, memory, flights: Flights::default(), invalidations: AtomicU64::new(0) }
    }

    /// The fresh answer that is kept under `key`.
    pub fn get(&self, key: Key<'_>) -> Option<Served> {
        let (entry, worth) = self.look(key)?;
        (worth == Worth::Fresh).then(|| self.served(entry, Tier::Memory, false))
    }

    /// Keeps an answer; false where it is too large.
    pub fn set(&self, key: Key<'_>, value: impl Into<Arc<[u8]>>, kind: &Kind<'_>) -> bool {
        let made = Made { value: value.into(), negative: false, generation: key.generation };
        self.memory.set(key.name, self.entry(made, kind))
    }

    /// The answer that is kept under `key`, else what `compute` makes, which is kept.
    ///
    /// Of those who ask at once one computes and the others wait for it. Where a stale answer is
    /// at hand they do not wait but get that; so does the one who computes when it fails.
    ///
    /// # Errors
    /// Those of `compute`, which are never kept.
    pub fn remember<E>(
        &self,
        key: Key<'_>,
        kind: &Kind<'_>,
        compute: impl FnOnce() -> Result<Made, E>,
    ) -> Result<Served, E> {
        let stale = match self.look(key) {
            Some((entry, Worth::Fresh)) => return Ok(self.served(entry, Tier::Memory, false)),
            stale => stale.map(|(entry, _)| self.served(entry, Tier::Memory, true)),
        };
        match (self.flights.join(key), stale) {
            (Role::Follower(_), Some(stale)) => Ok(stale),
            (Role::Follower(follower), None) => match follower.wait() {
                Some(served) => Ok(served),
                // One after another would fail as the first did, so all try for themselves.
                None => self.computed(key, kind, compute),
            },
            (Role::Leader(leader), stale) => {
                let served = match (self.computed(key, kind, compute), stale) {
                    (Err(_), Some(stale)) => stale,
                    (outcome, _) => outcome?,
                };
                leader.land(&served);
                Ok(served)
            }
        }
    }

    /// Forgets the answers whose names `pattern` means; how many there were.
    pub fn invalidate(&self, pattern: &Pattern) -> u64 {
        self.invalidations.fetch_add(1, Ordering::AcqRel);
        self.memory.remove_matching(pattern)
    }

    fn look(&self, key: Key<'_>) -> Option<(Entry, Worth)> {
        self.memory.get(key, self.config.clock.now_ms())
    }

    fn computed<E>(
        &self,
        key: Key<'_>,
        kind: &Kind<'_>,
        compute: impl FnOnce() -> Result<Made, E>,
    ) -> Result<Served, E> {
        let before = self.invalidations.load(Ordering::Acquire);
        let made = compute()?;
        let entry = self.entry(made, kind);
        self.memory.set(key.name, entry.clone());
        if self.invalidations.load(Ordering::Acquire) != before {
            self.memory.remove(key.name);
        }
        Ok(self.served(entry, Tier::Computed, false))
    }

    fn entry(&self, made: Made, kind: &Kind<'_>) -> Entry {
        let made_ms = self.config.clock.now_ms();
        let ttl_ms = i64::from(kind.ttl_s()) * 1_000;
        let ttl_ms = if made.negative { ttl_ms.min(NEGATIVE_TTL_MS) } else { ttl_ms };
        let fresh_ms = ttl::jittered(ttl_ms, self.config.chance.next());
        let fresh_until_ms = made_ms.saturating_add(fresh_ms);
        let Made { value, negative, generation } = made;
        // Half as long again: an answer is never older than twice what its kind allows.
        let stale_until_ms = fresh_until_ms.saturating_add(fresh_ms / 2);
        Entry { value, generation, negative, made_ms, fresh_until_ms, stale_until_ms }
    }

    fn served(&self, entry: Entry, tier: Tier, is_stale: bool) -> Served {
        let age_ms = match tier {
            Tier::Computed => 0,
            Tier::Memory => self.config.clock.now_ms().saturating_sub(entry.made_ms),
        };
        Served { value: entry.value, negative: entry.negative, tier, is_stale, age_ms }
    }
}

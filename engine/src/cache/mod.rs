//! Answers that are kept for those who ask the same again.
//!
//! Two tiers: memory of this process, bounded by entries and bytes, and Redis, which all processes
//! share. An answer that is no longer fresh is still given for a while to everybody but the one who
//! makes a new one, and what many ask for at once is computed once.
//!
//! ```
//! use traffic_engine::cache::{Cache, CacheConfig, Key, Kind, Made, Pattern};
//!
//! let cache = Cache::new(CacheConfig::default());
//! let rankings = Kind { data_type: Some("rankings"), ..Kind::default() };
//! let ask = || {
//!     cache.remember(Key::named("user_rankings_week").at(7), &rankings, || {
//!         Ok::<_, std::convert::Infallible>(Made::of(*b"[]", 7))
//!     })
//! };
//! assert_eq!(&*ask()?.value, b"[]");
//! assert_eq!(ask()?.age_ms / 1_000, 0);
//! assert_eq!(cache.invalidate(&Pattern::new("user_*")?).memory, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Redis is a help, never a need. One that is down, slow or full costs a request no more than
//! [`CacheConfig::redis_budget`], and no error; see [`CacheStats`] for what is wrong with it. Nothing
//! that lies there is believed beyond its form and checksum, so secrets do not belong into it.

mod chance;
mod config;
mod entry;
mod envelope;
mod error;
mod glob;
mod memory;
mod pending;
mod redis;
mod remember;
mod renewal;
mod single_flight;
mod stats;
mod trigger;
mod ttl;
mod watch;

pub use chance::{Chance, FixedChance, SystemChance};
pub use config::CacheConfig;
pub use entry::Key;
pub use error::CacheError;
pub use glob::Pattern;
pub use redis::RedisAddress;
pub use stats::{CacheStats, MemoryStats, RedisStats};
pub use trigger::Trigger;
pub use ttl::{Kind, default_ttl_s};

use entry::{Entry, Worth};
use memory::Memory;
use redis::{Budget, Shared};
use renewal::Renewals;
use serde::Serialize;
use single_flight::Flights;
use stats::{Count, Tally};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use watch::Watch;

/// An answer that says that there is nothing is kept no longer than this.
const NEGATIVE_TTL_MS: i64 = 30_000;

/// Keeps answers. Blocking and thread-safe. Nothing is connected, and no thread is started, before
/// Redis is first needed, so that who forks before that is safe.
pub struct Cache {
    config: CacheConfig,
    memory: Memory,
    shared: Option<Shared>,
    flights: Flights,
    renewals: Renewals,
    watch: Watch,
    tally: Tally,
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
    /// Redis.
    Redis,
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

impl Made {
    /// An answer of a generation.
    pub fn of(value: impl Into<Arc<[u8]>>, generation: u64) -> Self {
        Self { value: value.into(), negative: false, generation }
    }
}

/// What an invalidation removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Invalidated {
    /// Entries in the memory of this process.
    pub memory: u64,
    /// Entries in Redis.
    pub redis: u64,
    /// True when Redis is there but could not be told. It is told when it answers again: by whatever
    /// process of this host asks then, where there is a data directory to keep it in, else by this
    /// one if it still does. Meanwhile other processes use what they have.
    pub is_late: bool,
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
        let shared = config.redis.clone().map(|address| Shared::new(address, &config));
        let (flights, renewals, invalidations) = Default::default();
        let (watch, tally) = (Watch::new(&config), Tally::new());
        Self { config, memory, shared, flights, renewals, watch, tally, invalidations }
    }

    /// The fresh answer that is kept under `key`.
    pub fn get(&self, key: Key<'_>) -> Option<Served> {
        let (mut budget, now_ms) = (self.budget(), self.config.clock.now_ms());
        if let Some((entry, Worth::Fresh)) = self.look(key, now_ms, &mut budget) {
            return Some(served(entry, Tier::Memory, false, now_ms));
        }
        let found = self.shared.as_ref().and_then(|it| self.fetched(it, key, &mut budget));
        let Some((entry, Worth::Fresh)) = found else {
            self.tally.add(Count::Misses);
            return None;
        };
        let served = served(entry, Tier::Redis, false, now_ms);
        self.tally.served(&served);
        Some(served)
    }

    /// Keeps an answer; false where it is too large, or where Redis should have it and has not.
    pub fn set(&self, key: Key<'_>, value: impl Into<Arc<[u8]>>, kind: &Kind<'_>) -> bool {
        let entry = self.entry(Made::of(value, key.generation), kind);
        self.keep(key.name, &entry, &mut self.budget())
    }

    /// Forgets the answer of this name; true where there was one. Other processes may use theirs for
    /// up to a second.
    pub fn remove(&self, name: &str) -> bool {
        let removed = self.invalidate(&Pattern::exactly(name));
        removed.memory + removed.redis > 0
    }

    /// Forgets the answers whose names `pattern` means, in all processes within a second.
    pub fn invalidate(&self, pattern: &Pattern) -> Invalidated {
        self.tally.add(Count::Invalidations);
        self.begin_invalidation();
        // Redis first, or somebody might fetch from there what is about to go.
        let redis = self.announce(pattern);
        self.begin_invalidation();
        let memory = self.memory.remove_matching(pattern);
        let is_late = self.shared.is_some() && redis.is_none();
        Invalidated { memory, redis: redis.unwrap_or(0), is_late }
    }

    /// Forgets all that `trigger` makes worthless.
    pub fn trigger(&self, trigger: Trigger) -> Invalidated {
        let each = trigger.patterns().iter().map(|text| {
            let pattern = Pattern::new(text).expect("the patterns of triggers are patterns");
            self.invalidate(&pattern)
        });
        each.fold(Invalidated::default(), |sum, it| Invalidated {
            memory: sum.memory + it.memory,
            redis: sum.redis + it.redis,
            is_late: sum.is_late || it.is_late,
        })
    }

    /// Whether Redis answers; false where none is configured. Waits no longer than a request may, but
    /// for the first time, when it waits a tenth of a second for the connection.
    pub fn has_redis(&self) -> bool {
        self.shared.as_ref().is_some_and(|shared| shared.answers(&mut self.budget()))
    }

    /// What memory keeps under `key` and may be used.
    fn look(&self, key: Key<'_>, now_ms: i64, budget: &mut Budget) -> Option<(Entry, Worth)> {
        self.catch_up(now_ms, budget);
        let found = self.memory.get(key, now_ms);
        let is_good =
            |entry: &Entry| self.shared.is_none() || self.watch.vouches_for(entry, now_ms);
        found.filter(|(entry, _)| is_good(entry))
    }

    /// Keeps `entry` in both tiers.
    fn keep(&self, name: &str, entry: &Entry, budget: &mut Budget) -> bool {
        let in_memory = self.memory.set(name, entry.clone());
        let in_redis = self.shared.as_ref().map(|it| it.set(name, entry, entry.made_ms, budget));
        if in_redis == Some(false) {
            self.tally.add(Count::Errors);
        }
        let is_kept = in_redis.unwrap_or(in_memory);
        if is_kept {
            self.tally.add(Count::Sets);
        }
        is_kept
    }

    fn begin_invalidation(&self) {
        self.invalidations.fetch_add(1, Ordering::AcqRel);
    }

    fn budget(&self) -> Budget {
        Budget::of(self.config.redis_budget)
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
}

/// `entry` as it is given at `now_ms`. The clock is read once a lookup, which is no small part of its cost.
fn served(entry: Entry, tier: Tier, is_stale: bool, now_ms: i64) -> Served {
    let age_ms = match tier {
        Tier::Computed => 0,
        // Clocks of two machines may differ.
        Tier::Memory | Tier::Redis => now_ms.saturating_sub(entry.made_ms).max(0),
    };
    Served { value: entry.value, negative: entry.negative, tier, is_stale, age_ms }
}

impl Drop for Cache {
    fn drop(&mut self) {
        self.flush_last();
    }
}

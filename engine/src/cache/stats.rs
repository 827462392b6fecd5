//! How well the cache does: counted here, added up over all processes in Redis.

use super::memory::Counts;
use super::redis::{Counted, Shared, Totals};
use super::{Cache, Served, Tier};
use serde::Serialize;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Counts go to Redis no more often than this.
const FLUSH_MS: i64 = 1_000;

/// How well a cache does: over all processes where Redis adds them up, else in this one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CacheStats {
    /// Lookups that were answered without computing.
    pub hits: u64,
    /// Those of them that got an answer which was being made anew.
    pub stale_hits: u64,
    /// Those of them that were told that there is nothing.
    pub negative_hits: u64,
    /// Lookups that were not.
    pub misses: u64,
    /// Hits by lookups, 0 without any.
    pub hit_ratio: f64,
    /// Answers that were kept.
    pub sets: u64,
    /// Patterns that were invalidated.
    pub invalidations: u64,
    /// Processes that are counted; 0 where Redis does not tell, and the figures are of this one.
    pub processes: u64,
    /// The tier in memory.
    pub memory: MemoryStats,
    /// The tier in Redis, where there is one.
    pub redis: Option<RedisStats>,
}

/// How well the tier in memory does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemoryStats {
    /// Lookups it answered.
    pub hits: u64,
    /// Entries that were given up for others.
    pub evictions: u64,
    /// Entries there are.
    pub entries: u64,
    /// Bytes they take.
    pub bytes: u64,
    /// Entries there may be in a process.
    pub entries_max: u64,
    /// Bytes they may take in a process.
    pub bytes_max: u64,
}

/// How well the tier in Redis does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RedisStats {
    /// Where it is, without the password.
    pub address: String,
    /// Whether it answers.
    pub available: bool,
    /// What is wrong with it, if anything is.
    pub problem: Option<String>,
    /// How often it was away since this process began.
    pub outages: u64,
    /// Lookups it answered.
    pub hits: u64,
    /// What lay there and was none of ours.
    pub refused: u64,
    /// Answers that it did not take.
    pub errors: u64,
    /// Entries there are.
    pub entries: u64,
    /// Bytes of their values, deflated.
    pub bytes: u64,
}

/// What is counted, by the names that it has in Redis.
#[derive(Debug, Clone, Copy)]
pub(super) enum Count {
    MemoryHits,
    RedisHits,
    StaleHits,
    NegativeHits,
    Misses,
    Sets,
    Invalidations,
    Evictions,
    Errors,
    Refused,
}

const NAMES: [&str; 10] = [
    "memory_hits",
    "redis_hits",
    "stale_hits",
    "negative_hits",
    "misses",
    "sets",
    "invalidations",
    "evictions",
    "errors",
    "refused",
];

/// The counts of this process.
pub(super) struct Tally {
    counts: [AtomicU64; NAMES.len()],
    /// What of them is in Redis already.
    flushed: Mutex<Flushed>,
    /// Tells this cache from all others.
    id: u64,
}

struct Flushed {
    process: u32,
    at_ms: i64,
    counts: [u64; NAMES.len()],
}

impl Tally {
    pub(super) fn new() -> Self {
        let flushed = Flushed { process: std::process::id(), at_ms: 0, counts: [0; NAMES.len()] };
        let id = RandomState::new().hash_one(std::process::id());
        Self { counts: Default::default(), flushed: Mutex::new(flushed), id }
    }

    pub(super) fn add(&self, count: Count) {
        self.counts[count as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts how a lookup ended, but for fresh hits in memory, which that counts itself.
    pub(super) fn served(&self, served: &Served) {
        self.add(match served.tier {
            Tier::Memory => Count::MemoryHits,
            Tier::Redis => Count::RedisHits,
            Tier::Computed => Count::Misses,
        });
        if served.tier != Tier::Computed {
            for (is_so, count) in
                [(served.is_stale, Count::StaleHits), (served.negative, Count::NegativeHits)]
            {
                if is_so {
                    self.add(count);
                }
            }
        }
    }

    /// All counts, with those that the memory counts itself.
    fn all(&self, memory: &Counts) -> [u64; NAMES.len()] {
        let mut all = self.counts.each_ref().map(|count| count.load(Ordering::Relaxed));
        all[Count::MemoryHits as usize] += memory.fresh;
        all[Count::NegativeHits as usize] += memory.negative;
        all[Count::Evictions as usize] = memory.evictions;
        all
    }

    fn flushed(&self) -> MutexGuard<'_, Flushed> {
        self.flushed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flushed {
    /// What is not in Redis yet; from now on it is taken to be.
    fn taken(&mut self, all: [u64; NAMES.len()]) -> Vec<(&'static str, u64)> {
        let process = std::process::id();
        if self.process != process {
            // What was counted before the fork is for the parent to tell.
            (self.process, self.counts) = (process, all);
        }
        let new = NAMES.into_iter().zip(all.into_iter().zip(self.counts));
        let new = new.map(|(name, (now, before))| (name, now.saturating_sub(before))).collect();
        self.counts = all;
        new
    }
}

impl Cache {
    /// How well it does.
    pub fn stats(&self) -> CacheStats {
        let memory = self.memory.counts();
        let counted = self.counted(&memory, &mut self.tally.flushed());
        let totals = self.shared.as_ref().and_then(|shared| shared.totals(&counted).ok());
        let own = || {
            let counts = NAMES.into_iter().zip(self.tally.all(&memory));
            let counts = counts.map(|(name, count)| (name.to_owned(), count)).collect();
            let (memory_entries, memory_bytes) = (memory.entries, memory.bytes);
            Totals { counts, memory_entries, memory_bytes, ..Totals::default() }
        };
        self.told(&totals.unwrap_or_else(own))
    }

    fn told(&self, totals: &Totals) -> CacheStats {
        let of = |count: Count| totals.counts.get(NAMES[count as usize]).copied().unwrap_or(0);
        let (hits, misses) =
            (of(Count::MemoryHits).saturating_add(of(Count::RedisHits)), of(Count::Misses));
        let lookups = hits.saturating_add(misses);
        CacheStats {
            hits,
            stale_hits: of(Count::StaleHits),
            negative_hits: of(Count::NegativeHits),
            misses,
            hit_ratio: if lookups == 0 { 0.0 } else { hits as f64 / lookups as f64 },
            sets: of(Count::Sets),
            invalidations: of(Count::Invalidations),
            processes: totals.processes,
            memory: MemoryStats {
                hits: of(Count::MemoryHits),
                evictions: of(Count::Evictions),
                entries: totals.memory_entries,
                bytes: totals.memory_bytes,
                entries_max: self.config.entries_max as u64,
                bytes_max: self.config.bytes_max as u64,
            },
            redis: self.shared.as_ref().zip(self.config.redis.as_ref()).map(|(shared, address)| {
                RedisStats {
                    address: address.to_string(),
                    available: shared.is_up(),
                    problem: shared.reason(),
                    outages: shared.outages(),
                    hits: of(Count::RedisHits),
                    refused: of(Count::Refused),
                    errors: of(Count::Errors),
                    entries: totals.redis_entries,
                    bytes: totals.redis_bytes,
                }
            }),
        }
    }

    /// Tells Redis what was counted, now and then.
    pub(super) fn flush_counts(&self, shared: &Shared, now_ms: i64) {
        let mut flushed = self.tally.flushed();
        if now_ms.saturating_sub(flushed.at_ms) < FLUSH_MS {
            return;
        }
        flushed.at_ms = now_ms;
        let before = flushed.counts;
        let counted = self.counted(&self.memory.counts(), &mut flushed);
        if !shared.count(&counted) {
            flushed.counts = before;
        }
    }

    /// Tells Redis the last that was counted.
    pub(super) fn flush_last(&self) {
        if let Some(shared) = self.shared.as_ref().filter(|shared| shared.is_up()) {
            shared.count_last(&self.counted(&self.memory.counts(), &mut self.tally.flushed()));
        }
    }

    fn counted(&self, memory: &Counts, flushed: &mut Flushed) -> Counted {
        let process = format!("{}-{:016x}", std::process::id(), self.tally.id);
        let counts = flushed.taken(self.tally.all(memory));
        let now_ms = self.config.clock.now_ms();
        Counted { counts, process, entries: memory.entries, bytes: memory.bytes, now_ms }
    }
}

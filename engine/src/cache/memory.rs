//! The first tier: entries in this process, those used least lately given up first.

use super::entry::{Entry, Key, Worth};
use super::glob::Pattern;
use foldhash::fast::RandomState;
use lru::LruCache;
use std::hash::BuildHasher;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Bytes an entry takes beside its key and value: its place in the table, two links, the times, and
/// the counts of the shared value.
const ENTRY_BYTES: usize = 160;

/// A shard has at least so many entries, so that one that is full is rare while others have room.
const SHARD_ENTRIES_MIN: usize = 64;

const SHARDS_MAX: usize = 16;

/// Entries in shards that are locked alone.
///
/// Both bounds are divided among the shards, so all together never hold more than asked for; small
/// caches are one shard, whose order of use is exact.
pub(super) struct Memory {
    /// As many as a power of two.
    shards: Box<[Mutex<Shard>]>,
    hasher: RandomState,
}

/// What a memory holds and how well it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts {
    pub(super) entries: u64,
    pub(super) bytes: u64,
    pub(super) fresh: u64,
    pub(super) negative: u64,
    pub(super) evictions: u64,
}

struct Shard {
    entries: LruCache<Box<str>, Entry, RandomState>,
    entries_max: usize,
    bytes_max: usize,
    counts: Counts,
}

impl Memory {
    /// Room for so many entries that take so many bytes.
    pub(super) fn new(entries_max: usize, bytes_max: usize) -> Self {
        let wanted = (entries_max / SHARD_ENTRIES_MIN).clamp(1, SHARDS_MAX);
        // The next power of two below.
        let shards = 1_usize << wanted.ilog2();
        let share =
            |whole: usize, shard: usize| whole / shards + usize::from(shard < whole % shards);
        let shards = (0..shards)
            .map(|at| Mutex::new(Shard::new(share(entries_max, at), share(bytes_max, at))));
        Self { shards: shards.collect(), hasher: RandomState::default() }
    }

    /// What is kept under `key` and of use at `now_ms`, and whether it is fresh.
    pub(super) fn get(&self, key: Key<'_>, now_ms: i64) -> Option<(Entry, Worth)> {
        self.shard(key.name).get(key, now_ms)
    }

    /// What is kept under `key` and fresh; it is not counted.
    pub(super) fn peek(&self, key: Key<'_>, now_ms: i64) -> Option<Entry> {
        let shard = self.shard(key.name);
        let entry = shard.entries.peek(key.name)?;
        (entry.worth(key.generation, now_ms) == Worth::Fresh).then(|| entry.clone())
    }

    /// Keeps `entry` under `name`; false where it is larger than a shard.
    pub(super) fn set(&self, name: &str, entry: Entry) -> bool {
        self.shard(name).set(name, entry)
    }

    pub(super) fn remove(&self, name: &str) -> bool {
        self.shard(name).remove(name).is_some()
    }

    /// Removes what `pattern` means; the number of entries that were there.
    pub(super) fn remove_matching(&self, pattern: &Pattern) -> u64 {
        self.shards.iter().map(|shard| lock(shard).remove_matching(pattern)).sum()
    }

    /// Forgets all entries.
    pub(super) fn clear(&self) {
        for shard in &self.shards {
            lock(shard).clear();
        }
    }

    pub(super) fn counts(&self) -> Counts {
        self.shards.iter().fold(Counts::default(), |sum, shard| sum.plus(&lock(shard).counts()))
    }

    fn shard(&self, name: &str) -> MutexGuard<'_, Shard> {
        let hash = self.hasher.hash_one(name);
        // A power of two, so the mask leaves an index of the list.
        let at = hash as usize & (self.shards.len() - 1);
        lock(&self.shards[at])
    }
}

/// A shard is whole after every step of the code below, so a panic elsewhere leaves it usable.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

fn bytes_of(name: &str, entry: &Entry) -> usize {
    ENTRY_BYTES + name.len() + entry.value.len()
}

impl Shard {
    fn new(entries_max: usize, bytes_max: usize) -> Self {
        let entries = LruCache::unbounded_with_hasher(RandomState::default());
        Self { entries, entries_max, bytes_max, counts: Counts::default() }
    }

    fn get(&mut self, key: Key<'_>, now_ms: i64) -> Option<(Entry, Worth)> {
        let entry = self.entries.get(key.name)?;
        let worth = entry.worth(key.generation, now_ms);
        match worth {
            Worth::Fresh => self.counts.fresh += 1,
            // Whether it is given is not decided here.
            Worth::Stale => return Some((entry.clone(), worth)),
            Worth::Nothing => {
                self.remove(key.name);
                return None;
            }
        }
        self.counts.negative += u64::from(entry.negative);
        Some((entry.clone(), worth))
    }

    fn set(&mut self, name: &str, entry: Entry) -> bool {
        // What was there is worth nothing any more, also where the new one does not fit.
        self.remove(name);
        let bytes = bytes_of(name, &entry);
        if bytes > self.bytes_max || self.entries_max == 0 {
            return false;
        }
        self.entries.put(name.into(), entry);
        self.counts.bytes += bytes as u64;
        while self.entries.len() > self.entries_max || self.counts.bytes > self.bytes_max as u64 {
            self.evict();
        }
        true
    }

    fn evict(&mut self) {
        let (name, entry) = self.entries.pop_lru().expect("a shard above its bounds holds entries");
        self.counts.bytes -= bytes_of(&name, &entry) as u64;
        self.counts.evictions += 1;
    }

    fn remove(&mut self, name: &str) -> Option<Entry> {
        let entry = self.entries.pop(name)?;
        self.counts.bytes -= bytes_of(name, &entry) as u64;
        Some(entry)
    }

    fn remove_matching(&mut self, pattern: &Pattern) -> u64 {
        let names = self.entries.iter().map(|(name, _)| name);
        let meant: Vec<Box<str>> = names.filter(|name| pattern.matches(name)).cloned().collect();
        for name in &meant {
            self.remove(name);
        }
        meant.len() as u64
    }

    fn clear(&mut self) {
        self.entries.clear();
        self.counts.bytes = 0;
    }

    fn counts(&self) -> Counts {
        Counts { entries: self.entries.len() as u64, ..self.counts }
    }
}

impl Counts {
    fn plus(self, other: &Self) -> Self {
        Self {
            entries: self.entries + other.entries,
            bytes: self.bytes + other.bytes,
            fresh: self.fresh + other.fresh,
            negative: self.negative + other.negative,
            evictions: self.evictions + other.evictions,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::Arc;

    fn entry(bytes: usize, until_ms: i64) -> Entry {
        Entry {
            value: vec![b'x'; bytes].into(),
            generation: 0,
            negative: false,
            made_ms: 0,
            fresh_until_ms: until_ms,
            stale_until_ms: until_ms,
        }
    }

    #[test]
    fn values_are_shared_and_not_copied() {
        let (memory, kept) = (Memory::new(8, 10_000), entry(100, 10));
        let value = Arc::clone(&kept.value);
        assert!(memory.set("a", kept));
        let (found, worth) = memory.get(Key::named("a"), 0).expect("an entry");
        assert!(Arc::ptr_eq(&found.value, &value));
        assert_eq!(worth, Worth::Fresh);
    }

    #[test]
    fn what_is_too_large_takes_no_place() {
        let memory = Memory::new(8, 1_000);
        assert!(memory.set("small", entry(10, 10)));
        assert!(!memory.set("large", entry(1_000, 10)));
        assert_eq!(memory.counts().entries, 1);
        // Nor does what it should have replaced stay.
        assert!(!memory.set("small", entry(1_000, 10)));
        assert_eq!((memory.counts().entries, memory.counts().bytes), (0, 0));
    }

    #[test]
    fn all_shards_together_keep_the_bounds() {
        for (entries_max, bytes_max) in
            [(0, 0), (1, 400), (63, 9_000), (1_000, 64_000), (1_001, 1_000_001)]
        {
            let memory = Memory::new(entries_max, bytes_max);
            for at in 0..5_000 {
                memory.set(&format!("name {at}"), entry(at % 700, 10));
                let counts = memory.counts();
                assert!(counts.entries <= entries_max as u64 && counts.bytes <= bytes_max as u64);
            }
        }
    }

    /// A plain list, the entry used last at its end.
    #[derive(Default)]
    struct Model(Vec<(String, Entry)>);

    impl Model {
        fn get(&mut self, name: &str, now_ms: i64) -> Option<Entry> {
            let at = self.0.iter().position(|(known, _)| known == name)?;
            let found = self.0.remove(at);
            if now_ms >= found.1.stale_until_ms {
                return None;
            }
            self.0.push(found.clone());
            Some(found.1)
        }

        fn set(&mut self, name: &str, entry: Entry, entries_max: usize, bytes_max: usize) {
            self.0.retain(|(known, _)| known != name);
            if bytes_of(name, &entry) <= bytes_max {
                self.0.push((name.to_owned(), entry));
            }
            while self.0.len() > entries_max || self.bytes() > bytes_max {
                self.0.remove(0);
            }
        }

        fn bytes(&self) -> usize {
            self.0.iter().map(|(name, entry)| bytes_of(name, entry)).sum()
        }
    }

    #[derive(Debug, Clone)]
    enum Step {
        Get(u8),
        Set(u8, usize, i64),
        Remove(u8),
        Clear(&'static str),
        Wait(i64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (0..40_u8).prop_map(Step::Get),
            4 => (0..40_u8, 0..900_usize, 1..50_i64).prop_map(|(name, bytes, ms)| Step::Set(name, bytes, ms)),
            1 => (0..40_u8).prop_map(Step::Remove),
            1 => prop::sample::select(vec!["n1*", "*3", "n[0-4]", "n??", "nothing"]).prop_map(Step::Clear),
            1 => (1..20_i64).prop_map(Step::Wait),
        ]
    }

    proptest! {
        #[test]
        fn a_memory_of_one_shard_is_a_plain_list(
            steps in prop::collection::vec(step(), 1..200),
            entries_max in 1..30_usize,
            bytes_max in 300..12_000_usize,
        ) {
            let (memory, mut model, mut now_ms) = (Memory::new(entries_max, bytes_max), Model::default(), 0);
            for step in steps {
                match step {
                    Step::Get(name) => {
                        let name = format!("n{name}");
                        let found = memory.get(Key::named(&name), now_ms).map(|(entry, _)| entry);
                        prop_assert_eq!(found, model.get(&name, now_ms));
                    }
                    Step::Set(name, bytes, ms) => {
                        let name = format!("n{name}");
                        memory.set(&name, entry(bytes, now_ms + ms));
                        model.set(&name, entry(bytes, now_ms + ms), entries_max, bytes_max);
                    }
                    Step::Remove(name) => {
                        let name = format!("n{name}");
                        let before = model.0.len();
                        model.0.retain(|(known, _)| *known != name);
                        prop_assert_eq!(memory.remove(&name), model.0.len() < before);
                    }
                    Step::Clear(pattern) => {
                        let (before, pattern) = (model.0.len(), Pattern::new(pattern).expect("a pattern"));
                        model.0.retain(|(known, _)| !pattern.matches(known));
                        prop_assert_eq!(memory.remove_matching(&pattern), (before - model.0.len()) as u64);
                    }
                    Step::Wait(ms) => now_ms += ms,
                }
                let counts = memory.counts();
                prop_assert_eq!((counts.entries, counts.bytes), (model.0.len() as u64, model.bytes() as u64));
            }
        }
    }
}

//! What other processes invalidated, learned on the way.
//!
//! A worker of PHP-FPM has no thread that could listen, and must not have one before it forks. So
//! whoever looks something up asks Redis for news first, when nobody has within half a second. That
//! costs a message every half second of use, none without, and no lookup is answered with what was
//! invalidated a second ago.
//!
//! A process that cannot ask is *blind*. It uses what it has for some seconds after it last knew that
//! it is good, and what it makes itself for as long; not for its whole lifetime, for somebody may
//! have invalidated it. When Redis is back, all entries made before are forgotten: the stream may
//! have gone with it.

use super::glob::Pattern;
use super::pending::Pending;
use super::redis::{Budget, FIRST_POSITION, News, Shared};
use super::{Cache, CacheConfig, entry::Entry};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

/// News are asked for so often, in use.
const LOOK_MS: i64 = 500;

/// An entry is used for so long without knowing that nobody invalidated it.
const BLIND_MS_MAX: i64 = 5_000;

/// Patterns that wait for Redis to come back; more are as good as one that means everything.
const UNSENT_MAX: usize = 64;

/// What this process knows of the invalidations of others.
pub(super) struct Watch {
    /// When somebody last looked.
    looked_ms: AtomicI64,
    /// When all news were last known.
    knew_ms: AtomicI64,
    position: Mutex<Position>,
    /// Patterns that Redis has not been told yet, and that could not be kept in a file.
    unsent: Mutex<Vec<Pattern>>,
    /// Those that could.
    pending: Option<Pending>,
}

struct Position {
    line: String,
    /// How often Redis had come when it was read.
    arrivals: u64,
}

impl Watch {
    pub(super) fn new(config: &CacheConfig) -> Self {
        let prefix = format!("{}:{}", config.prefix, config.namespace);
        let pending = config.pending_dir.clone().filter(|_| config.redis.is_some());
        let position = Position { line: FIRST_POSITION.to_owned(), arrivals: 0 };
        Self {
            looked_ms: AtomicI64::new(i64::MIN),
            knew_ms: AtomicI64::new(i64::MIN),
            position: Mutex::new(position),
            unsent: Mutex::new(Vec::new()),
            pending: pending.map(|dir| Pending::new(dir, &prefix)),
        }
    }

    /// The position for the one who is to look now; nobody waits for who is looking, but the first
    /// time: then all is forgotten, and with it what was begun before.
    fn position_if_due(&self, now_ms: i64) -> Option<MutexGuard<'_, Position>> {
        let has_looked = self.looked_ms.load(Ordering::Acquire) != i64::MIN;
        if has_looked && !self.is_due(now_ms) {
            return None;
        }
        let position = match self.position.try_lock() {
            Err(TryLockError::WouldBlock) if has_looked => return None,
            Err(TryLockError::WouldBlock) => self.position(),
            Err(TryLockError::Poisoned(error)) => error.into_inner(),
            Ok(position) => position,
        };
        // Somebody may have looked meanwhile.
        self.is_due(now_ms).then_some(position)
    }

    fn is_due(&self, now_ms: i64) -> bool {
        let looked_ms = self.looked_ms.load(Ordering::Acquire);
        // A clock that was set back must not stop the looking.
        looked_ms > now_ms || now_ms.saturating_sub(looked_ms) >= LOOK_MS
    }

    fn position(&self) -> MutexGuard<'_, Position> {
        self.position.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True when `entry` may be used without a look at Redis.
    pub(super) fn vouches_for(&self, entry: &Entry, now_ms: i64) -> bool {
        let knew_ms = self.knew_ms.load(Ordering::Relaxed).max(entry.made_ms).min(now_ms);
        now_ms.saturating_sub(knew_ms) < BLIND_MS_MAX
    }

    fn later(&self, pattern: &Pattern) {
        if self.pending.as_ref().is_some_and(|pending| pending.add(pattern)) {
            return;
        }
        let mut unsent = self.unsent.lock().unwrap_or_else(PoisonError::into_inner);
        if unsent.len() >= UNSENT_MAX {
            *unsent = vec![Pattern::everything()];
        } else {
            unsent.push(pattern.clone());
        }
    }
}

impl Cache {
    /// Learns what others invalidated, if it is time to.
    pub(super) fn catch_up(&self, now_ms: i64, budget: &mut Budget) {
        let Some(shared) = &self.shared else {
            return;
        };
        let Some(position) = self.watch.position_if_due(now_ms) else {
            return;
        };
        self.learn_after(position, shared, now_ms, budget);
        self.flush_counts(shared, now_ms);
    }

    /// Learns what others invalidated until now.
    pub(super) fn learn(&self, shared: &Shared, now_ms: i64, budget: &mut Budget) {
        self.learn_after(self.watch.position(), shared, now_ms, budget);
    }

    /// Learns what others invalidated after `position`.
    fn learn_after(
        &self,
        mut position: MutexGuard<'_, Position>,
        shared: &Shared,
        now_ms: i64,
        budget: &mut Budget,
    ) {
        let Ok(News { patterns, position: line }) = shared.news(&position.line, budget) else {
            self.watch.looked_ms.store(now_ms, Ordering::Release);
            return;
        };
        let arrivals = shared.arrivals();
        let has_seen_all = arrivals == position.arrivals;
        *position = Position { line, arrivals };
        self.apply(patterns.filter(|_| has_seen_all));
        self.watch.knew_ms.store(now_ms, Ordering::Relaxed);
        // Not before: who need not look takes it that nothing is about to be forgotten.
        self.watch.looked_ms.store(now_ms, Ordering::Release);
        let unsent =
            std::mem::take(&mut *self.watch.unsent.lock().unwrap_or_else(PoisonError::into_inner));
        for pattern in unsent {
            shared.invalidate_later(&pattern);
        }
        drop(position);
        self.tell_pending(shared);
    }

    /// Tells Redis what processes of this host could not tell it, before anybody takes from there
    /// what is to go. That is rare, so it may take longer than a lookup.
    fn tell_pending(&self, shared: &Shared) {
        let Some(taken) = self.watch.pending.as_ref().and_then(Pending::take) else {
            return;
        };
        self.begin_invalidation();
        for pattern in &taken.patterns {
            self.memory.remove_matching(pattern);
        }
        if taken.patterns.iter().all(|pattern| shared.invalidate(pattern).is_ok()) {
            taken.told();
        }
    }

    /// Forgets what was invalidated elsewhere: everything where that is not known.
    fn apply(&self, patterns: Option<Vec<String>>) {
        let read = |texts: Vec<String>| texts.iter().map(|text| Pattern::new(text)).collect();
        // A pattern that is none may have meant everything to whoever wrote it.
        let patterns: Option<Vec<Pattern>> = patterns.and_then(|it| {
            let read: Result<_, _> = read(it);
            read.ok()
        });
        match patterns {
            Some(patterns) if patterns.is_empty() => {}
            Some(patterns) => {
                self.begin_invalidation();
                for pattern in &patterns {
                    self.memory.remove_matching(pattern);
                }
            }
            None => {
                self.begin_invalidation();
                self.memory.clear();
            }
        }
    }

    /// Tells the other processes that what `pattern` means is to be forgotten: the number of entries
    /// Redis held of it, `None` where it is away and will be told later.
    pub(super) fn announce(&self, pattern: &Pattern) -> Option<u64> {
        let shared = self.shared.as_ref()?;
        let removed = shared.invalidate(pattern).ok();
        if removed.is_none() {
            self.watch.later(pattern);
        }
        removed
    }
}

//! What the cache promises within a process.

use std::convert::Infallible;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;
use traffic_engine::Clock;
use traffic_engine::cache::{
    Cache, CacheConfig, FixedChance, Key, Kind, Made, Pattern, Served, Tier, Trigger,
};

/// A clock that the test sets.
#[derive(Default)]
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> i64 {
        self.now_ms() / 1_000
    }

    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

const KIND: Kind<'static> = Kind { ttl_s: Some(100), data_type: None, time_range: None };

/// A cache and its clock; lifetimes are not moved.
fn cache() -> (Cache, Arc<SetClock>) {
    let clock = Arc::new(SetClock::default());
    let chance = Arc::new(FixedChance(0.5));
    (Cache::new(CacheConfig { clock: clock.clone(), chance, ..CacheConfig::default() }), clock)
}

fn remember(cache: &Cache, key: Key<'_>, text: &str) -> Served {
    let made = || Ok::<_, Infallible>(Made::of(text.as_bytes(), key.generation));
    cache.remember(key, &KIND, made).expect("an answer")
}

fn told(served: &Served) -> (&str, Tier, bool) {
    (str::from_utf8(&served.value).expect("text"), served.tier, served.is_stale)
}

#[test]
fn an_answer_is_kept_for_its_time() {
    let (cache, clock) = cache();
    let key = Key::named("a");
    assert_eq!(told(&remember(&cache, key, "1")), ("1", Tier::Computed, false));
    clock.0.store(99_999, Ordering::Relaxed);
    assert_eq!(told(&remember(&cache, key, "2")), ("1", Tier::Memory, false));
    assert_eq!(cache.get(key).expect("an answer").age_ms, 99_999);
    clock.0.store(150_000, Ordering::Relaxed);
    assert_eq!(told(&remember(&cache, key, "3")), ("3", Tier::Computed, false));
}

#[test]
fn a_new_generation_makes_a_new_answer() {
    let (cache, _) = cache();
    let at = |generation| Key::named("a").at(generation);
    remember(&cache, at(1), "1");
    assert_eq!(cache.get(at(2)), None);
    assert_eq!(told(&remember(&cache, at(2), "2")), ("2", Tier::Computed, false));
    assert_eq!(told(&remember(&cache, at(2), "3")), ("2", Tier::Memory, false));
}

#[test]
fn many_who_ask_at_once_have_it_computed_once() {
    let (cache, _) = cache();
    let (computed, start) = (AtomicU64::new(0), Barrier::new(8));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                start.wait();
                let served = cache.remember(Key::named("a"), &KIND, || {
                    computed.fetch_add(1, Ordering::Relaxed);
                    thread::sleep(Duration::from_millis(100));
                    Ok::<_, Infallible>(Made::of(*b"1", 0))
                });
                assert_eq!(told(&served.expect("an answer")).0, "1");
            });
        }
    });
    assert_eq!(computed.into_inner(), 1);
}

#[test]
fn a_stale_answer_is_given_while_one_makes_a_new_one() {
    let (cache, clock) = cache();
    let key = Key::named("a");
    remember(&cache, key, "old");
    clock.0.store(120_000, Ordering::Relaxed);
    let (begun, end) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        scope.spawn(|| {
            let served = cache.remember(key, &KIND, || {
                begun.wait();
                end.wait();
                Ok::<_, Infallible>(Made::of(*b"new", 0))
            });
            assert_eq!(told(&served.expect("an answer")), ("new", Tier::Computed, false));
        });
        begun.wait();
        assert_eq!(told(&remember(&cache, key, "never")), ("old", Tier::Memory, true));
        end.wait();
    });
    assert_eq!(told(&remember(&cache, key, "never")), ("new", Tier::Memory, false));
    assert_eq!(cache.stats().stale_hits, 1);
}

#[test]
fn failures_are_never_kept_and_hide_behind_a_stale_answer() {
    let (cache, clock) = cache();
    let key = Key::named("a");
    let fail = || cache.remember(key, &KIND, || Err("no database")).map(|it| it.value);
    assert_eq!(fail(), Err("no database"));
    assert_eq!(fail(), Err("no database"));
    remember(&cache, key, "old");
    clock.0.store(120_000, Ordering::Relaxed);
    assert_eq!(fail().as_deref(), Ok(b"old".as_slice()));
    clock.0.store(150_000, Ordering::Relaxed);
    assert_eq!(fail(), Err("no database"));
}

#[test]
fn that_there_is_nothing_is_kept_for_a_short_time() {
    let (cache, clock) = cache();
    let key = Key::named("user_details:77");
    let ask = || {
        let made = Made { negative: true, ..Made::of(*b"null", 0) };
        cache.remember(key, &KIND, || Ok::<_, Infallible>(made)).expect("an answer")
    };
    assert_eq!((ask().tier, ask().tier), (Tier::Computed, Tier::Memory));
    clock.0.store(45_000, Ordering::Relaxed);
    assert_eq!(ask().tier, Tier::Computed);
    assert_eq!((cache.stats().negative_hits, cache.stats().misses), (1, 2));
}

#[test]
fn what_is_computed_during_an_invalidation_is_not_kept() {
    let (cache, _) = cache();
    let served = cache.remember(Key::named("user_a"), &KIND, || {
        cache.invalidate(&Pattern::new("user_*").expect("a pattern"));
        Ok::<_, Infallible>(Made::of(*b"perhaps old", 0))
    });
    assert_eq!(told(&served.expect("an answer")).0, "perhaps old");
    assert_eq!(cache.get(Key::named("user_a")), None);
}

#[test]
fn triggers_remove_what_the_contract_names() {
    let names = [
        "user_details:3",
        "node_details:1",
        "user_traffic_rankings_x",
        "enhanced_traffic_x",
        "traffic_data_x",
        "live_stats",
        "language_config",
    ];
    for (trigger, left) in [
        (
            Trigger::UserUpdate,
            &["node_details:1", "traffic_data_x", "live_stats", "language_config"][..],
        ),
        (
            Trigger::NodeUpdate,
            &[
                "user_details:3",
                "enhanced_traffic_x",
                "traffic_data_x",
                "live_stats",
                "language_config",
            ],
        ),
        (Trigger::TrafficUpdate, &["language_config"]),
        (
            Trigger::LargeDatasetComplete,
            &[
                "user_details:3",
                "node_details:1",
                "traffic_data_x",
                "live_stats",
                "language_config",
            ],
        ),
        (Trigger::DatabaseOptimize, &[]),
    ] {
        let (cache, _) = cache();
        for name in names {
            assert!(cache.set(Key::named(name), *b"1", &KIND));
        }
        let removed = cache.trigger(trigger);
        assert_eq!(removed.memory as usize, names.len() - left.len(), "{trigger:?}");
        assert!(left.iter().all(|name| cache.get(Key::named(name)).is_some()), "{trigger:?}");
    }
}

#[test]
fn lifetimes_differ_by_a_tenth() {
    let clock = Arc::new(SetClock::default());
    let cache = Cache::new(CacheConfig { clock: clock.clone(), ..CacheConfig::default() });
    for at in 0..500 {
        cache.set(Key::named(&at.to_string()), *b"1", &KIND);
    }
    let left = |ms| {
        clock.0.store(ms, Ordering::Relaxed);
        (0..500).filter(|at| cache.get(Key::named(&at.to_string())).is_some()).count()
    };
    assert_eq!(left(89_999), 500);
    assert!((150..350).contains(&left(100_000)));
    assert_eq!(left(110_000), 0);
}

#[test]
fn statistics_tell_what_happened() {
    let (cache, _) = cache();
    remember(&cache, Key::named("a"), "1");
    remember(&cache, Key::named("a"), "1");
    remember(&cache, Key::named("a"), "1");
    cache.get(Key::named("b"));
    cache.invalidate(&Pattern::everything());
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses, stats.sets, stats.invalidations), (2, 2, 1, 1));
    assert_eq!((stats.hit_ratio, stats.memory.entries, stats.redis), (0.5, 0, None));
}

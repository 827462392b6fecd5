//! A day of ten admins before the addon's pages, replayed against the cache.
//!
//! Each works eight hours with the dashboard open, which asks again every 300 s, and turns to
//! something every eight minutes or so: the real-time page, which asks every 5 s while it is open,
//! nodes, users, a search, another period. Users and nodes are opened by Zipf's law. Rows come all
//! the time, so every second is another generation of the snapshot: an answer is fresh for no longer
//! than that, and what is given later is stale and made anew beside. The names, generations and
//! lifetimes are those of the engine; only the answers are not computed.
//!
//! The same seed is the same day.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Exp, Zipf};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use traffic_engine::ask::cache_place;
use traffic_engine::cache::{Cache, CacheConfig, Key, Made, Served, Tier};
use traffic_engine::{Calendar, Clock, OptionValue, Options};

const ADMINS: u64 = 10;
const DAY_S: i64 = 86_400;
/// 2025-08-20 00:00:00 UTC.
const MIDNIGHT: i64 = 1_755_648_000;
const SHIFT_S: i64 = 8 * 3_600;
const DASHBOARD_S: usize = 300;
const REAL_TIME_S: usize = 5;
/// Between two things that an admin does, on average.
const PAUSE_S: f64 = 480.0;
/// On the real-time page, on average.
const WATCHED_S: f64 = 300.0;
const USERS: f64 = 5_000.0;
const NODES: f64 = 30.0;

/// A lookup: who asks why, and what.
#[derive(Clone)]
struct Lookup {
    at_s: i64,
    page: &'static str,
    question: &'static str,
    options: Options,
}

/// How lookups ended.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ended {
    pub fresh: u64,
    pub stale: u64,
    pub misses: u64,
    /// Milliseconds that the answers were old, together and at most.
    pub age_ms: i64,
    pub age_ms_max: i64,
}

/// What came of a day.
#[derive(Debug, Default)]
pub struct Day {
    pub pages: BTreeMap<&'static str, Ended>,
    pub computed: u64,
}

impl Ended {
    fn add(&mut self, served: &Served) {
        match (served.tier, served.is_stale) {
            (Tier::Computed, _) => self.misses += 1,
            (_, true) => self.stale += 1,
            (_, false) => self.fresh += 1,
        }
        self.age_ms += served.age_ms;
        self.age_ms_max = self.age_ms_max.max(served.age_ms);
    }

    fn plus(self, other: &Self) -> Self {
        Self {
            fresh: self.fresh + other.fresh,
            stale: self.stale + other.stale,
            misses: self.misses + other.misses,
            age_ms: self.age_ms + other.age_ms,
            age_ms_max: self.age_ms_max.max(other.age_ms_max),
        }
    }

    pub fn lookups(&self) -> u64 {
        self.fresh + self.stale + self.misses
    }

    /// Hits by lookups.
    pub fn ratio(&self) -> f64 {
        (self.fresh + self.stale) as f64 / self.lookups() as f64
    }
}

impl Day {
    pub fn total(&self) -> Ended {
        self.pages.values().fold(Ended::default(), |sum, it| sum.plus(it))
    }

    /// Without the page that asks every few seconds, and so hits by itself.
    pub fn without_real_time(&self) -> Ended {
        let others = self.pages.iter().filter(|(page, _)| **page != "real time");
        others.fold(Ended::default(), |sum, (_, it)| sum.plus(it))
    }
}

/// A clock that stands where the replay is.
#[derive(Default)]
struct ReplayClock(AtomicI64);

impl Clock for ReplayClock {
    fn now(&self) -> i64 {
        self.now_ms() / 1_000
    }

    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The day, answered through a cache of the usual size.
pub fn replay() -> Day {
    let clock = Arc::new(ReplayClock::default());
    let config = CacheConfig { clock: clock.clone(), background: true, ..CacheConfig::default() };
    let (cache, computed) = (Arc::new(Cache::new(config)), Arc::new(AtomicU64::new(0)));
    let mut day = Day::default();
    for lookup in lookups() {
        clock.0.store(lookup.at_s * 1_000, Ordering::Relaxed);
        let calendar = Calendar::new(jiff::tz::TimeZone::UTC, lookup.at_s);
        let place = cache_place(lookup.question, &lookup.options, &calendar, None);
        let (name, kind) = place.expect("a question whose answers are kept");
        let generation = lookup.at_s.unsigned_abs();
        let counted = Arc::clone(&computed);
        let served = cache.remember_beside(Key::named(&name).at(generation), &kind, move || {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok::<_, Infallible>(Made::of(vec![b'x'; 4_096], generation))
        });
        day.pages.entry(lookup.page).or_default().add(&served.expect("an answer"));
        // What is made anew is there before anybody asks again.
        cache.finish();
    }
    day.computed = computed.load(Ordering::Relaxed);
    day
}

/// All lookups of the day in order.
fn lookups() -> Vec<Lookup> {
    let mut all: Vec<Lookup> = (0..ADMINS).flat_map(|admin| Admin::new(admin).day()).collect();
    all.sort_by_key(|lookup| lookup.at_s);
    all
}

struct Admin {
    random: ChaCha8Rng,
    lookups: Vec<Lookup>,
}

impl Admin {
    fn new(seed: u64) -> Self {
        Self { random: ChaCha8Rng::seed_from_u64(seed), lookups: Vec::new() }
    }

    fn day(mut self) -> Vec<Lookup> {
        let begin = MIDNIGHT + self.random.random_range(6 * 3_600..14 * 3_600);
        let end = (begin + SHIFT_S).min(MIDNIGHT + DAY_S);
        for at_s in (begin..end).step_by(DASHBOARD_S) {
            self.dashboard(at_s);
        }
        let mut at_s = begin + self.pause(PAUSE_S);
        while at_s < end {
            at_s = self.turn_to_something(at_s) + self.pause(PAUSE_S);
        }
        self.lookups
    }

    fn pause(&mut self, mean_s: f64) -> i64 {
        Exp::new(1.0 / mean_s).expect("a rate").sample(&mut self.random) as i64 + 1
    }

    /// An id by Zipf's law.
    fn one_of(&mut self, count: f64) -> i64 {
        Zipf::new(count, 1.0).expect("a law").sample(&mut self.random) as i64
    }

    fn choose(&mut self, words: &[&'static str]) -> &'static str {
        words[self.random.random_range(0..words.len())]
    }

    fn ask(&mut self, at_s: i64, page: &'static str, question: &'static str, options: Options) {
        self.lookups.push(Lookup { at_s, page, question, options });
    }

    fn dashboard(&mut self, at_s: i64) {
        for question in ["live", "total", "peak"] {
            self.ask(at_s, "dashboard", question, Options::default());
        }
        self.ask(at_s, "dashboard", "grouped_traffic", with(&[("time_range", "today")], &[]));
    }

    /// What an admin does at a moment, and when that is done.
    fn turn_to_something(&mut self, at_s: i64) -> i64 {
        match self.random.random_range(0..10) {
            0..2 => self.watch(at_s),
            2..5 => self.look_at_nodes(at_s),
            5..8 => self.look_at_users(at_s),
            8 => self.search(at_s),
            _ => self.another_period(at_s),
        }
    }

    fn watch(&mut self, at_s: i64) -> i64 {
        let end = at_s + self.pause(WATCHED_S);
        for at_s in (at_s..end).step_by(REAL_TIME_S) {
            self.ask(at_s, "real time", "live", Options::default());
            self.ask(at_s, "real time", "grouped_traffic", with(&[("time_range", "today")], &[]));
            self.ask(at_s, "real time", "today", Options::default());
        }
        end
    }

    fn look_at_nodes(&mut self, at_s: i64) -> i64 {
        let word = self.choose(&["today", "today", "today", "last_1_hour", "last_6_hours"]);
        self.ask(at_s, "nodes", "rank_nodes", with(&[("time_range", word)], &[]));
        let node = [("node_id", self.one_of(NODES))];
        let (period, today) =
            (with(&[("time_range", word)], &node), with(&[("time_range", "today")], &node));
        self.ask(at_s + 10, "nodes", "node_chart", period.clone());
        self.ask(at_s + 10, "nodes", "usage_records", period);
        let sorted = with(&[("time_range", "today"), ("sort_by", "traffic_desc")], &[]);
        self.ask(at_s + 11, "nodes", "rank_nodes", sorted);
        self.ask(at_s + 11, "nodes", "node_chart", today);
        at_s + 30
    }

    fn look_at_users(&mut self, at_s: i64) -> i64 {
        let word = self.choose(&["today", "today", "week", "15days", "month"]);
        let sorted = |word| with(&[("time_range", word), ("sort_by", "traffic_desc")], &[]);
        self.ask(at_s, "users", "rank_users", sorted(word));
        let user = [("user_id", self.one_of(USERS))];
        let period = with(&[("time_range", word)], &user);
        self.ask(at_s + 15, "users", "user_chart", period.clone());
        self.ask(at_s + 15, "users", "usage_records", period.clone());
        self.ask(at_s + 16, "users", "rank_users", sorted("today"));
        self.ask(at_s + 16, "users", "grouped_traffic", period);
        at_s + 60
    }

    fn search(&mut self, at_s: i64) -> i64 {
        let user = [("user_id", self.one_of(USERS))];
        self.ask(at_s, "search", "traffic", with(&[("time_range", "today")], &user));
        at_s + 30
    }

    fn another_period(&mut self, at_s: i64) -> i64 {
        let word = self.choose(&["week", "halfmonth", "month_including_today"]);
        self.ask(at_s, "another period", "grouped_traffic", with(&[("time_range", word)], &[]));
        at_s + 30
    }
}

fn with(texts: &[(&str, &str)], numbers: &[(&str, i64)]) -> Options {
    let mut options = Options::default();
    for (key, text) in texts {
        options.set(*key, OptionValue::Text((*text).to_owned()));
    }
    for (key, number) in numbers {
        options.set(*key, OptionValue::Int(*number));
    }
    options
}

//! What the first tier of the cache costs, beside `moka` under the same load.
//!
//! `cargo bench -p traffic-engine-microbench --bench cache [-- latency|throughput|replay]`. What the replay is,
//! its own file says.
//!
//! Throughput and hit ratio: keys are drawn by Zipf's law, as questions are; what is missing is put
//! there. Both caches hold as many entries and bytes, neither may forget by time. Rounds alternate,
//! so that a busy machine disturbs both alike; medians are printed.

use criterion::{Criterion, criterion_group};
use moka::sync::Cache as Moka;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Zipf};
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};
use traffic_engine::cache::{Cache, CacheConfig, Key, Kind};
use traffic_engine_testkit::replay;

const VALUE_BYTES: usize = 4_096;
const ENTRIES_MAX: usize = 1_000;
const BYTES_MAX: usize = 64_000_000;
/// Names that are asked for, some ten times as many as there is room.
const NAMES: usize = 10_000;
/// How unequal they are: 1 is Zipf's own law.
const EXPONENT: f64 = 1.0;
const LOOKUPS: usize = 2_000_000;
const ROUNDS: usize = 9;

/// As long as a question's name with its options hashed.
fn name(at: usize) -> String {
    format!("user_traffic_rankings_{:016x}", at.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn value() -> Arc<[u8]> {
    vec![b'x'; VALUE_BYTES].into()
}

fn ours() -> Cache {
    Cache::new(CacheConfig {
        entries_max: ENTRIES_MAX,
        bytes_max: BYTES_MAX,
        ..CacheConfig::default()
    })
}

/// Bounded by bytes: with a weigher `moka` counts nothing else. As many bytes as our entries take.
fn moka() -> Moka<String, Arc<[u8]>> {
    let capacity = ENTRIES_MAX * (VALUE_BYTES + name(0).len());
    let weigh = |name: &String, value: &Arc<[u8]>| (name.len() + value.len()) as u32;
    Moka::builder().max_capacity(capacity as u64).weigher(weigh).build()
}

const KIND: Kind<'static> = Kind { ttl_s: Some(86_400), data_type: None, time_range: None };

fn latency(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("latency/hit of 4 KB");
    let name = name(7);
    let cache = ours();
    assert!(cache.set(Key::named(&name), value(), &KIND));
    group.bench_function("ours", |bench| bench.iter(|| cache.get(Key::named(black_box(&name)))));
    let cache = moka();
    cache.insert(name.clone(), value());
    group.bench_function("moka", |bench| bench.iter(|| cache.get(black_box(name.as_str()))));
}

/// What a lookup of a contestant does: true for a hit.
type Lookup<'a> = &'a (dyn Fn(&str) -> bool + Sync);

/// Lookups a second, and the share of hits.
fn run(lookup: Lookup<'_>, names: &[String], drawn: &[Vec<u32>]) -> (f64, f64) {
    let started = Instant::now();
    let hits: usize = std::thread::scope(|scope| {
        let threads = drawn.iter().map(|drawn| {
            scope.spawn(|| drawn.iter().filter(|&&at| lookup(&names[at as usize])).count())
        });
        let threads: Vec<_> = threads.collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    });
    let lookups: usize = drawn.iter().map(Vec::len).sum();
    (lookups as f64 / started.elapsed().as_secs_f64(), hits as f64 / lookups as f64)
}

fn drawn(threads: usize) -> Vec<Vec<u32>> {
    let law = Zipf::new(NAMES as f64, EXPONENT).expect("a law");
    let of_thread = |thread| {
        let mut random = ChaCha8Rng::seed_from_u64(thread as u64);
        (0..LOOKUPS / threads).map(|_| law.sample(&mut random) as u32 - 1).collect()
    };
    (0..threads).map(of_thread).collect()
}

#[allow(clippy::print_stdout, reason = "a measurement is printed")]
fn throughput() {
    let names: Vec<String> = (0..NAMES).map(name).collect();
    println!(
        "\n{LOOKUPS} lookups of {NAMES} names by Zipf's law, room for {ENTRIES_MAX}, median of {ROUNDS}"
    );
    println!("{:<10}{:>8}{:>18}{:>12}", "cache", "threads", "million lookups/s", "hit ratio");
    for threads in [1, 2] {
        let drawn = drawn(threads);
        let (mut of_ours, mut of_moka) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let cache = ours();
            let lookup = |name: &str| {
                let found = cache.get(Key::named(name));
                if found.is_none() {
                    cache.set(Key::named(name), value(), &KIND);
                }
                black_box(found).is_some()
            };
            of_ours.push(run(&lookup, &names, &drawn));
            let cache = moka();
            let lookup = |name: &str| {
                let found = cache.get(name);
                if found.is_none() {
                    cache.insert(name.to_owned(), value());
                }
                black_box(found).is_some()
            };
            of_moka.push(run(&lookup, &names, &drawn));
        }
        for (cache, rounds) in [("ours", of_ours), ("moka", of_moka)] {
            let (rate, ratio) = median(rounds);
            println!("{cache:<10}{threads:>8}{:>18.2}{:>11.1}%", rate / 1e6, ratio * 100.0);
        }
    }
}

fn median(mut rounds: Vec<(f64, f64)>) -> (f64, f64) {
    rounds.sort_by(|a, b| a.0.total_cmp(&b.0));
    rounds[rounds.len() / 2]
}

#[allow(clippy::print_stdout, reason = "a measurement is printed")]
fn replayed() {
    let day = replay::replay();
    println!(
        "\na day of ten admins; every second is another generation, and hits of older ones are stale"
    );
    println!(
        "{:<18}{:>9}{:>9}{:>9}{:>9}{:>11}{:>10}{:>10}",
        "page", "lookups", "fresh", "stale", "misses", "hit ratio", "mean age", "oldest"
    );
    let sums = [("all but real time", day.without_real_time()), ("all", day.total())];
    for (page, ended) in day.pages.iter().map(|(page, ended)| (*page, *ended)).chain(sums) {
        let age_s = ended.age_ms as f64 / 1e3 / ended.lookups() as f64;
        println!(
            "{page:<18}{:>9}{:>9}{:>9}{:>9}{:>10.1}%{age_s:>8.1} s{:>8} s",
            ended.lookups(),
            ended.fresh,
            ended.stale,
            ended.misses,
            ended.ratio() * 100.0,
            ended.age_ms_max / 1_000,
        );
    }
    println!(
        "hit ratio = (fresh + stale) / lookups, {:.1} %; target: above 90 %",
        day.total().ratio() * 100.0
    );
    println!("answers computed, while somebody waited or beside: {}", day.computed);
}

fn quick() -> Criterion {
    Criterion::default().measurement_time(Duration::from_secs(3)).configure_from_args()
}

criterion_group!(name = latencies; config = quick(); targets = latency);

fn main() {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    if filter.as_deref().is_none_or(|filter| filter.starts_with("latency")) {
        latencies();
    }
    if filter.as_deref().is_none_or(|filter| filter.starts_with("throughput")) {
        throughput();
    }
    if filter.as_deref().is_none_or(|filter| filter.starts_with("replay")) {
        replayed();
    }
}

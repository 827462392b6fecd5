//! What the cache promises with Redis, however that fares.

use proptest::test_runner::{Config, TestRunner};
use std::convert::Infallible;
use std::fs;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use traffic_engine::cache::{Cache, CacheConfig, Key, Kind, Made, Pattern, Served, Tier};
use traffic_engine_testkit::environment::free_port;
use traffic_engine_testkit::random;
use traffic_engine_testkit::redis::{self, Redis, Slow, config, make_certificates, patient, until};

const KIND: Kind<'static> = Kind { ttl_s: Some(100), data_type: None, time_range: None };

fn remember(cache: &Cache, name: &str, text: &str) -> (String, Tier) {
    let made = || Ok::<_, Infallible>(Made::of(text.as_bytes(), 0));
    let served = cache.remember(Key::named(name), &KIND, made).expect("an answer");
    told(&served)
}

fn told(served: &Served) -> (String, Tier) {
    (String::from_utf8_lossy(&served.value).into_owned(), served.tier)
}

fn get(cache: &Cache, name: &str) -> Option<String> {
    cache.get(Key::named(name)).map(|served| told(&served).0)
}

fn set(cache: &Cache, name: &str, text: &str) -> bool {
    cache.set(Key::named(name), text.as_bytes(), &KIND)
}

/// A cache whose link is up.
fn connected(server: &Redis) -> Cache {
    let cache = server.cache();
    connect(&cache);
    cache
}

fn connect(cache: &Cache) {
    until("a link", Duration::from_secs(10), || cache.has_redis());
}

fn pattern(text: &str) -> Pattern {
    Pattern::new(text).expect("a pattern")
}

/// Median, 99th percentile and maximum of what 400 lookups of different names cost.
fn costs(cache: &Cache) -> [Duration; 3] {
    let lookup = |at: usize| {
        let started = Instant::now();
        assert_eq!(remember(cache, &format!("cost {at}"), "1"), ("1".to_owned(), Tier::Computed));
        started.elapsed()
    };
    let mut costs: Vec<Duration> = (0..400).map(lookup).collect();
    costs.sort();
    [costs[200], costs[395], costs[399]]
}

/// The rest is only reported: on a busy machine it says when this thread was next let run.
fn assert_cheap([median, p99, max]: [Duration; 3]) {
    assert!(median <= Duration::from_millis(5), "{median:?} {p99:?} {max:?}");
}

#[allow(clippy::print_stdout, reason = "the figures are wanted")]
fn report(what: &str, [median, p99, max]: [Duration; 3]) {
    println!(
        "{what}: a lookup costs {median:?} at the median, {p99:?} at the 99th percentile, {max:?} at most"
    );
}

#[test]
fn what_one_process_keeps_another_finds() {
    if !redis::is_there() {
        return;
    }
    let server = Redis::start();
    let (ours, theirs) = (connected(&server), connected(&server));
    let rows = r#"{"user_id":17,"period_upload":123456789},"#.repeat(500);
    assert_eq!(remember(&ours, "user_traffic_rankings_x", &rows).1, Tier::Computed);
    assert_eq!(remember(&theirs, "user_traffic_rankings_x", ""), (rows.clone(), Tier::Redis));
    assert_eq!(remember(&theirs, "user_traffic_rankings_x", "").1, Tier::Memory);
    let key = "traffic_engine:v1:{test}:user_traffic_rankings_x";
    let bytes: usize = server.say(&["STRLEN", key]).parse().expect("a number");
    assert!(bytes < rows.len() / 4, "{bytes} of {} bytes", rows.len());
    let left: u64 = server.say(&["TTL", key]).parse().expect("a number");
    assert!((130..=165).contains(&left), "{left} s: as long as it may be stale");
    let other =
        Cache::new(CacheConfig { namespace: "other".to_owned(), ..patient(server.address()) });
    connect(&other);
    assert_eq!(get(&other, "user_traffic_rankings_x"), None, "namespaces are apart");
}

#[test]
fn an_invalidation_reaches_the_memory_of_others_within_a_second() {
    if !redis::is_there() {
        return;
    }
    let server = Redis::start();
    let (ours, theirs) = (connected(&server), connected(&server));
    for round in 0..3 {
        assert!(set(&ours, "user_details:3", "old") && set(&ours, "node_details:3", "old"));
        assert_eq!(get(&theirs, "user_details:3").as_deref(), Some("old"));
        assert_eq!(get(&theirs, "node_details:3").as_deref(), Some("old"));
        let removed = ours.invalidate(&pattern("user_*"));
        assert_eq!((removed.memory, removed.redis, removed.is_late), (1, 1, false));
        let took =
            until("forgotten", Duration::from_secs(1), || get(&theirs, "user_details:3").is_none());
        assert_eq!(
            get(&theirs, "node_details:3").as_deref(),
            Some("old"),
            "round {round}, {took:?}"
        );
    }
}

#[test]
fn many_processes_compute_once() {
    if !redis::is_there() {
        return;
    }
    let server = Redis::start();
    let caches: Vec<Cache> = (0..4).map(|_| connected(&server)).collect();
    let (computed, at_once, start) = (AtomicU64::new(0), AtomicU64::new(0), Barrier::new(8));
    thread::scope(|scope| {
        for cache in caches.iter().chain(&caches) {
            scope.spawn(|| {
                start.wait();
                let served = cache.remember(Key::named("a"), &KIND, || {
                    computed.fetch_add(1, Ordering::Relaxed);
                    assert_eq!(at_once.fetch_add(1, Ordering::SeqCst), 0, "two compute at once");
                    thread::sleep(Duration::from_millis(200));
                    at_once.fetch_sub(1, Ordering::SeqCst);
                    Ok::<_, Infallible>(Made::of(*b"1", 0))
                });
                assert_eq!(told(&served.expect("an answer")).0, "1");
            });
        }
    });
    assert_eq!(computed.into_inner(), 1);
    assert_eq!(server.say(&["KEYS", "*@lock*"]), "", "the lock is gone");
}

#[test]
fn a_process_that_dies_while_it_computes_keeps_nobody_waiting_for_long() {
    if !redis::is_there() {
        return;
    }
    let server = Redis::start();
    let cache = connected(&server);
    let lock = "traffic_engine:v1:{test}@lock:a";
    server.say(&["SET", lock, "1", "PX", "60000"]);
    let started = Instant::now();
    assert_eq!(remember(&cache, "a", "1"), ("1".to_owned(), Tier::Computed));
    assert!(started.elapsed() < Duration::from_millis(1_300), "{:?}", started.elapsed());
    // A failure gives the lock back at once.
    server.say(&["SET", "traffic_engine:v1:{test}@lock:b", "1", "PX", "100"]);
    let started = Instant::now();
    assert_eq!(remember(&cache, "b", "1").1, Tier::Computed);
    assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
}

#[test]
fn a_redis_that_is_down_costs_little_and_comes_back_by_itself() {
    if !redis::is_there() {
        return;
    }
    let mut server = Redis::start();
    let cache = Cache::new(config(server.address()));
    connect(&cache);
    assert_eq!(remember(&cache, "kept", "1").1, Tier::Computed);
    server.end();
    let spent = costs(&cache);
    report("Redis down", spent);
    assert_cheap(spent);
    let stats = cache.stats().redis.expect("a tier");
    assert_eq!((stats.outages, stats.available), (1, false), "{stats:?}");
    assert!(stats.problem.is_some());
    // What is invalidated meanwhile is told when it is back.
    assert!(cache.invalidate(&pattern("later*")).is_late);
    server.begin();
    let took = until("back", Duration::from_secs(5), || {
        remember(&cache, "any", "1");
        cache.stats().redis.is_some_and(|it| it.available)
    });
    until("shared again", Duration::from_secs(2), || {
        set(&cache, "again", "1") && get(&connected(&server), "again").is_some()
    });
    until("told", Duration::from_secs(2), || {
        get(&cache, "again");
        server.say(&["XRANGE", "traffic_engine:v1:{test}@news", "-", "+"]).contains("later*")
    });
    assert_eq!(cache.stats().redis.expect("a tier").outages, 1, "back after {took:?}");
}

#[test]
fn a_redis_that_hangs_or_is_slow_costs_little_and_comes_back_by_itself() {
    if !redis::is_there() {
        return;
    }
    let server = Redis::start();
    let slow = Slow::before(server.port);
    let cache = Cache::new(config(slow.address()));
    connect(&cache);
    for (what, begin, end) in [
        (
            "Redis hanging",
            (&|| server.signal("STOP")) as &dyn Fn(),
            (&|| server.signal("CONT")) as &dyn Fn(),
        ),
        ("Redis slow", &|| slow.delay(40), &|| slow.delay(0)),
    ] {
        let before = cache.stats().redis.expect("a tier").outages;
        begin();
        let spent = costs(&cache);
        report(what, spent);
        assert_cheap(spent);
        let stats = cache.stats().redis.expect("a tier");
        assert_eq!((stats.outages - before, stats.available), (1, false), "{what}: {stats:?}");
        end();
        until(what, Duration::from_secs(10), || {
            cache.stats().redis.is_some_and(|it| it.available) && set(&cache, "again", what)
        });
        cache.invalidate(&Pattern::everything());
    }
}

#[test]
fn a_redis_that_is_full_still_gives_what_it_has() {
    if !redis::is_there() {
        return;
    }
    let server = Redis::start();
    let (ours, theirs) = (connected(&server), connected(&server));
    assert!(set(&ours, "first", "kept"));
    server.say(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]);
    server.say(&["CONFIG", "SET", "maxmemory", "1"]);
    assert!(!set(&ours, "second", "not kept there"));
    let spent = costs(&ours);
    report("Redis full", spent);
    assert_cheap(spent);
    assert_eq!(get(&theirs, "first").as_deref(), Some("kept"));
    let stats = ours.stats().redis.expect("a tier");
    assert_eq!(stats.outages, 0);
    assert!(stats.problem.expect("a problem").contains("OOM"));
    server.say(&["CONFIG", "SET", "maxmemory", "0"]);
    until("it takes again", Duration::from_secs(3), || set(&ours, "third", "kept"));
    assert_eq!(ours.stats().redis.expect("a tier").problem, None);
}

#[test]
fn nothing_that_lies_in_redis_is_believed() {
    if !redis::is_there() {
        return;
    }
    let server = Redis::start();
    let cache = connected(&server);
    let whole = {
        assert!(set(&cache, "sample", &"sample ".repeat(400)));
        "traffic_engine:v1:{test}:sample"
    };
    let key = |name: &str| format!("traffic_engine:v1:{{test}}:{name}");
    // Another's answer under a name is not that name's answer.
    server.say(&["COPY", whole, &key("copied")]);
    let poisons: [&[u8]; 5] =
        [b"", b"TEC1", b"{\"value\":1}", &[0xff; 200], &[b'T', b'E', b'C', b'2', 0, 0]];
    for (at, poison) in poisons.iter().enumerate() {
        redis::say_bytes(server.port, &[b"SET", key(&at.to_string()).as_bytes(), poison]);
    }
    server.say(&["HSET", &key("hash"), "a", "b"]);
    server.say(&["RPUSH", "traffic_engine:v1:{test}@stats", "no hash"]);
    let names = ["copied", "0", "1", "2", "3", "4", "hash"];
    for name in names {
        assert_eq!(get(&cache, name), None, "{name}");
        assert_eq!(remember(&cache, name, "new"), ("new".to_owned(), Tier::Computed), "{name}");
        assert_eq!(get(&connected(&server), name).as_deref(), Some("new"), "{name}");
    }
    let redis = cache.stats().redis.expect("a tier");
    assert_eq!((redis.outages, redis.available), (0, true), "{redis:?}");
    server.say(&["DEL", "traffic_engine:v1:{test}@stats"]);
    get(&cache, "sample");
    server.say(&["SET", &key("late"), "none of ours"]);
    assert_eq!(get(&cache, "late"), None);
    assert!(cache.stats().redis.expect("a tier").refused > 0);
    // What tells of invalidations may mean anything, too.
    server.say(&["DEL", "traffic_engine:v1:{test}@news"]);
    server.say(&["SET", "traffic_engine:v1:{test}@news", "no stream"]);
    until("mended", Duration::from_secs(2), || {
        get(&cache, "nothing");
        server.say(&["EXISTS", "traffic_engine:v1:{test}@news"]) == "0"
    });
    assert!(set(&cache, "again", "1"));
    server.say(&["XADD", "traffic_engine:v1:{test}@news", "*", "pattern", "[unclosed"]);
    until("all forgotten", Duration::from_secs(1), || {
        get(&cache, "nothing");
        cache.stats().memory.entries == 0
    });
}

#[test]
fn both_tiers_forget_the_same_names() {
    if !redis::is_there() {
        return;
    }
    let server = Redis::start();
    let cache = connected(&server);
    let mut runner = TestRunner::new(Config { cases: 60, ..random::config() });
    let names = proptest::collection::vec("[ab*?\\[\\]^!{},\\\\:-]{0,4}", 1..8);
    let patterns = "[ab*?\\[\\]^!{},\\\\:-]{0,5}";
    let run = runner.run(&(names, patterns), |(mut names, text)| {
        let Ok(pattern) = Pattern::new(&text) else { return Ok(()) };
        names.sort();
        names.dedup();
        for name in &names {
            assert!(set(&cache, name, "1"));
        }
        let meant = names.iter().filter(|name| pattern.matches(name)).count() as u64;
        let removed = cache.invalidate(&pattern);
        assert_eq!((removed.memory, removed.redis), (meant, meant), "{text:?} of {names:?}");
        cache.invalidate(&Pattern::everything());
        Ok(())
    });
    run.expect("both agree");
}

#[test]
fn a_user_of_the_acl_without_keys_is_enough() {
    if !redis::is_there() {
        return;
    }
    let acl = "ada on >hunter2 ~traffic_engine:* -@all +get +set +unlink +scan +xadd +xread +hincrby +hset +hdel +hgetall +expire +strlen +ping +select +client";
    let server = Redis::start();
    let words: Vec<&str> = ["ACL", "SETUSER"].into_iter().chain(acl.split(' ')).collect();
    server.say(&words);
    let address = |login: &str| {
        format!("redis://{login}@127.0.0.1:{}", server.port).parse().expect("an address")
    };
    let cache = Cache::new(patient(address("ada:hunter2")));
    connect(&cache);
    assert!(set(&cache, "user_a", "1") && set(&cache, "node_a", "1"));
    assert_eq!(cache.invalidate(&pattern("user_*")).redis, 1);
    let stats = cache.stats();
    assert_eq!((stats.sets, stats.processes), (2, 1));
    assert_eq!(stats.redis.expect("a tier").entries, 1);
    let wrong = Cache::new(patient(address("ada:hunter3")));
    assert_eq!(remember(&wrong, "a", "1").1, Tier::Computed);
    until("noticed", Duration::from_secs(2), || {
        wrong.stats().redis.is_some_and(|it| it.problem.is_some())
    });
    let shown = format!("{:?} {:?}", wrong, wrong.stats());
    assert!(shown.contains("refuses the user or password") && !shown.contains("hunter"), "{shown}");
}

#[test]
fn a_redis_that_lacks_a_command_is_told_by_its_name_and_nothing_else() {
    if !redis::is_there() {
        return;
    }
    for name in ["XADD", "XREAD", "SCAN", "SET", "HINCRBY", "EXPIRE", "UNLINK", "HGETALL"] {
        let server = Redis::with(&["--rename-command", name, ""]);
        let cache = server.cache();
        let expected = format!("unknown command {name}; Redis 5 or newer, or allow it");
        // At first sight, before anything was asked for, and for good.
        for wait_ms in [0, 300] {
            thread::sleep(Duration::from_millis(wait_ms));
            cache.has_redis();
            let redis = cache.stats().redis.expect("a tier");
            assert_eq!((redis.available, redis.problem), (false, Some(expected.clone())), "{name}");
        }
        assert!(cache.invalidate(&pattern("*")).is_late, "{name}");
        assert_eq!(remember(&cache, "a", "1").1, Tier::Computed);
        assert_eq!(remember(&cache, "a", "2"), ("1".to_owned(), Tier::Memory));
        assert_eq!(cache.stats().redis.expect("a tier").problem, Some(expected));
    }
    let server = Redis::start();
    let acl = "ada on >hunter2 ~traffic_engine:* +@all -xadd";
    let words: Vec<&str> = ["ACL", "SETUSER"].into_iter().chain(acl.split(' ')).collect();
    server.say(&words);
    let address = format!("redis://ada:hunter2@127.0.0.1:{}", server.port);
    let cache = Cache::new(patient(address.parse().expect("an address")));
    cache.has_redis();
    let problem = cache.stats().redis.expect("a tier").problem;
    assert_eq!(problem.as_deref(), Some("the user may not use the command XADD; allow it (ACL)"));
}

#[test]
fn trying_commands_leaves_nothing_behind() {
    if !redis::is_there() {
        return;
    }
    let server = Redis::start();
    connect(&server.cache());
    assert_eq!(server.say(&["KEYS", "*probe*"]), "");
}

#[test]
fn a_line_with_the_highest_id_does_not_end_invalidation() {
    if !redis::is_there() {
        return;
    }
    let highest = "18446744073709551615-18446744073709551615";
    let beyond = "18446744073709551615-7";
    let news = "traffic_engine:v1:{test}@news";
    for id in [highest, beyond] {
        let server = Redis::start();
        let (ours, theirs) = (connected(&server), connected(&server));
        assert!(!ours.invalidate(&pattern("first")).is_late);
        get(&theirs, "anything");
        server.say(&["XADD", news, id, "pattern", "hostile"]);
        thread::sleep(Duration::from_millis(600));
        get(&theirs, "anything");
        for round in 0..3 {
            assert!(set(&ours, "user_a", "old"));
            assert_eq!(get(&theirs, "user_a").as_deref(), Some("old"), "{id} {round}");
            let removed = ours.invalidate(&pattern("user_*"));
            assert_eq!((removed.redis, removed.is_late), (1, false), "{id} {round}");
            until("forgotten", Duration::from_secs(2), || get(&theirs, "user_a").is_none());
        }
    }
}

#[test]
fn an_invalidation_survives_the_process_that_made_it() {
    if !redis::is_there() {
        return;
    }
    let (folder, data) =
        (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let mut server = Redis::prepared(folder, free_port(), &[]);
    server.begin();
    let open = |server: &Redis| {
        let pending_dir = Some(data.path().to_owned());
        Cache::new(CacheConfig { pending_dir, ..patient(server.address()) })
    };
    let first = open(&server);
    connect(&first);
    assert!(set(&first, "user_a", "old") && set(&first, "node_a", "old"));
    server.say(&["SAVE"]);
    server.end();
    assert!(first.invalidate(&pattern("user_*")).is_late);
    drop(first);
    server.begin();
    let next = open(&server);
    connect(&next);
    // Nobody has asked before, so that the first who does tells Redis.
    assert_eq!(get(&next, "user_a"), None);
    assert_eq!(get(&next, "node_a").as_deref(), Some("old"));
    let other = server.cache();
    connect(&other);
    assert_eq!(get(&other, "user_a"), None, "also for those without the folder");
}

#[test]
fn tls_is_checked_against_the_authority() {
    if !redis::is_there() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    make_certificates(folder.path());
    let file = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let (port, key, pem, ca) =
        (free_port().to_string(), file("server.key"), file("server.pem"), file("ca.pem"));
    let tls = [
        "--tls-port",
        &port,
        "--tls-cert-file",
        &pem,
        "--tls-key-file",
        &key,
        "--tls-ca-cert-file",
        &ca,
        "--tls-auth-clients",
        "no",
    ];
    let _server = Redis::with(&tls);
    let address = format!("rediss://127.0.0.1:{port}");
    let trusting =
        Cache::new(patient(format!("{address}?tls-ca={ca}").parse().expect("an address")));
    connect(&trusting);
    assert!(set(&trusting, "a", "1"));
    let doubting = Cache::new(patient(address.parse().expect("an address")));
    remember(&doubting, "a", "2");
    until("refused", Duration::from_secs(5), || {
        doubting.stats().redis.is_some_and(|it| it.problem.is_some())
    });
    assert!(!doubting.has_redis());
}

#[test]
fn sentinels_name_the_server() {
    if !redis::is_there() {
        return;
    }
    let server = Redis::start();
    let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
    let file = folder.path().join("sentinel.conf");
    let text = format!(
        "port {port}\nbind 127.0.0.1\nsentinel monitor cache 127.0.0.1 {} 1\n",
        server.port
    );
    fs::write(&file, text).expect("a file");
    let path = file.to_str().expect("UTF-8").to_owned();
    let _sentinel = Redis::sentinel(folder, port, &path);
    let address = format!("redis-sentinel://127.0.0.1:{},127.0.0.1:{port}/cache", free_port());
    let cache = Cache::new(patient(address.parse().expect("an address")));
    connect(&cache);
    assert!(set(&cache, "a", "1"));
    assert_eq!(get(&connected(&server), "a").as_deref(), Some("1"));
}

#[test]
fn a_cluster_keeps_a_namespace_on_one_node() {
    if !redis::is_there() {
        return;
    }
    let server = Redis::with(&["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"]);
    server.say(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
    until("a cluster", Duration::from_secs(10), || {
        server.say(&["CLUSTER", "INFO"]).contains("cluster_state:ok")
    });
    let address =
        || format!("redis-cluster://127.0.0.1:{}", server.port).parse().expect("an address");
    let (ours, theirs) = (Cache::new(patient(address())), Cache::new(patient(address())));
    connect(&ours);
    connect(&theirs);
    assert!(set(&ours, "user_a", "1") && set(&ours, "user_b", "2") && set(&ours, "node_a", "3"));
    assert_eq!(get(&theirs, "user_a").as_deref(), Some("1"));
    assert_eq!(ours.invalidate(&pattern("user_*")).redis, 2);
    until("forgotten", Duration::from_secs(1), || get(&theirs, "user_a").is_none());
    assert_eq!(ours.stats().redis.expect("a tier").entries, 1);
}

#[test]
fn statistics_are_those_of_all_processes() {
    if !redis::is_there() {
        return;
    }
    let server = Redis::start();
    let (ours, theirs) = (connected(&server), connected(&server));
    remember(&ours, "a", "1");
    remember(&theirs, "a", "1");
    remember(&theirs, "a", "1");
    ours.invalidate(&pattern("b*"));
    theirs.stats();
    let stats = ours.stats();
    assert_eq!((stats.hits, stats.misses, stats.sets, stats.invalidations), (2, 1, 1, 1));
    assert_eq!((stats.memory.hits, stats.memory.entries, stats.processes), (1, 2, 2));
    let redis = stats.redis.expect("a tier");
    assert_eq!((redis.hits, redis.entries), (1, 1));
    drop(theirs);
    let stats = ours.stats();
    assert_eq!(
        (stats.hits, stats.processes, stats.memory.entries),
        (2, 1, 1),
        "counts outlive processes"
    );
}

#[test]
fn a_process_that_cannot_see_invalidations_does_not_trust_its_memory_for_long() {
    if !redis::is_there() {
        return;
    }
    let mut server = Redis::start();
    let cache = connected(&server);
    assert!(set(&cache, "a", "old"));
    server.end();
    assert_eq!(get(&cache, "a").as_deref(), Some("old"), "for the moment");
    until("doubted", Duration::from_secs(6), || get(&cache, "a").is_none());
}

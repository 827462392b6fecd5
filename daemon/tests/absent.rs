//! A server that is locked, silent, slow or gone: whoever asks learns it soon, and is answered from
//! the last generation where there is one.

use crate::support::run::{ZONE, answer, on, words};
use crate::support::sqlite::Store;
use jiff::tz::TimeZone;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::tempdir;
use traffic_engine::{
    Answer, Engine, EngineConfig, EngineError, ErrorCode, Location, Path as Way, RangeRequest,
    RankUsers, SnapshotConfig, Source, UserRank, UserSort,
};
use traffic_engine_testkit::own_server::OwnServer;
use traffic_engine_testkit::proxy::Proxy;

const ROWS: u64 = 4_000;

fn generated() -> Option<OwnServer> {
    let server = OwnServer::start(None)?;
    let generate = format!("generate --rows {ROWS} --users 40 --nodes 5 --days 6 --seed 7");
    answer(on(&server.url()).args(words(&generate)));
    Some(server)
}

fn config(store: &str, dir: Option<&Path>) -> EngineConfig {
    let location = Location::parse(store).expect("an address");
    let usual = EngineConfig::new(location, TimeZone::get(ZONE).expect("a zone"));
    let snapshot = dir.map(|dir| SnapshotConfig {
        refresh_interval_ms: 0,
        ..SnapshotConfig::new(dir.to_owned())
    });
    EngineConfig { read_timeout_ms: 2_000, snapshot, ..usual }
}

/// What `ask` gives, which takes between these times.
fn within<T>(least_ms: u64, most_ms: u64, ask: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let got = ask();
    let took = began.elapsed();
    let fits = took >= Duration::from_millis(least_ms) && took <= Duration::from_millis(most_ms);
    assert!(fits, "took {took:?}, not {least_ms} to {most_ms} ms");
    got
}

fn total(engine: &Engine) -> Result<u64, EngineError> {
    engine.total().map(|total| total.total_records)
}

fn rank(engine: &Engine) -> Result<Answer<Vec<UserRank>>, EngineError> {
    let range = RangeRequest::named("all").expect("a range");
    let limit = "all".parse().expect("a limit");
    engine.rank_users(&RankUsers { range, sort: UserSort::TrafficDesc, limit })
}

/// All is as in the last generation, and a warning says why.
fn answers_from_the_last_generation(engine: &Engine, why: &str) {
    let answer = within(0, 1_900, || rank(engine)).expect("an answer");
    assert!(matches!(answer.source, Source::Snapshot(_)), "{:?}", answer.source);
    let warning = engine.snapshot_failure().expect("a warning");
    assert!(warning.contains(why), "{warning}");
    // Who asks next does not wait again.
    within(0, 500, || total(engine)).expect("an answer");
}

fn lock_usage(server: &OwnServer, seconds: u32) {
    let locked = format!("LOCK TABLES `usage`.user_usage WRITE; SELECT SLEEP({seconds})");
    server.in_background(&locked);
    thread::sleep(Duration::from_millis(300));
}

#[test]
fn a_locked_table_keeps_nobody_waiting() {
    let Some(server) = generated() else { return };
    let dir = tempdir().expect("a folder");
    let kept = Engine::open(config(&server.url(), Some(dir.path())));
    assert_eq!(total(&kept).expect("an answer"), ROWS);
    server.as_root(
        "INSERT INTO `usage`.user_usage SELECT NULL, user_id, t, u, d, node, count_rate \
                    FROM `usage`.user_usage LIMIT 7",
    );
    lock_usage(&server, 14);
    answers_from_the_last_generation(&kept, "lock");
    for path in [Way::Rows, Way::PushDown] {
        let engine = Engine::open(EngineConfig { path, ..config(&server.url(), None) });
        let error = within(1_000, 7_000, || total(&engine)).expect_err("a lock");
        assert_eq!(error.code(), ErrorCode::TableLocked, "{error}");
        assert!(error.is_retryable());
    }
    // Once the lock is gone, what came meanwhile is there.
    thread::sleep(Duration::from_secs(8));
    assert_eq!(total(&kept).expect("an answer"), ROWS + 7);
    assert_eq!(kept.snapshot_failure(), None);
}

#[test]
fn a_server_that_falls_silent_is_given_up() {
    let Some(server) = generated() else { return };
    let proxy = Proxy::to(server.port());
    let dir = tempdir().expect("a folder");
    let store = server.url_by(proxy.port());
    let kept = Engine::open(config(&store, Some(dir.path())));
    assert_eq!(total(&kept).expect("an answer"), ROWS);
    for bytes in [0, 60, 200, 3_000, 30_000] {
        proxy.silent_after(bytes);
        // More is enough for a look at the server's counters.
        if bytes <= 200 {
            // The kept connection is silent as well.
            answers_from_the_last_generation(&kept, "cannot reach");
            // One that begins now has no kept connection.
            let fresh = Engine::open(config(&store, Some(dir.path())));
            answers_from_the_last_generation(&fresh, "cannot reach");
        }
        let engine = Engine::open(EngineConfig { path: Way::Rows, ..config(&store, None) });
        let longest = if bytes < 200 { 12_500 } else { 3_600 };
        let error = within(900, longest, || rank(&engine).map(drop));
        let error = error.expect_err("silence");
        assert_eq!(error.code(), ErrorCode::Unreachable, "{bytes}: {error}");
        proxy.silent_after(usize::MAX);
    }
}

/// Every row takes a millisecond.
fn slow_rows(server: &OwnServer) {
    server.as_root(
        "RENAME TABLE `usage`.user_usage TO `usage`.real_usage; \
         CREATE VIEW `usage`.user_usage AS SELECT id, user_id, t, u + SLEEP(0.001) AS u, d, node, \
         count_rate FROM `usage`.real_usage",
    );
}

#[test]
fn a_server_that_works_for_long_is_waited_for() {
    let Some(server) = generated() else { return };
    slow_rows(&server);
    let config =
        EngineConfig { path: Way::PushDown, read_timeout_ms: 400, ..config(&server.url(), None) };
    let engine = Engine::open(config);
    let records = within(2_000, 60_000, || total(&engine)).expect("an answer");
    assert_eq!(records, ROWS);
}

#[test]
fn a_question_ends_with_its_time_and_so_does_its_statement() {
    let Some(server) = generated() else { return };
    slow_rows(&server);
    for path in [Way::PushDown, Way::Rows] {
        let usual = config(&server.url(), None);
        let limited = EngineConfig { path, query_timeout_ms: Some(700), ..usual };
        let engine = Engine::open(limited);
        let error = within(700, 1_600, || total(&engine)).expect_err("no time");
        assert_eq!(error.code(), ErrorCode::TimedOut, "{error}");
        thread::sleep(Duration::from_millis(300));
        assert_eq!(server.statements_of_tester(), 0, "{path:?}");
    }
}

#[test]
fn a_question_to_a_file_ends_with_its_time() {
    let file = Store::generated("--rows 50000 --users 40 --nodes 5 --days 6 --seed 7");
    for path in [Way::PushDown, Way::Rows] {
        let usual = config(&file.url(), None);
        let engine = Engine::open(EngineConfig { path, query_timeout_ms: Some(5), ..usual });
        let error = within(5, 2_000, || total(&engine)).expect_err("no time");
        assert_eq!(error.code(), ErrorCode::TimedOut, "{error}");
    }
}

#[test]
fn a_connection_that_is_killed_is_said_to_be_broken_off() {
    let Some(server) = generated() else { return };
    slow_rows(&server);
    for kill in ["KILL CONNECTION USER tester", "KILL QUERY USER tester"] {
        let engine = Engine::open(EngineConfig { path: Way::Rows, ..config(&server.url(), None) });
        let asking = thread::spawn(move || total(&engine));
        thread::sleep(Duration::from_millis(1_500));
        server.as_root(kill);
        let error = asking.join().expect("no panic").expect_err("a killed connection");
        assert_eq!(error.code(), ErrorCode::DatabaseFailed, "{error}");
        assert!(error.to_string().contains("was broken off"), "{error}");
        assert!(error.is_retryable());
    }
}

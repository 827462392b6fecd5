//! `cache` tells of kept answers and forgets them, and no password shows.

use crate::support::run::{answer, bare, on, run, words};
use crate::support::sqlite::Store;
use traffic_engine_testkit::redis::{Redis, is_there};

#[test]
fn kept_answers_are_counted_and_forgotten() {
    if !is_there() {
        return;
    }
    let redis = Redis::with(&["--requirepass", "hunter2"]);
    let store = Store::generated("--rows 500 --users 20 --nodes 3 --days 5");
    let address = format!("redis://:hunter2@127.0.0.1:{}", redis.port);
    let asked = |line: &str| {
        let mut command = on(&store.url());
        command.env("TRAFFIC_ENGINE_REDIS", &address).args(["--format", "json"]);
        answer(command.args(words(line)))
    };
    let stats: serde_json::Value = serde_json::from_str(&asked("cache stats")).expect("JSON");
    assert_eq!(stats["redis"]["available"], true, "{stats}");
    assert_eq!(
        asked("cache clear --pattern user_*").trim(),
        r#"{"memory":0,"redis":0,"is_late":false}"#
    );
    asked("cache clear --trigger database_optimize");
    let stats: serde_json::Value = serde_json::from_str(&asked("cache stats")).expect("JSON");
    assert_eq!(stats["invalidations"], 2, "counts outlive processes: {stats}");
    let table = answer(bare().env("TRAFFIC_ENGINE_REDIS", &address).args(words("cache stats")));
    assert!(table.contains("hit ratio") && !table.contains("hunter2"), "{table}");
}

#[test]
fn what_cannot_be_done_is_told_without_the_password() {
    for (line, status, says) in [
        ("cache stats", 2, "no Redis is named"),
        ("cache stats --redis redis://:hunter2@127.0.0.1:1", 2, "shows in lists of processes"),
        ("cache stats --redis redis://hunter2:x:y@a,b", 2, "not understood"),
        ("cache clear --redis redis://127.0.0.1:1 --pattern [a", 2, "is no pattern"),
        ("cache clear --redis redis://127.0.0.1:1 --trigger reboot", 2, "unknown trigger"),
        ("cache clear --redis redis://127.0.0.1:1", 1, "Redis does not answer"),
    ] {
        let ran = run(bare().args(words(line)));
        assert_eq!(ran.status, status, "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains(says) && !ran.stderr.contains("hunter2"), "{}", ran.stderr);
    }
}

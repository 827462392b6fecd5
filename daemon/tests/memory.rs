//! What many users cost in private memory: measured, and as we count it.

use crate::support::run::{kept, words};
use crate::support::sqlite::Store;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::tempdir;

const MB: u64 = 1_000_000;

/// What a process of ours takes that does next to nothing, with room to spare.
const PROCESS_BYTES: u64 = 8 * MB;

/// A store with so many users, of whom each has two rows in this month, on 200 nodes.
fn store_of(users: u64) -> Store {
    let store = Store::generated("--rows 20 --users 1 --nodes 200 --days 2");
    let sql = format!(
        "DELETE FROM user;
         WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {users})
         INSERT INTO user (id, uuid, u, d, transfer_enable, created_at, updated_at, sid, remark)
         SELECT n, printf('%08x-aaaa-4aaa-8aaa-%012x', n, n), n, n, 1000000000000, 1, 1, n, 'note'
         FROM number;
         INSERT INTO user_usage (user_id, t, u, d, node, count_rate)
         SELECT id, 1754000000 + (id * 7919) % 1600000, id, id, CAST(1 + id % 200 AS TEXT), 1 FROM user
         UNION ALL
         SELECT id, 1754000000 + (id * 104729) % 1600000, id, id, CAST(1 + id % 61 AS TEXT), 1
         FROM user;"
    );
    store.connection().execute_batch(&sql).expect("users");
    store
}

/// How a command ended, and the most private memory it had.
struct Measured {
    is_success: bool,
    stderr: String,
    private_bytes: u64,
}

/// Runs a command and looks at its private memory every half millisecond.
fn measured(command: &mut Command) -> Measured {
    let errors = tempfile::NamedTempFile::new().expect("a file");
    let file = errors.reopen().expect("a file");
    command.stdout(Stdio::null()).stderr(file);
    let mut child = command.spawn().expect("the binary starts");
    let status = format!("/proc/{}/status", child.id());
    let mut private_bytes = 0;
    let ended = loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        private_bytes = private_bytes.max(kib.unwrap_or(0) * 1_024);
        if let Some(ended) = child.try_wait().expect("a child") {
            break ended;
        }
        std::thread::sleep(Duration::from_micros(500));
    };
    let stderr = fs::read_to_string(errors.path()).expect("what it said");
    Measured { is_success: ended.success(), stderr, private_bytes }
}

const RANKING: &str = "rank users --range month --limit 100 --format json";

#[test]
fn a_months_ranking_takes_at_most_200_bytes_a_user() {
    const USERS: u64 = 200_000;
    let (store, dir) = (store_of(USERS), tempdir().expect("a folder"));
    let ask = |words_of: &str| measured(kept(&store.url(), dir.path()).args(words(words_of)));
    let first = ask(RANKING);
    assert!(first.is_success, "{}", first.stderr);
    let ranking = ask(RANKING);
    assert!(ranking.is_success, "{}", ranking.stderr);
    assert!(ranking.private_bytes < PROCESS_BYTES + USERS * 200, "{}", ranking.private_bytes);
    let refused = ask(&format!("{RANKING} --memory-limit-mb 1"));
    let told = refused.stderr.split("about ").nth(1).and_then(|it| it.split(' ').next());
    let told: u64 =
        told.and_then(|it| it.parse().ok()).unwrap_or_else(|| panic!("{}", refused.stderr));
    assert!(told * MB <= USERS * 200, "{}", refused.stderr);
}

#[test]
fn a_million_users_stay_within_the_limit_or_are_refused_at_once() {
    const LIMIT: u64 = 80 * MB;
    let (store, dir) = (store_of(1_000_000), tempdir().expect("a folder"));
    let ask = |line: &str| measured(kept(&store.url(), dir.path()).args(words(line)));
    let within = |line: &str| {
        let asked = ask(line);
        let bytes = asked.private_bytes;
        assert!(bytes < PROCESS_BYTES + LIMIT, "{line}: {bytes} bytes, {}", asked.stderr);
        assert!(asked.is_success || asked.stderr.contains("memory_limit_mb"), "{}", asked.stderr);
        asked.is_success
    };
    assert!(within("total"), "the first generation");
    store.connection().execute_batch("UPDATE user SET u = u + 1").expect("other users");
    assert!(within("total"), "after all users changed");
    within(RANKING);
    within("rank users --range month --limit all --format json");
    within("aggregate --by user --range month --format json");
    within(&format!("{RANKING} --path rows"));
}

//! `generate` makes the same rows from the same seed at the same moment.

use crate::support::run::{answer, json, on, words};
use crate::support::sqlite::{Store, USUAL, usual};

const QUESTIONS: [&str; 7] = [
    "rank users --range month",
    "rank nodes --range month",
    "records --range all",
    "aggregate --by time --range month",
    "live",
    "nodes --raw",
    "days",
];

#[test]
fn the_same_seed_gives_byte_identical_answers() {
    let second = Store::generated(USUAL);
    let (usual, again) = (usual().url(), second.url());
    for line in QUESTIONS {
        let ask = |store: &str| answer(on(store).args(["--format", "json"]).args(words(line)));
        assert!(ask(&usual) == ask(&again), "{line} differs");
    }
}

#[test]
fn another_seed_gives_other_rows() {
    let other = Store::generated(&USUAL.replace("--seed 7", "--seed 8"));
    assert_ne!(json(&usual().url(), "total"), json(&other.url(), "total"));
}

#[test]
fn it_says_what_it_made() {
    let store = Store::absent();
    let made = json(&store.url(), "generate --rows 500 --users 20 --nodes 3 --days 5");
    assert_eq!(made, serde_json::json!({"users": 20, "nodes": 3, "rows": 500}));
    assert_eq!(json(&store.url(), "records --range all").as_array().map(Vec::len), Some(500));
    assert_eq!(json(&store.url(), "live")["total_users"], 20);
}

//! A row that no snapshot can hold costs no other answer.

use super::column;
use traffic_engine::{Engine, ErrorCode, Path, Refresh, SnapshotConfig};
use traffic_engine_testkit::ask;
use traffic_engine_testkit::json::Json;
use traffic_engine_testkit::place::Place;
use traffic_engine_testkit::question::{Question, Range};
use traffic_engine_testkit::sample::{NOW, rank_nodes, row, small};
use traffic_engine_testkit::tables::Value;

const DAY_S: i64 = 86_400;

fn open(place: &dyn Place, folder: &std::path::Path) -> Engine {
    ask::open_with(place.location(), "UTC", NOW, |config| {
        let snapshot = SnapshotConfig::new(folder.to_owned());
        config.snapshot = Some(SnapshotConfig { refresh_interval_ms: 0, ..snapshot });
    })
}

fn ranks(range: &str) -> Question {
    Question::RankUsers { range: Range::named(range), sort: "traffic_desc", limit: None }
}

/// The one user's bytes of today.
fn today(engine: &Engine) -> Json {
    let answer = ask::answer(engine, &ranks("today")).expect("an answer");
    column(&Json::parse(&answer), "period_traffic").remove(0)
}

pub(crate) fn a_bad_row_of_long_ago_costs_no_answer_about_today(place: &mut dyn Place) {
    let mut database = small();
    database.usage.push(row(2, NOW - 400 * DAY_S, "Tokyo"));
    database.usage[1].u = -1;
    place.create(&database.tables());
    let folder = tempfile::tempdir().expect("a folder");
    let engine = open(place, folder.path());
    for _ in 0..2 {
        assert_eq!(today(&engine), Json::Int(3));
        let reason = engine.snapshot_failure().expect("a reason");
        assert!(reason.contains("row id 2: column `u` holds -1"), "{reason}");
    }
    // Another process does not read the database only to find the row again.
    let other = open(place, folder.path());
    assert_eq!(today(&other), Json::Int(3));
    let error = ask::answer(&other, &ranks("all")).expect_err("a bad row inside");
    assert_eq!(error.code(), ErrorCode::BadValue);
    let strict = ask::open_with(place.location(), "UTC", NOW, |config| {
        config.snapshot = Some(SnapshotConfig::new(folder.path().to_owned()));
        config.path = Path::Snapshot;
    });
    let error = ask::answer(&strict, &ranks("today")).expect_err("no snapshot");
    assert_eq!(error.code(), ErrorCode::BadValue);
    assert!(!error.is_retryable());
    place.run("UPDATE user_usage SET u = 1 WHERE id = 2");
    engine.refresh(Refresh::Tail).expect("a snapshot");
    assert_eq!(today(&engine), Json::Int(3));
    assert_eq!(engine.snapshot_failure(), None);
    assert_eq!(today(&strict), Json::Int(3));
}

pub(crate) fn a_bad_row_that_comes_later_keeps_no_row_back(place: &mut dyn Place) {
    place.create(&small().tables());
    let folder = tempfile::tempdir().expect("a folder");
    let engine = open(place, folder.path());
    assert_eq!(today(&engine), Json::Int(3));
    assert_eq!(engine.snapshot_failure(), None);
    let day = NOW - 400 * DAY_S;
    place.run(&format!("INSERT INTO user_usage VALUES (2, 1, {day}, -1, 2, 'Tokyo', 1)"));
    place.run(&format!("INSERT INTO user_usage VALUES (3, 1, {}, 5, 2, 'Tokyo', 1)", NOW - 9));
    assert_eq!(today(&engine), Json::Int(10));
    assert!(engine.snapshot_failure().expect("a reason").contains("row id 2"));
}

pub(crate) fn a_snapshot_keeps_what_users_and_nodes_hold_that_they_must_not(place: &mut dyn Place) {
    let most = "18446744073709551615";
    let tables = small().tables().into_iter().map(|table| match table.name {
        "user" => table
            .defining("transfer_enable", "varchar(30)")
            .holding("transfer_enable", most.into())
            .holding("u", Value::Int(-5)),
        "node" => table.defining("statistics", "varchar(9)").holding("statistics", "much".into()),
        _ => table,
    });
    place.create(&tables.collect::<Vec<_>>());
    let folder = tempfile::tempdir().expect("a folder");
    let open = |place: &dyn Place| {
        ask::open_with(place.location(), "UTC", NOW, |config| {
            let snapshot = SnapshotConfig::new(folder.path().to_owned());
            config.snapshot = Some(SnapshotConfig { refresh_interval_ms: 0, ..snapshot });
            config.path = Path::Snapshot;
        })
    };
    // The second one reads what the first one wrote.
    for engine in [open(place), open(place)] {
        let by = |by| Question::Aggregate { by, range: Range::named("all") };
        for question in [by("user"), by("node"), Question::Total] {
            ask::answer(&engine, &question).expect("an answer");
        }
        for (question, word) in [
            (ranks("all"), "row id 1: column `u` holds -5"),
            (rank_nodes(), "row id 7: column `statistics` holds \"much\""),
        ] {
            let error = ask::answer(&engine, &question).expect_err("a bad value").to_string();
            assert!(error.contains(word) && !error.contains("delete"), "{error}");
        }
    }
    place.run("UPDATE `user` SET u = 5");
    let engine = open(place);
    engine.refresh(Refresh::Verify).expect("a snapshot");
    let users = Json::parse(&ask::answer(&engine, &ranks("all")).expect("an answer"));
    assert_eq!(column(&users, "transfer_enable"), [Json::Int(u64::MAX.into())]);
    assert_eq!(column(&users, "total_upload_user"), [Json::Int(5)]);
}

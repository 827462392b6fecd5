//! `schema` tells what is missing, makes it, and undoes it.

use crate::support::run::{answer, json, on, run, words};
use crate::support::sqlite::Store;
use traffic_engine_testkit::environment::server;
use traffic_engine_testkit::mysql::Mysql;

/// Enough rows for an index to matter.
const LARGE: &str = "--rows 100000 --users 1500 --nodes 5 --days 10";

const WANTED: [&str; 4] =
    ["idx_user_usage_large_data", "idx_user_usage_user_time", "idx_user_sid", "idx_user_uuid"];

fn names(store: &str, list: &str) -> Vec<String> {
    let plan = json(store, "schema plan");
    let rows = plan[list].as_array().expect("a list");
    rows.iter().map(|row| row["name"].as_str().expect("a name").to_owned()).collect()
}

/// What holds for either database.
fn lives_through_its_life(store: &str, slow: impl Fn(&str)) {
    answer(on(store).arg("generate").args(words(LARGE)));
    slow("CREATE INDEX idx_user_usage_node_time ON user_usage (node, t)");
    slow("CREATE INDEX their_own ON user_usage (node)");
    assert_eq!(names(store, "create"), WANTED);
    assert_eq!(names(store, "droppable"), ["idx_user_usage_node_time"]);
    let before = json(store, "rank users --range month");

    // A dry run it was: they are still missing, and are made.
    let report = json(store, "schema apply");
    let created: Vec<_> = report["created"].as_array().expect("a list").iter().collect();
    assert_eq!(created.iter().map(|it| it["name"].as_str()).collect::<Vec<_>>(), WANTED.map(Some));
    let measured = report["measured"].as_array().expect("a list");
    assert_eq!(measured.len(), 7);
    assert!(measured.iter().all(|it| it["before_ms"].as_f64() > Some(0.0)), "{measured:?}");
    assert!(measured.iter().all(|it| it["after_ms"].as_f64() > Some(0.0)), "{measured:?}");
    assert!(names(store, "create").is_empty());
    assert_eq!(json(store, "schema apply"), serde_json::json!({"created": [], "measured": []}));
    assert_eq!(json(store, "rank users --range month"), before);

    // Only what is ours goes, and all of it or nothing.
    let refused = run(on(store).args(words("schema drop idx_user_sid their_own")));
    assert_eq!(refused.status, 2, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("no index \"their_own\" is ours to drop"),
        "{}",
        refused.stderr
    );
    assert!(names(store, "create").is_empty());
    let dropped = json(store, "schema drop idx_user_sid idx_user_usage_node_time");
    assert_eq!(dropped.as_array().map(Vec::len), Some(2));
    assert_eq!(names(store, "create"), ["idx_user_sid"]);
    assert!(names(store, "droppable").is_empty());
    let status = answer(on(store).args(words("--format csv schema status")));
    assert!(status.contains("user_usage,their_own,node,of others"), "{status}");
    assert!(status.contains("idx_user_uuid,uuid,helps"), "{status}");
}

#[test]
fn the_indexes_of_a_file_come_and_go() {
    let store = Store::absent();
    lives_through_its_life(&store.url(), |sql| {
        store.connection().execute_batch(sql).expect(sql);
    });
}

#[test]
fn the_indexes_of_a_server_come_and_go() {
    let Some(server) = server() else { return };
    let database = Mysql::empty(&server);
    lives_through_its_life(&database.address(), |sql| database.run(sql));
}

#[test]
fn small_tables_are_left_alone() {
    let store = Store::generated("--rows 500 --users 20 --nodes 3 --days 5");
    assert_eq!(
        json(&store.url(), "schema plan"),
        serde_json::json!({"create": [], "droppable": []})
    );
    let applied = answer(on(&store.url()).args(words("schema apply")));
    assert!(applied.contains("nothing is missing"), "{applied}");
}

#[test]
fn a_plan_shows_the_statements() {
    let store = Store::generated(LARGE);
    let plan = answer(on(&store.url()).args(words("--format csv schema plan")));
    let sql = "CREATE INDEX IF NOT EXISTS `idx_user_sid` ON `user` (`sid`)";
    assert!(plan.contains(sql), "{plan}");
}

#[test]
fn a_file_that_somebody_writes_to_is_locked_for_so_long_and_no_longer() {
    let store = Store::generated(LARGE);
    let writer = store.connection();
    writer.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let refused = run(on(&store.url()).args(words("schema apply --no-measure --lock-wait-s 1")));
    assert_eq!(refused.status, 1);
    let says = "somebody has been holding a lock on the file for 1 s";
    assert!(refused.stderr.contains(says), "{}", refused.stderr);
    writer.execute_batch("ROLLBACK").expect("no lock");
    answer(on(&store.url()).args(words("schema apply --no-measure")));
    assert!(names(&store.url(), "create").is_empty());
}

#[test]
fn a_server_says_who_may_not_and_what_is_locked() {
    let Some(server) = server() else { return };
    let database = Mysql::empty(&server);
    answer(on(&database.address()).arg("generate").args(words(LARGE)));
    let apply = "schema apply --no-measure --lock-wait-s 1";
    let name = &database.name;
    let as_reader = |grants: &str| {
        database.run(&format!("CREATE USER IF NOT EXISTS {name} IDENTIFIED BY 'pw'"));
        database.run(&format!("GRANT {grants} ON {name}.* TO {name}"));
        database.address_for(name, "pw")
    };
    let reader = as_reader("SELECT");
    let refused = run(on(&reader).args(words(apply)));
    assert_eq!(refused.status, 1);
    assert!(refused.stderr.contains("INDEX command denied"), "{}", refused.stderr);
    assert!(!refused.stderr.contains(":pw@"), "{}", refused.stderr);

    let reader = as_reader("SELECT, INDEX");
    database.while_reading("user_usage", || {
        let refused = run(on(&reader).args(words(apply)));
        assert_eq!(refused.status, 1);
        let why = "holding a lock on `user_usage` for 1 s";
        assert!(refused.stderr.contains(why), "{}", refused.stderr);
    });
    // What is left is made, by one who may no more than that.
    answer(on(&reader).args(words(apply)));
    assert!(names(&database.address(), "create").is_empty());
}

//! What becomes of figures when rows, lists, zones and days change.

use super::tables::{Tables, add, changed, engine, people, tables, update};
use std::thread;
use traffic_engine::{Engine, ErrorCode, RollupBackfill, RollupRetention, RollupWork, parse_date};
use traffic_engine_testkit::place::Place;
use traffic_engine_testkit::sample::NOW;

const DAY_S: i64 = 86_400;

/// A day of three users' and nodes' rows, `days` ago.
fn day(first_id: i64, days: i64) -> Vec<(i64, i64, i64, i64, i64, &'static str)> {
    let t = NOW - days * DAY_S;
    vec![
        (first_id, 1, t, 10, 20, "Tokyo"),
        (first_id + 1, 2, t + 7_200, 1, 2, "7"),
        (first_id + 2, 1, t + 60, 100, 200, "gone"),
    ]
}

fn begun(place: &mut dyn Place) -> Engine {
    place.create(&people().tables());
    for days in 0..5 {
        add(place, &day(days * 10 + 1, days));
    }
    let engine = engine(place, "UTC", NOW);
    update(&engine);
    engine
}

fn merge(place: &mut dyn Place, days: i64) {
    let t = NOW - days * DAY_S;
    let (first, last) = (days * 10 + 1, days * 10 + 3);
    place.run(&format!("DELETE FROM user_usage WHERE id BETWEEN {first} AND {last}"));
    add(place, &[(900 + days, 1, t, 110, 220, "DAY"), (950 + days, 2, t, 1, 2, "DAY")]);
}

/// Tables of a place that was never written to before.
fn fresh(place: &mut dyn Place, engine: &Engine) -> Tables {
    drop_tables(place);
    update(engine);
    tables(place)
}

fn drop_tables(place: &mut dyn Place) {
    for table in ["daily_user_traffic", "daily_node_traffic", "hourly_stats"] {
        place.run(&format!("DROP TABLE {table}"));
    }
    for table in ["days", "nodes", "state"] {
        place.run(&format!("DROP TABLE traffic_engine_rollup_{table}"));
    }
}

pub(crate) fn only_days_that_changed_are_written(place: &mut dyn Place) {
    let engine = begun(place);
    let long_ago = "updated_at = '2001-02-03 04:05:06'";
    for table in ["daily_user_traffic", "daily_node_traffic"] {
        place.run(&format!("UPDATE {table} SET {long_ago}"));
    }
    let touched = |place: &mut dyn Place, table: &str| {
        place.rows(&format!("SELECT DISTINCT date FROM {table} WHERE NOT {long_ago}"))
    };
    // A late row of user 1 on Tokyo, two days ago.
    add(place, &[(500, 1, NOW - 2 * DAY_S + 30, 5, 5, "Tokyo")]);
    let report = update(&engine);
    assert_eq!((report.days_looked_at, changed(&report)), (5, (1, 3, 0)));
    for table in ["daily_user_traffic", "daily_node_traffic"] {
        assert_eq!(touched(place, table), [["2025-08-18"]], "{table}");
        let rows = place.rows(&format!("SELECT id FROM {table} WHERE NOT {long_ago}"));
        assert_eq!(rows.len(), 1, "{table}");
    }
    let kept = tables(place);
    assert_eq!(fresh(place, &engine), kept);
}

pub(crate) fn merged_days_keep_their_nodes_and_hours(place: &mut dyn Place) {
    let engine = begun(place);
    let before = tables(place);
    merge(place, 2);
    let report = update(&engine);
    assert_eq!(changed(&report), (1, 0, 0), "the same is known of that day");
    let after = tables(place);
    let figures = |it: &Tables| (it.users.clone(), it.nodes.clone(), it.hours.clone());
    assert_eq!(figures(&after), figures(&before));
    assert_eq!(after.base.len(), 2);
    // A row that comes after all counts once more, in every table.
    add(place, &[(700, 2, NOW - 2 * DAY_S, 1_000, 0, "Tokyo")]);
    update(&engine);
    let tokyo = place.rows(
        "SELECT total_upload, unique_users, usage_records FROM daily_node_traffic \
         WHERE date = '2025-08-18' AND node_id = 7",
    );
    assert_eq!(tokyo, [["1011", "2", "3"]]);
    assert_eq!(changed(&update(&engine)), (0, 0, 0));
}

/// Rows of a merged day that come before the next update are not taken for what is left of it.
pub(crate) fn rows_between_the_merge_and_the_update_count(place: &mut dyn Place) {
    let engine = begun(place);
    merge(place, 2);
    let t = NOW - 2 * DAY_S;
    add(place, &[(700, 1, t, 3, 4, "Tokyo"), (701, 2, t + 90, 500, 0, "gone")]);
    update(&engine);
    let nodes = "SELECT node, total_traffic, usage_records FROM daily_node_traffic \
                 WHERE date = '2025-08-18' ORDER BY node";
    let expected = [["7", "40", "3"], ["gone", "800", "2"]];
    assert_eq!(place.rows(nodes), expected);
    let all = RollupBackfill { force: true, ..RollupBackfill::default() };
    engine.rollup_backfill(&all).expect("all days anew");
    assert_eq!(place.rows(nodes), expected);
}

pub(crate) fn deleted_rows_are_gone_from_every_figure(place: &mut dyn Place) {
    let engine = begun(place);
    place.run("DELETE FROM user_usage WHERE user_id = 2 OR node = 'gone'");
    let report = update(&engine);
    assert_eq!((report.days_summed, report.rows_deleted), (5, 5 + 5 + 5));
    let kept = tables(place);
    assert_eq!((kept.users.len(), kept.nodes.len(), kept.hours.len()), (5, 5, 5));
    assert_eq!(fresh(place, &engine), kept);
    place.run("DELETE FROM user_usage");
    update(&engine);
    assert_eq!(tables(place), Tables::default());
}

pub(crate) fn a_node_that_is_listed_later_takes_its_rows_along(place: &mut dyn Place) {
    let engine = begun(place);
    merge(place, 3);
    update(&engine);
    place.run("UPDATE node SET name = 'gone' WHERE id = 7");
    let all = RollupBackfill { force: true, ..RollupBackfill::default() };
    engine.rollup_backfill(&all).expect("all days anew");
    let rows = place.rows(
        "SELECT node_id, node, total_traffic FROM daily_node_traffic \
         WHERE date = '2025-08-17' ORDER BY node_id",
    );
    // What was merged of both is the listed node's now.
    assert_eq!(rows, [["7", "7", "333"]]);
    let today = "SELECT node_id, node, total_traffic FROM daily_node_traffic \
                 WHERE date = '2025-08-20' ORDER BY node_id";
    assert_eq!(place.rows(today), [["0", "Tokyo", "30"], ["7", "7", "303"]]);
}

/// No row changes, and yet what a day's rows mean does.
pub(crate) fn days_are_summed_anew_when_texts_mean_other_nodes(place: &mut dyn Place) {
    let engine = begun(place);
    assert_eq!(changed(&update(&engine)).0, 0);
    place.run("UPDATE node SET name = 'gone' WHERE id = 7");
    assert_eq!(update(&engine).days_summed, 5);
    let after = tables(place);
    assert!(after.nodes.iter().any(|row| row[2] == "Tokyo"), "{after:?}");
    assert!(!after.nodes.iter().any(|row| row[2] == "gone"), "{after:?}");
    assert_eq!(after, fresh(place, &engine));
    assert_eq!(update(&engine).days_summed, 0);
}

pub(crate) fn days_found_unchanged_are_noted_as_checked(place: &mut dyn Place) {
    begun(place);
    let later = engine(place, "UTC", NOW + 600);
    assert_eq!(changed(&update(&later)), (0, 0, 0));
    let checked = "SELECT DISTINCT checked_at FROM traffic_engine_rollup_days";
    assert_eq!(place.rows(checked), [[(NOW + 600).to_string()]]);
    // A clock that goes back proves nothing about what was known.
    update(&engine(place, "UTC", NOW));
    assert_eq!(place.rows(checked), [[(NOW + 600).to_string()]]);
}

pub(crate) fn another_zone_sums_everything_anew(place: &mut dyn Place) {
    begun(place);
    merge(place, 3);
    update(&engine(place, "UTC", NOW));
    let elsewhere = engine(place, "Asia/Kolkata", NOW);
    let report = update(&elsewhere);
    assert_eq!(report.zone_before.as_deref(), Some("UTC"));
    let kept = tables(place);
    assert!(kept.base.is_empty());
    assert!(kept.hours.iter().all(|row| row[0].parse::<i64>().expect("a time") % 3_600 == 1_800));
    assert_eq!(changed(&update(&elsewhere)), (0, 0, 0));
    // On how many nodes users were, merged rows do not tell those who come later.
    let without_merged = |mut tables: Tables| {
        tables.users.retain(|row| row[0] != "2025-08-17");
        tables
    };
    assert_eq!(without_merged(fresh(place, &elsewhere)), without_merged(kept));
}

pub(crate) fn another_name_of_the_zone_changes_nothing(place: &mut dyn Place) {
    begun(place);
    let report = update(&engine(place, "Etc/UTC", NOW));
    assert_eq!((report.zone_before.as_deref(), changed(&report)), (None, (0, 0, 0)));
    let zone = place.rows("SELECT zone FROM traffic_engine_rollup_state");
    assert_eq!(zone, [["UTC"]]);
}

pub(crate) fn a_backfill_sums_the_days_it_is_given(place: &mut dyn Place) {
    place.create(&people().tables());
    for days in 0..5 {
        add(place, &day(days * 10 + 1, days));
    }
    let engine = engine(place, "UTC", NOW);
    let date = |text: &str| Some(parse_date(text).expect("a date"));
    let some = RollupBackfill {
        from: date("2025-08-17"),
        to: date("2025-08-18"),
        ..RollupBackfill::default()
    };
    let report = engine.rollup_backfill(&some).expect("two days");
    assert_eq!((report.days_looked_at, report.days_summed), (2, 2));
    let days = "SELECT DISTINCT date FROM daily_user_traffic ORDER BY date";
    assert_eq!(place.rows(days), [["2025-08-17"], ["2025-08-18"]]);
    let report = engine.rollup_backfill(&some).expect("nothing");
    assert_eq!((report.days_looked_at, report.days_summed), (2, 0));
    // Figures that somebody else spoilt are mended by force alone.
    place.run("UPDATE daily_user_traffic SET total_traffic = 5 WHERE user_id = 1");
    let report = engine.rollup_backfill(&RollupBackfill { force: true, ..some }).expect("again");
    assert_eq!((report.days_summed, report.rows_written), (2, 2));
    let all = engine.rollup_backfill(&RollupBackfill::default()).expect("all days");
    assert_eq!((all.days_looked_at, all.days_summed), (5, 3));
    let kept = tables(place);
    assert_eq!(fresh(place, &engine), kept);
}

pub(crate) fn old_rows_are_deleted_and_not_written_again(place: &mut dyn Place) {
    let engine = begun(place);
    merge(place, 4);
    update(&engine);
    let retention = RollupRetention { days: 3, hourly_days: 1 };
    let work = RollupWork { retention, ..RollupWork::default() };
    let pruned = engine.rollup_prune(&work).expect("a prune");
    assert_eq!((pruned.kept_since.as_str(), pruned.deleted), ("2025-08-17", 2 + 2 + 6));
    let kept = tables(place);
    assert_eq!((kept.users.len(), kept.nodes.len(), kept.hours.len()), (8, 8, 4));
    assert!(kept.base.is_empty());
    let report = engine.rollup_update(&work).expect("an update");
    assert_eq!((report.days_looked_at, changed(&report)), (4, (0, 0, 0)));
    // A late row in a day without hours leaves it without hours.
    add(place, &[(500, 1, NOW - 3 * DAY_S, 5, 5, "Tokyo")]);
    let report = engine.rollup_update(&work).expect("an update");
    assert_eq!(changed(&report), (1, 2, 0));
    assert_eq!(engine.rollup_prune(&work).expect("a prune").deleted, 0);
}

pub(crate) fn sums_that_do_not_fit_are_named_and_keep_nobody_else(place: &mut dyn Place) {
    place.create(&people().tables());
    for days in 0..3 {
        add(place, &day(days * 10 + 1, days));
    }
    let most = i64::MAX;
    add(place, &[(800, 2, NOW - DAY_S, most, 0, "Tokyo")]);
    let engine = engine(place, "UTC", NOW);
    let error = engine.rollup_update(&RollupWork::default()).expect_err("too much");
    assert_eq!(error.code(), ErrorCode::BadValue);
    let says = error.to_string();
    assert!(
        says.contains("2025-08-19, user 2: `total_upload` would be 9223372036854775808"),
        "{says}"
    );
    let days = "SELECT DISTINCT date FROM daily_user_traffic ORDER BY date";
    assert_eq!(place.rows(days), [["2025-08-18"], ["2025-08-20"]]);
    place.run("DELETE FROM user_usage WHERE id = 800");
    update(&engine);
    let kept = tables(place);
    assert_eq!(fresh(place, &engine), kept);
}

pub(crate) fn days_that_take_too_much_memory_are_summed_apart(place: &mut dyn Place) {
    place.create(&people().tables());
    let rows = |first: i64, t: i64| {
        let row = |n: i64| format!("({}, {}, {}, 1, 1, 'Tokyo')", first + n, n, t + n % 3_600);
        let rows: Vec<String> = (0..9_000).map(row).collect();
        format!("INSERT INTO user_usage (id, user_id, t, u, d, node) VALUES {}", rows.join(", "))
    };
    for days in 1..4 {
        place.run(&rows(days * 10_000, NOW - days * DAY_S));
    }
    let with_memory = |limit| {
        traffic_engine_testkit::ask::open_with(place.location(), "UTC", NOW, |config| {
            config.memory_limit_mb = limit;
        })
    };
    let error = with_memory(0).rollup_update(&RollupWork::default()).expect_err("no memory");
    assert_eq!(error.code(), ErrorCode::MemoryLimit);
    let report = update(&with_memory(3));
    assert_eq!((report.days_summed, report.rows_written), (3, 3 * 9_002));
    assert_eq!(changed(&update(&with_memory(80))), (0, 0, 0));
}

pub(crate) fn a_row_that_is_wrong_is_named(place: &mut dyn Place) {
    place.create(&people().tables());
    for days in 0..3 {
        add(place, &day(days * 10 + 1, days));
    }
    add(place, &[(77, 1, NOW - DAY_S, -5, 0, "Tokyo")]);
    let engine = engine(place, "UTC", NOW);
    let error = engine.rollup_update(&RollupWork::default()).expect_err("a negative number");
    assert_eq!(error.code(), ErrorCode::BadValue);
    assert!(error.to_string().contains("row id 77"), "{error}");
    let days = "SELECT DISTINCT date FROM daily_user_traffic ORDER BY date";
    assert_eq!(place.rows(days), [["2025-08-18"], ["2025-08-20"]]);
    place.run("DELETE FROM user_usage WHERE id = 77");
    update(&engine);
    let kept = tables(place);
    assert_eq!(fresh(place, &engine), kept);
}

pub(crate) fn two_at_once_give_what_one_gives(place: &mut dyn Place) {
    place.create(&people().tables());
    let mut id = 1;
    for days in 0..60 {
        add(place, &day(id, days));
        id += 10;
    }
    let (location, engines) = (place.location(), 3);
    let work = || {
        let engine = traffic_engine_testkit::ask::open(location.clone(), "UTC", NOW);
        engine.rollup_update(&RollupWork::default()).expect("an update");
        engine.rollup_backfill(&RollupBackfill { force: true, ..Default::default() }).expect("all");
    };
    thread::scope(|scope| {
        let all: Vec<_> = (0..engines).map(|_| scope.spawn(work)).collect();
        for one in all {
            one.join().expect("nobody fails");
        }
    });
    let engine = engine(place, "UTC", NOW);
    assert_eq!(changed(&update(&engine)), (0, 0, 0));
    let kept = tables(place);
    assert_eq!(fresh(place, &engine), kept);
}

pub(crate) fn ids_are_not_used_up_by_changes(place: &mut dyn Place) {
    let engine = begun(place);
    for id in 0..20 {
        add(place, &[(2_000 + id, 1, NOW - 1, 1, 1, "Tokyo")]);
        update(&engine);
    }
    add(place, &[(3_000, 3, NOW - 1, 1, 1, "new")]);
    update(&engine);
    for table in ["daily_user_traffic", "daily_node_traffic", "hourly_stats"] {
        let ids = place.rows(&format!("SELECT MAX(id) - COUNT(*) FROM {table}"));
        let unused: i64 = ids[0][0].parse().expect("a number");
        // A batch of new rows may leave some out, a changed row takes none.
        assert!(unused < 12, "{table} has left {unused} ids out");
    }
}

pub(crate) fn a_node_text_without_room_is_named_and_keeps_nobody_else(place: &mut dyn Place) {
    if place.is_sqlite() {
        return; // Its columns have room for any text.
    }
    place.create(&people().tables());
    place.run("ALTER TABLE user_usage MODIFY node varchar(100) NOT NULL");
    for days in 0..3 {
        add(place, &day(days * 10 + 1, days));
    }
    let long = "x".repeat(51);
    add(place, &[(77, 1, NOW - DAY_S, 5, 0, &long)]);
    let engine = engine(place, "UTC", NOW);
    let error = engine.rollup_update(&RollupWork::default()).expect_err("a long text");
    assert_eq!(error.code(), ErrorCode::BadValue);
    let says = error.to_string();
    assert!(says.contains("row of 2025-08-19: column `node` holds \"xxx"), "{says}");
    assert!(says.contains("50 characters"), "{says}");
    let days = "SELECT DISTINCT date FROM daily_user_traffic ORDER BY date";
    assert_eq!(place.rows(days), [["2025-08-18"], ["2025-08-20"]]);
}

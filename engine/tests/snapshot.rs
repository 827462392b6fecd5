//! A snapshot answers what the database would, whatever happened to the rows meanwhile.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;
use traffic_engine::{Engine, Path as Way, Plan, Refresh, SnapshotConfig};
use traffic_engine_testkit::ask;
use traffic_engine_testkit::environment::server;
use traffic_engine_testkit::history::{Change, History};
use traffic_engine_testkit::json::{Json, difference};
use traffic_engine_testkit::mysql::Mysql;
use traffic_engine_testkit::oracle;
use traffic_engine_testkit::place::Place;
use traffic_engine_testkit::question::{Question, Range, Records, Refusal, World};
use traffic_engine_testkit::random::{Case, Size, hold};
use traffic_engine_testkit::sample::{NOW, small};
use traffic_engine_testkit::sqlite::Sqlite;

const SIZE: Size = Size { rows: 60, questions: 8 };
const SQLITE_CASES: u32 = 40;
const MYSQL_CASES: u32 = 15;

#[test]
fn every_answer_of_a_snapshot_equals_a_plain_loop_over_the_rows() {
    hold(SQLITE_CASES, SIZE, |case| {
        let sqlite = Sqlite::empty();
        live_through(case, sqlite)
    });
}

#[test]
fn snapshots_of_a_server_agree_too() {
    let Some(server) = server() else {
        return;
    };
    hold(MYSQL_CASES, SIZE, |case| live_through(case, Mysql::empty(&server)));
}

/// Asks all questions after each change, of an engine that saw all of them and of a new one.
fn live_through(case: &Case, mut place: impl Place) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut history = History::beginning(&case.world.database, &mut place);
    let old = engine(case, &place, folder.path());
    for change in Change::ALL {
        history.make(change, &mut place);
        let world = World { database: history.database().clone(), ..case.world.clone() };
        let new = engine(case, &place, folder.path());
        for (who, engine) in [("old", &old), ("new", &new)] {
            agree(case, &world, engine)
                .map_err(|problem| format!("{who} engine after {change:?}:\n{problem}"))?;
        }
    }
    old.refresh(Refresh::Verify).map_err(|error| error.to_string())?;
    Ok(())
}

fn engine(case: &Case, place: &dyn Place, folder: &Path) -> Engine {
    let snapshot = SnapshotConfig {
        refresh_interval_ms: 0,
        // Cells even of few rows, so that they are used.
        cube_share: 1.0,
        cube_rows_min: 0,
        // The plain answers of the rows that are there now.
        history_days: 0,
        ..SnapshotConfig::new(folder.to_owned())
    };
    let World { zone, now, .. } = case.world;
    ask::open_with(place.location(), zone, now, |config| {
        config.snapshot = Some(snapshot);
        config.path = Way::Snapshot;
    })
}

fn agree(case: &Case, world: &World, engine: &Engine) -> Result<(), String> {
    for question in &case.questions {
        // The order of any names is held elsewhere.
        if matches!(question, Question::RankNodes { sort: "name_asc", .. }) {
            continue;
        }
        let got = ask::judged(&ask::answer(engine, question));
        if let Some(problem) = compare(&oracle::answer(world, question), &got) {
            return Err(format!("{question:?}\n{problem}"));
        }
    }
    Ok(())
}

fn compare(want: &Result<Json, Refusal>, got: &Result<Json, Refusal>) -> Option<String> {
    match (want, got) {
        (Ok(want), Ok(got)) => difference(want, got),
        (want, got) if want == got => None,
        (want, got) => Some(format!("want {want:?}, got {got:?}")),
    }
}

#[test]
fn months_are_summed_and_their_edges_are_not_lost() {
    let sqlite = Sqlite::empty();
    let folder = tempfile::tempdir().expect("a folder");
    let open = |path: Way| {
        ask::open_with(sqlite.location(), "UTC", NOW, |config| {
            config.snapshot = Some(SnapshotConfig {
                refresh_interval_ms: 0,
                verify_interval_ms: 0,
                cube_share: 1.0,
                cube_rows_min: 0,
                ..SnapshotConfig::new(folder.path().to_owned())
            });
            config.path = path;
        })
    };
    let plan = Plan { rows: 4_000, users: 30, nodes: 3, days: 70, merged: false, seed: 5 };
    open(Way::Rows).generate(&plan).expect("rows");
    let ago = |days: i64| NOW - days * 86_400;
    let agree = || {
        let middle = Range::between(ago(45) + 12_345, ago(1));
        let words = ["all", "current_month", "30days"].map(Range::named);
        for range in words.into_iter().chain([middle]) {
            let ranking = Question::RankUsers { range, sort: "traffic_desc", limit: None };
            let [stored, read] =
                [Way::Snapshot, Way::Rows].map(|path| ask::answer(&open(path), &ranking));
            assert!(stored.expect("a ranking") == read.expect("a ranking"), "{ranking:?}");
        }
        open(Way::Snapshot).snapshot_stats().expect("a snapshot")
    };
    let before = agree();
    assert!(0 < before.month_cells && before.month_cells < before.day_cells, "{before:?}");
    sqlite.run(&format!("DELETE FROM user_usage WHERE t BETWEEN {} AND {}", ago(40), ago(39)));
    let after = agree();
    assert!(0 < after.month_cells && after.rows < before.rows, "{after:?}");
}

#[test]
fn a_day_of_many_rows_is_read_newest_first() {
    let sqlite = Sqlite::empty();
    let folder = tempfile::tempdir().expect("a folder");
    let open = |path: Way| {
        ask::open_with(sqlite.location(), "UTC", NOW, |config| {
            config.snapshot = Some(SnapshotConfig::new(folder.path().to_owned()));
            config.path = path;
        })
    };
    let plan = Plan { rows: 300_000, users: 50, nodes: 3, days: 1, merged: false, seed: 3 };
    open(Way::Rows).generate(&plan).expect("rows");
    for (limit, after) in [(None, None), (Some(150_000), Some((NOW - 20_000, 200_000)))] {
        let range = Range::named("all");
        let page = Records { range, limit, after, ..Records::default() };
        let [stored, read] = [Way::Snapshot, Way::Rows]
            .map(|path| ask::answer(&open(path), &Question::Records(page.clone())));
        assert!(stored.expect("records") == read.expect("records"), "{limit:?} {after:?}");
    }
}

#[test]
fn a_table_truncated_during_a_look_is_looked_at_again() {
    const LOOKS: usize = 500;
    let Some(server) = server() else { return };
    let database = Mysql::holding(&server, &small());
    let folder = tempfile::tempdir().expect("a folder");
    let engine = ask::open_with(database.location(), "UTC", NOW, |config| {
        config.snapshot = Some(SnapshotConfig {
            refresh_interval_ms: 0,
            verify_interval_ms: 0,
            ..SnapshotConfig::new(folder.path().to_owned())
        });
    });
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let looking = scope.spawn(|| {
            let outcome = (0..LOOKS).try_for_each(|_| engine.refresh(Refresh::Verify).map(drop));
            done.store(true, Ordering::Relaxed);
            outcome
        });
        while !done.load(Ordering::Relaxed) {
            database.run("TRUNCATE TABLE user_usage");
            // Shorter than many looks, and longer than one.
            thread::sleep(Duration::from_millis(150));
        }
        looking.join().expect("no panic").expect("looks");
    });
}

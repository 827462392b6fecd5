//! Many processes ask while rows are inserted, merged, deleted, corrected and restored: every
//! answer is what the database said at some moment within the age the answer admits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::WORKER;
use traffic_engine::Refresh;
use traffic_engine_faults::ask::{ask, engine};
use traffic_engine_faults::child::Worker;
use traffic_engine_faults::database::{Database, OTHER_TABLE};
use traffic_engine_faults::driver::{Driver, beginning};
use traffic_engine_faults::job::{Job, Mode, Told};
use traffic_engine_faults::ledger::Ledger;
use traffic_engine_faults::rows::{NOW, Question, Row, Rows, figures};
use traffic_engine_testkit::environment::{Server, alone, number, say, server, server_alone};

const PROCESSES: usize = 20;

/// How long they ask; `TRAFFIC_ENGINE_FAULT_SECONDS` sets another time.
const SECONDS: u64 = 2;

#[test]
fn answers_are_of_a_moment_within_their_age_on_sqlite() {
    let _alone = alone();
    let database = Database::sqlite(&beginning(2));
    twenty_ask(database, "SQLite", |job| Job { refresh_interval_ms: 0, ..job });
}

#[test]
fn answers_are_of_a_moment_within_their_age_by_default() {
    if let Some((_alone, database)) = mysql() {
        twenty_ask(database, "defaults", |job| job);
    }
}

#[test]
fn answers_are_of_a_moment_within_their_age_where_every_question_looks() {
    if let Some((_alone, database)) = mysql() {
        twenty_ask(database, "always", |job| Job { refresh_interval_ms: 0, ..job });
    }
}

#[test]
fn answers_are_of_a_moment_within_their_age_with_work_beside() {
    if let Some((_alone, database)) = mysql() {
        let always = |job| Job { refresh_interval_ms: 0, background: true, ..job };
        twenty_ask(database, "beside", always);
    }
}

#[test]
fn answers_are_of_a_moment_within_their_age_without_privileges() {
    if let Some((_alone, database)) = mysql() {
        let address = database.address_without_privileges();
        let always = |job| Job { refresh_interval_ms: 0, address, ..job };
        twenty_ask(database, "without PROCESS", always);
    }
}

#[test]
fn answers_are_of_a_moment_within_their_age_while_others_use_the_server() {
    let Some((_alone, database)) = mysql() else { return };
    let other = database.server_side().another();
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let noise = thread::spawn(move || {
        while !stopped.load(Ordering::Relaxed) {
            other.run(&format!("UPDATE {OTHER_TABLE} SET n = n + 1"));
            thread::sleep(Duration::from_millis(1));
        }
    });
    let driver = twenty_ask(database, "busy server", |job| Job { refresh_interval_ms: 0, ..job });
    stop.store(true, Ordering::Relaxed);
    noise.join().expect("the other table can be updated");
    drop(driver);
}

/// A database on a server that nobody else uses: the processes of one such test are many.
fn mysql() -> Option<(Server, Database)> {
    let server = server_alone()?;
    let database = Database::mysql(&server, &beginning(2));
    Some((server, database))
}

fn twenty_ask(database: Database, name: &str, configure: impl FnOnce(Job) -> Job) -> Driver {
    let dir = tempfile::tempdir().expect("a folder");
    let job = configure(Job::on(&database.address(), dir.path()));
    let driver =
        Driver::new(database, beginning(2), number("TRAFFIC_ENGINE_TEST_SEED").unwrap_or(2));
    let ledger = driver.ledger();
    let job = Job { mode: Mode::Read, ..job };
    let workers: Vec<Worker> = (0..PROCESSES).map(|_| Worker::start(WORKER, &job)).collect();
    let driving = driver.start(Duration::from_millis(20));
    let seconds = number("TRAFFIC_ENGINE_FAULT_SECONDS").unwrap_or(SECONDS);
    thread::sleep(Duration::from_secs(seconds));
    let told: Vec<Told> = workers.into_iter().flat_map(Worker::finish).collect();
    let driver = driving.stop();
    judge(&ledger, &told, name);
    driver
}

fn judge(ledger: &Ledger, told: &[Told], name: &str) {
    let exact: Vec<&Told> = told.iter().filter(|told| !Ledger::is_of_two_moments(told)).collect();
    assert!(exact.len() * 2 > told.len(), "{name}: of {} answers {} tell", told.len(), exact.len());
    let problems: Vec<String> = exact.iter().filter_map(|told| ledger.problem(told)).collect();
    let ages: Vec<u64> = told.iter().filter_map(|told| told.source).map(|it| it.age_ms).collect();
    let generations: std::collections::BTreeSet<u64> =
        told.iter().filter_map(|told| told.source).map(|it| it.generation).collect();
    say(&format!(
        "{name}: {} answers, {} states, {} generations, oldest answer {} ms",
        told.len(),
        ledger.len(),
        generations.len(),
        ages.iter().max().unwrap_or(&0)
    ));
    assert!(
        problems.is_empty(),
        "{name}: {} of {} answers are of no such moment; the first:\n{}",
        problems.len(),
        told.len(),
        problems[0]
    );
    assert!(told.len() > PROCESSES && generations.len() > 3, "too little happened");
}

/// What an engine that looks at every question says after what `happen` did, step by step.
struct Watched {
    database: Database,
    rows: Rows,
    engine: traffic_engine::Engine,
    _dir: tempfile::TempDir,
}

impl Watched {
    fn new(server: &str) -> Self {
        let rows = beginning(3);
        let database = Database::mysql(server, &rows);
        let dir = tempfile::tempdir().expect("a folder");
        let engine =
            engine(&Job { refresh_interval_ms: 0, ..Job::on(&database.address(), dir.path()) });
        let watched = Self { database, rows, engine, _dir: dir };
        watched.agree("at first");
        watched
    }

    fn agree(&self, when: &str) {
        for question in Question::ALL {
            let told = ask(&self.engine, question);
            assert_eq!(told.figures(), figures(question, &self.rows), "{when}: {told:?}");
        }
    }
}

fn some_row(id: i64) -> String {
    format!(
        "INSERT INTO user_usage (id, user_id, t, u, d, node) \
         VALUES ({id}, 1, {t}, {id}, 1, 'Tokyo')",
        t = NOW - 60
    )
}

fn row_of(id: i64) -> Row {
    Row { user: 1, t: NOW - 60, u: id.unsigned_abs(), d: 1, node: "Tokyo".to_owned() }
}

#[test]
fn a_row_committed_behind_later_ones_is_found() {
    let Some(server) = server() else {
        return;
    };
    let mut watched = Watched::new(&server);
    let late = watched.database.server_side().another();
    late.run("BEGIN");
    late.run(&some_row(1_000));
    watched.agree("with a transaction open");
    watched.database.run(&some_row(1_001));
    watched.rows.insert(1_001, row_of(1_001));
    watched.agree("with a later row committed");
    watched.agree("asked again");
    late.run("COMMIT");
    watched.rows.insert(1_000, row_of(1_000));
    watched.agree("with both committed");
}

/// A statement that waits for a lock has been counted, but has written nothing yet.
#[test]
fn a_row_that_waited_for_a_lock_is_found() {
    let Some(server) = server() else {
        return;
    };
    let mut watched = Watched::new(&server);
    // All ids up to the last one are even: the one between two rows is in a gap that is locked.
    let holder = watched.database.server_side().another();
    holder.run("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    holder.run("BEGIN");
    let _ = holder.pair("SELECT id, user_id FROM user_usage WHERE id BETWEEN 40 AND 60 FOR UPDATE");
    let waiting = watched.database.server_side().another();
    let waits = thread::spawn(move || waiting.run(&some_row(51)));
    thread::sleep(Duration::from_millis(200));
    // Something else happens, so that the wait falls into a look.
    watched.database.run(&some_row(1_001));
    watched.rows.insert(1_001, row_of(1_001));
    watched.agree("with a row waiting");
    watched.engine.refresh(Refresh::Verify).expect("a verification");
    holder.run("COMMIT");
    waits.join().expect("the row is inserted at last");
    watched.rows.insert(51, row_of(51));
    watched.agree("with the row inserted");
}

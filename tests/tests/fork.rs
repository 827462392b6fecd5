//! A host that forks after it has asked: its child asks too.

use std::process::Command;

use crate::WORKER;
use traffic_engine_faults::child::Worker;
use traffic_engine_faults::database::Database;
use traffic_engine_faults::driver::{beginning, row};
use traffic_engine_faults::job::{Job, Mode};
use traffic_engine_faults::rows::{Question, Rows, figures};
use traffic_engine_testkit::environment::server;

/// A child that waits for a thread it does not have waits for ever.
const PATIENCE_S: u64 = 20;

#[test]
fn a_forked_child_answers_from_sqlite() {
    let rows = beginning(6);
    fork(Database::sqlite(&rows), rows, Mode::Fork);
}

#[test]
fn a_forked_child_answers_from_a_server() {
    if let Some(server) = server() {
        let rows = beginning(6);
        fork(Database::mysql(&server, &rows), rows, Mode::Fork);
    }
}

#[test]
fn a_child_forked_during_work_beside_answers_from_sqlite() {
    let rows = many();
    fork(Database::sqlite(&rows), rows, Mode::ForkBusy);
}

#[test]
fn a_child_forked_during_work_beside_answers_from_a_server() {
    if let Some(server) = server() {
        let rows = many();
        fork(Database::mysql(&server, &rows), rows, Mode::ForkBusy);
    }
}

/// So many that a comparison takes a while and is done beside.
fn many() -> Rows {
    use rand::SeedableRng;
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    (1..=60_000).map(|id| (id, row(&mut rng))).collect()
}

fn fork(mut database: Database, mut rows: Rows, mode: Mode) {
    let dir = tempfile::tempdir().expect("a folder");
    let job = Job {
        mode,
        refresh_interval_ms: 0,
        verify_interval_ms: 0,
        background: mode == Mode::ForkBusy,
        ..Job::on(&database.address(), dir.path())
    };
    let mut command = Command::new("timeout");
    command.args(["--signal=KILL", &PATIENCE_S.to_string(), WORKER]);
    let mut worker = Worker::by(command, &job);
    // The first answers need a generation, which is built from what is there now.
    worker.wait_for(Question::ALL.len());
    change(&mut database, &mut rows);
    worker.go_on();
    let asked = Question::ALL.len() * 2 + usize::from(mode == Mode::ForkBusy);
    worker.wait_for(asked);
    let before = rows.clone();
    change(&mut database, &mut rows);
    worker.go_on();
    let told = worker.finish();
    assert_eq!(told.len(), asked + 2 * Question::ALL.len());
    for told in &told[asked..] {
        let (was, is) = (figures(told.question, &before), figures(told.question, &rows));
        // While rows are compared beside, answers are those of the last generation.
        let may_be_older = mode == Mode::ForkBusy && told.figures() == was;
        assert!(told.figures() == is || may_be_older, "{told:?}, but the rows say {is}");
    }
}

/// Changes the last row in a way that all answers tell.
fn change(database: &mut Database, rows: &mut Rows) {
    let (id, row) = rows.iter_mut().next_back().expect("there are rows");
    row.u += 1;
    database.run(&format!("UPDATE user_usage SET u = {} WHERE id = {id}", row.u));
}

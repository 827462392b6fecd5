//! Processes are killed wherever they are; whoever is left or comes after answers rightly.

use std::time::{Duration, Instant};

use crate::WORKER;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use traffic_engine_faults::child::Worker;
use traffic_engine_faults::database::Database;
use traffic_engine_faults::driver::{Driver, beginning};
use traffic_engine_faults::folder::{is_no_column, manifest, names, needed, only_folder};
use traffic_engine_faults::job::{Job, Mode, Told};
use traffic_engine_faults::ledger::Ledger;
use traffic_engine_faults::rows::{Question, figures};
use traffic_engine_testkit::environment::{number, say, server};

/// Kills by default; `TRAFFIC_ENGINE_FAULT_ROUNDS` sets another number.
const ROUNDS: u64 = 8;

/// A process that comes after must have an up-to-date answer in this time, its own start included: a
/// lock that is stuck would keep it for ever, a busy machine does not keep it that long.
const RECOVERY: Duration = Duration::from_secs(60);

#[test]
fn a_killed_process_leaves_nothing_wrong_behind_on_sqlite() {
    live_through(Database::sqlite(&beginning(1)));
}

#[test]
fn a_killed_process_leaves_nothing_wrong_behind_on_a_server() {
    if let Some(server) = server() {
        live_through(Database::mysql(&server, &beginning(1)));
    }
}

fn live_through(database: Database) {
    let rounds = number("TRAFFIC_ENGINE_FAULT_ROUNDS").unwrap_or(ROUNDS);
    let seed = number("TRAFFIC_ENGINE_TEST_SEED").unwrap_or(1);
    let dir = tempfile::tempdir().expect("a folder");
    let job = Job { refresh_interval_ms: 0, ..Job::on(&database.address(), dir.path()) };
    let driver = Driver::new(database, beginning(1), seed);
    let ledger = driver.ledger();
    let driving = driver.start(Duration::from_millis(10));

    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let modes = [Mode::Write, Mode::Write, Mode::Read, Mode::Read];
    let start = |mode| Worker::start(WORKER, &Job { mode, ..job.clone() });
    let mut workers: Vec<Worker> = modes.into_iter().map(start).collect();
    let (mut answers, mut slowest) = (0, Duration::ZERO);
    for round in 0..rounds {
        std::thread::sleep(Duration::from_micros(rng.random_range(2_000..90_000)));
        let victim = rng.random_range(0..workers.len());
        let told = std::mem::replace(&mut workers[victim], start(modes[victim])).kill();
        answers += judge(&ledger, &told, round);
        let began = Instant::now();
        let told = Worker::start(WORKER, &Job { mode: Mode::Once, ..job.clone() }).finish();
        slowest = slowest.max(began.elapsed());
        assert_eq!(told.len(), Question::ALL.len());
        answers += judge(&ledger, &told, round);
    }
    for worker in workers {
        answers += judge(&ledger, &worker.finish(), rounds);
    }
    let mut driver = driving.stop();
    assert!(slowest < RECOVERY, "a process that came after needed {slowest:?}");
    say(&format!(
        "{rounds} kills, {} states, {answers} answers, slowest newcomer {slowest:?}",
        ledger.len()
    ));
    nothing_is_left(&mut driver, &job);
}

fn judge(ledger: &Ledger, all: &[Told], round: u64) -> usize {
    for told in all.iter().filter(|told| !Ledger::is_of_two_moments(told)) {
        if let Some(problem) = ledger.problem(told) {
            panic!("after kill {round}: {problem}");
        }
    }
    all.len()
}

/// Once nobody is killed any longer, a few refreshes sweep up what the dead left. One that merges
/// segments publishes twice, and keeps the files in between for those who have them open.
fn nothing_is_left(driver: &mut Driver, job: &Job) {
    let folder = only_folder(job.dir.as_ref().expect("a data directory"));
    let (mut before, mut strays) = (needed(&manifest(&folder)), Vec::new());
    for _ in 0..4 {
        driver.grow();
        let told = Worker::start(WORKER, job).finish();
        for told in told {
            assert_eq!(told.figures(), figures(told.question, driver.rows()));
        }
        let now = needed(&manifest(&folder));
        let is_kept =
            |name: &String| is_no_column(name) || before.contains(name) || now.contains(name);
        strays = names(&folder).into_iter().filter(|name| !is_kept(name)).collect();
        if strays.is_empty() {
            return;
        }
        before = now;
    }
    panic!("left behind: {strays:?}");
}

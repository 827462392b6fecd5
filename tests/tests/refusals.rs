//! No space, no right to write, too small a limit: said clearly, or the database answers; and all
//! is well once the cause is gone.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::WORKER;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;
use traffic_engine::{Engine, Refresh};
use traffic_engine_faults::ask::{ask, engine};
use traffic_engine_faults::child::Worker;
use traffic_engine_faults::database::{Database, insert};
use traffic_engine_faults::driver::{beginning, row};
use traffic_engine_faults::folder::{is_no_column, manifest, names, needed, only_folder};
use traffic_engine_faults::job::{Job, Told};
use traffic_engine_faults::rows::{DAY_S, NOW, Question, Rows, figures};
use traffic_engine_testkit::disk::Mounted;
use traffic_engine_testkit::environment::skipped;

/// Nobody's user and group.
const NOBODY: u32 = 65_534;

/// A database that grows, and a data directory.
struct Grown {
    database: Database,
    rows: Rows,
    dir: TempDir,
    rng: ChaCha8Rng,
}

impl Grown {
    fn new() -> Self {
        let (rows, dir) = (beginning(8), tempfile::tempdir().expect("a folder"));
        Self { database: Database::sqlite(&rows), rows, dir, rng: ChaCha8Rng::seed_from_u64(8) }
    }

    fn grow(&mut self, count: i64) {
        let next = self.rows.keys().next_back().unwrap_or(&0) + 1;
        let new: Rows = (next..next + count).map(|id| (id, row(&mut self.rng))).collect();
        insert(&new).iter().for_each(|sql| self.database.run(sql));
        self.rows.extend(new);
    }

    fn job(&self, auto: bool) -> Job {
        let job = Job::on(&self.database.address(), self.dir.path());
        Job { refresh_interval_ms: 0, auto, ..job }
    }

    fn hold(&self, told: &[Told], by_snapshot: bool) {
        for told in told {
            assert_eq!(told.figures(), figures(told.question, &self.rows), "{told:?}");
            assert_eq!(told.source.is_some(), by_snapshot, "{told:?}");
        }
    }

    fn refused(told: &[Told], code: &str) {
        for told in told {
            let refusal = told.said.as_ref().expect_err("the snapshot cannot know");
            assert_eq!(refusal.0, code, "{told:?}");
        }
    }

    /// Two refreshes leave nothing but what the last two generations need.
    fn nothing_is_left(&mut self, dir: &Path) {
        let folder = only_folder(dir);
        let kept = [(); 2].map(|()| {
            self.grow(1);
            let job = Job { dir: Some(dir.to_owned()), ..self.job(false) };
            self.hold(&Worker::start(WORKER, &job).finish(), true);
            needed(&manifest(&folder))
        });
        let strays: Vec<String> = names(&folder)
            .into_iter()
            .filter(|name| !is_no_column(name))
            .filter(|name| !kept.iter().any(|it| it.contains(name)))
            .collect();
        assert!(strays.is_empty(), "{strays:?}");
    }
}

fn ask_all(engine: &Engine) -> Vec<Told> {
    Question::ALL.into_iter().map(|question| ask(engine, question)).collect()
}

/// Runs the worker so that no file of its may grow beyond some KiB.
fn with_small_files(kib: u32, job: &Job) -> Vec<Told> {
    let mut command = Command::new("bash");
    let script = format!("ulimit -f {kib}; exec {WORKER:?}");
    command.args(["-c", &script]);
    Worker::by(command, job).finish()
}

#[test]
fn files_that_cannot_grow_are_said_and_built_later() {
    let mut grown = Grown::new();
    grown.grow(2_000);
    for first in [true, false] {
        // The database's own file is only read.
        for kib in [0, 1, 8, 64] {
            Grown::refused(&with_small_files(kib, &grown.job(false)), "snapshot_file");
            grown.hold(&with_small_files(kib, &grown.job(true)), false);
        }
        grown.hold(&Worker::start(WORKER, &grown.job(false)).finish(), true);
        let dir = grown.dir.path().to_owned();
        grown.nothing_is_left(&dir);
        if first {
            grown.grow(2_000);
        }
    }
}

#[test]
fn a_full_disk_is_said_and_built_later() {
    let mut grown = Grown::new();
    grown.grow(4_000);
    let disk = tempfile::tempdir().expect("a folder");
    let Some(mounted) = Mounted::at(disk.path(), 128) else {
        return skipped("mounting a small disk needs root");
    };
    let on_disk =
        |grown: &Grown, auto| Job { dir: Some(disk.path().to_owned()), ..grown.job(auto) };
    for _ in 0..3 {
        let worker = |auto| Worker::start(WORKER, &on_disk(&grown, auto)).finish();
        Grown::refused(&worker(false), "snapshot_file");
        grown.hold(&worker(true), false);
    }
    mounted.resize(4 << 10);
    grown.hold(&Worker::start(WORKER, &on_disk(&grown, false)).finish(), true);
    grown.nothing_is_left(disk.path());

    // Full again with a generation there: an open process says so too, and is well later.
    let open = [false, true].map(|auto| engine(&on_disk(&grown, auto)));
    open.iter().for_each(|it| grown.hold(&ask_all(it), true));
    let filler = disk.path().join("filler");
    // As much as there is place for.
    let _ = fs::write(&filler, vec![1; 8 << 20]);
    grown.grow(500);
    Grown::refused(&ask_all(&open[0]), "snapshot_file");
    grown.hold(&ask_all(&open[1]), false);
    fs::remove_file(&filler).expect("a file to remove");
    open.iter().for_each(|it| grown.hold(&ask_all(it), true));
    // The filler lay beside the snapshot's folder.
    grown.nothing_is_left(disk.path());
}

/// While nothing can be written, time does not make an old generation right for those who ask
/// within the refresh interval of somebody who failed.
#[test]
fn a_failed_refresh_is_not_hidden_by_the_refresh_interval() {
    let mut grown = Grown::new();
    let job = |grown: &Grown| Job { refresh_interval_ms: 300, ..grown.job(true) };
    let open = engine(&job(&grown));
    grown.hold(&ask_all(&open), true);
    let folder = only_folder(grown.dir.path());
    let lock = folder.join("lock");
    fs::remove_file(&lock).expect("a lock file");
    fs::create_dir(&lock).expect("a folder in its place, so that nobody can write");
    grown.grow(10);
    thread::sleep(Duration::from_millis(700));
    for told in ask_all(&open).into_iter().chain(ask_all(&open)) {
        let old = told.source.is_some_and(|it| it.age_ms > 600);
        assert!(!old, "older than the interval although the database can answer: {told:?}");
        assert_eq!(told.figures(), figures(told.question, &grown.rows));
    }
    fs::remove_dir(&lock).expect("a folder to remove");
    thread::sleep(Duration::from_millis(400));
    grown.hold(&ask_all(&open), true);
}

#[test]
fn a_folder_that_may_not_be_written_is_said_and_used_as_long_as_it_is_right() {
    let mut grown = Grown::new();
    let Ok(()) = chown(grown.dir.path(), Some(NOBODY), Some(NOBODY)) else {
        return skipped("becoming another user needs root");
    };
    let address = grown.database.address();
    let file = Path::new(address.trim_start_matches("sqlite://"));
    for open in [file.parent().expect("a folder"), file] {
        fs::set_permissions(open, Permissions::from_mode(0o777)).expect("rights for all");
    }
    let program = grown.dir.path().join("worker");
    fs::copy(WORKER, &program).expect("a worker where nobody may run it");
    let as_nobody = |job: &Job| {
        let mut command = Command::new(&program);
        command.uid(NOBODY).gid(NOBODY);
        Worker::by(command, job).finish()
    };
    let rights = |path: &Path, mode| {
        fs::set_permissions(path, Permissions::from_mode(mode)).expect("other rights");
    };
    let data = grown.dir.path().join("data");
    let on_data = |grown: &Grown, auto| Job { dir: Some(data.clone()), ..grown.job(auto) };

    rights(grown.dir.path(), 0o555);
    Grown::refused(&as_nobody(&on_data(&grown, false)), "snapshot_file");
    grown.hold(&as_nobody(&on_data(&grown, true)), false);

    rights(grown.dir.path(), 0o755);
    grown.hold(&as_nobody(&on_data(&grown, false)), true);
    let folder = only_folder(&data);
    let mode = |path: &Path| fs::metadata(path).expect("a path").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert!(names(&folder).iter().all(|name| mode(&folder.join(name)) == 0o600));

    rights(&folder, 0o500);
    rights(&folder.join("lock"), 0o400);
    grown.grow(10);
    Grown::refused(&as_nobody(&on_data(&grown, false)), "snapshot_file");
    grown.hold(&as_nobody(&on_data(&grown, true)), false);

    rights(&folder, 0o700);
    rights(&folder.join("lock"), 0o600);
    grown.hold(&as_nobody(&on_data(&grown, false)), true);
}

#[test]
fn a_database_that_does_not_fit_is_asked_itself() {
    let mut grown = Grown::new();
    grown.grow(30_000);
    // What did not fit is not read again at once.
    let limited = |grown: &Grown, auto| Job {
        size_limit_mb: Some(1),
        verify_interval_ms: 200,
        ..grown.job(auto)
    };
    let open = [false, true].map(|auto| engine(&limited(&grown, auto)));
    for _ in 0..2 {
        Grown::refused(&ask_all(&open[0]), "snapshot_too_large");
        grown.hold(&ask_all(&open[1]), false);
    }
    grown.database.run("DELETE FROM user_usage WHERE id > 1000");
    grown.rows.retain(|&id, _| id <= 1_000);
    thread::sleep(Duration::from_millis(300));
    open.iter().for_each(|it| grown.hold(&ask_all(it), true));
    let dir = grown.dir.path().to_owned();
    grown.nothing_is_left(&dir);
}

#[test]
fn days_beyond_retention_are_asked_of_the_database_and_forgotten() {
    let mut grown = Grown::new();
    let kept = |grown: &Grown, now| Job { retention_days: Some(2), now, ..grown.job(true) };
    // All of time begins before the days that are kept.
    let today = engine(&kept(&grown, NOW));
    grown.hold(&ask_all(&today), false);
    let stored = |engine: &Engine| engine.snapshot_stats().expect("a snapshot").rows;
    let since =
        |start: i64| move |(_, row): &(&i64, &traffic_engine_faults::rows::Row)| row.t >= start;
    let midnight = NOW - NOW % DAY_S;
    assert_eq!(
        stored(&today),
        grown.rows.iter().filter(since(midnight - 2 * DAY_S)).count() as u64
    );

    // A week later other days are kept.
    grown.grow(1);
    let later = engine(&kept(&grown, NOW + 7 * DAY_S));
    later.refresh(Refresh::Verify).expect("a verification");
    grown.hold(&ask_all(&later), false);
    assert_eq!(stored(&later), 0, "rows of a week ago are not kept for two days");
}

/// Whoever has been stopped in the midst of writing keeps the right to write.
#[test]
fn a_writer_that_was_stopped_keeps_nobody_from_answers() {
    let mut grown = Grown::new();
    let job = |auto| Job { verify_interval_ms: 200, ..grown.job(auto) };
    let (auto, snapshot) = (engine(&job(true)), engine(&job(false)));
    let ask_all = |engine: &Engine| Question::ALL.map(|question| ask(engine, question));
    grown.hold(&ask_all(&auto), true);
    let lock = only_folder(grown.dir.path()).join("lock");
    let stopped = fs::File::options().write(true).open(lock).expect("a lock");
    stopped.lock().expect("the right to write");
    grown.grow(3);
    thread::sleep(Duration::from_millis(1_200));
    grown.hold(&ask_all(&auto), false);
    Grown::refused(&ask_all(&snapshot), "snapshot_busy");
    drop(stopped);
    grown.hold(&ask_all(&auto), true);
    grown.hold(&ask_all(&snapshot), true);
}

//! A machine that gives little, and folders and files that are not what they should be: said, or the
//! database answers; no process ends because of it.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::WORKER;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;
use traffic_engine::Engine;
use traffic_engine_faults::ask::{ask, ask_all, engine};
use traffic_engine_faults::child::Worker;
use traffic_engine_faults::database::{Database, insert};
use traffic_engine_faults::driver::{beginning, row};
use traffic_engine_faults::folder::{names, only_folder};
use traffic_engine_faults::job::{Job, Told};
use traffic_engine_faults::rows::{Question, Row, Rows, figures};
use traffic_engine_testkit::environment::{server, skipped};

/// A user who has no process but ours, so that a limit on their number is ours alone.
const ALONE: u32 = 61_017;

/// A database and a data directory.
struct Place {
    database: Database,
    rows: Rows,
    dir: TempDir,
}

impl Place {
    fn of(rows: Rows) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        Self { database: Database::sqlite(&rows), rows, dir }
    }

    fn job(&self, auto: bool) -> Job {
        let job = Job::on(&self.database.address(), self.dir.path());
        Job { refresh_interval_ms: 0, auto, ..job }
    }

    fn engine(&self, auto: bool) -> Engine {
        engine(&self.job(auto))
    }

    fn folder(&self) -> PathBuf {
        only_folder(self.dir.path())
    }

    fn add(&mut self, row: Row) {
        let id = self.rows.keys().next_back().unwrap_or(&0) + 1;
        let new: Rows = [(id, row)].into();
        insert(&new).iter().for_each(|sql| self.database.run(sql));
        self.rows.extend(new);
    }

    fn agree(&self, told: &[Told], by_snapshot: bool, when: &str) {
        for told in told {
            assert_eq!(told.figures(), figures(told.question, &self.rows), "{when}: {told:?}");
            assert_eq!(told.source.is_some(), by_snapshot, "{when}: {told:?}");
        }
    }

    fn refused(told: &[Told], code: &str, words: &str) {
        for told in told {
            let (said, why) = told.said.as_ref().expect_err("a refusal");
            assert!(said == code && why.contains(words), "{told:?}");
        }
    }
}

/// Rows of which the files have many pages.
fn many(rows: i64) -> Rows {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    (1..=rows).map(|id| (id, row(&mut rng))).collect()
}

/// Cuts a file where it lies, as `rsync --inplace` and full network disks do.
fn cut(path: &Path, bytes: u64) {
    let file = OpenOptions::new().write(true).open(path).expect("our own file");
    file.set_len(bytes).expect("our own file");
}

#[test]
fn a_mapped_file_that_is_cut_in_place_is_built_again() {
    let mut place = Place::of(many(3_000));
    let mut rng = ChaCha8Rng::seed_from_u64(12);
    for kind in ["rows", "hours", "days", "users", "nodes"] {
        for part in [0.0, 0.3, 0.97, 0.9999] {
            for news in [false, true] {
                let when = format!("{kind} cut to {part}, news {news}");
                let open = place.engine(false);
                place.agree(&ask_all(&open), true, "before");
                let files = names(&place.folder());
                let name = files.iter().rfind(|name| name.contains(kind)).expect("a file");
                let path = place.folder().join(name);
                let bytes = fs::metadata(&path).expect("a file").len();
                cut(&path, (bytes as f64 * part) as u64);
                if news {
                    place.add(row(&mut rng));
                }
                place.agree(&ask_all(&open), true, &when);
                place.agree(&ask_all(&place.engine(false)), true, &when);
            }
        }
    }
}

#[test]
fn raw_rows_of_a_file_that_is_cut_are_right_or_said_to_break_off() {
    use std::ops::ControlFlow;
    use traffic_engine::{Limit, RangeRequest, UsageRecords};
    let place = Place::of(many(40_000));
    let request = UsageRecords {
        node: None,
        user: None,
        uuid: None,
        range: RangeRequest::named("all").expect("a range"),
        limit: Limit::All,
        after: None,
    };
    let engine = place.engine(false);
    place.agree(&ask_all(&engine), true, "before");
    for at in [0, 1, 20_000, 39_999] {
        let mut seen = 0;
        let answer = engine.usage_records(&request, &mut |record| {
            let row = &place.rows[&record.id];
            assert_eq!(
                (record.t, record.u, record.node.as_str()),
                (row.t, row.u, row.node.as_str())
            );
            if seen == at {
                let files = names(&place.folder());
                let rows = files.iter().filter(|name| name.contains("rows"));
                rows.for_each(|name| cut(&place.folder().join(name), 0));
            }
            seen += 1;
            ControlFlow::Continue(())
        });
        let code = answer.map_err(|error| error.code().to_string()).expect_err("it was cut");
        assert_eq!(code, "snapshot_damaged", "cut at {at}");
        place.agree(&ask_all(&engine), true, "afterwards");
    }
}

#[test]
fn no_link_is_followed() {
    let mut place = Place::of(beginning(13));
    let mut rng = ChaCha8Rng::seed_from_u64(13);
    place.agree(&ask_all(&place.engine(false)), true, "before");
    let outside = tempfile::tempdir().expect("a folder");
    for name in ["lock", "manifest"] {
        let (path, target) = (place.folder().join(name), outside.path().join(name));
        fs::rename(&path, &target).expect("a file of ours");
        let before = fs::read(&target).expect("a file");
        symlink(&target, &path).expect("a link");
        place.add(row(&mut rng));
        Place::refused(&ask_all(&place.engine(false)), "snapshot_file", "symbolic link");
        place.agree(&ask_all(&place.engine(true)), false, name);
        assert_eq!(fs::read(&target).expect("a file"), before);
        fs::remove_file(&path).expect("our link");
        // A link to nothing makes nothing.
        symlink(outside.path().join("new"), &path).expect("a link");
        place.agree(&ask_all(&place.engine(true)), false, name);
        assert!(!outside.path().join("new").exists());
        fs::remove_file(&path).expect("our link");
        place.agree(&ask_all(&place.engine(false)), true, "afterwards");
    }
    let files = names(&place.folder());
    let name = files.iter().rfind(|name| name.contains("rows")).expect("a file");
    fs::rename(place.folder().join(name), outside.path().join(name)).expect("a file of ours");
    symlink(outside.path().join(name), place.folder().join(name)).expect("a link");
    place.agree(&ask_all(&place.engine(true)), false, "a file of columns");
}

/// A command of a user of their own, who may read the database and owns the data directory; none
/// where we are not root.
fn as_other(place: &Place) -> Option<impl Fn(&[&str], &Job) -> Vec<Told> + use<>> {
    if chown(place.dir.path(), Some(ALONE), Some(ALONE)).is_err() {
        skipped("becoming another user needs root");
        return None;
    }
    if let Some(file) = place.database.address().strip_prefix("sqlite://").map(Path::new) {
        for open in [file.parent().expect("a folder"), file] {
            fs::set_permissions(open, Permissions::from_mode(0o777)).expect("rights for all");
        }
    }
    let program = place.dir.path().join("worker");
    fs::copy(WORKER, &program).expect("a worker where others may run it");
    Some(move |before: &[&str], job: &Job| {
        let mut command = Command::new("env");
        command.args(before).arg(&program).uid(ALONE).gid(ALONE);
        Worker::by(command, job).finish()
    })
}

#[test]
fn root_leaves_a_folder_to_its_owner() {
    let mut place = Place::of(beginning(14));
    let Some(other) = as_other(&place) else { return };
    let data = place.dir.path().join("data");
    let job = |place: &Place, auto| Job { dir: Some(data.clone()), ..place.job(auto) };
    place.agree(&other(&[], &job(&place, false)), true, "its owner");
    let owners = || -> BTreeSet<(String, u32)> {
        let folder = only_folder(&data);
        let owner = |name: &String| fs::metadata(folder.join(name)).expect("a file").uid();
        names(&folder).into_iter().map(|name| (name.clone(), owner(&name))).collect()
    };
    let before = owners();
    place.add(row(&mut ChaCha8Rng::seed_from_u64(14)));
    let remedy = format!("sudo -u '#{ALONE}'");
    Place::refused(&ask_all(&engine(&job(&place, false))), "snapshot_file", &remedy);
    place.agree(&ask_all(&engine(&job(&place, true))), false, "root");
    assert_eq!(owners(), before);
    place.agree(&other(&[], &job(&place, false)), true, "its owner again");
    assert!(owners().iter().all(|(_, owner)| *owner == ALONE));
}

#[test]
fn without_threads_segments_are_written_all_the_same() {
    let mut rows = many(2_000);
    // One more user's, made by the database: writing a segment beside takes 65 536 rows.
    let mut place = Place::of(rows.clone());
    let t = rows[&1].t;
    place.database.run(&format!(
        "WITH RECURSIVE number(n) AS (SELECT 2001 UNION ALL SELECT n + 1 FROM number WHERE n < 160000)
         INSERT INTO user_usage (id, user_id, t, u, d, node) SELECT n, 1, {t} + n % 80000, n, 1, 'Tokyo'
         FROM number"
    ));
    rows.extend((2_001..=160_000).map(|id| {
        let (t, u) = (t + id % 80_000, id.cast_unsigned());
        (id, Row { user: 1, t, u, d: 1, node: "Tokyo".to_owned() })
    }));
    place.rows = rows;
    let Some(other) = as_other(&place) else { return };
    place.agree(&other(&["prlimit", "--nproc=1"], &place.job(false)), true, "one process");
}

#[test]
fn without_threads_a_server_is_found_by_its_name() {
    let Some(server) = server() else { return };
    let (rows, dir) = (beginning(16), tempfile::tempdir().expect("a folder"));
    let place = Place { database: Database::mysql(&server, &rows), rows, dir };
    let Some(other) = as_other(&place) else { return };
    let address = place.database.address().replace("127.0.0.1", "localhost");
    let job = Job { address, dir: None, ..place.job(true) };
    place.agree(&other(&["prlimit", "--nproc=1"], &job), false, "one process");
}

#[test]
fn without_files_to_open_the_reason_is_said() {
    let place = Place::of(beginning(15));
    for files in 4..12 {
        let mut command = Command::new("prlimit");
        command.arg(format!("--nofile={files}")).arg(WORKER);
        for told in Worker::by(command, &place.job(true)).finish() {
            match &told.said {
                Ok(_) => assert_eq!(told.figures(), figures(told.question, &place.rows)),
                Err((code, why)) => assert!(code != "internal" && !why.is_empty(), "{told:?}"),
            }
        }
    }
    place.agree(&ask_all(&place.engine(false)), true, "afterwards");
    let told = ask(&place.engine(false), Question::Total);
    assert!(told.said.is_ok());
}

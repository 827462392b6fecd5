//! Files that are cut, spoilt, foreign or missing are told from good ones, and built again.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;
use traffic_engine::{Engine, Refresh};
use traffic_engine_faults::ask::{ask, engine};
use traffic_engine_faults::database::{Database, insert};
use traffic_engine_faults::driver::{beginning, row};
use traffic_engine_faults::folder::{manifest, names, only_folder, replace, replace_manifest};
use traffic_engine_faults::job::Job;
use traffic_engine_faults::rows::{Question, Rows, figures};
use traffic_engine_testkit::environment::say;

/// Kinds of files, by what their names contain.
const KINDS: [&str; 6] = ["manifest", "rows", "hours", "days", "users", "nodes"];

/// A database and its snapshot, which lies in a folder that can be put back as it was.
struct Spoilt {
    database: Database,
    rows: Rows,
    dir: TempDir,
    good: Vec<(String, Vec<u8>)>,
    rng: ChaCha8Rng,
}

impl Spoilt {
    fn new() -> Self {
        let (rows, dir) = (beginning(4), tempfile::tempdir().expect("a folder"));
        let database = Database::sqlite(&rows);
        let mut spoilt =
            Self { database, rows, dir, good: Vec::new(), rng: ChaCha8Rng::seed_from_u64(4) };
        spoilt.agree(&spoilt.engine(0), "at first");
        spoilt.keep();
        spoilt
    }

    fn keep(&mut self) {
        let folder = self.folder();
        let read = |name: String| {
            let bytes = fs::read(folder.join(&name)).expect("a file");
            (name, bytes)
        };
        self.good = names(&folder).into_iter().map(read).collect();
    }

    fn folder(&self) -> PathBuf {
        only_folder(self.dir.path())
    }

    fn put_back(&self) {
        let folder = self.folder();
        fs::remove_dir_all(&folder).expect("a folder to remove");
        fs::create_dir(&folder).expect("a folder");
        for (name, bytes) in &self.good {
            fs::write(folder.join(name), bytes).expect("a file");
        }
    }

    fn engine(&self, refresh_interval_ms: u64) -> Engine {
        let job = Job::on(&self.database.address(), self.dir.path());
        engine(&Job { refresh_interval_ms, ..job })
    }

    /// The file of a kind and its bytes.
    fn file(&self, kind: &str) -> (PathBuf, Vec<u8>) {
        let named = self.good.iter().find(|(name, _)| name.contains(kind));
        let (name, bytes) = named.expect("a file of each kind");
        (self.folder().join(name), bytes.clone())
    }

    fn grow(&mut self) {
        let id = self.rows.keys().next_back().unwrap_or(&0) + 1;
        let new: Rows = [(id, row(&mut self.rng))].into();
        insert(&new).iter().for_each(|sql| self.database.run(sql));
        self.rows.extend(new);
    }

    fn agree(&self, engine: &Engine, when: &str) {
        for question in Question::ALL {
            let told = ask(engine, question);
            assert_eq!(told.figures(), figures(question, &self.rows), "{when}: {told:?}");
            assert!(told.source.is_some(), "{when}: the snapshot answers");
        }
    }

    /// New processes answer rightly, with and without news to fetch, and so does one that has
    /// everything open; after that nothing is damaged any longer.
    fn survives(&mut self, what: &str, spoil: impl Fn(&Self)) {
        let result = catch_unwind(AssertUnwindSafe(|| {
            self.put_back();
            spoil(self);
            self.agree(&self.engine(0), &format!("{what}, new process"));
            self.agree(&self.engine(60_000), &format!("{what}, the next process"));

            self.put_back();
            let open = self.engine(0);
            self.agree(&open, "before");
            spoil(self);
            self.grow();
            self.agree(&open, &format!("{what}, open process with news"));
            self.agree(&self.engine(0), &format!("{what}, new process after it"));

            self.put_back();
            spoil(self);
            let verifying = self.engine(0);
            verifying.refresh(Refresh::Verify).expect(what);
            self.agree(&verifying, &format!("{what}, verified"));

            self.put_back();
            self.grow();
            spoil(self);
            self.agree(&self.engine(0), &format!("{what}, new process with news"));
        }));
        if let Err(cause) = result {
            say(&format!("failed: {what}"));
            std::panic::resume_unwind(cause);
        }
    }
}

#[test]
fn cut_files_are_built_again() {
    let mut spoilt = Spoilt::new();
    for kind in KINDS {
        let bytes = spoilt.file(kind).1.len();
        for length in [0, 1, 7, bytes / 4, bytes / 2, bytes - 9, bytes - 1] {
            spoilt.survives(&format!("{kind} cut to {length} of {bytes} bytes"), |it| {
                let (path, bytes) = it.file(kind);
                replace(&path, &bytes[..length]);
            });
        }
    }
}

#[test]
fn spoilt_bits_are_noticed() {
    let mut spoilt = Spoilt::new();
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    for kind in KINDS {
        for _ in 0..6 {
            let at = rng.random_range(0..spoilt.file(kind).1.len() * 8);
            spoilt.survives(&format!("{kind} with bit {at} spoilt"), |it| {
                let (path, mut bytes) = it.file(kind);
                bytes[at / 8] ^= 1 << (at % 8);
                replace(&path, &bytes);
            });
        }
    }
}

#[test]
fn missing_files_are_built_again() {
    let mut spoilt = Spoilt::new();
    for kind in KINDS.into_iter().chain(["lock"]) {
        spoilt.survives(&format!("{kind} missing"), |it| {
            fs::remove_file(it.file(kind).0).expect("a file to remove");
        });
    }
}

#[test]
fn foreign_files_are_told_from_ours() {
    let mut spoilt = Spoilt::new();
    let foreign = other_snapshot();
    for kind in KINDS {
        spoilt.survives(&format!("{kind} of another snapshot"), |it| {
            replace(&it.file(kind).0, &of(&foreign, kind));
        });
        spoilt.survives(&format!("{kind} replaced by another kind"), |it| {
            let another = if kind == "rows" { "users" } else { "rows" };
            replace(&it.file(kind).0, &it.file(another).1);
        });
        spoilt.survives(&format!("{kind} of no kind at all"), |it| {
            replace(&it.file(kind).0, b"ARROW1\0\0 is how such files begin, and end: ARROW1");
        });
    }
    spoilt.survives("all of another snapshot", |it| {
        fs::remove_dir_all(it.folder()).expect("a folder to remove");
        fs::create_dir(it.dir.path().join(folder_name(it))).expect("a folder");
        let folder = it.folder();
        for (name, bytes) in &foreign {
            fs::write(folder.join(name), bytes).expect("a file");
        }
    });
}

fn folder_name(spoilt: &Spoilt) -> String {
    // A snapshot's folder is named by what it is of, so an engine tells us.
    let dir = tempfile::tempdir().expect("a folder");
    let job = Job::on(&spoilt.database.address(), dir.path());
    engine(&job).refresh(Refresh::Tail).expect("a first generation");
    only_folder(dir.path()).file_name().expect("a name").to_string_lossy().into_owned()
}

/// All files of the snapshot of another database with as many rows.
fn other_snapshot() -> Vec<(String, Vec<u8>)> {
    let database = Database::sqlite(&beginning(9));
    let dir = tempfile::tempdir().expect("a folder");
    let other = engine(&Job::on(&database.address(), dir.path()));
    other.refresh(Refresh::Tail).expect("a first generation");
    let folder = only_folder(dir.path());
    let read = |name: String| {
        let bytes = fs::read(folder.join(&name)).expect("a file");
        (name, bytes)
    };
    names(&folder).into_iter().map(read).collect()
}

fn of(files: &[(String, Vec<u8>)], kind: &str) -> Vec<u8> {
    let file = files.iter().find(|(name, _)| name.contains(kind));
    file.expect("a file of each kind").1.clone()
}

/// A folder where a file should be cannot be replaced by us: that is said, or built around.
#[test]
fn a_folder_in_place_of_a_file_is_said_or_built_around() {
    let mut spoilt = Spoilt::new();
    for kind in KINDS.into_iter().chain(["lock"]) {
        spoilt.put_back();
        let path = spoilt.file(kind).0;
        fs::remove_file(&path).expect("a file to remove");
        fs::create_dir(&path).expect("a folder in its place");
        spoilt.grow();
        let job = Job::on(&spoilt.database.address(), spoilt.dir.path());
        for auto in [false, true] {
            let engine = engine(&Job { refresh_interval_ms: 0, auto, ..job.clone() });
            for question in Question::ALL {
                let told = ask(&engine, question);
                match &told.said {
                    Err((code, _)) if !auto => assert_eq!(code, "snapshot_file", "{told:?}"),
                    _ => assert_eq!(told.figures(), figures(question, &spoilt.rows), "{kind}"),
                }
            }
        }
        if path.is_dir() {
            fs::remove_dir(&path).expect("a folder to remove");
        }
        spoilt.agree(&spoilt.engine(0), &format!("{kind}, after the folder is gone"));
    }
}

/// What a snapshot was cut by belongs to it: another zone's files are not ours.
#[test]
fn a_snapshot_of_another_zone_is_not_taken_for_ours() {
    let spoilt = Spoilt::new();
    spoilt.put_back();
    let folder = spoilt.folder();
    let mut changed = manifest(&folder);
    // Days that begin twelve hours later.
    let ours = changed["days"].clone();
    changed["days"]["spans"][0][1] = serde_json::json!(-43_200);
    replace_manifest(&folder, &changed);
    let engine = spoilt.engine(60_000);
    spoilt.agree(&engine, "with other days");
    assert_eq!(manifest(&folder)["days"]["spans"], ours["spans"]);
}

/// What fuzzers began with and found is decoded or refused; see `make fuzz`.
#[test]
fn seeds_of_the_fuzzers_are_decoded_or_refused() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/fuzz/seeds");
    for (kind, decode) in [
        ("manifest", traffic_engine::snapshot::fuzz::manifest as fn(&[u8])),
        ("segment", traffic_engine::snapshot::fuzz::table),
    ] {
        let names = names(&seeds.join(kind));
        assert!(!names.is_empty());
        for name in names {
            decode(&fs::read(seeds.join(kind).join(name)).expect("a seed"));
        }
    }
}

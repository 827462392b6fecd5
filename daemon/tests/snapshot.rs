//! The snapshot as users of the command line meet it.

use crate::mysql::QUESTIONS;
use crate::support::run::{Ran, answer, at, bare, kept, keys, on, run, words};
use crate::support::sqlite::{Store, USUAL, usual};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::{TempDir, tempdir};
use traffic_engine_testkit::environment::server;
use traffic_engine_testkit::mysql::Mysql;

const RANKING: &str = "rank users --range month --format json";

fn folder() -> TempDir {
    tempdir().expect("a folder")
}

/// The JSON answer of a command.
fn object(command: &mut Command, line: &str) -> Value {
    let text = answer(command.args(["--format", "json"]).args(words(line)));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{line}: {error}: {text}"))
}

/// An answer with its explanation.
fn explained(command: &mut Command) -> Ran {
    let ran = run(command.arg("--explain").args(words(RANKING)));
    assert!(ran.status == 0 && !ran.stdout.is_empty(), "{ran:?}");
    ran
}

/// All files below a folder, and the folders.
fn tree(dir: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let (mut files, mut folders) = (vec![], vec![dir.to_owned()]);
    let mut at = 0;
    while let Some(folder) = folders.get(at).cloned() {
        for entry in fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { &mut folders } else { &mut files }.push(path);
        }
        at += 1;
    }
    (files, folders)
}

/// A path where no folder can be made, not even by an administrator.
fn impossible(folder: &TempDir) -> PathBuf {
    let file = folder.path().join("file");
    fs::write(&file, "").expect("a file");
    file.join("data")
}

#[test]
fn every_path_gives_the_same_answers() {
    let dir = folder();
    for line in QUESTIONS {
        let ask =
            |command: &mut Command| answer(command.args(["--format", "json"]).args(words(line)));
        let expected = ask(&mut on(&usual().url()));
        for path in ["auto", "snapshot", "push-down", "rows"] {
            let given = ask(kept(&usual().url(), dir.path()).args(["--path", path]));
            assert!(given == expected, "{line} by {path} differs");
        }
    }
}

#[test]
fn explain_says_where_an_answer_came_from() {
    let (dir, store) = (folder(), usual().url());
    let path = |command: &mut Command| {
        let said = explained(command).stderr;
        serde_json::from_str::<Value>(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
    };
    let source = path(&mut kept(&store, dir.path()));
    assert_eq!(
        keys(&source),
        ["path", "generation", "watermark", "age_ms", "verified_age_ms", "detail_since"]
    );
    assert_eq!(source["path"], "snapshot");
    assert_eq!(path(kept(&store, dir.path()).args(["--path", "rows"]))["path"], "rows");
    assert_ne!(path(&mut on(&store))["path"], "snapshot");
    let ran = run(kept(&store, dir.path()).args(words("live --explain --path snapshot")));
    let up_to = format!("rows up to id {}, ", source["watermark"]);
    assert!(ran.stderr.starts_with("answered from the snapshot: generation "), "{ran:?}");
    assert!(ran.stderr.contains(&up_to) && ran.stderr.contains(" s old, "), "{ran:?}");
    // That there is no such user is an answer, which is explained below what it says.
    let ran = run(kept(&store, dir.path()).args(words("user 999 --explain")));
    assert!(ran.status == 0 && ran.stderr.lines().count() == 2, "{ran:?}");
}

/// Asks for a store's snapshot before and after it got a row.
fn follows_the_store(store: &str, insert: impl Fn(&str)) {
    let dir = folder();
    let before = object(&mut kept(store, dir.path()), "refresh");
    assert_eq!(
        keys(&before),
        ["generation", "watermark", "age_ms", "verified_age_ms", "detail_since"]
    );
    let stats = object(&mut kept(store, dir.path()), "snapshot");
    assert_eq!(
        keys(&stats),
        [
            "folder",
            "moment",
            "rows",
            "segments",
            "hour_cells",
            "day_cells",
            "month_cells",
            "bytes",
            "verify_ms",
            "history"
        ]
    );
    insert(
        "INSERT INTO user_usage (user_id, t, u, d, node, count_rate) VALUES (7, 1755673000, 1, 2, '3', 1)",
    );
    let total = |path: &str| {
        let mut command = kept(store, dir.path());
        object(command.args(["--path", path, "--refresh-interval-ms", "0"]), "total")
    };
    assert_eq!(total("snapshot"), total("rows"));
    let after = object(&mut kept(store, dir.path()), "refresh");
    assert_eq!(after["watermark"].as_i64(), before["watermark"].as_i64().map(|id| id + 1));
    insert("UPDATE user_usage SET d = d + 5 WHERE id = 1");
    let verified = object(&mut kept(store, dir.path()), "refresh --verify");
    assert!(verified["generation"].as_u64() > after["generation"].as_u64(), "{verified}");
    assert_eq!(total("snapshot"), total("rows"));
    let stats_after = object(&mut kept(store, dir.path()), "snapshot");
    assert_eq!(stats_after["rows"].as_u64(), stats["rows"].as_u64().map(|rows| rows + 1));
    for line in ["refresh", "refresh --verify", "snapshot"] {
        let table = answer(kept(store, dir.path()).args(words(line)));
        assert!(table.starts_with("| field") && table.contains("| rows up to id "), "{table}");
        let csv = answer(kept(store, dir.path()).args(words(line)).args(["--format", "csv"]));
        assert!(csv.lines().count() == 2 && csv.contains("generation"), "{csv}");
    }
}

#[test]
fn refresh_follows_a_file() {
    let store = Store::changed("");
    follows_the_store(&store.url(), |sql| store.connection().execute_batch(sql).expect(sql));
}

#[test]
fn refresh_follows_a_server() {
    let Some(server) = server() else { return };
    let database = Mysql::empty(&server);
    answer(on(&database.address()).arg("generate").args(words(USUAL)));
    follows_the_store(&database.address(), |sql| database.run(sql));
}

#[test]
fn a_folder_that_cannot_be_used_costs_no_answer() {
    let (place, store) = (folder(), usual().url());
    let dir = impossible(&place);
    let expected = answer(on(&store).args(words(RANKING)));
    let ran = run(kept(&store, &dir).args(words(RANKING)));
    assert_eq!((ran.status, ran.stdout.as_str()), (0, expected.as_str()));
    let why = format!("snapshot: cannot read {}", dir.display());
    assert!(ran.stderr.starts_with("warning: answered ") && ran.stderr.contains(&why), "{ran:?}");
    let said = explained(&mut kept(&store, &dir)).stderr;
    let source: Value = serde_json::from_str(&said).expect("an object instead of the warning");
    assert!(source["snapshot_failure"].as_str().is_some_and(|it| it.starts_with(&why)), "{said}");
    for line in [format!("{RANKING} --path snapshot"), "refresh".to_owned(), "snapshot".to_owned()]
    {
        let ran = run(kept(&store, &dir).args(words(&line)));
        assert_eq!((ran.status, ran.stdout.as_str()), (1, ""), "{line}: {ran:?}");
        assert!(ran.stderr.starts_with(&format!("error: {why}")), "{line}: {ran:?}");
    }
}

#[test]
fn what_is_not_kept_is_asked_of_the_database() {
    let (dir, store) = (folder(), usual().url());
    let mut command = kept(&store, dir.path());
    let ran = run(command.args(words("rank users --range week --retention-days 2 --explain")));
    assert_eq!(ran.stderr, "answered from the rows of the database\n");
    let mut command = kept(&store, dir.path());
    let line = "rank users --range week --retention-days 2 --path snapshot";
    let ran = run(command.args(words(line)));
    assert!(ran.status == 2 && ran.stderr.contains("retention_days"), "{ran:?}");
    let mut command = kept(&store, dir.path());
    let ran = run(command.args(words("rank users --retention-days 2 --path snapshot")));
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
}

#[test]
fn a_size_limit_keeps_the_database_answering() {
    let dir = folder();
    let store = Store::generated("--rows 60000 --users 50 --nodes 5 --days 3");
    let ran = run(kept(&store.url(), dir.path()).args(words("live --size-limit-mb 1")));
    assert!(ran.status == 0 && ran.stderr.contains("size_limit_mb is 1"), "{ran:?}");
    answer(kept(&store.url(), dir.path()).args(words("live --path snapshot --size-limit-mb 100")));
}

#[test]
fn a_question_beyond_its_memory_is_refused_with_the_figure() {
    let dir = folder();
    let store = Store::generated("--rows 1000 --users 20000 --nodes 5 --days 3");
    for path in ["auto", "snapshot", "push-down", "rows"] {
        let mut command = kept(&store.url(), dir.path());
        let ran =
            run(command.args(words(RANKING)).args(["--memory-limit-mb", "1", "--path", path]));
        assert_eq!((ran.status, ran.stdout.as_str()), (1, ""), "{path}");
        assert!(ran.stderr.contains("memory_limit_mb is 1"), "{path}: {ran:?}");
    }
    answer(kept(&store.url(), dir.path()).args(words(RANKING)));
}

/// What happens to a file, in words and in deed.
type Damage = (&'static str, fn(&Path));

#[test]
fn damaged_files_are_rebuilt() {
    let (dir, store) = (folder(), usual().url());
    let expected = answer(on(&store).args(words(RANKING)));
    let ask = || answer(kept(&store, dir.path()).args(words(RANKING)).args(["--path", "snapshot"]));
    assert_eq!(ask(), expected);
    let damages: [Damage; 4] = [
        ("a flipped bit", |file| {
            let mut bytes = fs::read(file).expect("a readable file");
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            replace(file, &bytes);
        }),
        ("a lost end", |file| {
            let bytes = fs::read(file).expect("a readable file");
            replace(file, &bytes[..bytes.len() / 2]);
        }),
        ("another file", |file| replace(file, b"something else")),
        ("no file", |file| fs::remove_file(file).expect("a file of ours")),
    ];
    for kind in
        ["manifest", "rows.arrow", "hours.arrow", "days.arrow", "users.arrow", "nodes.arrow"]
    {
        for (damage, harm) in damages {
            let (files, _) = tree(dir.path());
            let is_meant = |file: &&PathBuf| file.to_string_lossy().ends_with(kind);
            // Small stores have no cells.
            let Some(file) = files.iter().find(is_meant) else { continue };
            harm(file);
            assert_eq!(ask(), expected, "after {damage} in {kind}");
        }
    }
}

/// A file of other bytes in the place of one that others may have mapped.
fn replace(file: &Path, bytes: &[u8]) {
    fs::remove_file(file).expect("a file of ours");
    fs::write(file, bytes).expect("a writable folder");
}

#[test]
fn nobody_else_can_look_into_the_data_directory() {
    let dir = folder();
    let data = dir.path().join("deep").join("data");
    answer(kept(&usual().url(), &data).args(words(RANKING)));
    let mode = |path: &PathBuf| fs::metadata(path).expect("ours").permissions().mode() & 0o7777;
    let (files, folders) = tree(&dir.path().join("deep"));
    assert!(files.len() > 3 && folders.len() == 3, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    for folder in folders {
        assert_eq!(mode(&folder), 0o700, "{}", folder.display());
    }
}

#[test]
fn the_data_directory_never_holds_the_password() {
    let Some(server) = server() else { return };
    let database = Mysql::empty(&server);
    answer(on(&database.address()).arg("generate").args(words(USUAL)));
    let (store, password) = database.address_and_password();
    let dir = folder();
    for line in [RANKING, "refresh --verify", "snapshot"] {
        let printed = answer(kept(&database.address(), dir.path()).args(words(line)));
        assert!(!printed.contains(&password), "{line}");
    }
    let (files, _) = tree(dir.path());
    assert!(files.len() > 3, "{files:?}");
    let holds =
        |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|it| it == text.as_bytes());
    for file in &files {
        let bytes = fs::read(file).expect("a readable file");
        let name = file.to_string_lossy();
        assert!(!holds(&bytes, &password) && !name.contains(&password), "{name}");
    }
    // The same snapshot serves whoever comes with the password by another way.
    let mut command = kept(&store, dir.path());
    answer(command.args(words("live --path snapshot")).env("MYSQL_PWD", &password));
    assert_eq!(tree(dir.path()).1.len(), 2, "one folder for one database");
}

#[test]
fn databases_share_a_data_directory_without_mixing() {
    let dir = folder();
    let other = Store::generated(&USUAL.replace("--seed 7", "--seed 8"));
    for store in [usual().url(), other.url()] {
        let expected = answer(on(&store).args(words(RANKING)));
        assert_eq!(answer(kept(&store, dir.path()).args(words(RANKING))), expected);
    }
    // Also where both are called by the same relative name.
    for store in [usual(), &other] {
        let place = folder();
        fs::copy(store.path(), place.path().join("same.db")).expect("a copy");
        let mut command = kept("sqlite://same.db", dir.path());
        let given = answer(command.current_dir(place.path()).args(words(RANKING)));
        assert_eq!(given, answer(on(&store.url()).args(words(RANKING))));
    }
}

#[test]
fn doctor_looks_at_the_data_directory() {
    let (dir, store) = (folder(), usual().url());
    let check = |dir: &Path| {
        let checks = object(&mut kept(&store, dir), "doctor");
        let checks = checks.as_array().expect("rows").clone();
        checks.into_iter().find(|check| check["check"] == "data directory").expect("a line")
    };
    let well = check(dir.path());
    assert_eq!(well["status"], "ok", "{well}");
    assert!(well["detail"].as_str().is_some_and(|it| it.contains("3000 rows")), "{well}");
    let ill = check(&impossible(&dir));
    assert!(ill["status"] == "warn" && ill["detail"].to_string().contains("cannot"), "{ill}");
    let without = answer(on(&store).arg("doctor"));
    assert!(!without.contains("data directory"), "{without}");
}

#[test]
fn nothing_is_kept_where_no_data_directory_is_named() {
    let place = folder();
    let mut command = bare();
    command.args(["--store", &usual().url(), "--retention-days", "3"]).current_dir(place.path());
    let ran = run(command.args(["rank", "users"]));
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert_eq!(tree(place.path()).0, Vec::<PathBuf>::new());
}

/// Names, sizes and contents of all files below a folder.
fn contents(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = tree(dir).0;
    files.sort();
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).expect("a readable file");
        (path, bytes)
    };
    files.into_iter().map(read).collect()
}

#[test]
fn a_question_as_of_another_moment_writes_nothing() {
    let (dir, store) = (folder(), Store::changed(""));
    let as_of = |now: &str| {
        let mut command = bare();
        command.args(["--store", &store.url(), "--tz", "Asia/Shanghai", "--now", now]);
        command.arg("--data-dir").arg(dir.path());
        command
    };
    let expected = answer(on(&store.url()).args(words(RANKING)));
    assert_eq!(answer(as_of("1755673445").args(words(RANKING))), expected, "without a snapshot");
    assert!(contents(dir.path()).is_empty(), "{:?}", tree(dir.path()).0);

    answer(kept(&store.url(), dir.path()).arg("refresh"));
    let before = contents(dir.path());
    for now in ["1755673445", "1830000000", "946684800"] {
        answer(as_of(now).args(words(RANKING)));
        let ran = run(as_of(now).arg("refresh"));
        assert!(ran.status == 1 && ran.stderr.contains("--now"), "{ran:?}");
    }
    store.connection().execute_batch("UPDATE user_usage SET u = u + 1").expect("a change");
    let changed = answer(on(&store.url()).args(words(RANKING)));
    assert_ne!(changed, expected);
    assert_eq!(answer(as_of("1755673445").args(words(RANKING))), changed, "the database answers");
    assert_eq!(contents(dir.path()), before);
}

#[test]
fn a_clock_that_was_ahead_hides_nothing_once_it_is_right() {
    let (dir, store) = (folder(), Store::changed(""));
    let total = |moment: &str| {
        let mut command = kept(&store.url(), dir.path());
        answer(at(&mut command, moment).args(words("total --format json")))
    };
    let update = || {
        let changed =
            store.connection().execute("UPDATE user_usage SET u = u + 1 WHERE id = 1", []);
        assert_eq!(changed.expect("a change"), 1);
    };
    for _ in 0..3 {
        update();
        total("2025-08-21 07:04:05");
    }
    update();
    assert_eq!(
        total("2025-08-20 07:04:05"),
        answer(on(&store.url()).args(words("total --format json"))),
    );
    let mut command = kept(&store.url(), dir.path());
    let moment = object(&mut command, "snapshot")["moment"].clone();
    assert_eq!((&moment["age_ms"], &moment["verified_age_ms"]), (&Value::from(0), &Value::from(0)));
}

//! Databases in folders that are not ours.

use crate::support::run::{on, run, words};
use crate::support::sqlite::Store;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// A user without rights; what others may not do, this one may not.
const NOBODY: u32 = 65_534;

/// The command line as somebody who may read the store and not write its folder.
fn as_reader(store: &Store) -> Command {
    let folder = store.path().parent().expect("a folder");
    fs::set_permissions(store.path(), Permissions::from_mode(0o444)).expect("rights");
    fs::set_permissions(folder, Permissions::from_mode(0o555)).expect("rights");
    let mut command = on(&store.url());
    if fs::metadata(folder).expect("a folder").uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// Whoever made the folder must be able to remove it.
fn give_back(store: &Store) {
    let folder = store.path().parent().expect("a folder");
    fs::set_permissions(folder, Permissions::from_mode(0o755)).expect("rights");
}

fn beside(path: &Path, end: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

#[test]
fn a_database_in_wal_mode_is_read_in_a_folder_that_is_not_ours() {
    let store = Store::changed("PRAGMA journal_mode = wal");
    assert!(!beside(store.path(), "-wal").exists());
    let ran = run(as_reader(&store).args(words("rank users --range all --limit 3 --format json")));
    let doctor = run(as_reader(&store).arg("doctor"));
    let plan = run(as_reader(&store).args(words("schema plan")));
    give_back(&store);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.contains("\"user_id\""), "{}", ran.stdout);
    assert_eq!((doctor.status, doctor.stderr.as_str()), (0, ""));
    assert_eq!((plan.status, plan.stderr.as_str()), (0, ""));
}

#[test]
fn a_log_that_cannot_be_read_is_what_the_refusal_tells_of() {
    let written = Store::changed("PRAGMA journal_mode = wal");
    let writer = written.connection();
    writer.execute_batch("DELETE FROM user_usage WHERE id = 1").expect("a commit");
    let copied = Store::absent();
    for end in ["", "-wal"] {
        fs::copy(beside(written.path(), end), beside(copied.path(), end)).expect("a copy");
    }
    let ran = run(as_reader(&copied).arg("total"));
    give_back(&copied);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stderr.contains("WAL mode") && ran.stderr.contains("folder"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("generate"), "{}", ran.stderr);
}

#[test]
fn only_a_store_that_is_not_there_can_be_made() {
    let ran = run(on("sqlite:///nowhere/at/all.db").arg("total"));
    assert!(ran.stderr.contains("make a store there with `generate`"), "{}", ran.stderr);
    let ran = run(on("sqlite:///").arg("total"));
    assert!(!ran.stderr.contains("generate"), "{}", ran.stderr);
}

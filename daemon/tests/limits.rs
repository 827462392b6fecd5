//! The command line where the system lets it write little.

use crate::support::run::{ZONE, answer, bare, on, run, words};
use crate::support::sqlite::usual;
use std::fs::File;
use std::process::Command;
use tempfile::tempdir;

/// The same command, no file of which may grow beyond so many bytes.
fn with_files_of(bytes: u32, command: &Command) -> Command {
    let mut limited = Command::new("prlimit");
    limited.arg(format!("--fsize={bytes}")).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    limited
}

#[test]
fn a_snapshot_that_may_not_be_written_costs_no_answer() {
    let dir = tempdir().expect("a folder");
    let line = "rank users --range all --format json";
    // By the machine's own clock: the library that sets another one writes files, too.
    let asked = || {
        let mut command = bare();
        command.args(["--store", &usual().url(), "--tz", ZONE]);
        command
    };
    let kept = || {
        let mut command = asked();
        command.arg("--data-dir").arg(dir.path());
        command
    };
    let expected = answer(asked().args(words(line)));
    for bytes in [0, 100, 4_096, 20_000] {
        let mut command = kept();
        let ran = run(&mut with_files_of(bytes, command.args(words(line))));
        assert_eq!((ran.status, ran.stdout.as_str()), (0, expected.as_str()), "{ran:?}");
    }
    let mut command = kept();
    command.args(words("total --path snapshot"));
    let ran = run(&mut with_files_of(100, &command));
    assert!(ran.status == 1 && ran.stderr.contains("RLIMIT_FSIZE"), "{ran:?}");
}

#[test]
fn an_answer_that_does_not_fit_its_file_is_an_error() {
    let folder = tempdir().expect("a folder");
    let out = File::create(folder.path().join("out")).expect("a file");
    let mut command = on(&usual().url());
    command.args(words("records --range all --limit all --format json"));
    let mut limited = with_files_of(4_096, &command);
    let ended = limited.stdout(out).output().expect("it starts");
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(!ended.stderr.is_empty());
}

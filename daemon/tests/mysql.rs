//! What only a server can show: logins, and the same answers as from a file.

use crate::support::run::{NOW, ZONE, answer, bare, file, kept, on, run, words};
use crate::support::sqlite::{USUAL, usual};
use std::process::Command;
use tempfile::tempdir;
use traffic_engine_testkit::environment::server;
use traffic_engine_testkit::mysql::Mysql;

pub(crate) const QUESTIONS: [&str; 16] = [
    "rank users --range month",
    "rank nodes --range month --sort name_asc",
    "aggregate --by user --range month",
    "aggregate --by node --range month",
    "aggregate --by time --range month",
    "aggregate --by hourly --range month",
    "chart user 7 --range week",
    "chart node 3",
    "records --range all",
    "traffic --grouped",
    "traffic --enhanced",
    "days",
    "live",
    "today",
    "total",
    "nodes",
];

fn at_the_moment() -> Command {
    let mut command = bare();
    command.args(["--now", NOW, "--tz", ZONE, "--format", "json"]);
    command
}

#[test]
fn a_server_gives_the_same_answers_as_a_file() {
    let Some(server) = server() else { return };
    let database = Mysql::empty(&server);
    answer(on(&database.address()).arg("generate").args(words(USUAL)));
    let dir = tempdir().expect("a folder");
    for line in QUESTIONS {
        let ask =
            |command: &mut Command| answer(command.args(["--format", "json"]).args(words(line)));
        let from_file = ask(&mut on(&usual().url()));
        assert!(ask(&mut on(&database.address())) == from_file, "{line} differs");
        for path in ["snapshot", "push-down", "rows"] {
            let command = &mut kept(&database.address(), dir.path());
            assert!(ask(command.args(["--path", path])) == from_file, "{line} by {path} differs");
        }
    }
}

#[test]
fn wrong_credentials_are_a_clear_error() {
    let Some(server) = server() else { return };
    let database = Mysql::empty(&server);
    let (store, password) = database.address_and_password();
    for (store, wrong) in [
        (store.clone(), "wrong-password"),
        (store.replace("mysql://", "mysql://not"), password.as_str()),
    ] {
        let ran = run(at_the_moment().args(["live", "--store", &store]).env("MYSQL_PWD", wrong));
        assert_eq!((ran.status, ran.stdout.as_str()), (1, ""), "{ran:?}");
        assert!(
            ran.stderr.contains("refuses the login") && ran.stderr.contains("check user"),
            "{ran:?}"
        );
        assert!(!ran.stderr.contains(wrong) && ran.stderr.lines().count() == 1, "{ran:?}");
    }
    let elsewhere = format!("{}_elsewhere", database.address());
    let ran = run(at_the_moment().args(["live", "--store", &elsewhere]));
    assert!(ran.status == 1 && ran.stdout.is_empty() && !ran.stderr.contains(&password), "{ran:?}");
    let empty = run(at_the_moment().args(["live", "--store", &database.address()]));
    assert!(empty.status == 1 && empty.stderr.contains("table `user`"), "{empty:?}");
}

#[test]
fn every_source_of_the_password_opens_the_store() {
    let Some(server) = server() else { return };
    let database = Mysql::empty(&server);
    answer(on(&database.address()).args(words("generate --rows 10 --users 2 --nodes 1")));
    let (store, password) = database.address_and_password();
    let folder = tempdir().expect("a folder");
    let right = private(&file(folder.path(), "right", format!("{password}\n")));
    let wrong = private(&file(folder.path(), "wrong", "wrong"));
    let opens = |command: &mut Command| run(command.arg("total")).status == 0;

    assert!(opens(at_the_moment().args(["--store", &database.address()])));
    assert!(opens(at_the_moment().env("TRAFFIC_ENGINE_STORE", database.address())));
    assert!(opens(at_the_moment().args(["--store", &store, "--password-file", &right])));
    assert!(opens(
        at_the_moment().args(["--store", &store]).env("TRAFFIC_ENGINE_PASSWORD_FILE", &right)
    ));
    assert!(opens(
        at_the_moment().args(["--store", &store]).env("TRAFFIC_ENGINE_STORE_PASSWORD", &password)
    ));
    assert!(opens(at_the_moment().args(["--store", &store]).env("MYSQL_PWD", &password)));
    assert!(!opens(at_the_moment().args(["--store", &store])));

    // A file is closer to the user than MYSQL_PWD, and an option closer than a variable.
    assert!(opens(
        at_the_moment()
            .args(["--store", &store, "--password-file", &right])
            .env("MYSQL_PWD", "wrong")
    ));
    assert!(!opens(
        at_the_moment()
            .args(["--store", &store, "--password-file", &wrong])
            .env("MYSQL_PWD", &password)
    ));
    let by_variable = |file: &str| {
        let mut command = at_the_moment();
        command.env("TRAFFIC_ENGINE_STORE", database.address()).args(["--password-file", file]);
        command
    };
    assert!(opens(&mut by_variable(&right)) && !opens(&mut by_variable(&wrong)));
    assert!(opens(
        at_the_moment()
            .args(["--store", &database.address()])
            .env("TRAFFIC_ENGINE_PASSWORD_FILE", &wrong)
    ));

    // A configuration file finds its password file beside it.
    let config =
        file(folder.path(), "te.toml", format!("store = '{store}'\npassword_file = 'right'\n"));
    assert!(opens(at_the_moment().args(["--config", &config])));
}

fn private(path: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("our file");
    path.to_owned()
}

#[test]
fn doctor_knows_login_and_clock() {
    let Some(server) = server() else { return };
    let database = Mysql::empty(&server);
    answer(on(&database.address()).args(words("generate --rows 10 --users 2 --nodes 1")));
    let ran = run(bare().args(["--store", &database.address(), "doctor", "--format", "json"]));
    let checks: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let has =
        |name: &str| checks.as_array().expect("rows").iter().any(|check| check["check"] == name);
    assert!(ran.status == 0 && has("privileges") && has("clock"), "{ran:?}");
    assert!(!ran.stdout.contains(&database.address_and_password().1));
}

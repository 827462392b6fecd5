//! Indexes made under faults: whatever happened, the same command brings it to its end, nothing is
//! half done, and no figure has changed.

use crate::support::run::{ZONE, answer, json, on, run, words};
use crate::support::sqlite::Store;
use jiff::tz::TimeZone;
use serde_json::Value;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use traffic_engine::{
    Altering, Engine, EngineConfig, ErrorCode, Location, SchemaApply, SchemaReport,
};
use traffic_engine_testkit::disk::Mounted;
use traffic_engine_testkit::environment::{server, skipped};
use traffic_engine_testkit::mysql::Mysql;
use traffic_engine_testkit::own_server::OwnServer;

/// Rows enough for an index to take a while.
const LARGE: &str = "--rows 300000 --users 1500 --nodes 5 --days 10";

/// Rows enough for an index to be wanted.
const ENOUGH: &str = "--rows 100000 --users 1500 --nodes 5 --days 10";

/// As long as an index that somebody else has begun may take.
const PATIENT: &str = "schema apply --no-measure --lock-wait-s 60";

const WANTED: [(&str, &str); 4] = [
    ("idx_user_sid", "sid"),
    ("idx_user_usage_large_data", "t user_id node u d"),
    ("idx_user_usage_user_time", "user_id t"),
    ("idx_user_uuid", "uuid"),
];

fn apply(store: &str) -> Result<SchemaReport, (ErrorCode, String)> {
    let location = Location::parse(store).expect("an address");
    let engine = Engine::open(EngineConfig::new(location, TimeZone::get(ZONE).expect("a zone")));
    let how = Altering { lock_wait_s: 1, offline: false };
    let applied = engine.schema_apply(&SchemaApply { how, measure: false });
    applied.map_err(|error| (error.code(), error.to_string()))
}

/// It fails with these words within its limit, changes nothing, and says no password.
fn refused(store: &str, code: ErrorCode, says: &str) {
    let began = Instant::now();
    let (got, words) = apply(store).expect_err(says);
    assert!(began.elapsed() < Duration::from_secs(5), "{words} after {:?}", began.elapsed());
    assert_eq!(got, code, "{words}");
    assert!(words.contains(says) && !words.contains(":pw@"), "{words}");
}

/// Name and columns of each index.
fn indexes(store: &str) -> Vec<(String, String)> {
    let status = json(store, "schema status");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let columns = |it: &Value| it.as_array().expect("a list").iter().map(text).collect::<Vec<_>>();
    let rows = status.as_array().expect("a list").iter();
    let mut found: Vec<_> =
        rows.map(|it| (text(&it["name"]), columns(&it["columns"]).join(" "))).collect();
    found.sort();
    found
}

fn all_are_there(store: &str) -> bool {
    let wanted = WANTED.map(|(name, columns)| (name.to_owned(), columns.to_owned()));
    let found = indexes(store);
    assert!(found.iter().all(|it| wanted.contains(it)), "nothing is half done: {found:?}");
    found.len() == wanted.len()
}

fn rankings(store: &str) -> [Value; 2] {
    ["rank users --range month", "rank nodes --range all"].map(|question| json(store, question))
}

/// What was begun is brought to its end, and taken away again.
fn again(store: &str, before: &[Value; 2], run: impl Fn(&str)) {
    all_are_there(store);
    answer(on(store).args(words(PATIENT)));
    assert!(all_are_there(store));
    assert_eq!(&rankings(store), before);
    run("CHECK TABLE user_usage, user");
    let names = WANTED.map(|(name, _)| name).join(" ");
    answer(on(store).args(words(&format!("schema drop {names}"))));
}

fn started(store: &str) -> Child {
    let mut command = on(store);
    command.args(words(PATIENT)).stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().expect("the binary starts")
}

/// Milliseconds that differ from round to round and from run to run.
fn pause(round: u64) {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock");
    thread::sleep(Duration::from_millis(round * 60 + u64::from(now.subsec_nanos() % 120)));
}

#[test]
fn a_client_killed_at_any_point_of_apply_leaves_work_that_a_rerun_ends() {
    let Some(server) = server() else { return };
    let database = Mysql::empty(&server);
    let store = database.address();
    answer(on(&store).arg("generate").args(words(LARGE)));
    let before = rankings(&store);
    for round in 0..10 {
        let mut child = started(&store);
        pause(round);
        child.kill().expect("a process of our own can be killed");
        child.wait().expect("a process of our own can be waited for");
        again(&store, &before, |sql| database.run(sql));
    }
}

#[test]
fn a_connection_the_server_kills_is_said_and_a_rerun_ends_the_work() {
    let Some(server) = server() else { return };
    let database = Mysql::empty(&server);
    let store = database.address();
    answer(on(&store).arg("generate").args(words(LARGE)));
    let before = rankings(&store);
    let find = "SELECT id FROM information_schema.processlist \
                WHERE db = DATABASE() AND info LIKE 'CREATE INDEX%'";
    for how in ["KILL", "KILL QUERY"] {
        let child = started(&store);
        let began = Instant::now();
        let id = loop {
            assert!(began.elapsed() < Duration::from_secs(30), "no index is made");
            if let Some(row) = database.rows(find).into_iter().next() {
                break row[0].clone();
            }
        };
        database.run(&format!("{how} {id}"));
        let ended = child.wait_with_output().expect("a process of our own can be waited for");
        let said = String::from_utf8(ended.stderr).expect("errors are UTF-8");
        assert_eq!(ended.status.code(), Some(1), "{said}");
        assert!(said.contains("changing the indexes was broken off: "), "{said}");
        again(&store, &before, |sql| database.run(sql));
    }
}

#[test]
fn a_server_killed_at_any_point_of_apply_loses_nothing_and_a_rerun_ends_the_work() {
    let Some(mut server) = OwnServer::start(None) else { return };
    let store = server.url();
    answer(on(&store).arg("generate").args(words(LARGE)));
    let before = rankings(&store);
    for round in 0..4 {
        let child = started(&store);
        pause(3 * round);
        server.kill();
        let ended = child.wait_with_output().expect("a process of our own can be waited for");
        let said = String::from_utf8(ended.stderr).expect("errors are UTF-8");
        assert!(ended.status.code().is_some_and(|code| code <= 1), "{said}");
        server.start_again();
        assert_eq!(rankings(&store), before);
        again(&store, &before, |sql| server.as_root(&format!("USE `usage`; {sql}")));
    }
}

#[test]
fn a_server_that_takes_no_changes_is_said() {
    let Some(server) = OwnServer::start(None) else { return };
    let store = server.url();
    answer(on(&store).arg("generate").args(words(ENOUGH)));
    server.as_root("SET GLOBAL read_only = 1");
    refused(&store, ErrorCode::NotPermitted, "--read-only option");
    assert!(indexes(&store).is_empty());
    server.as_root("SET GLOBAL read_only = 0");
    apply(&store).expect("a report");
    assert!(all_are_there(&store));
}

#[test]
fn a_full_disk_of_a_server_is_said() {
    let Some(server) = OwnServer::start(Some(256)) else { return };
    let store = server.url();
    answer(on(&store).arg("generate").args(words(ENOUGH)));
    let before = rankings(&store);
    let ballast = server.folder().join("ballast");
    // As much as there is place for, but for what a server needs to breathe.
    let _ = fs::write(&ballast, vec![1; 256 << 20]);
    let file = fs::File::options().write(true).open(&ballast).expect("a file");
    let full = file.metadata().expect("a file").len();
    for left in [0, 1, 3] {
        file.set_len(full.saturating_sub(left << 20)).expect("a smaller file");
        refused(&store, ErrorCode::NoSpace, "found no space");
    }
    file.set_len(0).expect("a smaller file");
    assert!(indexes(&store).is_empty());
    assert_eq!(rankings(&store), before);
    again(&store, &before, |sql| server.as_root(&format!("USE `usage`; {sql}")));
}

#[test]
fn a_login_without_the_right_is_said() {
    let Some(server) = server() else { return };
    let database = Mysql::empty(&server);
    answer(on(&database.address()).arg("generate").args(words(ENOUGH)));
    let name = &database.name;
    database.run(&format!("CREATE USER {name} IDENTIFIED BY 'pw'"));
    database.run(&format!("GRANT SELECT, INDEX ON {name}.* TO {name}"));
    let login = database.address_for(name, "pw");
    database.run(&format!("REVOKE INDEX ON {name}.* FROM {name}"));
    refused(&login, ErrorCode::NotPermitted, "grant the user INDEX on the database");
    assert!(indexes(&login).is_empty());
    database.run(&format!("GRANT INDEX ON {name}.* TO {name}"));
    apply(&login).expect("a report");
    assert!(all_are_there(&login));
}

#[test]
fn a_table_that_somebody_locks_is_said_within_the_limit() {
    let Some(server) = server() else { return };
    let database = Mysql::empty(&server);
    let store = database.address();
    answer(on(&store).arg("generate").args(words(ENOUGH)));
    let says = "somebody has been holding a lock on `user_usage` for 1 s";
    for lock in ["LOCK TABLES user_usage WRITE", "LOCK TABLES user_usage READ"] {
        database.while_holding(&[lock], || refused(&store, ErrorCode::TableLocked, says));
    }
    let read = ["START TRANSACTION", "SELECT COUNT(*) FROM user_usage"];
    database.while_holding(&read, || refused(&store, ErrorCode::TableLocked, says));
    assert!(indexes(&store).is_empty());
    apply(&store).expect("a report");
    assert!(all_are_there(&store));
}

#[test]
fn a_table_that_only_changes_while_others_wait_is_said_and_changed_where_they_may() {
    let Some(server) = server() else { return };
    let database = Mysql::empty(&server);
    let store = database.address();
    answer(on(&store).arg("generate").args(words(ENOUGH)));
    database.run("ALTER TABLE user ENGINE = MyISAM");
    refused(&store, ErrorCode::NeedsOffline, "choose a quiet hour and let them wait");
    answer(on(&store).args(words("schema apply --no-measure --offline")));
    assert!(all_are_there(&store));
}

/// The one that locks `user` comes after the indexes of `user_usage` are made.
#[test]
fn what_was_made_before_a_failure_stays_and_the_rest_follows() {
    let Some(server) = server() else { return };
    let database = Mysql::empty(&server);
    let store = database.address();
    answer(on(&store).arg("generate").args(words(ENOUGH)));
    database.while_holding(&["LOCK TABLES user READ"], || {
        refused(&store, ErrorCode::TableLocked, "holding a lock on `user` for 1 s");
    });
    let made = indexes(&store);
    let names: Vec<_> = made.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["idx_user_usage_large_data", "idx_user_usage_user_time"]);
    let report = apply(&store).expect("a report");
    assert_eq!(report.created.len(), 2);
    assert!(all_are_there(&store));
}

#[test]
fn a_file_that_may_not_be_written_is_said() {
    let store = Store::generated(ENOUGH);
    let folder = store.path().parent().expect("a folder");
    let rights = |mode: &str| {
        let paths = [folder, store.path()];
        let changed = Command::new("chmod").arg(mode).args(paths).status();
        assert!(changed.is_ok_and(|it| it.success()), "other rights");
    };
    rights("555");
    let program = tempfile::tempdir().expect("a folder");
    let binary = program.path().join("traffic-engine");
    fs::copy(env!("CARGO_BIN_EXE_traffic-engine"), &binary).expect("a copy for nobody");
    fs::set_permissions(program.path(), Permissions::from_mode(0o755)).expect("rights for all");
    let is_root = program.path().metadata().is_ok_and(|it| it.uid() == 0);
    let as_nobody = |line: &str| {
        let mut command = Command::new(&binary);
        command.args(["--store", &store.url(), "--tz", ZONE]).args(words(line));
        // Rights do not bind root.
        if is_root {
            command.uid(65_534).gid(65_534);
        }
        run(&mut command)
    };
    let ran = as_nobody("schema apply --no-measure");
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.contains("does not allow changing the indexes"), "{}", ran.stderr);
    assert!(indexes(&store.url()).is_empty());
    rights("777");
    assert_eq!(as_nobody("schema apply --no-measure").status, 0);
    assert!(all_are_there(&store.url()));
}

#[test]
fn a_process_killed_at_any_point_leaves_a_file_that_answers_and_a_rerun_ends_the_work() {
    let store = Store::generated(LARGE);
    let url = store.url();
    let before = rankings(&url);
    for round in 0..6 {
        let mut child = started(&url);
        pause(round);
        child.kill().expect("a process of our own can be killed");
        child.wait().expect("a process of our own can be waited for");
        assert_eq!(rankings(&url), before);
        again(&url, &before, |_| {
            let check = "PRAGMA integrity_check";
            let said: String =
                store.connection().query_row(check, [], |row| row.get(0)).expect(check);
            assert_eq!(said, "ok");
        });
    }
}

#[test]
fn a_full_disk_of_a_file_is_said() {
    let whole = Store::generated(ENOUGH);
    let folder = tempfile::tempdir().expect("a folder");
    let size = whole.path().metadata().expect("a file").len();
    let kib = ((size >> 20) + 2) << 10;
    let Some(disk) = Mounted::at(folder.path(), kib) else {
        return skipped("mounting a small disk needs root");
    };
    let path = folder.path().join("usage.db");
    fs::copy(whole.path(), &path).expect("a copy");
    let store = format!("sqlite://{}", path.display());
    let before = rankings(&store);
    refused(&store, ErrorCode::NoSpace, "found no space");
    assert!(indexes(&store).is_empty());
    assert_eq!(rankings(&store), before);
    disk.resize(3 * kib);
    apply(&store).expect("a report");
    assert!(all_are_there(&store));
    assert_eq!(rankings(&store), before);
}

#[test]
fn a_file_that_somebody_else_writes_is_said_within_the_limit() {
    let store = Store::generated(ENOUGH);
    let writer = store.connection();
    for lock in ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"] {
        writer.execute_batch(lock).expect("a lock");
        let says = "somebody has been holding a lock on the file for 1 s";
        refused(&store.url(), ErrorCode::TableLocked, says);
        writer.execute_batch("ROLLBACK").expect("no lock");
    }
    assert!(indexes(&store.url()).is_empty());
    apply(&store.url()).expect("a report");
    assert!(all_are_there(&store.url()));
}

//! `rollup` keeps its tables exact whatever happens to it: killed, locked out, or out of room.

use crate::support::run::{answer, json, on, run, words};
use crate::support::sqlite::Store;
use rusqlite::types::ValueRef;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;
use traffic_engine_testkit::disk::Mounted;
use traffic_engine_testkit::environment::{say, server, server_alone, skipped};
use traffic_engine_testkit::mysql::Mysql;

/// Of a size that takes long enough to be killed in.
const ROWS: &str = "--rows 12000 --users 150 --nodes 6 --days 24";

/// 2025-08-20 00:00:00 in Shanghai, where the tests' moment is.
const MIDNIGHT: i64 = 1_755_619_200;
const DAY_S: i64 = 86_400;

/// Kills of each kind of database.
const ROUNDS: i64 = 20;

/// What the tables hold, but row ids and times of writing.
const CONTENTS: [&str; 4] = [
    "SELECT date, user_id, total_upload, total_download, total_traffic, unique_nodes, usage_records \
     FROM daily_user_traffic ORDER BY date, user_id",
    "SELECT date, node_id, node, total_upload, total_download, total_traffic, unique_users, \
     usage_records FROM daily_node_traffic ORDER BY date, node_id, node",
    "SELECT hour_timestamp, total_users, active_users, total_nodes, active_nodes, total_traffic, \
     peak_traffic FROM hourly_stats ORDER BY hour_timestamp",
    "SELECT date, node, merged_upload, merged_download, merged_users, merged_records \
     FROM traffic_engine_rollup_nodes ORDER BY date, node",
];

/// A database of either kind.
trait Place {
    fn address(&self) -> String;
    fn execute(&self, sql: &str);
    /// The rows of a query, in their own words.
    fn shown(&self, sql: &str) -> Vec<String>;

    fn contents(&self) -> Vec<Vec<String>> {
        CONTENTS.iter().map(|sql| self.shown(sql)).collect()
    }
}

impl Place for Store {
    fn address(&self) -> String {
        self.url()
    }

    fn execute(&self, sql: &str) {
        self.connection().execute_batch(sql).expect(sql);
    }

    fn shown(&self, sql: &str) -> Vec<String> {
        let conn = self.connection();
        let mut statement = conn.prepare(sql).expect(sql);
        let width = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let shown = |at| match row.get_ref(at)? {
                ValueRef::Text(text) => Ok(String::from_utf8_lossy(text).into_owned()),
                value => Ok(format!("{value:?}")),
            };
            Ok((0..width).map(shown).collect::<rusqlite::Result<Vec<_>>>()?.join(" "))
        };
        statement.query_map([], row).expect(sql).collect::<rusqlite::Result<_>>().expect(sql)
    }
}

impl Place for Mysql {
    fn address(&self) -> String {
        Self::address(self)
    }

    fn execute(&self, sql: &str) {
        self.run(sql);
    }

    fn shown(&self, sql: &str) -> Vec<String> {
        self.session().rows(sql).iter().map(|row| format!("{row:?}")).collect()
    }
}

fn generated(place: &impl Place) {
    answer(on(&place.address()).arg("generate").args(words(ROWS)));
}

fn drop_tables(place: &impl Place) {
    for table in [
        "daily_user_traffic",
        "daily_node_traffic",
        "hourly_stats",
        "traffic_engine_rollup_days",
        "traffic_engine_rollup_nodes",
        "traffic_engine_rollup_state",
    ] {
        place.execute(&format!("DROP TABLE IF EXISTS {table}"));
    }
}

/// Something that happens to the rows: a merge, a deletion, rows that come late.
fn change(place: &impl Place, round: i64) {
    let start = MIDNIGHT - (1 + round % 20) * DAY_S;
    let of_day = format!("t >= {start} AND t < {}", start + DAY_S);
    match round % 4 {
        0 | 1 => {
            place.execute(&format!(
                "INSERT INTO user_usage (user_id, t, u, d, node, count_rate) \
                 SELECT user_id, MIN(t), SUM(u), SUM(d), 'DAY', 1 FROM user_usage \
                 WHERE {of_day} GROUP BY user_id ORDER BY user_id"
            ));
            place.execute(&format!("DELETE FROM user_usage WHERE {of_day} AND node <> 'DAY'"));
        }
        2 => place.execute(&format!("DELETE FROM user_usage WHERE {of_day} AND user_id < 40")),
        _ => {
            let values: Vec<String> =
                (1..300).map(|n| format!("({n}, {}, {n}, 7, 'late', 1)", start + n * 60)).collect();
            place.execute(&format!(
                "INSERT INTO user_usage (user_id, t, u, d, node, count_rate) VALUES {}",
                values.join(", ")
            ));
        }
    }
}

/// Starts a command and ends it at once after so many milliseconds, wherever it is; true unless it
/// had ended by then.
fn killed(address: &str, line: &str, after_ms: u64) -> bool {
    let mut command = on(address);
    command.args(words(line)).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the binary starts");
    thread::sleep(Duration::from_millis(after_ms));
    let _ = child.kill();
    let status = child.wait().expect("a process of our own can be waited for");
    status.signal().is_some()
}

/// What is killed over and over is in the end what was never killed.
fn lives_through_kills(one: &impl Place, other: &impl Place) {
    generated(one);
    generated(other);
    let (prune, update) = ("rollup prune --days 18 --hourly-days 9", "rollup update --days 18");
    let mut hits = 0;
    for round in 0..ROUNDS {
        let line = match round % 5 {
            // Tables that are being made, too.
            0 => {
                drop_tables(one);
                drop_tables(other);
                "rollup backfill"
            }
            4 => prune,
            _ => update,
        };
        change(one, round);
        change(other, round);
        for after_ms in [5 + (round as u64 * 37) % 120, 30 + (round as u64 * 53) % 300] {
            hits += i32::from(killed(&one.address(), line, after_ms));
        }
        for place in [one.address(), other.address()] {
            answer(on(&place).args(words(line)));
        }
        assert_eq!(one.contents(), other.contents(), "round {round}: {line}");
        assert_eq!(json(&one.address(), line), json(&other.address(), line), "round {round}");
    }
    say(&format!("{hits} of {} runs were killed at work", 2 * ROUNDS));
    assert!(hits > 0, "every run was quicker than its end");
}

#[test]
fn a_killed_run_on_a_file_is_completed_by_the_next() {
    lives_through_kills(&Store::absent(), &Store::absent());
}

#[test]
fn a_killed_run_on_a_server_is_completed_by_the_next() {
    let Some(server) = server() else { return };
    lives_through_kills(&Mysql::empty(&server), &Mysql::empty(&server));
}

#[test]
fn processes_at_once_give_what_one_gives() {
    let stores = [Store::absent(), Store::absent()];
    stores.iter().for_each(generated);
    at_once(&stores[0], &stores[1]);
    let Some(server) = server() else { return };
    let databases = [Mysql::empty(&server), Mysql::empty(&server)];
    databases.iter().for_each(generated);
    at_once(&databases[0], &databases[1]);
}

fn at_once(many: &impl Place, one: &impl Place) {
    for line in ["rollup update", "rollup backfill --force"] {
        let start = |_| on(&many.address()).args(words(line)).stdout(Stdio::null()).spawn();
        let children: Vec<_> = (0..3).map(start).collect();
        for child in children {
            let status = child.expect("the binary starts").wait().expect("an end");
            assert!(status.success(), "{line}: {status}");
        }
        answer(on(&one.address()).args(words(line)));
        assert_eq!(many.contents(), one.contents(), "{line}");
    }
}

/// The address of `database` for a user of less rights, who is named like it.
fn login(database: &Mysql) -> String {
    database.address_for(&database.name, "pw")
}

/// The binary's refusal, which must be a failure that says `why`.
fn refused(command: &mut Command, why: &str) {
    let ran = run(command);
    assert_eq!((ran.status, ran.stdout.as_str()), (1, ""), "{}", ran.stderr);
    assert!(ran.stderr.contains(why), "want {why:?} in {}", ran.stderr);
    assert!(!ran.stderr.contains("pw@"), "{}", ran.stderr);
}

#[test]
fn a_missing_privilege_is_named_and_nothing_is_half_done() {
    let Some(server) = server() else { return };
    let database = Mysql::empty(&server);
    generated(&database);
    let (name, login) = (&database.name, login(&database));
    let update = || {
        let mut command = on(&login);
        command.args(words("rollup update"));
        command
    };
    let may = |grants: &str| {
        database.run(&format!("CREATE OR REPLACE USER {name} IDENTIFIED BY 'pw'"));
        database.run(&format!("GRANT {grants} ON {name}.* TO {name}"));
    };
    may("SELECT");
    refused(&mut update(), "CREATE command denied");
    refused(&mut update(), "grant the user that privilege on the database");
    may("SELECT, CREATE");
    refused(&mut update(), "INSERT command denied");
    may("SELECT, INSERT, UPDATE, DELETE");
    answer(&mut update());
    let before = database.contents();
    assert!(!before[0].is_empty());

    database.run("DELETE FROM user_usage WHERE user_id < 60");
    may("SELECT, INSERT, UPDATE");
    refused(&mut update(), "DELETE command denied");
    assert_eq!(database.contents(), before);
    database.run("DROP TABLE daily_node_traffic");
    database.run(
        "CREATE TABLE daily_node_traffic (id int PRIMARY KEY AUTO_INCREMENT, node_id int NOT NULL, \
         date date NOT NULL, total_upload bigint, total_download bigint, total_traffic bigint, \
         unique_users int, usage_records int, created_at timestamp, updated_at timestamp, \
         UNIQUE KEY unique_node_date (node_id, date))",
    );
    may("SELECT, INSERT, UPDATE, DELETE");
    refused(&mut update(), "ALTER command denied");
    may("SELECT, INSERT, UPDATE, DELETE, ALTER, INDEX");
    answer(&mut update());
    let kept = database.contents();
    drop_tables(&database);
    answer(on(&database.address()).args(words("rollup update")));
    let fresh = database.contents();
    assert_eq!([&kept[0], &kept[2]], [&fresh[0], &fresh[2]]);
}

#[test]
fn a_server_that_only_reads_says_so() {
    let Some(server) = server_alone() else { return };
    let database = Mysql::empty(&server);
    generated(&database);
    let (name, login) = (&database.name, login(&database));
    database.run(&format!("CREATE USER {name} IDENTIFIED BY 'pw'"));
    database.run(&format!("GRANT ALL ON {name}.* TO {name}"));
    database.run("SET GLOBAL read_only = 1");
    let update = run(on(&login).args(words("rollup update")));
    let status = run(on(&login).args(words("rollup status")));
    database.run("SET GLOBAL read_only = 0");
    assert_eq!(update.status, 1);
    assert!(update.stderr.contains("--read-only"), "{}", update.stderr);
    assert!(update.stderr.contains("name the server that takes changes"), "{}", update.stderr);
    assert_eq!(status.status, 0, "{}", status.stderr);
    answer(on(&login).args(words("rollup update")));
}

#[test]
fn a_table_that_somebody_locks_is_waited_for_so_long_and_no_longer() {
    let Some(server) = server() else { return };
    let database = Mysql::empty(&server);
    generated(&database);
    answer(on(&database.address()).args(words("rollup update")));
    change(&database, 3);
    let before = database.contents();
    for table in ["user_usage", "daily_user_traffic", "traffic_engine_rollup_state"] {
        database.while_locking(table, || {
            let line = "rollup update --lock-wait-s 1";
            refused(on(&database.address()).args(words(line)), "somebody's lock");
        });
        assert_eq!(database.contents(), before, "{table}");
    }
    let report = json(&database.address(), "rollup update");
    assert_eq!(report["days_summed"], 1);
}

#[test]
fn a_file_that_may_not_be_written_says_so() {
    let store = Store::absent();
    generated(&store);
    let folder = store.path().parent().expect("a folder");
    let rights = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("other rights");
    };
    rights(folder, 0o755);
    rights(store.path(), 0o444);
    let mut command = on(&store.url());
    if fs::write(folder.join("probe"), "").is_ok() {
        // Root writes everywhere, so somebody else asks.
        command.uid(65_534).gid(65_534);
    }
    let ran = run(command.args(words("rollup update")));
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("readonly"), "{}", ran.stderr);
    rights(store.path(), 0o644);
    answer(on(&store.url()).args(words("rollup update")));
}

#[test]
fn a_full_disk_is_said_and_what_is_missing_comes_later() {
    let store = Store::absent();
    generated(&store);
    let size = fs::metadata(store.path()).expect("a file").len();
    let folder = tempfile::tempdir().expect("a folder");
    // Room for the tables of some days, and not for all.
    let Some(disk) = Mounted::at(folder.path(), size / 1_024 + 330) else {
        return skipped("mounting a small disk needs root");
    };
    let path = folder.path().join("usage.db");
    fs::copy(store.path(), &path).expect("room for the rows");
    let url = format!("sqlite://{}", path.display());
    refused(on(&url).args(words("rollup update")), "make room and do the same again");
    disk.resize(size / 1_024 + 20_000);
    answer(on(&url).args(words("rollup update")));
    answer(on(&store.url()).args(words("rollup update")));
    let grown = Store::absent();
    fs::copy(&path, grown.path()).expect("a copy");
    assert_eq!(grown.contents(), store.contents());
}

//! Bad input: one clear error that names the input and a remedy, and nothing on standard output.

use crate::support::run::{answer, bare, on, run, words};
use crate::support::sqlite::{Store, usual};
use serde_json::Value;
use std::process::Command;

/// Expects `status`, an empty answer, and one line of error that holds every one of `texts`.
#[track_caller]
fn fails(command: &mut Command, status: i32, texts: &[&str]) {
    let ran = run(command);
    assert_eq!((ran.status, ran.stdout.as_str()), (status, ""), "{command:?}: {ran:?}");
    let lines: Vec<_> = ran.stderr.lines().collect();
    assert!(lines.len() == 1 && lines[0].starts_with("error: "), "{command:?}: {ran:?}");
    assert!(!ran.stderr.contains("panicked"), "{ran:?}");
    for text in texts {
        assert!(lines[0].contains(text), "{command:?}: no {text:?} in {:?}", lines[0]);
        assert_eq!(lines[0].matches(text).count(), 1, "{text:?} is said twice: {:?}", lines[0]);
    }
}

#[track_caller]
fn is_refused(line: &str, texts: &[&str]) {
    fails(on(&usual().url()).args(words(line)), 2, texts);
}

/// Expects an answer without anything in it, and a remark that holds every one of `texts`.
#[track_caller]
fn is_unknown(line: &str, texts: &[&str]) {
    let ran = run(on(&usual().url()).args(["--format", "json"]).args(words(line)));
    assert_eq!(ran.status, 0, "{line}: {ran:?}");
    let answer: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let list = answer.get("labels").unwrap_or(&answer);
    assert!(list.is_null() || list.as_array().is_some_and(Vec::is_empty), "{line}: {ran:?}");
    assert_eq!(ran.stderr.lines().count(), 1, "{line}: {ran:?}");
    for text in texts {
        assert!(ran.stderr.contains(text), "{line}: no {text:?} in {:?}", ran.stderr);
    }
}

#[test]
fn unknown_ranges_are_named_with_the_vocabulary() {
    for command in [
        "rank users",
        "rank nodes",
        "records",
        "traffic",
        "days",
        "chart user 7",
        "aggregate --by user",
    ] {
        is_refused(&format!("{command} --range nonsense"), &["\"nonsense\"", "current_month"]);
    }
    is_refused("range nonsense", &["\"nonsense\"", "current_month"]);
    is_refused("rank users --range 0", &["\"0\"", "a number of minutes"]);
}

#[test]
fn unknown_sorts_and_groupings_are_named_with_the_known_ones() {
    is_refused("rank users --sort users_desc", &["\"users_desc\"", "recent_activity"]);
    is_refused("rank nodes --sort nodes_desc", &["\"nodes_desc\"", "name_asc"]);
    is_refused("aggregate --by day", &["\"day\"", "hourly"]);
}

#[test]
fn limits_are_numbers_of_rows_or_all() {
    for limit in ["-1", "-9223372036854775809", "ten", "1.5", "18446744073709551616"] {
        for command in ["rank users", "rank nodes", "records"] {
            is_refused(&format!("{command} --limit {limit}"), &[&format!("\"{limit}\""), "or all"]);
        }
    }
}

#[test]
fn no_limit_is_0_or_all() {
    let store = usual().url();
    for command in ["rank users --range month", "rank nodes", "records --range month"] {
        let ask = |limit| answer(on(&store).args(words(command)).args(["--limit", limit]));
        assert!(ask("0") == ask("all") && ask("0") != ask("1"), "{command}");
    }
}

#[test]
fn dates_and_times_are_whole_and_in_order() {
    for date in ["2025-02-30", "2025-2-3", "20250203", "today", "2025-02-03T00:00:00Z"] {
        is_refused(
            &format!("rank users --start-date {date} --end-date 2025-08-01"),
            &[&format!("\"{date}\""), "YYYY-MM-DD"],
        );
    }
    for time in ["noon", "2025-08-20", "2025-08-20T15:04:05"] {
        is_refused(&format!("records --from {time} --to 5"), &[&format!("\"{time}\""), "RFC 3339"]);
    }
    for bounds in
        ["--from 1755000001 --to 1755000000", "--start-date 2025-08-02 --end-date 2025-08-01"]
    {
        for command in [
            "rank users",
            "rank nodes",
            "records",
            "traffic",
            "days",
            "chart node 3",
            "aggregate --by time",
        ] {
            is_refused(&format!("{command} {bounds}"), &["after its end", "swap"]);
        }
    }
}

#[test]
fn half_a_period_names_the_missing_end() {
    for (given, missing) in [("--from 5", "--to"), ("--to 5", "--from")] {
        is_refused(
            &format!("rank users {given}"),
            &[given.split(' ').next().unwrap_or(""), "ends"],
        );
        is_refused(&format!("records {given}"), &[&format!("so add {missing}")]);
    }
    is_refused("chart user 7 --start-date 2025-08-01", &["so add --end-date"]);
    is_refused("aggregate --by user --end-date 2025-08-01", &["so add --start-date"]);
    is_refused("records --range custom", &["so add --start-date and --end-date"]);
    is_refused("days --range time_range", &["so add --from and --to"]);
    for command in ["traffic", "days", "range"] {
        is_refused(&format!("{command} --from 5"), &["so add --to"]);
        is_refused(&format!("{command} --end-date 2025-08-01"), &["so add --start-date"]);
    }
}

#[test]
fn two_periods_are_refused_by_name() {
    let (dates, seconds) = ("--start-date 2025-08-01 --end-date 2025-08-02", "--from 5 --to 9");
    for command in [
        "rank users",
        "rank nodes",
        "records",
        "traffic",
        "traffic --grouped",
        "days",
        "chart user 7",
        "chart node 3",
        "aggregate --by time",
    ] {
        for (bounds, names) in
            [(dates, "--start-date and --end-date"), (seconds, "--from and --to")]
        {
            let line = format!("{command} --range week {bounds}");
            is_refused(&line, &["--range week", names, "give one of the two"]);
        }
        is_refused(
            &format!("{command} {dates} {seconds}"),
            &["--start-date", "--from", "give one"],
        );
        is_refused(&format!("{command} --range custom {seconds}"), &["--range custom", "--from"]);
        is_refused(&format!("{command} --range time_range {dates}"), &["time_range", "--end-date"]);
    }
    is_refused("range week --from 5 --to 9", &["the word week", "--from and --to"]);
    is_refused("range all --to 9 --for traffic", &["so add --from"]);
}

#[test]
fn unknown_ids_are_named_with_where_to_look() {
    for line in
        ["user 999", "user -1", "chart user 999", "records --user 999", "traffic --user 999"]
    {
        let id = if line.contains("-1") { "id -1" } else { "id 999" };
        is_unknown(line, &[id, "traffic-engine rank users"]);
    }
    for line in ["node 999", "chart node 999", "records --node 999", "traffic --node 999"] {
        is_unknown(line, &["\"999\"", "traffic-engine nodes"]);
    }
    is_unknown("records --node nowhere", &["\"nowhere\"", "traffic-engine nodes"]);
    for line in [
        "user seven",
        "node 1e3",
        "chart user 99999999999999999999",
        "traffic --service x",
        "generate --rows -5",
    ] {
        let given = words(line).last().expect("a word").to_string_lossy();
        is_refused(line, &[&format!("\"{given}\""), "digits"]);
    }
}

#[test]
fn a_user_or_node_that_only_usage_rows_know_is_known() {
    let store = Store::changed(
        "DELETE FROM user WHERE id = 7; UPDATE user_usage SET node = 'gone' WHERE node = (SELECT name FROM node WHERE id = 3)",
    );
    for line in [
        "chart user 7",
        "chart user 7 --range 1",
        "records --user 7 --range 1",
        "records --node gone --range 1",
    ] {
        let ran = run(on(&store.url()).args(words(line)));
        assert_eq!(ran.status, 0, "{line}: {ran:?}");
    }
    let ran = run(on(&store.url()).args(["user", "7"]));
    assert_eq!((ran.status, ran.stdout.as_str()), (0, ""), "{ran:?}");
    assert!(ran.stderr.contains("id 7"), "{ran:?}");
}

#[test]
fn addresses_of_stores_are_checked() {
    fails(bare().arg("live"), 2, &["--store URL", "TRAFFIC_ENGINE_STORE"]);
    for address in [
        "usage.db",
        "postgres://ada@db/x",
        "mysql://db/v2r",
        "mysql://ada@db",
        "sqlite://",
        "mysql://ada@db/v2r?tls=maybe",
    ] {
        fails(bare().args(["live", "--store", address]), 2, &["sqlite://path"]);
    }
    let absent = Store::absent();
    fails(on(&absent.url()).arg("live"), 1, &["cannot open sqlite://", "`generate`"]);
    assert!(!absent.path().exists(), "asking makes no store");
    fails(
        on("mysql://ada@127.0.0.1:1/v2r").arg("live"),
        1,
        &["mysql://ada@127.0.0.1:1/v2r", "check host, port"],
    );
    let manifest = concat!("sqlite://", env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    fails(on(manifest).arg("live"), 1, &["Cargo.toml", "not a database"]);
}

#[test]
fn settings_are_checked() {
    let store = usual().url();
    fails(
        bare().args(["--store", &store, "--tz", "Mars/Phobos", "live"]),
        2,
        &["\"Mars/Phobos\"", "Europe/Berlin"],
    );
    fails(
        bare().args(["--store", &store, "--now", "soon", "live"]),
        2,
        &["--now", "\"soon\"", "RFC 3339"],
    );
    fails(
        bare().args(["--store", &store, "--format", "xml", "live"]),
        2,
        &["\"xml\"", "table, json, csv"],
    );
    fails(
        bare().env("TZ", "Mars/Phobos").args(["--store", &store, "live"]),
        2,
        &["\"Mars/Phobos\""],
    );
}

#[test]
fn settings_of_the_snapshot_are_checked() {
    is_refused("live --path fast", &["\"fast\"", "push_down"]);
    is_refused("live --retention-days 0", &["--retention-days", "\"0\"", "from 1 up"]);
    is_refused("live --refresh-interval-ms -1", &["--refresh-interval-ms", "\"-1\"", "from 0 up"]);
    for line in ["live --path snapshot", "refresh", "refresh --verify", "snapshot"] {
        is_refused(line, &["--data-dir DIR", "TRAFFIC_ENGINE_DATA_DIR"]);
    }
}

#[test]
fn a_database_with_other_tables_is_named_with_what_it_lacks() {
    let no_tables = Store::absent();
    no_tables.connection().execute_batch("CREATE TABLE something (id)").expect("a table");
    fails(
        on(&no_tables.url()).args(["rank", "users"]),
        1,
        &["`user`", "choose the V2RaySocks database"],
    );
    for table in ["user", "node", "user_usage"] {
        let store = Store::changed(&format!("DROP TABLE {table}"));
        fails(on(&store.url()).args(["rank", "users"]), 1, &[&format!("`{table}`"), "V2RaySocks"]);
    }
    let store = Store::changed("ALTER TABLE user_usage DROP COLUMN count_rate");
    fails(
        on(&store.url()).args(["rank", "users"]),
        1,
        &["`user_usage`", "`count_rate`", "V2RaySocks"],
    );
}

/// The usage rows without the rules that keep bad values out, and then `sql`.
fn without_rules(table: &str, sql: &str) -> Store {
    Store::changed(&format!(
        "CREATE TABLE loose AS SELECT * FROM {table}; DROP TABLE {table}; ALTER TABLE loose RENAME TO {table}; {sql}"
    ))
}

#[test]
fn values_the_schema_forbids_are_named_with_their_row() {
    let oldest = "(SELECT id FROM user_usage ORDER BY t, id DESC LIMIT 1)";
    for (change, column) in [
        ("u = NULL", "`u`"),
        ("d = -5", "`d`"),
        ("t = NULL", "`t`"),
        ("user_id = NULL", "`user_id`"),
        ("node = NULL", "`node`"),
        ("u = 'many'", "`u`"),
    ] {
        let store = without_rules(
            "user_usage",
            &format!("UPDATE user_usage SET {change} WHERE id = {oldest}"),
        );
        // All rows before the bad one were read by then; none may be printed.
        for line in
            ["records --range all", "rank users --range all", "total", "traffic --range all"]
        {
            // A row without a time lies in no range.
            let never_read = change == "t = NULL" && !line.starts_with("total");
            if !never_read {
                fails(
                    on(&store.url()).args(words(line)),
                    1,
                    &["`user_usage`", column, "correct or delete"],
                );
            }
        }
    }
    let store = without_rules("user", "UPDATE user SET uuid = NULL WHERE id = 3");
    fails(on(&store.url()).args(["rank", "users"]), 1, &["`user`", "`uuid`", "row id 3"]);
    let store = without_rules("node", "UPDATE node SET name = NULL WHERE id = 2");
    fails(on(&store.url()).args(["rank", "nodes"]), 1, &["`node`", "`name`", "row id 2"]);
}

#[test]
fn doctor_prints_what_fails_and_says_so_by_its_status() {
    let store = without_rules("user_usage", "UPDATE user_usage SET u = -1 WHERE id = 5");
    let ran = run(on(&store.url()).args(["doctor", "--format", "json"]));
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    assert!(ran.stdout.contains("\"fail\""), "{}", ran.stdout);
    let store = Store::changed("DROP TABLE user_usage");
    let ran = run(on(&store.url()).arg("doctor"));
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    assert!(ran.stdout.contains("table user_usage | fail"), "{}", ran.stdout);
}

#[test]
fn made_up_rows_go_into_an_empty_store_only() {
    fails(on(&usual().url()).arg("generate"), 1, &["`user`", "empty store"]);
    fails(
        on(&Store::absent().url()).args(["generate", "--users", "0"]),
        2,
        &["users is 0", "from 1"],
    );
}

//! Where settings come from, and what they change.

use crate::support::run::{ZONE, answer, bare, file, json, keys, run, words};
use crate::support::sqlite::usual;
use serde_json::Value;
use std::process::Command;
use tempfile::tempdir;

const RANGE: &str = "range today --format json";

fn range(command: &mut Command) -> Value {
    serde_json::from_str(&answer(command.args(words(RANGE)))).expect("JSON")
}

#[test]
fn an_option_wins_over_a_variable_and_that_over_the_file() {
    let folder = tempdir().expect("a folder");
    let config = file(folder.path(), "te.toml", "tz = 'Asia/Tokyo'\nnow = 1755673445\n");
    let from_file = || {
        let mut command = bare();
        command.args(["--config", &config]);
        command
    };
    assert_eq!(range(&mut from_file())["timezone"], "Asia/Tokyo");
    assert_eq!(range(&mut from_file())["start"], 1_755_615_600);
    let with_variable = || {
        let mut command = from_file();
        command.env("TRAFFIC_ENGINE_TZ", "Europe/Berlin").env("TRAFFIC_ENGINE_NOW", "1755500000");
        command
    };
    assert_eq!(range(&mut with_variable())["timezone"], "Europe/Berlin");
    assert_eq!(range(&mut with_variable())["start_local"], "2025-08-18 00:00:00");
    let with_option = range(with_variable().args(["--tz", "UTC", "--now", "2025-01-02T03:04:05Z"]));
    assert_eq!(with_option["timezone"], "UTC");
    assert_eq!(with_option["start_local"], "2025-01-02 00:00:00");
    let by_variable = range(bare().env("TRAFFIC_ENGINE_CONFIG", &config));
    assert_eq!(by_variable["timezone"], "Asia/Tokyo");
}

#[test]
fn every_key_of_the_file_counts() {
    let folder = tempdir().expect("a folder");
    let text = format!(
        "store = '{}'\ntz = '{ZONE}'\nnow = '2025-08-20T15:04:05+08:00'\nformat = 'json'\npassword_file = 'unused'\n",
        usual().url()
    );
    let config = file(folder.path(), "te.toml", text);
    let live = answer(bare().args(["live", "--config", &config]));
    let live: Value = serde_json::from_str(&live).expect("JSON");
    assert_eq!(live, json(&usual().url(), "live"));
    assert!(
        answer(bare().args(["live", "--config", &config, "--format", "csv"]))
            .starts_with("\u{feff}total_users,")
    );
    let by_variable =
        answer(bare().args(["live", "--config", &config]).env("TRAFFIC_ENGINE_FORMAT", "table"));
    assert!(by_variable.starts_with("| field"));
}

#[test]
fn every_setting_of_the_snapshot_is_read_from_everywhere() {
    let folder = tempdir().expect("a folder");
    // Each is noticed by what is wrong with it.
    for key in [
        "refresh_interval_ms",
        "verify_interval_ms",
        "memory_limit_mb",
        "read_timeout_ms",
        "query_timeout_ms",
        "retention_days",
        "history_days",
        "size_limit_mb",
    ] {
        let option = format!("--{}", key.replace('_', "-"));
        let variable = format!("TRAFFIC_ENGINE_{}", key.to_uppercase());
        let wrong = file(folder.path(), "wrong.toml", format!("{key} = -5"));
        let right = file(folder.path(), "right.toml", format!("{key} = 5"));
        let refused = |command: &mut Command| {
            let ran = run(command.args(["range", "today"]));
            (ran.status == 2 && ran.stderr.contains(&option)).then_some(ran.stderr)
        };
        assert!(refused(bare().args(["--config", &wrong])).is_some_and(|it| it.contains("\"-5\"")));
        assert_eq!(refused(bare().args(["--config", &wrong]).env(&variable, "5")), None);
        assert_eq!(refused(bare().args(["--config", &right])), None);
        let by_variable = refused(bare().args(["--config", &right]).env(&variable, "x"));
        assert!(by_variable.is_some_and(|it| it.contains("\"x\"")), "{key}");
        assert_eq!(refused(bare().args([&option, "5"]).env(&variable, "x")), None);
        assert!(refused(bare().args([&option, "1.5"]).env(&variable, "5")).is_some(), "{key}");
    }
}

#[test]
fn data_directory_and_path_come_from_option_variable_or_file() {
    let folder = tempdir().expect("a folder");
    let config = file(folder.path(), "te.toml", "data_dir = 'kept'\npath = 'snapshot'\n");
    let source = |command: &mut Command| {
        let store = usual().url();
        let ran = run(command.args(["--store", &store, "--explain", "--format", "json", "total"]));
        assert_eq!(ran.status, 0, "{ran:?}");
        serde_json::from_str::<Value>(&ran.stderr).expect("JSON")["path"].clone()
    };
    let from_file = || {
        let mut command = bare();
        command.args(["--config", &config]);
        command
    };
    assert_eq!(source(&mut from_file()), "snapshot");
    assert!(folder.path().join("kept").is_dir(), "the folder lies beside the file");
    assert_eq!(source(from_file().env("TRAFFIC_ENGINE_PATH", "rows")), "rows");
    assert_eq!(
        source(from_file().env("TRAFFIC_ENGINE_PATH", "rows").args(["--path", "auto"])),
        "snapshot"
    );
    let elsewhere = folder.path().join("elsewhere");
    source(from_file().env("TRAFFIC_ENGINE_DATA_DIR", &elsewhere));
    assert!(elsewhere.is_dir(), "a variable wins over the file");
    let here = folder.path().join("here");
    source(from_file().env("TRAFFIC_ENGINE_DATA_DIR", "/nowhere").arg("--data-dir").arg(&here));
    assert!(here.is_dir(), "an option wins over a variable");
}

#[test]
fn empty_variables_say_nothing() {
    let mut command = bare();
    for name in [
        "STORE",
        "CONFIG",
        "PASSWORD_FILE",
        "TZ",
        "NOW",
        "FORMAT",
        "DATA_DIR",
        "PATH",
        "REFRESH_INTERVAL_MS",
        "VERIFY_INTERVAL_MS",
        "MEMORY_LIMIT_MB",
        "RETENTION_DAYS",
        "SIZE_LIMIT_MB",
    ] {
        command.env(format!("TRAFFIC_ENGINE_{name}"), "");
    }
    assert_eq!(keys(&range(&mut command)).first(), Some(&"range"));
}

#[test]
fn options_work_before_and_after_the_command() {
    let store = usual().url();
    let common = ["--now", "1755673445", "--tz", ZONE, "--format", "json", "--store", &store];
    let before = answer(bare().args(common).args(["rank", "users"]));
    let after = answer(bare().args(["rank", "users"]).args(common));
    let between = answer(bare().arg("rank").args(common).arg("users"));
    assert!(before == after && before == between);
}

#[test]
fn wrong_files_are_named_with_line_and_key() {
    let folder = tempdir().expect("a folder");
    for (text, said) in [
        ("tz = 'UTC'\nstor = 'x'", "line 2: unknown field `stor`"),
        ("format = 5", "line 1"),
        ("now = true", "`now` is unix seconds"),
        ("tz = UTC", "line 1"),
        ("tz = 'UTC'\nretention_days = '7'", "line 2"),
    ] {
        let config = file(folder.path(), "te.toml", text);
        let ran = run(bare().args(["range", "today", "--config", &config]));
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{text}");
        assert!(ran.stderr.contains(said) && ran.stderr.contains(&config), "{}", ran.stderr);
    }
    let ran = run(bare().args(["range", "today", "--config", "/nowhere/te.toml"]));
    assert!(ran.status == 2 && ran.stderr.contains("/nowhere/te.toml"), "{ran:?}");
}

#[test]
fn zone_and_moment_decide_what_today_is() {
    let at = |zone: &str| range(bare().args(["--now", "2025-08-20T23:30:00Z", "--tz", zone]));
    assert_eq!(at("UTC")["start_local"], "2025-08-20 00:00:00");
    assert_eq!(at("Asia/Shanghai")["start_local"], "2025-08-21 00:00:00");
    // 23 hours, when the clocks go forward.
    let short = range(bare().args(["--now", "2025-03-30T12:00:00Z", "--tz", "Europe/Berlin"]));
    let length = short["end"].as_i64().zip(short["start"].as_i64()).map(|(end, start)| end - start);
    assert_eq!(length, Some(23 * 3_600 - 1));
}

#[test]
fn readers_of_a_range_decide_where_it_ends() {
    let end = |line: &str| {
        let text = answer(
            bare()
                .args(["--now", "1755673445", "--tz", ZONE, "--format", "json", "range"])
                .args(words(line)),
        );
        serde_json::from_str::<Value>(&text).expect("JSON")["end"].clone()
    };
    assert_eq!(end("week"), 1_755_705_599);
    assert_eq!(end("week --for node-chart"), 1_755_673_445);
    assert_eq!(end("today --for aggregation"), 1_755_673_445);
    assert_eq!(end("week --for traffic"), Value::Null);
    assert_eq!(end("custom --start-date 2025-08-01 --end-date 2025-08-02"), 1_754_150_399);
    assert_eq!(end("time_range --from 5 --to 9"), 9);
    assert_eq!(end("--from 5 --to 9 --for traffic"), 9);
    assert_eq!(end("week --for node_chart"), end("week --for node-chart"));
}

#[test]
fn bounds_choose_the_word_that_charts_repeat() {
    let store = usual().url();
    let word = |line: &str| json(&store, &format!("chart user 7 {line}"))["time_range"].clone();
    assert_eq!(word(""), "today");
    assert_eq!(word("--from 1755000000 --to 1755600000"), "time_range");
    assert_eq!(word("--start-date 2025-08-01 --end-date 2025-08-09"), "custom");
    assert_eq!(word("--range time_range --from 1755000000 --to 1755600000"), "time_range");
}

#[test]
fn version_and_help_are_answers() {
    let version = answer(bare().arg("--version"));
    assert_eq!(version, format!("traffic-engine {}\n", env!("CARGO_PKG_VERSION")));
    for command in [
        "",
        "rank",
        "rank users",
        "rank nodes",
        "aggregate",
        "chart",
        "chart user",
        "chart node",
        "records",
        "traffic",
        "days",
        "live",
        "today",
        "total",
        "peak",
        "nodes",
        "user",
        "node",
        "range",
        "refresh",
        "snapshot",
        "generate",
        "doctor",
    ] {
        let help = answer(bare().args(words(command)).arg("--help"));
        assert!(command == "rank" || help.contains("Example"), "{command} --help shows no example");
    }
}

//! What reaches standard output, and what does not.

use crate::support::run::{NOW, ZONE, answer, bare, json, on, run, words};
use crate::support::sqlite::{Store, usual};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

#[test]
fn a_reader_that_has_enough_ends_it_quietly() {
    let store = Store::generated("--rows 60000 --users 50 --nodes 5 --days 3");
    for format in ["table", "json", "csv"] {
        let mut child = on(&store.url())
            .args(["records", "--range", "all", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        assert!(lines.next().is_some());
        drop(lines);
        let ended = child.wait_with_output().expect("an end");
        assert_eq!((ended.status.code(), ended.stderr.as_slice()), (Some(0), &b""[..]), "{format}");
    }
}

#[test]
fn an_answer_that_cannot_be_written_is_a_failure() {
    let full = std::fs::File::options().write(true).open("/dev/full").expect("a full device");
    let ended = on(&usual().url()).arg("live").stdout(full).output().expect("the binary starts");
    assert_eq!(ended.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ended.stderr).starts_with("error: cannot write"));
}

#[test]
fn names_cannot_command_the_terminal_or_a_spreadsheet() {
    let changed = Store::changed(
        "UPDATE node SET name = char(27) || '[31mred' || char(10) || 'x|y' WHERE id = 1; \
         UPDATE node SET name = '=cmd|'' /C calc''!A0' WHERE id = 2; \
         UPDATE user SET remark = '+1 555' WHERE id = 3",
    );
    let store = changed.url();
    let table = answer(on(&store).args(["rank", "nodes"]));
    assert!(!table.contains('\u{1b}') && table.contains("\\u{1b}[31mred\\nx"), "{table}");
    let csv = answer(on(&store).args(["nodes", "--raw", "--format", "csv"]));
    assert!(csv.contains(",'=cmd|' /C calc'!A0,"), "{csv}");
    assert!(json(&store, "nodes --raw")[1]["name"] == "=cmd|' /C calc'!A0");
    let csv = answer(on(&store).args(["rank", "users", "--format", "csv"]));
    assert!(csv.contains(",'+1 555,") && csv.contains("\r\n"), "{csv}");
    // Spreadsheets would take the names for another character set.
    assert!(csv.starts_with("\u{feff}user_id,"), "{csv}");
}

#[test]
fn sums_beyond_64_bits_keep_every_digit() {
    let max = i64::MAX;
    let changed = Store::changed(&format!(
        "UPDATE user_usage SET u = {max}, d = {max}; DELETE FROM user_usage WHERE id > 3"
    ));
    let store = changed.url();
    let sum = (u128::from(max.unsigned_abs()) * 6).to_string();
    assert_eq!(json(&store, "total")["total_traffic"].to_string(), sum);
    let csv = answer(on(&store).args(["total", "--format", "csv"]));
    assert!(csv.contains(&format!(",{sum},")), "{csv}");
    assert!(answer(on(&store).arg("total")).contains("55.34 EB"));
}

#[test]
fn json_and_csv_hold_the_same_values() {
    let store = usual().url();
    let rows = json(&store, "rank users --range month");
    let text = answer(on(&store).args(words("rank users --range month --format csv")));
    let mut csv = csv::Reader::from_reader(text.as_bytes());
    for (row, line) in rows.as_array().expect("rows").iter().zip(csv.records()) {
        let line = line.expect("a line");
        for ((key, value), cell) in row.as_object().expect("a row").iter().zip(&line) {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let expected = if value.is_null() { "" } else { &text };
            assert_eq!(cell, expected, "{key}");
        }
    }
}

#[test]
fn tables_are_aligned_and_fit_a_terminal() {
    let store = usual().url();
    for line in [
        "rank users --range month",
        "rank nodes --range month",
        "nodes",
        "nodes --raw",
        "records",
        "traffic",
        "doctor",
    ] {
        let table = answer(on(&store).args(words(line)));
        let bars = |line: &str| line.matches('|').count();
        let first = table.lines().next().expect("a header");
        assert!(first.chars().count() <= 100, "{line} takes {} columns", first.chars().count());
        assert!(table.lines().all(|row| bars(row) == bars(first)), "{table}");
    }
}

#[test]
fn pages_of_records_follow_each_other() {
    let store = usual().url();
    let all = json(&store, "records --range month");
    let all = all.as_array().expect("rows");
    let mut paged =
        json(&store, "records --range month --limit 50").as_array().expect("rows").clone();
    while paged.len() < all.len() {
        let last = paged.last().expect("a row");
        let line = format!("records --range month --limit 50 --after {}:{}", last["t"], last["id"]);
        let page = json(&store, &line);
        paged.extend(page.as_array().expect("rows").iter().cloned());
    }
    assert!(paged == *all);
}

#[test]
fn nothing_but_the_answer_is_printed() {
    let mut command = bare();
    command.args(["--store", &usual().url(), "--now", NOW, "--tz", ZONE]);
    let ran = run(command.args(["rank", "users", "--limit", "1"]));
    assert_eq!((ran.status, ran.stderr.as_str(), ran.stdout.lines().count()), (0, "", 3));
}

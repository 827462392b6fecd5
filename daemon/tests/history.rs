//! The files of a snapshot and the history in it, as users of the command line meet them.

use crate::support::run::{Ran, bare, keys, run, words};
use crate::support::sqlite::Store;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A database whose day before today was seen, and merged since. The clock is the machine's, since
/// what is asked for another moment writes nothing.
struct Kept {
    store: Store,
    dir: TempDir,
}

impl Kept {
    fn new() -> Self {
        let store = Store::changed("DELETE FROM user_usage");
        let kept = Self { store, dir: tempfile::tempdir().expect("a folder") };
        let yesterday = "strftime('%s', 'now') - 86400";
        let sql = format!(
            "INSERT INTO user_usage (id, user_id, t, u, d, node) VALUES \
             (1, 1, {yesterday}, 5, 0, '1'), (2, 1, {yesterday}, 7, 0, '2'), \
             (3, 2, {yesterday}, 9, 0, '1')"
        );
        kept.sql(&sql);
        kept.ok("refresh --verify");
        kept.sql(
            "BEGIN; INSERT INTO user_usage (user_id, t, u, d, node) \
             SELECT user_id, MAX(t), SUM(u), SUM(d), 'DAY' FROM user_usage GROUP BY user_id; \
             DELETE FROM user_usage WHERE node <> 'DAY'; COMMIT",
        );
        kept.ok("refresh --verify");
        kept
    }

    fn sql(&self, sql: &str) {
        self.store.connection().execute_batch(sql).expect(sql);
    }

    fn run_in(&self, dir: &Path, line: &str) -> Ran {
        let mut command = bare();
        command.args(["--store", &self.store.url(), "--tz", "UTC", "--format", "json"]);
        run(command.arg("--data-dir").arg(dir).args(words(line)))
    }

    fn run(&self, line: &str) -> Ran {
        self.run_in(self.dir.path(), line)
    }

    fn ok(&self, line: &str) -> Value {
        self.ok_in(self.dir.path(), line)
    }

    fn ok_in(&self, dir: &Path, line: &str) -> Value {
        let ran = self.run_in(dir, line);
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{line}");
        serde_json::from_str(&ran.stdout).expect("JSON")
    }

    /// Bytes that are known by node.
    fn known(&self, dir: &Path) -> Value {
        self.ok_in(dir, "snapshot")["history"]["attributed"]["upload"].clone()
    }

    fn file(&self, part: &str) -> PathBuf {
        let folder = fs::read_dir(self.dir.path()).expect("a folder").flatten().next();
        let entries = fs::read_dir(folder.expect("a snapshot").path()).expect("a folder");
        let found = entries
            .flatten()
            .map(|it| it.path())
            .find(|path| path.ends_with(part) || { path.to_string_lossy().ends_with(part) });
        found.expect(part)
    }
}

#[test]
fn verify_reads_every_file_and_says_which_are_damaged() {
    let kept = Kept::new();
    let files = kept.ok("snapshot verify");
    let files = files.as_array().expect("rows");
    assert_eq!(keys(&files[0]), ["file", "bytes", "state", "detail"]);
    for kind in ["manifest", "-rows.arrow", "-users.arrow", "-nodes.arrow", "-detail.arrow"] {
        let is_well = |row: &&Value| {
            row["file"].as_str().is_some_and(|it| it.ends_with(kind)) && row["state"] == "ok"
        };
        assert!(files.iter().any(|row| is_well(&row)), "{kind}: {files:?}");
    }
    let path = kept.file("-detail.arrow");
    let good = fs::read(&path).expect("a file");
    let mut spoilt = good.clone();
    spoilt[good.len() / 2] ^= 1;
    for (bytes, problem) in [(&spoilt[..], "checksum"), (&good[1..], "bytes instead of")] {
        fs::write(&path, bytes).expect("a file");
        let ran = kept.run("snapshot verify");
        assert_eq!((ran.status, ran.stderr.as_str()), (1, ""), "{problem}");
        let files: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        let bad: Vec<&Value> = files
            .as_array()
            .expect("rows")
            .iter()
            .filter(|row| row["state"] == "damaged")
            .collect();
        assert_eq!(bad.len(), 1, "{files}");
        assert!(bad[0]["detail"].as_str().is_some_and(|it| it.contains(problem)), "{files}");
    }
    fs::remove_file(&path).expect("a file");
    let ran = kept.run("snapshot verify");
    assert!(ran.status == 1 && ran.stdout.contains("\"missing\""), "{ran:?}");
    fs::write(&path, good).expect("a file");
    kept.ok("snapshot verify");
}

#[test]
fn history_is_exported_imported_and_pruned() {
    let kept = Kept::new();
    let (here, other) = (kept.dir.path(), tempfile::tempdir().expect("a folder"));
    assert_eq!(kept.known(here), 21);
    let file = other.path().join("history.arrow");
    let (file, dir) = (file.display(), other.path().join("data"));
    let exported = kept.ok(&format!("snapshot export-history {file}"));
    assert_eq!((&exported["days"], &exported["cells"]), (&Value::from(1), &Value::from(3)));

    assert_eq!(kept.known(&dir), 0);
    let imported = kept.ok_in(&dir, &format!("snapshot import-history {file}"));
    assert_eq!(imported["days"], 1);
    assert_eq!(kept.known(&dir), 21);
    let again = kept.ok_in(&dir, &format!("snapshot import-history {file}"));
    assert_eq!((&again["days"], &again["days_known"]), (&Value::from(0), &Value::from(1)));

    let moved = Kept { store: Store::changed("DELETE FROM user_usage"), dir: other };
    let refused = moved.run(&format!("snapshot import-history {file}"));
    assert_eq!((refused.status, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.contains("--as-ours"), "{}", refused.stderr);
    let taken = moved.ok(&format!("snapshot import-history {file} --as-ours"));
    assert_eq!(taken["days"], 1);

    // A row of today, from which on days are counted.
    kept.sql(
        "INSERT INTO user_usage (user_id, t, u, d, node) VALUES (1, strftime('%s'), 1, 0, '1')",
    );
    kept.ok("refresh");
    let would = kept.ok("snapshot prune-history --days 0 --dry-run");
    assert_eq!((&would["days"], &would["done"]), (&Value::from(1), &Value::from(false)));
    assert_eq!(kept.known(here), 21);
    let done = kept.ok("snapshot prune-history --days 0");
    assert_eq!((&done["days"], &done["done"]), (&Value::from(1), &Value::from(true)));
    assert_eq!(kept.known(here), 0);
}

#[test]
fn what_is_no_exported_history_is_refused() {
    let kept = Kept::new();
    let file = kept.dir.path().with_extension("csv");
    fs::write(&file, "day,user_id,u\n20412,1,5\n").expect("a file");
    let refused = kept.run(&format!("snapshot import-history {}", file.display()));
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("export-history"), "{}", refused.stderr);
    fs::remove_file(&file).expect("a file");
    let absent = kept.run(&format!("snapshot import-history {}", file.display()));
    assert_eq!(absent.status, 1, "{absent:?}");
}

//! The golden answers of the original module, through the command line.
//!
//! The set lies outside the repository: `TRAFFIC_ENGINE_GOLDEN` names its folder, otherwise it is
//! looked for in `../shared/golden`. Where it is not, or no server is, the test says so and passes.

mod calls;
mod copy;

use crate::support::run::{answer, kept, on, run};
use crate::support::sqlite::Store;
use calls::{Asked, asked};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use tempfile::tempdir;
use traffic_engine_testkit::environment::{say, server, skipped};
use traffic_engine_testkit::mysql::Mysql;

#[test]
fn golden_answers_come_from_both_stores() {
    let Some(set) = folder() else {
        return skipped("there is no golden set, see TRAFFIC_ENGINE_GOLDEN");
    };
    let Some(server) = server() else { return };
    let database = Mysql::empty(&server);
    database.run(&fs::read_to_string(set.join("shanghai.sql")).expect("the golden database"));
    let sqlite = Store::absent();
    copy::tables(&database, &sqlite.connection());
    let calls = Calls::read(&set);
    say(&calls.summary());
    let stores = [database.address(), sqlite.url()];
    // In a thread each: most of the time is spent starting the binary.
    let calls = &calls;
    let answers = thread::scope(|scope| {
        let threads =
            stores.each_ref().map(|store| scope.spawn(|| by_all_paths(calls, store, &set)));
        threads.map(|thread| thread.join().expect("golden answers"))
    });
    assert!(answers[0] == answers[1], "the stores give different bytes");
}

/// What `store` answers, which is the same by whatever path.
fn by_all_paths(calls: &Calls, store: &str, set: &Path) -> String {
    let dir = tempdir().expect("a temporary folder");
    let ways = [Way { store, dir: None }, Way { store, dir: Some((dir.path(), "snapshot")) }];
    let [from_database, from_snapshot] = ways.map(|way| calls.hold(way, set));
    assert!(from_database == from_snapshot, "the snapshot gives different bytes");
    let push_down = Way { store, dir: Some((dir.path(), "push-down")) };
    assert!(from_database == calls.hold(push_down, set), "push-down gives different bytes");
    from_database
}

/// A store and how it is asked: as it comes, or with a data directory by one path.
#[derive(Clone, Copy)]
struct Way<'a> {
    store: &'a str,
    dir: Option<(&'a Path, &'a str)>,
}

impl Way<'_> {
    fn command(self) -> Command {
        let Some((dir, path)) = self.dir else {
            return on(self.store);
        };
        let mut command = kept(self.store, dir);
        command.args(["--path", path]);
        command
    }
}

fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("TRAFFIC_ENGINE_GOLDEN").map(PathBuf::from);
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/golden");
    Some(named.unwrap_or_else(beside)).filter(|folder| folder.join("shanghai.sql").is_file())
}

/// The golden calls, sorted by what a command line can do with them.
struct Calls {
    /// Calls with an answer, and the golden line.
    answered: Vec<(Value, Asked, String)>,
    /// Command lines that our rulings refuse although the original answers.
    refused: Vec<Vec<String>>,
    /// What no command says, by function.
    others: Vec<String>,
}

impl Calls {
    fn read(set: &Path) -> Self {
        let mut calls = Self { answered: vec![], refused: vec![], others: vec![] };
        let packed = Command::new("gzip").arg("-dc").arg(set.join("shanghai.jsonl.gz")).output();
        let text = String::from_utf8(packed.expect("gzip").stdout).expect("UTF-8");
        for line in text.lines() {
            let call = serde_json::from_str::<Value>(line).expect("a golden line")["call"].take();
            match asked(&call) {
                Some(Asked::Refused(line)) => calls.refused.push(line),
                Some(asked) => calls.answered.push((call, asked, line.to_owned())),
                None => calls.others.push(call["fn"].as_str().unwrap_or_default().to_owned()),
            }
        }
        calls
    }

    fn summary(&self) -> String {
        let Self { answered, refused, others } = self;
        let mut names = others.clone();
        names.dedup();
        format!(
            "of {} golden calls {} are asked, {} must be refused, {} are no command's ({})",
            answered.len() + refused.len() + others.len(),
            answered.len(),
            refused.len(),
            others.len(),
            names
                .iter()
                .map(|name| name.replace("v2raysocks_traffic_", ""))
                .collect::<Vec<_>>()
                .join(", "),
        )
    }

    /// Asks all calls that way and compares with the set. Returns the answers.
    fn hold(&self, way: Way<'_>, set: &Path) -> String {
        for line in &self.refused {
            let ran = run(way.command().args(line));
            assert!(ran.status == 2 && ran.stdout.is_empty(), "{line:?} is not refused: {ran:?}");
        }
        let folder = tempdir().expect("a temporary folder");
        let (want, got) = (folder.path().join("want.jsonl"), folder.path().join("got.jsonl"));
        let lines = |line: &dyn Fn(&(Value, Asked, String)) -> String| -> String {
            self.answered.iter().map(|call| line(call) + "\n").collect()
        };
        let answers = lines(&|(call, asked, _)| {
            json!({"call": call, "result": asked.result(way)}).to_string()
        });
        fs::write(&want, lines(&|(_, _, golden)| golden.clone())).expect("a temporary file");
        fs::write(&got, &answers).expect("a temporary file");
        compare(set, &[want, got, set.join("rules.json")]);
        self.check_order_by_nodes(&answers);
        answers
    }

    /// Most nodes first, then by id: the rules leave this order out, as the original counts merged days
    /// as a node, and a node written by name and by id as two.
    fn check_order_by_nodes(&self, answers: &str) {
        for ((call, ..), line) in self.answered.iter().zip(answers.lines()) {
            if call["args"][0] == "nodes_desc" {
                let answer: Value = serde_json::from_str(line).expect("our own line");
                let rows = answer["result"].as_array().expect("rows").iter();
                let key = |row: &Value| {
                    (row["nodes_used"].as_i64().map(|nodes| -nodes), row["user_id"].as_i64())
                };
                assert!(rows.map(key).is_sorted(), "{call}: rows are not in order");
            }
        }
    }
}

fn compare(set: &Path, files: &[PathBuf]) {
    let mut program = Command::new("python3");
    let compared = program.arg(set.join("compare.py")).args(files).output().expect("python3");
    let said = String::from_utf8_lossy(&compared.stdout).into_owned();
    assert!(compared.status.success(), "{said}{}", String::from_utf8_lossy(&compared.stderr));
    say(&format!("golden: {}", said.lines().last().unwrap_or_default()));
}

impl Asked {
    /// The answer to a call, in the shape of the original.
    fn result(&self, way: Way<'_>) -> Value {
        let ask = |line: &[String]| {
            let text = answer(way.command().args(["--format", "json"]).args(line));
            serde_json::from_str::<Value>(&text).unwrap_or_else(|error| panic!("{line:?}: {error}"))
        };
        match self {
            Self::Answer(line) => ask(line),
            Self::Chart(line, word) => {
                let mut chart = ask(line);
                chart["time_range"] = json!(word);
                chart
            }
            Self::Bounds(line) => {
                let range = ask(line);
                json!([range["start"], range["end"]])
            }
            Self::Start(line) => ask(line)["start"].take(),
            Self::StartObject(line) => json!({"start": ask(line)["start"]}),
            Self::Unknown(line) => {
                let ran = run(way.command().args(["--format", "json"]).args(line));
                assert!(ran.status == 0 && ran.stdout == "null\n", "{line:?}: {ran:?}");
                Value::Null
            }
            Self::Refused(line) => unreachable!("{line:?} has no answer"),
        }
    }
}

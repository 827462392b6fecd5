//! DuckDB in a Python process of its own, which answers one question per line.

use crate::Result;
use crate::mariadb::Server;
use crate::moments::Moments;
use crate::progress;
use crate::question::{Question, Rows};
use crate::sql::{self, Names, Shape};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/duckdb_compare.py");

/// What the script is given to load: file, and the rows in it. The order of columns is the script's.
const EXPORTS: [(&str, &str); 3] = [
    ("user_usage.csv", "SELECT id, user_id, t, u, d, node FROM user_usage ORDER BY id"),
    (
        "user.csv",
        "SELECT id, uuid, sid, u, d, transfer_enable, enable, created_at, remark, speedlimitss, \
         speedlimitother FROM `user` ORDER BY id",
    ),
    (
        "node.csv",
        "SELECT id, name, address, enable, statistics, max_traffic, last_online, country, type, \
         excessive_speed_limit, speed_limit, traffic_rate FROM node ORDER BY id",
    ),
];

const NAMES: Names<'_> = Names { usage: "user_usage", user: "panel_user", day: "'DAY'::node_text" };

/// Times of each shape that are compared before one is chosen.
const TRIES: usize = 3;

/// A running DuckDB with the rows loaded.
pub(crate) struct DuckDb {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
    pub(crate) about: About,
}

/// What answers.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(crate) struct About {
    pub(crate) version: String,
    pub(crate) threads: u64,
    /// How answers leave DuckDB while the clock runs.
    pub(crate) fetch: String,
}

#[derive(Serialize)]
struct Ask<'a> {
    sql: &'a str,
    rows: bool,
}

#[derive(Deserialize)]
struct Told {
    ms: f64,
    #[serde(default)]
    rows: Rows,
}

/// The first line of the script.
#[derive(Deserialize)]
#[serde(untagged)]
enum Greeting {
    Missing { missing: String },
    Ready(About),
}

impl DuckDb {
    /// DuckDB with the rows of `server`, brought by way of `folder`; nothing, with a note, where
    /// this machine lacks it.
    pub(crate) fn start(server: &mut Server, folder: &Path) -> Result<Option<Self>> {
        for (file, sql) in EXPORTS {
            server.export(sql, &folder.join(file))?;
        }
        let started = Command::new(python())
            .arg(SCRIPT)
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = match started {
            Ok(child) => child,
            Err(error) => return skipped(&format!("python3 does not start: {error}")),
        };
        let asks = child.stdin.take().expect("its input is piped");
        let mut answers = BufReader::new(child.stdout.take().expect("its output is piped"));
        match line(&mut answers)? {
            Greeting::Missing { missing } => {
                child.wait()?;
                skipped(&missing)
            }
            Greeting::Ready(about) => Ok(Some(Self { child, asks, answers, about })),
        }
    }

    /// The faster shape of `question`.
    pub(crate) fn fastest(&mut self, question: Question, moments: &Moments) -> Result<String> {
        let mut best = (f64::INFINITY, String::new());
        for &shape in Shape::of(question) {
            let sql = sql::text(question, shape, moments, &NAMES);
            for _ in 0..TRIES {
                let ms = self.ms(&sql)?;
                if ms < best.0 {
                    best = (ms, sql.clone());
                }
            }
        }
        Ok(best.1)
    }

    /// Milliseconds that the answer to `sql` takes, told by DuckDB's own process.
    pub(crate) fn ms(&mut self, sql: &str) -> Result<f64> {
        Ok(self.ask(Ask { sql, rows: false })?.ms)
    }

    pub(crate) fn rows(&mut self, sql: &str) -> Result<Rows> {
        Ok(self.ask(Ask { sql, rows: true })?.rows)
    }

    fn ask(&mut self, ask: Ask<'_>) -> Result<Told> {
        writeln!(self.asks, "{}", serde_json::to_string(&ask)?)?;
        self.asks.flush()?;
        line(&mut self.answers)
    }
}

impl Drop for DuckDb {
    fn drop(&mut self) {
        // It holds nothing that must be put in order.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn line<T: DeserializeOwned>(answers: &mut impl BufRead) -> Result<T> {
    let mut line = String::new();
    if answers.read_line(&mut line)? == 0 {
        return Err("duckdb_compare.py ended early; its message is above".into());
    }
    Ok(serde_json::from_str(&line)?)
}

fn skipped<T>(why: &str) -> Result<Option<T>> {
    progress::say(&format!("DuckDB is left out: {why}"))?;
    Ok(None)
}

/// The Python that `scripts/setup` prepared, otherwise this machine's.
fn python() -> PathBuf {
    let prepared = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))
        .map(|cache| cache.join("traffic-engine/python/bin/python3"));
    prepared.filter(|python| python.exists()).unwrap_or_else(|| PathBuf::from("python3"))
}

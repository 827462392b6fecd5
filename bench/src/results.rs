//! What a run found, and the file it is kept in.

use crate::Result;
use crate::choice::Choice;
use crate::data::Size;
use crate::duckdb::About;
use crate::machine::Machine;
use crate::memory::Memory;
use crate::original;
use crate::question::Question;
use crate::targets::Target;
use crate::times::{Timed, Times};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// All figures of one data set.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) size: &'static Size,
    pub(crate) rounds: u64,
    pub(crate) server: String,
    pub(crate) duckdb: Option<About>,
    pub(crate) choices: Vec<(Question, Choice)>,
    pub(crate) times: Times,
    /// What of the original ran into its time limit.
    pub(crate) exceeded: BTreeSet<Timed>,
    pub(crate) memory: Memory,
}

impl Measured {
    pub(crate) fn median(&self, what: Timed) -> Option<f64> {
        self.times.median(what)
    }

    /// How many times `a` is `b`.
    pub(crate) fn ratio(&self, a: Timed, b: Timed) -> Option<f64> {
        Some(self.median(a)? / self.median(b)?)
    }

    /// The median of what is given up after a while, or the while.
    pub(crate) fn at_least(&self, what: Timed) -> Option<f64> {
        match self.exceeded.contains(&what) {
            true => Some(original::LIMIT.as_secs_f64() * 1_000.0),
            false => self.median(what),
        }
    }
}

/// Writes `snapshot-SIZE.json` into `folder`.
pub(crate) fn write(
    folder: &Path,
    machine: &Machine,
    measured: &Measured,
    targets: &[Target],
) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let plan = measured.size.plan;
    let json = json!({
        "data": {
            "rows": plan.rows, "users": plan.users, "nodes": plan.nodes, "days": plan.days,
            "seed": plan.seed,
        },
        "rounds": measured.rounds,
        "machine": machine,
        "server": measured.server,
        "duckdb": measured.duckdb,
        "questions": questions(measured),
        "original": original(measured, Timed::Original),
        "original_page": original(measured, Timed::OriginalPage),
        "stream_ms": measured.median(Timed::Stream).map(rounded),
        "rank_by_rows_ms": measured.median(Timed::RankByRows).map(rounded),
        "cold_ms": measured.median(Timed::Cold).map(rounded),
        "refresh_ms": measured.median(Timed::Refresh).map(rounded),
        "open_ms": measured.median(Timed::Open).map(rounded),
        "memory": measured.memory,
        "targets": targets,
    });
    let file = folder.join(format!("snapshot-{}.json", measured.size.name));
    Ok(std::fs::write(file, serde_json::to_string_pretty(&json)? + "\n")?)
}

fn questions(measured: &Measured) -> Map<String, Value> {
    let figures = |(question, choice): &(Question, Choice)| {
        let (sql, duckdb, warm) =
            (Timed::Sql(*question), Timed::DuckDb(*question), Timed::Warm(*question));
        let figures = json!({
            "sql": choice,
            "sql_ms": measured.median(sql).map(rounded),
            "duckdb_ms": measured.median(duckdb).map(rounded),
            "ours_ms": measured.median(warm).map(rounded),
            "sql_by_ours": measured.ratio(sql, warm).map(rounded),
            "duckdb_by_ours": measured.ratio(duckdb, warm).map(rounded),
        });
        (question.name().to_owned(), figures)
    };
    measured.choices.iter().map(figures).collect()
}

fn original(measured: &Measured, what: Timed) -> Value {
    json!({
        "ms": measured.at_least(what).map(rounded),
        "took_longer": measured.exceeded.contains(&what),
    })
}

/// To microseconds: further digits are noise.
pub(crate) fn rounded(ms: f64) -> f64 {
    (ms * 1_000.0).round() / 1_000.0
}

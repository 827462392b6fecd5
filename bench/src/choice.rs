//! Finds the fastest SQL for a question: every shape by every index, the fastest stays.

use crate::Result;
use crate::data::COVERING;
use crate::mariadb::Server;
use crate::moments::Moments;
use crate::question::Question;
use crate::results::rounded;
use crate::sql::{self, Names, Shape};
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A candidate that takes this many times the fastest is abandoned.
const ABANDON_AT: f64 = 1.5;

/// Below this nothing is abandoned: one slow moment of the machine would decide.
const PATIENCE: Duration = Duration::from_secs(2);

/// No statement here takes as long.
const NO_LIMIT: Duration = Duration::from_secs(3_600);

/// Candidates that are measured once more before one is chosen.
const FINALISTS: usize = 3;

/// The fastest SQL for a question.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Choice {
    pub(crate) how: String,
    #[serde(skip)]
    pub(crate) sql: String,
    /// Milliseconds of each candidate; nothing for those that were abandoned.
    pub(crate) tried_ms: BTreeMap<String, Option<f64>>,
}

/// Reads each index once, so that no candidate pays for filling the buffer pool.
pub(crate) fn warm_up(server: &mut Server) -> Result<()> {
    for (_, usage) in tables() {
        server.answer(&format!("SELECT COUNT(*), SUM(u + d) FROM {usage}"))?;
    }
    Ok(())
}

pub(crate) fn fastest(
    server: &mut Server,
    question: Question,
    moments: &Moments,
) -> Result<Choice> {
    let mut candidates = candidates(question, moments);
    let mut limit = NO_LIMIT;
    for candidate in &mut candidates {
        candidate.try_within(server, limit)?;
        limit = limit.min(candidate.limit_for_others());
    }
    let tried_ms = candidates.iter().map(|one| (one.how.clone(), one.ms())).collect();
    candidates.sort_by_key(|candidate| candidate.fastest);
    candidates.truncate(FINALISTS);
    for candidate in &mut candidates {
        candidate.try_within(server, limit)?;
    }
    candidates.sort_by_key(|candidate| candidate.fastest);
    let Candidate { how, sql, .. } = candidates.swap_remove(0);
    Ok(Choice { how, sql, tried_ms })
}

struct Candidate {
    how: String,
    sql: String,
    fastest: Duration,
}

impl Candidate {
    fn try_within(&mut self, server: &mut Server, limit: Duration) -> Result<()> {
        let started = Instant::now();
        if server.answer_within(&self.sql, limit)?.is_some() {
            self.fastest = self.fastest.min(started.elapsed());
        }
        Ok(())
    }

    fn limit_for_others(&self) -> Duration {
        match self.is_answered() {
            true => self.fastest.mul_f64(ABANDON_AT).max(PATIENCE),
            false => NO_LIMIT,
        }
    }

    fn is_answered(&self) -> bool {
        self.fastest < Duration::MAX
    }

    fn ms(&self) -> Option<f64> {
        self.is_answered().then(|| rounded(self.fastest.as_secs_f64() * 1_000.0))
    }
}

fn candidates(question: Question, moments: &Moments) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (index, usage) in tables() {
        for &shape in Shape::of(question) {
            let names = Names { usage: &usage, user: "`user`", day: "'DAY'" };
            let sql = sql::text(question, shape, moments, &names);
            let how = format!("{}, {index}", shape.name());
            candidates.push(Candidate { how, sql, fastest: Duration::MAX });
        }
    }
    candidates
}

/// The usage table by each covering index and by none, and what that is called; those that group
/// by themselves first, so that slower ones are abandoned early.
fn tables() -> impl Iterator<Item = (String, String)> {
    let covering = COVERING.iter().rev().map(|index| {
        let hint = format!("user_usage FORCE INDEX ({})", index.name);
        (format!("index ({})", index.columns), hint)
    });
    covering.chain([("no index".to_owned(), "user_usage USE INDEX ()".to_owned())])
}

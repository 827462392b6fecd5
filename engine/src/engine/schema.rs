//! The indexes of the database: what is missing, what may go, and what difference they make.

use super::{Engine, Path};
use crate::error::EngineError;
use crate::options::UnknownIndex;
use crate::query::rank_nodes::RankNodes;
use crate::query::rank_users::{RankUsers, UserRank};
use crate::query::rows::TrafficFilter;
use crate::query::sort::{Limit, NodeSort, UserSort};
use crate::range::RangeRequest;
use crate::store::{
    Altering, Catalogue, Index, Judged, SchemaPlan, Verdict, judged, lacking, plan,
};
use crate::units::UserId;
use serde::Serialize;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

/// A question is asked so often for one figure, unless it takes long. The fastest counts: whatever
/// else a server is busy with, writing out a new index among it, only adds.
const ROUNDS: usize = 3;

/// What takes longer, in milliseconds, is asked once.
const LONG_MS: f64 = 2_000.0;

/// What to make, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SchemaApply {
    /// Under which conditions.
    pub how: Altering,
    /// Ask the usual questions before and after.
    pub measure: bool,
}

/// What to drop, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaDrop {
    /// Names of indexes.
    pub names: Vec<String>,
    /// Under which conditions.
    pub how: Altering,
}

/// What was made, and what difference it made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SchemaReport {
    /// The indexes that were made.
    pub created: Vec<Index>,
    /// Questions to the database, before and after; none where nothing was made or measured.
    pub measured: Vec<Measured>,
}

/// How long a question to the database took.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Measured {
    /// The question.
    pub question: &'static str,
    /// Milliseconds without the new indexes.
    pub before_ms: f64,
    /// Milliseconds with them.
    pub after_ms: f64,
}

/// Whom questions about one user are asked about: the one with the most traffic of the month.
#[derive(Debug, Default)]
struct Subject {
    user: Option<UserId>,
    service: Option<i64>,
    uuid: Option<String>,
}

type Ask = fn(&Engine, &Subject) -> Result<(), EngineError>;

/// What people ask most, by the database alone.
const QUESTIONS: [(&str, Ask); 7] = [
    ("today's top 100 users", |engine, _| users(engine, "today", "100").map(drop)),
    ("the month's top 100 users", |engine, _| users(engine, "month", "100").map(drop)),
    ("the month's nodes", |engine, _| nodes(engine)),
    ("the live figures", |engine, _| engine.live().map(drop)),
    ("one user's month", |engine, of| traffic(engine, |it| it.user = of.user)),
    ("one service's month", |engine, of| traffic(engine, |it| it.service = of.service)),
    ("one UUID's month", |engine, of| traffic(engine, |it| it.uuid.clone_from(&of.uuid))),
];

fn users(engine: &Engine, range: &str, limit: &str) -> Result<Vec<UserRank>, EngineError> {
    let (range, limit) = (RangeRequest::named(range)?, limit.parse::<Limit>()?);
    let ranking = RankUsers { range, sort: UserSort::TrafficDesc, limit };
    Ok(engine.rank_users(&ranking)?.value)
}

fn traffic(engine: &Engine, narrow: impl FnOnce(&mut TrafficFilter)) -> Result<(), EngineError> {
    let mut filter = TrafficFilter {
        user: None,
        service: None,
        node: None,
        uuid: None,
        range: RangeRequest::named("month")?,
        enhanced: false,
        exclude_day_rows: false,
    };
    narrow(&mut filter);
    engine.traffic(&filter, &mut |_| ControlFlow::Continue(())).map(drop)
}

fn subject(engine: &Engine) -> Result<Subject, EngineError> {
    let first = users(engine, "month", "1")?.into_iter().next();
    Ok(first.map_or_else(Subject::default, |it| Subject {
        user: Some(it.user_id),
        service: Some(it.sid),
        uuid: Some(it.uuid),
    }))
}

fn nodes(engine: &Engine) -> Result<(), EngineError> {
    let (range, limit) = (RangeRequest::named("month")?, Limit::All);
    engine.rank_nodes(&RankNodes { range, sort: NodeSort::TrafficDesc, limit }).map(drop)
}

impl Engine {
    /// Which indexes are missing and help, and which of the original module's may go. Nothing is
    /// changed.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn schema_plan(&self) -> Result<SchemaPlan, EngineError> {
        self.planned(Altering::default())
    }

    /// The indexes there are, and what they are to us.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn schema_status(&self) -> Result<Vec<Judged>, EngineError> {
        self.judged(Altering::default())
    }

    /// Makes the indexes that are missing and help, one after another, and compares how long
    /// questions take before and after where asked to. What was made before a failure stays, and
    /// the next call goes on from there.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn schema_apply(&self, apply: &SchemaApply) -> Result<SchemaReport, EngineError> {
        let steps = self.planned(apply.how)?.create;
        let measure = apply.measure && !steps.is_empty();
        let before = if measure { self.timed()? } else { Vec::new() };
        let mut created = Vec::new();
        for step in steps {
            let tell = |per_cent| self.report("making an index", per_cent, Some(100));
            tell(0);
            self.store.create_index(&step.index, apply.how, &tell)?;
            created.push(step.index);
        }
        let after = if measure { self.timed()? } else { Vec::new() };
        let pair =
            |((question, before_ms), (_, after_ms))| Measured { question, before_ms, after_ms };
        Ok(SchemaReport { created, measured: before.into_iter().zip(after).map(pair).collect() })
    }

    /// Drops indexes by name: those that help or that the original module made, no others. Names of
    /// which any is none of those change nothing.
    ///
    /// # Errors
    /// [`EngineError::Index`] and [`EngineError::Store`].
    pub fn schema_drop(&self, drop: &SchemaDrop) -> Result<Vec<Index>, EngineError> {
        let known: Vec<Index> = self.judged(drop.how)?.into_iter().filter_map(ours).collect();
        let find = |name: &String| {
            let found = known.iter().find(|index| index.name.eq_ignore_ascii_case(name));
            let others = || known.iter().map(|index| index.name.clone()).collect();
            found.cloned().ok_or_else(|| UnknownIndex { name: name.clone(), known: others() })
        };
        let dropped: Vec<Index> = drop.names.iter().map(find).collect::<Result<_, _>>()?;
        for index in &dropped {
            self.store.drop_index(index, drop.how)?;
        }
        Ok(dropped)
    }

    fn planned(&self, how: Altering) -> Result<SchemaPlan, EngineError> {
        let indexes = self.store.indexes(how.lock_wait_s)?;
        let mut rows = Vec::new();
        for table in lacking(&indexes) {
            let count = self.store.row_count(table, how.lock_wait_s)?;
            rows.extend(count.map(|count| (table, count)));
        }
        Ok(plan(&Catalogue { indexes, rows }, self.store.index_sql()))
    }

    fn judged(&self, how: Altering) -> Result<Vec<Judged>, EngineError> {
        Ok(judged(&self.store.indexes(how.lock_wait_s)?))
    }

    /// Milliseconds that each question takes the database.
    fn timed(&self) -> Result<Vec<(&'static str, f64)>, EngineError> {
        let bare = self.without_snapshot();
        let subject = subject(&bare)?;
        let timed = |&(question, ask): &(_, Ask)| Ok((question, fastest_ms(&bare, &subject, ask)?));
        QUESTIONS.iter().map(timed).collect()
    }

    /// The same engine, answered by the database.
    fn without_snapshot(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            snapshot: None,
            snapshot_failure: Arc::default(),
            threads: Arc::clone(&self.threads),
            zone: self.zone.clone(),
            clock: Arc::clone(&self.clock),
            observer: None,
            path: Path::Auto,
            memory_limit_mb: self.memory_limit_mb,
            query_timeout: self.query_timeout,
            cache: None,
            is_beside: true,
        }
    }
}

fn ours(judged: Judged) -> Option<Index> {
    match judged.verdict {
        Verdict::Helps | Verdict::Droppable => Some(judged.index),
        Verdict::OfOthers => None,
    }
}

fn fastest_ms(engine: &Engine, subject: &Subject, ask: Ask) -> Result<f64, EngineError> {
    let mut fastest = f64::INFINITY;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        ask(engine, subject)?;
        fastest = fastest.min(begun.elapsed().as_secs_f64() * 1e3);
        if fastest > LONG_MS {
            break;
        }
    }
    Ok(fastest)
}

//! What is asked, in plain words: the oracle and the engine both get this.

use crate::database::Database;

/// A database at a moment in a zone.
#[derive(Debug, Clone)]
pub struct World {
    pub database: Database,
    /// IANA name.
    pub zone: &'static str,
    /// Unix seconds.
    pub now: i64,
}

/// A time range as a caller writes it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Range {
    pub word: String,
    pub from: Option<i64>,
    pub to: Option<i64>,
    /// `YYYY-MM-DD`.
    pub start_date: Option<String>,
    /// `YYYY-MM-DD`.
    pub end_date: Option<String>,
}

impl Range {
    /// The range of a word alone.
    pub fn named(word: &str) -> Self {
        Self { word: word.to_owned(), ..Self::default() }
    }

    /// Every second from `from` to `to`.
    pub fn between(from: i64, to: i64) -> Self {
        Self { from: Some(from), to: Some(to), ..Self::named("time_range") }
    }
}

/// Every question of the contract.
#[derive(Debug, Clone)]
pub enum Question {
    RankUsers { range: Range, sort: &'static str, limit: Option<u64> },
    RankNodes { range: Range, sort: &'static str, limit: Option<u64> },
    Aggregate { by: &'static str, range: Range },
    UserChart { user: i64, range: Range },
    NodeChart { node: i64, range: Range },
    Records(Records),
    Traffic(Traffic),
    GroupedTraffic(Traffic),
    DayTraffic { service: Option<i64>, uuid: Option<String>, range: Range },
    Live,
    Today,
    Total,
    Peak,
    AllNodes,
    NodeTable,
    UserDetails(i64),
    NodeDetails(i64),
}

/// Which usage records.
#[derive(Debug, Clone, Default)]
pub struct Records {
    pub node: Option<String>,
    pub user: Option<i64>,
    pub uuid: Option<String>,
    pub range: Range,
    pub limit: Option<u64>,
    /// Time and id of the record to go on after.
    pub after: Option<(i64, i64)>,
}

/// Which traffic rows.
#[derive(Debug, Clone, Default)]
pub struct Traffic {
    pub user: Option<i64>,
    pub service: Option<i64>,
    pub node: Option<String>,
    pub uuid: Option<String>,
    pub range: Range,
    pub enhanced: bool,
    pub exclude_day_rows: bool,
}

/// Why a question has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    UnknownRange,
    StartAfterEnd,
    UnknownId,
}

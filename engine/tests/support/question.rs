//! What is asked, in plain words: the oracle and the engine both get this.

use super::database::Database;

/// A database at a moment in a zone.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) database: Database,
    /// IANA name.
    pub(crate) zone: &'static str,
    /// Unix seconds.
    pub(crate) now: i64,
}

/// A time range as a caller writes it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Range {
    pub(crate) word: String,
    pub(crate) from: Option<i64>,
    pub(crate) to: Option<i64>,
    /// `YYYY-MM-DD`.
    pub(crate) start_date: Option<String>,
    /// `YYYY-MM-DD`.
    pub(crate) end_date: Option<String>,
}

impl Range {
    /// The range of a word alone.
    pub(crate) fn named(word: &str) -> Self {
        Self { word: word.to_owned(), ..Self::default() }
    }

    /// Every second from `from` to `to`.
    pub(crate) fn between(from: i64, to: i64) -> Self {
        Self { from: Some(from), to: Some(to), ..Self::named("time_range") }
    }
}

/// Every question of the contract.
#[derive(Debug, Clone)]
pub(crate) enum Question {
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
pub(crate) struct Records {
    pub(crate) node: Option<String>,
    pub(crate) user: Option<i64>,
    pub(crate) uuid: Option<String>,
    pub(crate) range: Range,
    pub(crate) limit: Option<u64>,
    /// Time and id of the record to go on after.
    pub(crate) after: Option<(i64, i64)>,
}

/// Which traffic rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Traffic {
    pub(crate) user: Option<i64>,
    pub(crate) service: Option<i64>,
    pub(crate) node: Option<String>,
    pub(crate) uuid: Option<String>,
    pub(crate) range: Range,
    pub(crate) enhanced: bool,
    pub(crate) exclude_day_rows: bool,
}

/// Why a question has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    UnknownRange,
    StartAfterEnd,
    UnknownId,
}

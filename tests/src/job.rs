//! What a worker process is told, and what it tells.

use crate::rows::{NOW, Question};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What a worker does until its input ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// Asks all questions, over and over.
    Read,
    /// Brings the snapshot up to date, compares and asks, over and over.
    Write,
    /// Brings the snapshot up to date, whoever is writing and whatever that costs, and asks all
    /// questions once.
    Once,
    /// Asks all questions, forks, and asks all questions in the child.
    Fork,
    /// The same, but forks while work beside is under way, and ends the parent's work first.
    ForkBusy,
}

/// Which engine a worker opens and what it does with it; passed by its input, because it holds a
/// password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// What to do.
    pub mode: Mode,
    /// Address of the database.
    pub address: String,
    /// Data directory; none for an engine without a snapshot.
    pub dir: Option<PathBuf>,
    /// The database may answer where the snapshot cannot.
    pub auto: bool,
    /// As in the snapshot's configuration.
    pub refresh_interval_ms: u64,
    /// As in the snapshot's configuration.
    pub verify_interval_ms: u64,
    /// As in the snapshot's configuration.
    pub background: bool,
    /// As in the snapshot's configuration.
    pub size_limit_mb: Option<u64>,
    /// As in the snapshot's configuration.
    pub retention_days: Option<u32>,
    /// As in the snapshot's configuration; with 0 answers are those of the rows that are there.
    pub history_days: u32,
    /// Where the engine's clock stands.
    pub now: i64,
}

impl Job {
    /// To ask once of the database at `address` and its snapshot in `dir`, both as they are by
    /// default.
    pub fn on(address: &str, dir: &Path) -> Self {
        Self {
            mode: Mode::Once,
            address: address.to_owned(),
            dir: Some(dir.to_owned()),
            auto: false,
            refresh_interval_ms: 1_000,
            verify_interval_ms: 30_000,
            background: false,
            size_limit_mb: None,
            retention_days: None,
            history_days: 0,
            now: NOW,
        }
    }
}

/// An answer, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// What was asked.
    pub question: Question,
    /// Wall clock before asking, microseconds.
    pub from_us: u64,
    /// Wall clock after the answer, microseconds.
    pub to_us: u64,
    /// Where it came from; none for the database.
    pub source: Option<Moment>,
    /// The figures, or code and message of the failure.
    pub said: Result<String, (String, String)>,
}

/// What an answer says about its generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Number of the generation.
    pub generation: u64,
    /// Greatest id seen.
    pub watermark: i64,
    /// Milliseconds.
    pub age_ms: u64,
    /// Milliseconds.
    pub verified_age_ms: u64,
}

impl Told {
    /// The figures.
    ///
    /// # Panics
    /// When there are none.
    pub fn figures(&self) -> &str {
        match &self.said {
            Ok(figures) => figures,
            Err((code, message)) => panic!("{:?} failed with {code}: {message}", self.question),
        }
    }
}

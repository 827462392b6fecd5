//! Where an answer came from.

use crate::sized::{Plain, Prefixed};
use traffic_engine::{Moment, Source};

/// A way to answer.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum te_path {
    /// No rows were needed.
    None = 0,
    /// The database summed the rows.
    PushDown = 1,
    /// The database delivered the rows and they were summed here.
    Rows = 2,
    /// A generation of the snapshot.
    Snapshot = 3,
}

/// Where an answer came from. What stands behind `path` is 0 but for the snapshot.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct te_source {
    /// sizeof(te_source), set by the program.
    pub size: usize,
    /// One of te_path.
    pub path: i64,
    /// Number of the generation; later ones are greater.
    pub generation: u64,
    /// Greatest row id the generation has seen.
    pub watermark: i64,
    /// Milliseconds since the database was known to hold just these rows, or at least all of their
    /// last ones.
    pub age_ms: u64,
    /// Milliseconds since it was known to hold just these rows.
    pub verified_age_ms: u64,
    /// Local midnight, unix seconds, from which on the nodes and hours behind merged days are all
    /// known; 0 where nothing is hidden by them.
    pub detail_since: i64,
}

// SAFETY: a `repr(C)` of numbers of eight bytes, the first being the size.
unsafe impl Plain for te_source {
    const NAME: &'static str = "te_source";
    const FIRST_SIZE: usize = 56;
}

// SAFETY: as above.
unsafe impl Prefixed for te_source {}

impl From<Option<Source>> for te_source {
    fn from(source: Option<Source>) -> Self {
        let path = |path: te_path| Self { path: path as i64, ..Self::zero() };
        match source {
            None => path(te_path::None),
            Some(Source::PushDown) => path(te_path::PushDown),
            Some(Source::Rows) => path(te_path::Rows),
            Some(Source::Snapshot(moment)) => moment.into(),
        }
    }
}

impl From<Moment> for te_source {
    fn from(moment: Moment) -> Self {
        Self {
            path: te_path::Snapshot as i64,
            generation: moment.generation,
            watermark: moment.watermark,
            age_ms: moment.age_ms,
            verified_age_ms: moment.verified_age_ms,
            detail_since: moment.detail_since.unwrap_or(0),
            ..Self::zero()
        }
    }
}

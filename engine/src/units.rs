//! Meaning for raw integers: who, where, when and how much.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::AddAssign;

/// Seconds since 1970-01-01T00:00:00Z.
pub type UnixSeconds = i64;

/// The id of a row of table `user`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct UserId(pub i64);

/// The id of a row of table `node`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct NodeId(pub i64);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Bytes sent and received. Sums are exact: 2⁶⁴ rows of 2⁶³ bytes still fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Traffic {
    /// Bytes uploaded.
    pub upload: u128,
    /// Bytes downloaded.
    pub download: u128,
}

impl Traffic {
    /// The traffic of one usage row.
    pub fn of(upload: u64, download: u64) -> Self {
        Self { upload: upload.into(), download: download.into() }
    }

    /// Upload and download together, in bytes.
    pub fn total(self) -> u128 {
        self.upload + self.download
    }

    /// What is left of it without `other`; `None` where that is more, either way.
    pub fn without(self, other: Self) -> Option<Self> {
        let upload = self.upload.checked_sub(other.upload)?;
        Some(Self { upload, download: self.download.checked_sub(other.download)? })
    }

    /// What it has more than `other`, either way.
    #[must_use]
    pub fn beyond(self, other: Self) -> Self {
        Self {
            upload: self.upload.saturating_sub(other.upload),
            download: self.download.saturating_sub(other.download),
        }
    }

    /// True when not a single byte was moved.
    pub fn is_zero(self) -> bool {
        self.upload == 0 && self.download == 0
    }
}

impl AddAssign for Traffic {
    fn add_assign(&mut self, other: Self) {
        self.upload += other.upload;
        self.download += other.download;
    }
}

/// An inclusive stretch of time; a missing bound does not limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// First second inside, or no lower bound.
    pub start: Option<UnixSeconds>,
    /// Last second inside, or no upper bound.
    pub end: Option<UnixSeconds>,
}

impl Window {
    /// From `start` to `end`, both inside.
    pub fn between(start: UnixSeconds, end: UnixSeconds) -> Self {
        Self { start: Some(start), end: Some(end) }
    }

    /// From `start` on.
    pub fn since(start: UnixSeconds) -> Self {
        Self { start: Some(start), end: None }
    }

    /// All of time.
    pub fn unbounded() -> Self {
        Self::default()
    }

    /// The part that both windows share, which may be empty (start after end).
    pub fn intersect(self, other: Self) -> Self {
        Self {
            start: self.start.max(other.start),
            end: match (self.end, other.end) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
        }
    }

    /// True when `t` lies inside.
    pub fn holds(self, t: UnixSeconds) -> bool {
        self.start.is_none_or(|start| t >= start) && self.end.is_none_or(|end| t <= end)
    }

    /// Seconds from start to end, when both are known.
    pub fn span_s(self) -> Option<i64> {
        Some(self.end?.saturating_sub(self.start?))
    }
}

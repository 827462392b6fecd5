//! An answer and where it came from.

use crate::error::UnknownPath;
use crate::snapshot::Moment;
use serde::{Deserialize, Serialize, Serializer};
use std::ops::Deref;
use std::str::FromStr;

/// An answer and where it came from; serializes as the answer alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<T> {
    /// What was asked for.
    pub value: T,
    /// Where it came from.
    pub source: Source,
}

impl<T> Deref for Answer<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Serialize> Serialize for Answer<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

/// Where an answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "path", rename_all = "snake_case")]
pub enum Source {
    /// The database summed the rows.
    PushDown,
    /// The database delivered the rows and they were summed here.
    Rows,
    /// A generation of the snapshot.
    Snapshot(Moment),
}

/// Which way questions are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Path {
    /// From the snapshot where a data directory is configured and usable, otherwise by whichever
    /// of the other two ways reads less.
    #[default]
    Auto,
    /// From the snapshot, or not at all.
    Snapshot,
    /// The database sums the rows, where it can.
    PushDown,
    /// The database delivers the rows.
    Rows,
}

impl FromStr for Path {
    type Err = UnknownPath;

    fn from_str(name: &str) -> Result<Self, UnknownPath> {
        Ok(match name {
            "auto" => Self::Auto,
            "snapshot" => Self::Snapshot,
            // The command line's first word for it had a hyphen.
            "push_down" | "push-down" => Self::PushDown,
            "rows" => Self::Rows,
            _ => {
                return Err(UnknownPath { given: name.to_owned() });
            }
        })
    }
}

//! What was seen of rows that the database has merged away since.
//!
//! After midnight a panel replaces the rows of a day by one sum for each user, marked `DAY`. Rows
//! that vanish while such a sum comes or grows were merged into it: they are *detail* and are kept,
//! as cells of one row each at first and of an hour later. User totals always follow the database;
//! detail only tells which nodes and hours they belong to, and is never scaled to fit:
//!
//! - What a sum has beyond its detail is *unattributed*.
//! - Where detail has more than its sum, they *disagree*. It still counts for its nodes, which
//!   carried it; sums over users leave it out and take the database's word.
//! - Rows that vanish without a sum that explains them are *held* for some days: panels that delete
//!   first and add up later exist. They count once a sum grows by exactly as much.

mod age;
mod carry;
mod day;
mod keep;
mod label;
mod layout;
mod pieces;
mod prune;
mod remains;
mod salvage;
mod stats;
mod sweep;
mod transfer;

pub(super) use label::{Found, Owner};
pub use prune::HistoryPruned;
pub(super) use remains::{Remains, is_aside};
pub use stats::HistoryStats;
pub(super) use stats::unexplained_until;
pub(super) use sweep::sweep;
pub use transfer::{HistoryExported, HistoryImported};

use super::file::FileRef;
use super::manifest::Sum;
use crate::units::{Traffic, UnixSeconds};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Rows that vanished without a sum wait so many days for one, and detail keeps each row for as
/// long: questions about the last hours reach over midnight.
const FINE_DAYS: i64 = 3;

/// What is kept of a day, in one file of cells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct HistoryDay {
    pub(super) day: i64,
    /// Blank where the file itself tells of the day.
    pub(super) cells: FileRef,
    /// Times of the first and last row of the detail.
    pub(super) span: (UnixSeconds, UnixSeconds),
    /// Detail by user, node and row, or by user, node and hour where it is `coarse`.
    pub(super) fine: Shares,
    /// The same by user and node.
    pub(super) by_day: Shares,
    pub(super) coarse: bool,
    /// The parts of sums that no detail explains, by user.
    pub(super) rest: Range<usize>,
    /// Rows that wait for a sum.
    pub(super) held: Range<usize>,
    /// The day's sums when it was last compared with its detail.
    pub(super) merged: Sum,
    pub(super) account: Account,
}

/// Detail by what it comes to, each part sorted by user.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Shares {
    /// Of users whose sum is at least as much.
    pub(super) agreeing: Range<usize>,
    /// Of users whose sum is less.
    pub(super) exceeding: Range<usize>,
}

/// How detail and sums compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Account {
    /// Bytes of the detail.
    pub(super) attributed: Traffic,
    /// Bytes of sums beyond their detail.
    pub(super) unattributed: Traffic,
    /// Bytes of detail beyond its sums.
    pub(super) excess: Traffic,
    /// Users whose detail is more than their sum.
    pub(super) disagreeing: u64,
}

impl HistoryDay {
    /// True where there is more than what waits.
    pub(super) fn has_detail(&self) -> bool {
        !self.fine.is_empty()
    }
}

impl Shares {
    fn is_empty(&self) -> bool {
        self.agreeing.is_empty() && self.exceeding.is_empty()
    }

    fn len(&self) -> usize {
        self.agreeing.len() + self.exceeding.len()
    }
}

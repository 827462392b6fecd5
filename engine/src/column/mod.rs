//! Usage rows by column: what stores deliver and kernels consume.

mod batch;
mod detail;
mod texts;
mod totals;

pub use batch::{CellBatch, UsageBatch};
pub use detail::Detail;
pub use texts::NodeTexts;
pub use totals::{NODES_PER_WORD, TotalBatch, Totals};

use crate::units::{Traffic, UnixSeconds};
use std::ops::Range;

/// The text in column `node` that marks the sum of a merged day instead of a node.
pub const DAY_MARKER: &str = "DAY";

/// Rows a batch holds at most: large enough to spread the cost of a call, small enough for the
/// second-level cache.
pub const BATCH_ROWS_MAX: usize = 8_192;

/// Usage as a kernel is given it.
#[derive(Debug, Clone)]
pub enum Columns<'a> {
    /// By user and node.
    Cells(Cells<'a>),
    /// By user alone.
    Totals(Totals<'a>),
    /// By user and node, of rows whose bytes are told elsewhere: only who used which node.
    NodesUsed(Cells<'a>),
}

/// A run of usage rows, one slice per column, all of one length.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// `user_usage.id`.
    pub id: &'a [i64],
    /// `user_usage.user_id`, which need not exist in `user`.
    pub user_id: &'a [i64],
    /// Unix seconds.
    pub t: &'a [UnixSeconds],
    /// Bytes uploaded.
    pub upload: &'a [u64],
    /// Bytes downloaded.
    pub download: &'a [u64],
    /// Code of the node text in `texts`.
    pub node: &'a [u32],
    /// Billing multiplier, not a number where it is NULL; empty unless the scan asked for it.
    pub count_rate: &'a [f64],
    /// The node texts.
    pub texts: &'a NodeTexts,
}

impl<'a> Rows<'a> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// The billing multiplier of a row, where it was asked for and is not NULL.
    pub fn rate(&self, row: usize) -> Option<f64> {
        self.count_rate.get(row).copied().filter(|rate| !rate.is_nan())
    }

    /// Some of the rows.
    ///
    /// # Panics
    /// When there are fewer.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Rows<'a> {
        let count_rate =
            if self.count_rate.is_empty() { &[] } else { &self.count_rate[range.clone()] };
        Rows {
            id: &self.id[range.clone()],
            user_id: &self.user_id[range.clone()],
            t: &self.t[range.clone()],
            upload: &self.upload[range.clone()],
            download: &self.download[range.clone()],
            node: &self.node[range],
            count_rate,
            texts: self.texts,
        }
    }

    /// Each row as a cell of its own.
    pub fn cells(&self) -> Cells<'a> {
        Cells {
            user_id: self.user_id,
            node: self.node,
            first: self.t,
            last: self.t,
            upload: self.upload,
            download: self.download,
            records: None,
            texts: self.texts,
        }
    }
}

/// Sums of usage rows that agree in user, node text and stretch of time, one slice per column, all
/// of one length.
///
/// Several cells may stand for the same user, node and time; a cell without records adds bytes to
/// others of its kind.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a> {
    /// `user_usage.user_id`, which need not exist in `user`.
    pub user_id: &'a [i64],
    /// Code of the node text in `texts`.
    pub node: &'a [u32],
    /// Time of the first row.
    pub first: &'a [UnixSeconds],
    /// Time of the last row.
    pub last: &'a [UnixSeconds],
    /// Bytes uploaded.
    pub upload: &'a [u64],
    /// Bytes downloaded.
    pub download: &'a [u64],
    /// Number of rows; `None` where each cell is one row.
    pub records: Option<&'a [u64]>,
    /// The node texts.
    pub texts: &'a NodeTexts,
}

impl<'a> Cells<'a> {
    /// Some of the cells.
    ///
    /// # Panics
    /// When there are fewer.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Cells<'a> {
        Cells {
            user_id: &self.user_id[range.clone()],
            node: &self.node[range.clone()],
            first: &self.first[range.clone()],
            last: &self.last[range.clone()],
            upload: &self.upload[range.clone()],
            download: &self.download[range.clone()],
            records: self.records.map(|records| &records[range]),
            texts: self.texts,
        }
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.user_id.len()
    }

    /// True without cells.
    pub fn is_empty(&self) -> bool {
        self.user_id.is_empty()
    }

    /// Bytes of a cell.
    #[inline]
    pub fn traffic(&self, cell: usize) -> Traffic {
        Traffic::of(self.upload[cell], self.download[cell])
    }

    /// Times of the first and last row of a cell.
    #[inline]
    pub fn span(&self, cell: usize) -> (UnixSeconds, UnixSeconds) {
        (self.first[cell], self.last[cell])
    }

    /// Number of rows behind a cell.
    #[inline]
    pub fn records(&self, cell: usize) -> u64 {
        self.records.map_or(1, |records| records[cell])
    }
}

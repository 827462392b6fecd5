//! Usage rows by column: what stores deliver and kernels consume.

use crate::units::{Traffic, UnixSeconds};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// The text in column `node` that marks the sum of a merged day instead of a node.
pub const DAY_MARKER: &str = "DAY";

/// Rows a batch holds at most: large enough to spread the cost of a call, small enough for the
/// second-level cache.
pub const BATCH_ROWS_MAX: usize = 8_192;

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

/// Usage rows being collected, one vector per column.
#[derive(Debug, Clone, Default)]
pub struct UsageBatch {
    /// See [`Rows::id`].
    pub id: Vec<i64>,
    /// See [`Rows::user_id`].
    pub user_id: Vec<i64>,
    /// See [`Rows::t`].
    pub t: Vec<UnixSeconds>,
    /// See [`Rows::upload`].
    pub upload: Vec<u64>,
    /// See [`Rows::download`].
    pub download: Vec<u64>,
    /// See [`Rows::node`].
    pub node: Vec<u32>,
    /// See [`Rows::count_rate`].
    pub count_rate: Vec<f64>,
}

impl UsageBatch {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// Removes all rows and keeps the memory.
    pub fn clear(&mut self) {
        self.id.clear();
        self.user_id.clear();
        self.t.clear();
        self.upload.clear();
        self.download.clear();
        self.node.clear();
        self.count_rate.clear();
    }

    /// The rows, whose node codes are those of `texts`.
    pub fn rows<'a>(&'a self, texts: &'a NodeTexts) -> Rows<'a> {
        Rows {
            id: &self.id,
            user_id: &self.user_id,
            t: &self.t,
            upload: &self.upload,
            download: &self.download,
            node: &self.node,
            count_rate: &self.count_rate,
            texts,
        }
    }

    /// Replaces the rows by those of `rows` whose number `keep` accepts.
    pub fn select(&mut self, rows: &Rows<'_>, mut keep: impl FnMut(usize) -> bool) {
        self.clear();
        for row in (0..rows.len()).filter(|&row| keep(row)) {
            self.push(rows, row);
        }
    }

    /// Adds all `rows`.
    pub fn extend(&mut self, rows: &Rows<'_>) {
        self.id.extend_from_slice(rows.id);
        self.user_id.extend_from_slice(rows.user_id);
        self.t.extend_from_slice(rows.t);
        self.upload.extend_from_slice(rows.upload);
        self.download.extend_from_slice(rows.download);
        self.node.extend_from_slice(rows.node);
        self.count_rate.extend_from_slice(rows.count_rate);
    }

    /// Adds a row of `rows`.
    pub fn push(&mut self, rows: &Rows<'_>, row: usize) {
        self.id.push(rows.id[row]);
        self.user_id.push(rows.user_id[row]);
        self.t.push(rows.t[row]);
        self.upload.push(rows.upload[row]);
        self.download.push(rows.download[row]);
        self.node.push(rows.node[row]);
        if !rows.count_rate.is_empty() {
            self.count_rate.push(rows.count_rate[row]);
        }
    }
}

/// Dictionary of the distinct texts of column `node`: each text once, numbered as first met.
#[derive(Debug)]
pub struct NodeTexts {
    identity: u64,
    texts: Vec<Box<str>>,
    codes: HashMap<Box<[u8]>, u32, foldhash::fast::RandomState>,
}

impl Default for NodeTexts {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let identity = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { identity, texts: Vec::new(), codes: HashMap::default() }
    }
}

impl NodeTexts {
    /// Tells dictionaries of this process apart; one only ever grows.
    pub fn identity(&self) -> u64 {
        self.identity
    }

    /// The code of `text`, a new one when it was not met before.
    pub fn encode(&mut self, text: &str) -> u32 {
        if let Some(code) = self.code(text.as_bytes()) {
            return code;
        }
        let code = u32::try_from(self.texts.len()).expect("fewer than 2³² distinct node texts");
        self.texts.push(text.into());
        self.codes.insert(text.as_bytes().into(), code);
        code
    }

    /// The code of a text met before.
    pub fn code(&self, text: &[u8]) -> Option<u32> {
        self.codes.get(text).copied()
    }

    /// The text behind `code`.
    ///
    /// # Panics
    /// When the code is not of this dictionary.
    pub fn text(&self, code: u32) -> &str {
        &self.texts[code as usize]
    }

    /// All texts in the order of their codes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.texts.iter().map(AsRef::as_ref)
    }

    /// Number of distinct texts.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// True before the first text.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selected_rows_keep_their_order_and_columns() {
        let mut texts = NodeTexts::default();
        let node = texts.encode("Tokyo");
        let batch = UsageBatch {
            id: vec![1, 2, 3],
            user_id: vec![4, 5, 6],
            t: vec![7, 8, 9],
            upload: vec![10, 11, 12],
            download: vec![13, 14, 15],
            node: vec![node; 3],
            count_rate: vec![1.5, f64::NAN, 2.0],
        };
        let rows = batch.rows(&texts);
        let mut selected = UsageBatch::default();
        selected.select(&rows, |row| row != 0);
        assert_eq!((selected.id, selected.download), (vec![2, 3], vec![14, 15]));
        assert_eq!([0, 1, 2].map(|row| rows.rate(row)), [Some(1.5), None, Some(2.0)]);
    }

    #[test]
    fn dictionaries_are_told_apart() {
        assert_ne!(NodeTexts::default().identity(), NodeTexts::default().identity());
    }
}

//! Rows and cells being collected.

use super::{Cells, NodeTexts, Rows};
use crate::units::UnixSeconds;
use std::ops::Range;

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

    /// Makes room for so many more rows.
    pub fn reserve(&mut self, rows: usize) {
        self.id.reserve(rows);
        self.user_id.reserve(rows);
        self.t.reserve(rows);
        self.upload.reserve(rows);
        self.download.reserve(rows);
        self.node.reserve(rows);
        self.count_rate.reserve(rows);
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

/// Cells being collected, one vector per column.
#[derive(Debug, Default)]
pub struct CellBatch {
    /// See [`Cells::user_id`].
    pub user_id: Vec<i64>,
    /// See [`Cells::node`].
    pub node: Vec<u32>,
    /// See [`Cells::first`].
    pub first: Vec<UnixSeconds>,
    /// See [`Cells::last`].
    pub last: Vec<UnixSeconds>,
    /// See [`Cells::upload`].
    pub upload: Vec<u64>,
    /// See [`Cells::download`].
    pub download: Vec<u64>,
    /// See [`Cells::records`].
    pub records: Vec<u64>,
}

impl CellBatch {
    /// Number of cells.
    pub fn len(&self) -> usize {
        self.user_id.len()
    }

    /// True without cells.
    pub fn is_empty(&self) -> bool {
        self.user_id.is_empty()
    }

    /// Removes all cells and keeps the memory.
    pub fn clear(&mut self) {
        self.user_id.clear();
        self.node.clear();
        self.first.clear();
        self.last.clear();
        self.upload.clear();
        self.download.clear();
        self.records.clear();
    }

    /// The cells, whose node codes are those of `texts`.
    pub fn cells<'a>(&'a self, texts: &'a NodeTexts) -> Cells<'a> {
        Cells {
            user_id: &self.user_id,
            node: &self.node,
            first: &self.first,
            last: &self.last,
            upload: &self.upload,
            download: &self.download,
            records: Some(&self.records),
            texts,
        }
    }

    /// Replaces the cells by those of `cells` whose number `keep` accepts.
    pub fn select(&mut self, cells: &Cells<'_>, mut keep: impl FnMut(usize) -> bool) {
        self.clear();
        for cell in (0..cells.len()).filter(|&cell| keep(cell)) {
            self.push(cells, cell, cells.node[cell]);
        }
    }

    /// Adds a cell of `cells` under another node code.
    pub fn push(&mut self, cells: &Cells<'_>, cell: usize, node: u32) {
        self.user_id.push(cells.user_id[cell]);
        self.node.push(node);
        self.first.push(cells.first[cell]);
        self.last.push(cells.last[cell]);
        self.upload.push(cells.upload[cell]);
        self.download.push(cells.download[cell]);
        self.records.push(cells.records(cell));
    }

    /// Adds a cell of `cells` to the one at `place`, unless the sums would not fit.
    pub fn add(&mut self, place: usize, cells: &Cells<'_>, cell: usize) -> bool {
        let upload = self.upload[place].checked_add(cells.upload[cell]);
        let download = self.download[place].checked_add(cells.download[cell]);
        let (Some(upload), Some(download)) = (upload, download) else {
            return false;
        };
        (self.upload[place], self.download[place]) = (upload, download);
        self.records[place] += cells.records(cell);
        self.first[place] = self.first[place].min(cells.first[cell]);
        self.last[place] = self.last[place].max(cells.last[cell]);
        true
    }

    /// Adds the cells of `other`, which has the same node codes, and tells where they are.
    pub fn append(&mut self, mut other: Self) -> Range<usize> {
        let start = self.len();
        self.user_id.append(&mut other.user_id);
        self.node.append(&mut other.node);
        self.first.append(&mut other.first);
        self.last.append(&mut other.last);
        self.upload.append(&mut other.upload);
        self.download.append(&mut other.download);
        self.records.append(&mut other.records);
        start..self.len()
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
}

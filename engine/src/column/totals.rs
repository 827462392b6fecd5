//! Sums by user alone.

use super::{Cells, NodeTexts};
use crate::units::UnixSeconds;

/// Nodes that one word of [`Totals::nodes`] tells of.
pub const NODES_PER_WORD: usize = u64::BITS as usize;

/// Sums of usage rows by user, and the nodes they were used on; one slice per column, all of one
/// length.
#[derive(Debug, Clone)]
pub struct Totals<'a> {
    /// `user_usage.user_id`, ascending, each once.
    pub user_id: &'a [i64],
    /// Time of the first row.
    pub first: &'a [UnixSeconds],
    /// Time of the last row.
    pub last: &'a [UnixSeconds],
    /// Bytes uploaded.
    pub upload: &'a [u64],
    /// Bytes downloaded.
    pub download: &'a [u64],
    /// Number of rows.
    pub records: &'a [u64],
    /// Which codes of `texts` the rows have: a slice for each 64 codes, in it a word for each user.
    pub nodes: Vec<&'a [u64]>,
    /// The node texts.
    pub texts: &'a NodeTexts,
}

impl Totals<'_> {
    /// Number of users.
    pub fn len(&self) -> usize {
        self.user_id.len()
    }

    /// True without users.
    pub fn is_empty(&self) -> bool {
        self.user_id.is_empty()
    }
}

/// Totals being collected, one vector per column.
#[derive(Debug, Default)]
pub struct TotalBatch {
    /// See [`Totals::user_id`].
    pub user_id: Vec<i64>,
    /// See [`Totals::first`].
    pub first: Vec<UnixSeconds>,
    /// See [`Totals::last`].
    pub last: Vec<UnixSeconds>,
    /// See [`Totals::upload`].
    pub upload: Vec<u64>,
    /// See [`Totals::download`].
    pub download: Vec<u64>,
    /// See [`Totals::records`].
    pub records: Vec<u64>,
    /// See [`Totals::nodes`].
    pub nodes: Vec<Vec<u64>>,
}

impl TotalBatch {
    /// The totals of `cells`, which are sorted by user; nothing where there are more nodes than
    /// `words` hold or a sum does not fit.
    pub fn of(cells: &Cells<'_>, words: usize) -> Option<Self> {
        let wide = cells.texts.len().div_ceil(NODES_PER_WORD);
        if wide > words {
            return None;
        }
        let mut batch = Self { nodes: vec![Vec::new(); wide], ..Self::default() };
        for cell in 0..cells.len() {
            if batch.user_id.last() != Some(&cells.user_id[cell]) {
                batch.begin(cells.user_id[cell]);
            }
            batch.add(cells, cell)?;
        }
        Some(batch)
    }

    fn begin(&mut self, user_id: i64) {
        self.user_id.push(user_id);
        self.first.push(UnixSeconds::MAX);
        self.last.push(UnixSeconds::MIN);
        self.upload.push(0);
        self.download.push(0);
        self.records.push(0);
        self.nodes.iter_mut().for_each(|words| words.push(0));
    }

    /// Adds a cell to the last user.
    fn add(&mut self, cells: &Cells<'_>, cell: usize) -> Option<()> {
        let at = self.user_id.len() - 1;
        self.first[at] = self.first[at].min(cells.first[cell]);
        self.last[at] = self.last[at].max(cells.last[cell]);
        self.upload[at] = self.upload[at].checked_add(cells.upload[cell])?;
        self.download[at] = self.download[at].checked_add(cells.download[cell])?;
        self.records[at] += cells.records(cell);
        let code = cells.node[cell] as usize;
        self.nodes[code / NODES_PER_WORD][at] |= 1 << (code % NODES_PER_WORD);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::CellBatch;

    fn cells(cells: &[(i64, u32, u64)]) -> CellBatch {
        let mut batch = CellBatch::default();
        for (t, &(user, node, bytes)) in (10..).zip(cells) {
            batch.user_id.push(user);
            batch.node.push(node);
            batch.first.push(t);
            batch.last.push(t + 5);
            batch.upload.push(bytes);
            batch.download.push(1);
            batch.records.push(2);
        }
        batch
    }

    fn texts(count: usize) -> NodeTexts {
        let mut texts = NodeTexts::default();
        (0..count).for_each(|node| _ = texts.encode(&node.to_string()));
        texts
    }

    #[test]
    fn totals_are_those_of_the_users_cells() {
        let (cells, texts) = (cells(&[(3, 70, 5), (3, 2, 6), (8, 63, 7)]), texts(71));
        let batch = TotalBatch::of(&cells.cells(&texts), 2).expect("totals");
        assert_eq!((batch.user_id, batch.records), (vec![3, 8], vec![4, 2]));
        assert_eq!((batch.upload, batch.download), (vec![11, 7], vec![2, 1]));
        assert_eq!((batch.first, batch.last), (vec![10, 12], vec![16, 17]));
        assert_eq!(batch.nodes, [vec![1 << 2, 1 << 63], vec![1 << 6, 0]]);
    }

    #[test]
    fn totals_that_do_not_fit_are_none() {
        let texts = texts(65);
        assert!(TotalBatch::of(&cells(&[(3, 0, 5)]).cells(&texts), 1).is_none());
        let overflowing = cells(&[(3, 0, u64::MAX), (3, 1, 1)]);
        assert!(TotalBatch::of(&overflowing.cells(&texts), 2).is_none());
    }
}

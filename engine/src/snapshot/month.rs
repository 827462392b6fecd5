//! Cells of many days summed by user and node.

use super::codes::Codes;
use crate::column::{CellBatch, Cells, NodeTexts};
use crate::store::Node;
use std::collections::HashMap;

/// The cells of `days`, each sorted by user, as cells sorted by user under one dictionary, which
/// begins with the listed nodes: kernels number nodes in that order, and need not translate.
pub(super) fn summed(days: Vec<Cells<'_>>, nodes: &[Node]) -> (CellBatch, NodeTexts) {
    let mut sum = Sum { texts: listed(nodes, &days), ..Sum::default() };
    let mut days: Vec<Day<'_>> = days.into_iter().map(Day::of).collect();
    while let Some(user) = days.iter().filter_map(Day::user).min() {
        sum.places.clear();
        for day in &mut days {
            while day.user() == Some(user) {
                let node =
                    day.codes.translate(day.cells.node[day.at], day.cells.texts, &mut sum.texts);
                sum.add(&day.cells, day.at, node);
                day.at += 1;
            }
        }
    }
    (sum.batch, sum.texts)
}

/// A text for each of `nodes`, in their order: the one that rows have.
fn listed(nodes: &[Node], days: &[Cells<'_>]) -> NodeTexts {
    let mut texts = NodeTexts::default();
    for node in nodes {
        let id = node.id.to_string();
        let is_met = |text: &str| days.iter().any(|it| it.texts.code(text.as_bytes()).is_some());
        let spellings = if is_met(&id) { [&id, &node.name] } else { [&node.name, &id] };
        // A name may be another node's name, or its id.
        if let Some(text) = spellings.into_iter().find(|it| texts.code(it.as_bytes()).is_none()) {
            texts.encode(text);
        }
    }
    texts
}

/// Cells of a day, read up to a point.
struct Day<'a> {
    cells: Cells<'a>,
    at: usize,
    codes: Codes,
}

impl<'a> Day<'a> {
    fn of(cells: Cells<'a>) -> Self {
        Self { cells, at: 0, codes: Codes::default() }
    }

    fn user(&self) -> Option<i64> {
        self.cells.user_id.get(self.at).copied()
    }
}

#[derive(Default)]
struct Sum {
    batch: CellBatch,
    texts: NodeTexts,
    /// The cells of the user at hand, by node.
    places: HashMap<u32, usize, foldhash::fast::RandomState>,
}

impl Sum {
    /// Adds a cell to the one of its user and node, or as a new one where there is none or its sums
    /// would not fit.
    fn add(&mut self, cells: &Cells<'_>, at: usize, node: u32) {
        let known = self.places.get(&node).copied();
        if known.is_some_and(|place| self.batch.add(place, cells, at)) {
            return;
        }
        self.places.insert(node, self.batch.len());
        self.batch.push(cells, at, node);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cells of one user by node text, each of one record.
    fn batch(cells: &[(i64, &str, i64, u64)]) -> (CellBatch, NodeTexts) {
        let (mut batch, mut texts) = (CellBatch::default(), NodeTexts::default());
        for &(user, node, t, bytes) in cells {
            batch.user_id.push(user);
            batch.node.push(texts.encode(node));
            batch.first.push(t);
            batch.last.push(t + 1);
            batch.upload.push(bytes);
            batch.download.push(1);
            batch.records.push(1);
        }
        (batch, texts)
    }

    fn rows((batch, texts): &(CellBatch, NodeTexts)) -> Vec<(i64, String, i64, i64, u64, u64)> {
        let row = |at: usize| {
            let node = texts.text(batch.node[at]).to_owned();
            let (first, last) = (batch.first[at], batch.last[at]);
            (batch.user_id[at], node, first, last, batch.upload[at], batch.records[at])
        };
        (0..batch.len()).map(row).collect()
    }

    #[test]
    fn days_are_summed_by_user_and_text_under_one_dictionary() {
        let first = batch(&[(1, "a", 10, 5), (1, "b", 11, 6), (3, "a", 12, 7)]);
        let second = batch(&[(1, "b", 20, 1), (2, "a", 21, 2)]);
        let days = [&first, &second].map(|(batch, texts)| batch.cells(texts));
        let text = |text: &str| text.to_owned();
        let expected = [
            (1, text("a"), 10, 11, 5, 1),
            (1, text("b"), 11, 21, 7, 2),
            (2, text("a"), 21, 22, 2, 1),
            (3, text("a"), 12, 13, 7, 1),
        ];
        assert_eq!(rows(&summed(days.to_vec(), &[])), expected);
    }

    #[test]
    fn sums_that_do_not_fit_stay_apart() {
        let days = [batch(&[(1, "a", 10, u64::MAX)]), batch(&[(1, "a", 20, 1)])];
        let sum = summed(days.iter().map(|(batch, texts)| batch.cells(texts)).collect(), &[]);
        let bytes: Vec<u64> = rows(&sum).iter().map(|row| row.4).collect();
        assert_eq!(bytes, [u64::MAX, 1]);
    }
}

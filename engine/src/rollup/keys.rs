//! The nodes of rows, and the rows of nodes.

use crate::column::NodeTexts;
use crate::query::slots::{NodeIndex, NodeMeaning, digits};
use crate::store::{Node, NodeKey};
use std::collections::HashMap;

/// Slot of merged days, which are no node.
pub(super) const DAY_SLOT: u32 = u32::MAX;

/// Tells which row of a day a node text belongs to.
pub(super) struct Keys<'a> {
    index: &'a NodeIndex,
    nodes: &'a [Node],
}

impl<'a> Keys<'a> {
    pub(super) fn new(index: &'a NodeIndex, nodes: &'a [Node]) -> Self {
        Self { index, nodes }
    }

    /// The row of `text`; none for merged days. Columns of text compare without the spaces at the
    /// end, so that texts which differ by those alone share a row, and the key has none.
    pub(super) fn key(&self, text: &str) -> Option<NodeKey> {
        match self.index.meaning(text) {
            NodeMeaning::Day => None,
            NodeMeaning::Known(at) => Some(self.listed(at)),
            NodeMeaning::Unlisted => {
                let text = text.trim_end_matches(' ');
                // What was merged is kept by text alone, where these would be the node's digits.
                match digits(text).map(|_| self.index.meaning(text)) {
                    Some(NodeMeaning::Known(at)) => Some(self.listed(at)),
                    _ => Some(NodeKey { id: 0, text: text.to_owned() }),
                }
            }
        }
    }

    fn listed(&self, at: usize) -> NodeKey {
        let id = self.nodes[at].id.0;
        let fits = i32::try_from(id).is_ok();
        NodeKey { id: if fits { id } else { 0 }, text: id.to_string() }
    }
}

/// Dense numbers for the nodes of a reading: one for each node, as texts tell them apart.
pub(super) struct Slots<'a> {
    keys: Keys<'a>,
    index: &'a NodeIndex,
    /// Row of each slot, and how its text is written there.
    rows: Vec<(NodeKey, String)>,
    listed: HashMap<usize, u32>,
    unlisted: HashMap<String, u32>,
    /// The dictionary learnt last, and its slots by code.
    learnt: (Option<u64>, Vec<u32>),
}

impl<'a> Slots<'a> {
    pub(super) fn new(index: &'a NodeIndex, nodes: &'a [Node]) -> Self {
        let (rows, listed, unlisted, learnt) = Default::default();
        Self { keys: Keys::new(index, nodes), index, rows, listed, unlisted, learnt }
    }

    /// Learns the texts that are new; codes are of this dictionary from now on.
    pub(super) fn learn(&mut self, texts: &NodeTexts) {
        if self.learnt.0 != Some(texts.identity()) {
            self.learnt = (Some(texts.identity()), Vec::new());
        }
        for text in texts.iter().skip(self.learnt.1.len()) {
            let slot = self.slot_of(text);
            self.learnt.1.push(slot);
        }
    }

    fn slot_of(&mut self, text: &str) -> u32 {
        let Some(key) = self.keys.key(text) else {
            return DAY_SLOT;
        };
        let next = u32::try_from(self.rows.len()).expect("fewer than 2³² nodes");
        let slot = match self.index.meaning(text) {
            NodeMeaning::Known(at) => *self.listed.entry(at).or_insert(next),
            NodeMeaning::Day | NodeMeaning::Unlisted => {
                *self.unlisted.entry(text.to_owned()).or_insert(next)
            }
        };
        if slot == next {
            let is_other = key.text == text.trim_end_matches(' ') && key.id == 0;
            let written = if is_other { text.to_owned() } else { key.text.clone() };
            self.rows.push((key, written));
        }
        slot
    }

    /// The slot of a code learnt last; [`DAY_SLOT`] for merged days.
    pub(super) fn slot(&self, code: u32) -> u32 {
        self.learnt.1[code as usize]
    }

    /// The row of a slot, and how its text is written.
    pub(super) fn row(&self, slot: u32) -> &(NodeKey, String) {
        &self.rows[slot as usize]
    }

    /// Bytes held.
    pub(super) fn memory(&self) -> usize {
        let texts: usize = self.rows.iter().map(|(row, _)| 3 * row.text.len() + 120).sum();
        texts + self.learnt.1.capacity() * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::NodeId;

    #[test]
    fn listed_nodes_are_told_by_id_and_others_by_text() {
        let node =
            |id, name: &str| Node { id: NodeId(id), name: name.to_owned(), ..Node::default() };
        let nodes = [node(7, "Tokyo"), node(1 << 40, "far")];
        let index = NodeIndex::of(&nodes);
        let keys = Keys::new(&index, &nodes);
        let key = |text: &str| keys.key(text).map(|key| (key.id, key.text));
        for (text, id, row) in [
            ("Tokyo", 7, "7"),
            ("007", 7, "7"),
            ("8", 0, "8"),
            ("tokyo", 0, "tokyo"),
            ("Tokyo  ", 0, "Tokyo"),
            ("7 ", 7, "7"),
            ("8 ", 0, "8"),
            ("DAY ", 0, "DAY"),
            ("far", 0, "1099511627776"),
            ("", 0, ""),
        ] {
            assert_eq!(key(text), Some((id, row.to_owned())), "{text:?}");
        }
        assert_eq!(key("DAY"), None);
    }
}

//! Small dense numbers for nodes, so that sums live in vectors.

use super::renumbering::Renumbering;
use crate::column::{DAY_MARKER, NodeTexts};
use crate::store::Node;
use crate::units::NodeId;
use std::collections::HashMap;

/// What a node text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeMeaning {
    /// The marker of a merged day, which is no node.
    Day,
    /// The node at this position in the list of nodes.
    Known(usize),
    /// A node that the node table does not list, named by its text.
    Unlisted,
}

/// Finds nodes by the text of a usage row.
#[derive(Debug, Default)]
pub struct NodeIndex {
    by_id: HashMap<NodeId, usize>,
    by_name: HashMap<String, usize>,
    len: usize,
}

impl NodeIndex {
    /// An index of `nodes`, which ascend by id, so that the lowest id keeps a name.
    pub fn of(nodes: &[Node]) -> Self {
        let mut index = Self { len: nodes.len(), ..Self::default() };
        for (at, node) in nodes.iter().enumerate() {
            index.by_id.insert(node.id, at);
            index.by_name.entry(node.name.clone()).or_insert(at);
        }
        index
    }

    /// What `text` means: `DAY`, else the id of a node, else the exact name of a node.
    pub fn meaning(&self, text: &str) -> NodeMeaning {
        if text == DAY_MARKER {
            return NodeMeaning::Day;
        }
        digits(text)
            .and_then(|id| self.by_id.get(&id))
            .or_else(|| self.by_name.get(text))
            .map_or(NodeMeaning::Unlisted, |&at| NodeMeaning::Known(at))
    }

    /// Number of listed nodes.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True when no node is listed.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// The node id that a text of digits alone stands for.
pub fn digits(text: &str) -> Option<NodeId> {
    let all_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| text.parse().ok().map(NodeId))?
}

/// Slot of merged days, which are no node.
pub const DAY_SLOT: u32 = u32::MAX;

/// Translates the node codes of dictionaries into node slots: listed nodes first, in the order of
/// their ids, then unlisted ones as met.
#[derive(Debug)]
pub struct NodeSlots<'a> {
    index: &'a NodeIndex,
    unlisted: Vec<String>,
    unlisted_slots: HashMap<String, u32>,
    /// Bytes of the texts of unlisted nodes.
    unlisted_bytes: usize,
    /// The dictionary learnt last, and its slots by code.
    learnt: (Option<u64>, Vec<u32>),
    /// Slots by code of the dictionaries learnt before.
    others: HashMap<u64, Vec<u32>>,
}

impl<'a> NodeSlots<'a> {
    /// Slots for the nodes of `index`.
    pub fn new(index: &'a NodeIndex) -> Self {
        Self {
            index,
            unlisted: Vec::new(),
            unlisted_slots: HashMap::new(),
            unlisted_bytes: 0,
            learnt: (None, Vec::new()),
            others: HashMap::new(),
        }
    }

    /// Learns the texts that are new since the last call; codes are of this dictionary from now on.
    pub fn learn(&mut self, texts: &NodeTexts) {
        if self.learnt.0 != Some(texts.identity()) {
            let slots = self.others.remove(&texts.identity()).unwrap_or_default();
            let (before, slots_before) =
                std::mem::replace(&mut self.learnt, (Some(texts.identity()), slots));
            if let Some(before) = before {
                self.others.insert(before, slots_before);
            }
        }
        for text in texts.iter().skip(self.learnt.1.len()) {
            let slot = self.slot_of(text);
            self.learnt.1.push(slot);
        }
    }

    fn slot_of(&mut self, text: &str) -> u32 {
        match self.index.meaning(text) {
            NodeMeaning::Day => DAY_SLOT,
            NodeMeaning::Known(at) => slot_number(at),
            NodeMeaning::Unlisted => match self.unlisted_slots.get(text) {
                Some(&slot) => slot,
                None => {
                    let slot = slot_number(self.len());
                    self.unlisted_bytes += text.len();
                    self.unlisted.push(text.to_owned());
                    self.unlisted_slots.insert(text.to_owned(), slot);
                    slot
                }
            },
        }
    }

    /// The listed nodes.
    pub(super) fn listed(&self) -> &'a NodeIndex {
        self.index
    }

    /// The same nodes, of which no dictionary was learnt.
    pub(super) fn split(&self) -> Self {
        Self::new(self.index)
    }

    /// The slots of `other`, which has the same listed nodes, in this numbering; it has all of
    /// their unlisted nodes afterwards.
    pub(super) fn merge(&mut self, other: &Self) -> Renumbering {
        let listed = (0..self.index.len()).map(slot_number);
        let mut slots: Vec<u32> = listed.collect();
        slots.extend(other.unlisted.iter().map(|text| self.slot_of(text)));
        Renumbering::each(slots)
    }

    /// Bytes held.
    pub(super) fn memory(&self) -> usize {
        let codes = self.learnt.1.len() + self.others.values().map(Vec::len).sum::<usize>();
        // A text is kept twice, and beside it two strings' headers and a slot.
        codes * size_of::<u32>() + 2 * self.unlisted_bytes + self.unlisted.len() * 64
    }

    /// The slot of a code of the dictionary learnt last; [`DAY_SLOT`] for merged days.
    ///
    /// # Panics
    /// When the code was not learnt.
    #[inline]
    pub fn slot(&self, code: u32) -> u32 {
        self.learnt.1[code as usize]
    }

    /// Number of slots: listed nodes and the unlisted ones met so far.
    pub fn len(&self) -> usize {
        self.index.len() + self.unlisted.len()
    }

    /// True when there is no slot at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The texts of unlisted nodes; their slots begin after those of the listed ones.
    pub fn unlisted(&self) -> &[String] {
        &self.unlisted
    }
}

fn slot_number(at: usize) -> u32 {
    u32::try_from(at).expect("fewer than 2³² nodes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(id: i64, name: &str) -> Node {
        Node { id: NodeId(id), name: name.to_owned(), ..Node::default() }
    }

    fn index() -> NodeIndex {
        NodeIndex::of(&[
            node(3, "Tokyo"),
            node(7, "Tokyo"),
            node(9, "12"),
            node(12, "DAY"),
            node(15, "3"),
        ])
    }

    #[test]
    fn digits_mean_an_id_when_there_is_such_a_node_and_a_name_otherwise() {
        assert_eq!(index().meaning("3"), NodeMeaning::Known(0));
        assert_eq!(index().meaning("007"), NodeMeaning::Known(1));
        assert_eq!(index().meaning("12"), NodeMeaning::Known(3));
        assert_eq!(NodeIndex::of(&[node(9, "12")]).meaning("12"), NodeMeaning::Known(0));
    }

    #[test]
    fn equal_names_belong_to_the_lowest_id_and_compare_exactly() {
        assert_eq!(index().meaning("Tokyo"), NodeMeaning::Known(0));
        assert_eq!(index().meaning("tokyo"), NodeMeaning::Unlisted);
        assert_eq!(index().meaning("Tokyo "), NodeMeaning::Unlisted);
    }

    #[test]
    fn only_the_exact_marker_is_a_merged_day() {
        assert_eq!(index().meaning("DAY"), NodeMeaning::Day);
        assert_eq!(index().meaning("day"), NodeMeaning::Unlisted);
    }

    #[test]
    fn numbers_that_are_no_id_are_nodes_of_their_own() {
        for text in ["", "9abc", "4", "-3", "+3", "３", "99999999999999999999"] {
            assert_eq!(index().meaning(text), NodeMeaning::Unlisted, "{text:?}");
        }
    }

    #[test]
    fn slots_follow_a_growing_dictionary() {
        let index = index();
        let (mut slots, mut texts) = (NodeSlots::new(&index), NodeTexts::default());
        let (tokyo, gone) = (texts.encode("Tokyo"), texts.encode("gone"));
        slots.learn(&texts);
        let (day, seven, lost) = (texts.encode("DAY"), texts.encode("7"), texts.encode("lost"));
        slots.learn(&texts);
        let found: Vec<_> = [tokyo, gone, day, seven, lost].map(|code| slots.slot(code)).into();
        assert_eq!(found, [0, 5, DAY_SLOT, 1, 6]);
        assert_eq!(slots.unlisted(), ["gone", "lost"]);
    }

    #[test]
    fn a_text_has_one_slot_whatever_dictionary_it_comes_from() {
        let index = index();
        let (mut a, mut b) = (NodeTexts::default(), NodeTexts::default());
        let (gone, tokyo) = (a.encode("gone"), b.encode("Tokyo"));
        let (lost, gone_too) = (b.encode("lost"), b.encode("gone"));
        let mut slots = NodeSlots::new(&index);
        slots.learn(&a);
        let first = slots.slot(gone);
        slots.learn(&b);
        assert_eq!([tokyo, lost, gone_too].map(|code| slots.slot(code)), [0, 6, first]);
        slots.learn(&a);
        assert_eq!(slots.slot(gone), first);
        assert_eq!(slots.unlisted(), ["gone", "lost"]);
    }

    #[test]
    fn merged_slots_are_those_of_the_same_texts() {
        let index = index();
        let (mut mine, mut theirs) = (NodeSlots::new(&index), NodeSlots::new(&index));
        ["gone", "lost"].into_iter().for_each(|text| _ = mine.slot_of(text));
        ["lost", "new", "Tokyo"].into_iter().for_each(|text| _ = theirs.slot_of(text));
        assert_eq!(mine.merge(&theirs), Renumbering::Each(vec![0, 1, 2, 3, 4, 6, 7]));
        assert_eq!(mine.unlisted(), ["gone", "lost", "new"]);
    }
}

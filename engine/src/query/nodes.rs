//! Which usage rows belong to a node.

use super::slots::{NodeIndex, NodeMeaning, digits};
use crate::column::NodeTexts;
use crate::store::{Node, NodeHint};

/// The rows of one node, decided by text.
#[derive(Debug)]
pub struct NodeFilter<'a> {
    index: &'a NodeIndex,
    wanted: Wanted,
    /// The dictionary asked about last, and which of its codes are wanted.
    accepted: (Option<u64>, Vec<bool>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    /// Every text that means this node.
    Node(usize),
    /// Exactly this text.
    Text(String),
}

impl<'a> NodeFilter<'a> {
    /// The rows of the node that `text` means; where it means none, the rows with this very text.
    pub fn of_node(text: &str, index: &'a NodeIndex) -> Self {
        let wanted = match index.meaning(text) {
            NodeMeaning::Known(at) => Wanted::Node(at),
            NodeMeaning::Day | NodeMeaning::Unlisted => Wanted::Text(text.to_owned()),
        };
        Self { index, wanted, accepted: (None, Vec::new()) }
    }

    /// The rows with this very text.
    pub fn of_text(text: &str, index: &'a NodeIndex) -> Self {
        Self { index, wanted: Wanted::Text(text.to_owned()), accepted: (None, Vec::new()) }
    }

    /// What a database can leave out beforehand.
    pub fn hint(&self, nodes: &[Node]) -> NodeHint {
        match &self.wanted {
            Wanted::Node(at) => {
                let node = &nodes[*at];
                NodeHint { texts: vec![node.name.clone()], id: Some(node.id) }
            }
            Wanted::Text(text) => NodeHint { texts: vec![text.clone()], id: digits(text) },
        }
    }

    /// True when the row's node text is one of the wanted.
    ///
    /// # Panics
    /// When `code` is not of `texts`.
    pub fn accepts(&mut self, code: u32, texts: &NodeTexts) -> bool {
        if self.accepted.0 != Some(texts.identity()) {
            self.accepted = (Some(texts.identity()), Vec::new());
        }
        for text in texts.iter().skip(self.accepted.1.len()) {
            self.accepted.1.push(match &self.wanted {
                Wanted::Node(at) => self.index.meaning(text) == NodeMeaning::Known(*at),
                Wanted::Text(wanted) => wanted == text,
            });
        }
        self.accepted.1[code as usize]
    }
}

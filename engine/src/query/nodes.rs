//! Which usage rows belong to a node.

use super::slots::{NodeIndex, NodeMeaning, digits};
use crate::column::{NodeTexts, UsageBatch};
use crate::store::{Node, NodeHint};

/// The rows of one node, decided by text.
#[derive(Debug)]
pub struct NodeFilter<'a> {
    index: &'a NodeIndex,
    wanted: Wanted,
    accepted: Vec<bool>,
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
        Self { index, wanted, accepted: Vec::new() }
    }

    /// The rows with this very text.
    pub fn of_text(text: &str, index: &'a NodeIndex) -> Self {
        Self { index, wanted: Wanted::Text(text.to_owned()), accepted: Vec::new() }
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
        for text in texts.iter().skip(self.accepted.len()) {
            self.accepted.push(match &self.wanted {
                Wanted::Node(at) => self.index.meaning(text) == NodeMeaning::Known(*at),
                Wanted::Text(wanted) => wanted == text,
            });
        }
        self.accepted[code as usize]
    }

    /// The accepted rows of `batch`.
    pub fn select(&mut self, batch: &UsageBatch, texts: &NodeTexts) -> UsageBatch {
        let keep: Vec<bool> = batch.node.iter().map(|&code| self.accepts(code, texts)).collect();
        batch.select(|row| keep[row])
    }
}

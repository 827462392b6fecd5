//! Which node a text means: the rulings on D4, D9, D10, D21 and D31.

use crate::database::{Node, Usage};

/// What the text of column `node` stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// A merged day, which is no node.
    Day,
    /// The listed node with this id.
    Listed(i64),
    /// A node that is not listed, known by its text.
    Unlisted(String),
}

/// The meaning of `text` among `nodes`.
pub fn meaning(text: &str, nodes: &[Node]) -> Meaning {
    if text == "DAY" {
        return Meaning::Day;
    }
    if !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()) {
        let significant = text.trim_start_matches('0');
        for node in nodes {
            let id = node.id.to_string();
            if significant == id || (significant.is_empty() && id == "0") {
                return Meaning::Listed(node.id);
            }
        }
    }
    let mut lowest: Option<i64> = None;
    for node in nodes {
        if node.name == text && lowest.is_none_or(|id| node.id < id) {
            lowest = Some(node.id);
        }
    }
    lowest.map_or_else(|| Meaning::Unlisted(text.to_owned()), Meaning::Listed)
}

/// The listed node a row belongs to.
pub fn node_of<'a>(row: &Usage, nodes: &'a [Node]) -> Option<&'a Node> {
    match meaning(&row.node, nodes) {
        Meaning::Listed(id) => nodes.iter().find(|node| node.id == id),
        Meaning::Day | Meaning::Unlisted(_) => None,
    }
}

/// True when the row belongs to the node that `wanted` means; where it means none, when the row
/// holds this very text.
pub fn belongs(row: &Usage, wanted: &str, nodes: &[Node]) -> bool {
    match meaning(wanted, nodes) {
        Meaning::Listed(id) => meaning(&row.node, nodes) == Meaning::Listed(id),
        Meaning::Day | Meaning::Unlisted(_) => row.node == wanted,
    }
}

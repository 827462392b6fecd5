//! Values of `user` and `node` that their columns must not hold, kept beside the row: only questions
//! that need them are refused.

use super::schema::{NODE_COLUMNS, USER_COLUMNS};
use super::{Node, StoreError, Table};
use crate::units::NodeId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a column may hold, in the words of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// Any whole number of 64 bits.
    WholeNumber,
    /// A whole number that is not too large.
    AtMostSigned,
    /// A whole number that is not too large, where it is never negative.
    AtMostUnsigned,
    /// No negative number.
    ZeroOrMore,
    /// A time that a calendar knows.
    UnixSeconds,
    /// A text.
    Text,
    /// A text in our encoding.
    Utf8,
    /// A text for which the pre-aggregates have room.
    ShortText,
    /// A finite number.
    Number,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WholeNumber => "a whole number",
            Self::AtMostSigned => "at most 2^63 - 1",
            Self::AtMostUnsigned => "at most 2^64 - 1",
            Self::ZeroOrMore => "0 or more",
            Self::UnixSeconds => "unix seconds from 0 to the year 9999",
            Self::Text => "a text",
            Self::Utf8 => "valid UTF-8",
            Self::ShortText => "at most 50 characters for `daily_node_traffic` to hold it",
            Self::Number => "a number",
        })
    }
}

/// A value that its column must not hold; what the row shows in its place is made up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The column.
    pub column: &'static str,
    /// The value found, as messages show it.
    pub value: String,
    /// What the column may hold.
    pub expected: Expected,
}

impl Fault {
    /// The error for who needs the value of row `id` of `table`.
    pub(crate) fn error(&self, table: Table, id: i64) -> StoreError {
        StoreError::BadValue {
            table,
            row: format!("id {id}"),
            column: self.column,
            value: self.value.clone(),
            expected: self.expected,
        }
    }
}

/// The faults of a row; nearly always none, and then no larger than a pointer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::box_collection, reason = "a million users have none")]
pub struct Faults(Option<Box<Vec<Fault>>>);

impl Faults {
    /// Nothing is bad.
    pub(super) const NONE: Self = Self(None);

    /// Bytes held beside the pointer.
    pub(super) fn memory(&self) -> usize {
        self.0.iter().map(|all| all.capacity() * size_of::<Fault>()).sum::<usize>()
            + self.iter().map(|fault| fault.value.len()).sum::<usize>()
    }

    pub(super) fn push(&mut self, fault: Fault) {
        self.0.get_or_insert_default().push(fault);
    }

    /// All of them, in the order of the columns.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter().flat_map(|faults| faults.iter())
    }

    /// True when no value is bad.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The first one in any of `columns`.
    pub(crate) fn among(&self, columns: &[&str]) -> Option<&Fault> {
        self.iter().find(|fault| columns.contains(&fault.column))
    }

    /// As text for a snapshot; none where there are none.
    pub(crate) fn to_text(&self) -> Option<String> {
        let faults: Vec<_> =
            self.iter().map(|it| (it.column, it.value.as_str(), it.expected)).collect();
        (!faults.is_empty()).then(|| serde_json::to_string(&faults).expect("plain texts are JSON"))
    }

    /// From [`Faults::to_text`]; none where the text is not of its making.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let faults: Vec<(String, String, Expected)> = serde_json::from_str(text).ok()?;
        let mut all = Self::default();
        for (name, value, expected) in faults {
            let known = USER_COLUMNS.iter().chain(&NODE_COLUMNS);
            let column = known.copied().find(|column| *column == name)?;
            all.push(Fault { column, value, expected });
        }
        Some(all)
    }
}

/// Refuses a question that needs `columns` of the nodes in `among`, where one of them holds what it
/// must not.
///
/// # Errors
/// [`StoreError::BadValue`] of the first such node.
pub(crate) fn need_of_nodes(
    nodes: &[Node],
    columns: &[&str],
    among: impl Fn(NodeId) -> bool,
) -> Result<(), StoreError> {
    let faulty = nodes.iter().filter(|node| !node.faults.is_empty() && among(node.id));
    for node in faulty {
        if let Some(fault) = node.faults.among(columns) {
            return Err(fault.error(Table::Node, node.id.0));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_survive_being_written() {
        let mut faults = Faults::default();
        assert_eq!(faults.to_text(), None);
        let fault = |column, value: &str, expected| Fault { column, value: value.into(), expected };
        faults.push(fault("u", "-5", Expected::ZeroOrMore));
        faults.push(fault("created_at", "NULL", Expected::WholeNumber));
        let text = faults.to_text().expect("two faults");
        assert_eq!(Faults::from_text(&text), Some(faults));
        assert_eq!(Faults::from_text("[[\"nothing\",\"\",\"text\"]]"), None);
        assert_eq!(Faults::from_text("x"), None);
    }
}

//! Numbers and ids on the command line, and what to say when nobody has an id.

use crate::failure::Failure;
use std::str::FromStr;
use thiserror::Error;
use traffic_engine::{Engine, NodeId, UserId};

/// A text that is no number, or too large a one.
#[derive(Debug, Error)]
#[error("{given:?} is not a whole number within bounds; give digits alone")]
pub(super) struct NoNumber {
    given: String,
}

/// Reads a whole number.
pub(super) fn number<T: FromStr>(text: &str) -> Result<T, NoNumber> {
    text.parse().map_err(|_| NoNumber { given: text.to_owned() })
}

/// Reads a user id.
pub(super) fn user(text: &str) -> Result<UserId, NoNumber> {
    number(text).map(UserId)
}

/// Reads a node id.
pub(super) fn node(text: &str) -> Result<NodeId, NoNumber> {
    number(text).map(NodeId)
}

/// # Errors
/// [`Failure::NoUser`] when the user is not listed and no usage row is theirs.
pub(super) fn known_user(engine: &Engine, user: UserId) -> Result<(), Failure> {
    if engine.user_exists(user)? { Ok(()) } else { Err(Failure::NoUser(user)) }
}

/// # Errors
/// [`Failure::NoNode`] when no node has this id or name and no usage row names it.
pub(super) fn known_node(engine: &Engine, node: &str) -> Result<(), Failure> {
    if engine.node_exists(node)? { Ok(()) } else { Err(Failure::NoNode { node: node.to_owned() }) }
}

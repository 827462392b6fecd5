//! Numbers and ids on the command line, and what to say when nobody has an id.
//!
//! That nobody has it is an answer, as by every other way to ask; a remark says so.

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

/// What to say about a user that is not listed.
pub(super) fn no_user(user: UserId) -> String {
    format!("no user with id {user}; list users with `traffic-engine rank users`")
}

/// What to say about a node that is not listed.
pub(super) fn no_node(node: &str) -> String {
    format!("no node {node:?}; list nodes with `traffic-engine nodes`")
}

/// A remark about a user that is not listed and of whom there is no usage row, or about a node
/// that no listed node and no usage row names; none where all are known.
///
/// # Errors
/// Those of the store.
pub(super) fn unknown(
    engine: &Engine,
    user: Option<UserId>,
    node: Option<&str>,
) -> Result<Option<String>, Failure> {
    if let Some(user) = user
        && !engine.user_exists(user)?
    {
        return Ok(Some(no_user(user)));
    }
    Ok(match node {
        Some(node) if !engine.node_exists(node)? => Some(no_node(node)),
        _ => None,
    })
}

//! Single users and nodes.

use super::{Answer, Engine};
use crate::error::EngineError;
use crate::query::details::{Daily, NodeDetails, UserDetails};
use crate::query::nodes::NodeFilter;
use crate::query::slots::{NodeIndex, NodeMeaning};
use crate::store::{Record, Table, UsageScan};
use crate::units::{NodeId, UserId, Window};
use std::ops::ControlFlow;

impl Engine {
    /// All columns of all nodes, by id.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn node_table(&self) -> Result<Answer<Vec<Record>>, EngineError> {
        self.ask(Window::unbounded(), |read| {
            let nodes = read.records(Table::Node, None)?;
            Ok(nodes)
        })
    }

    /// A user with the traffic of the last 30 days; nothing when the user is not listed.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn user_details(&self, id: UserId) -> Result<Answer<Option<UserDetails>>, EngineError> {
        let calendar = self.calendar();
        let window = Daily::window(&calendar);
        self.ask(window, |read| {
            let Some(user) = read.records(Table::User, Some(id.0))?.pop() else {
                return Ok(None);
            };
            let mut daily = Daily::of_user(&calendar);
            read.feed(&UsageScan::of_user(id, window), &calendar, &mut daily)?;
            Ok(Some(UserDetails { user, traffic_history: daily.user_days() }))
        })
    }

    /// A node with the traffic of the last 30 days; nothing when the node is not listed.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn node_details(&self, id: NodeId) -> Result<Answer<Option<NodeDetails>>, EngineError> {
        let calendar = self.calendar();
        let window = Daily::window(&calendar);
        self.ask(window, |read| {
            let Some(node) = read.records(Table::Node, Some(id.0))?.pop() else {
                return Ok(None);
            };
            let mut daily = Daily::of_node(&calendar);
            read.feed_node(&id.to_string(), window, &mut daily)?;
            Ok(Some(NodeDetails { node, traffic_stats: daily.node_days() }))
        })
    }

    /// True when the user is listed or any usage row is theirs.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn user_exists(&self, id: UserId) -> Result<bool, EngineError> {
        let exists = self.ask(Window::unbounded(), |read| {
            if !read.records(Table::User, Some(id.0))?.is_empty() {
                return Ok(true);
            }
            let mut found = false;
            read.scan(&UsageScan::of_user(id, Window::unbounded()), &mut |_| {
                found = true;
                ControlFlow::Break(())
            })?;
            Ok(found)
        })?;
        Ok(exists.value)
    }

    /// True when `text` is the id or name of a listed node, or the node text of any usage row.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn node_exists(&self, text: &str) -> Result<bool, EngineError> {
        let exists = self.ask(Window::unbounded(), |read| {
            let nodes = read.nodes()?;
            let index = NodeIndex::of(&nodes);
            let is_listed = matches!(index.meaning(text), NodeMeaning::Known(_));
            if is_listed || read.has_detail_of(text)? {
                return Ok(true);
            }
            let mut filter = NodeFilter::of_text(text, &index);
            let scan = UsageScan { nodes: Some(filter.hint(&nodes)), ..UsageScan::default() };
            let mut found = false;
            read.scan(&scan, &mut |rows| {
                found = rows.node.iter().any(|&code| filter.accepts(code, rows.texts));
                if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })?;
            Ok(found)
        })?;
        Ok(exists.value)
    }
}

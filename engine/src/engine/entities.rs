//! Single users and nodes.

use super::Engine;
use crate::error::EngineError;
use crate::query::Kernel;
use crate::query::details::{Daily, NodeDetails, UserDetails};
use crate::query::nodes::NodeFilter;
use crate::query::slots::{NodeIndex, NodeMeaning};
use crate::store::{Record, Table, UsageScan, View};
use crate::units::{NodeId, UserId, Window};
use std::ops::ControlFlow;

impl Engine {
    /// All columns of all nodes, by id.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn node_table(&self) -> Result<Vec<Record>, EngineError> {
        Ok(self.store.view()?.records(Table::Node, None)?)
    }

    /// A user with the traffic of the last 30 days; nothing when the user is not listed.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn user_details(&self, id: UserId) -> Result<Option<UserDetails>, EngineError> {
        let calendar = self.calendar();
        let mut view = self.store.view()?;
        let Some(user) = view.records(Table::User, Some(id.0))?.pop() else {
            return Ok(None);
        };
        let mut daily = Daily::new(&calendar);
        let scan = UsageScan::of_user(id, Daily::window(&calendar));
        self.feed(&mut *view, &scan, &mut daily)?;
        Ok(Some(UserDetails { user, traffic_history: daily.user_days() }))
    }

    /// A node with the traffic of the last 30 days; nothing when the node is not listed.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn node_details(&self, id: NodeId) -> Result<Option<NodeDetails>, EngineError> {
        let calendar = self.calendar();
        let mut view = self.store.view()?;
        let Some(node) = view.records(Table::Node, Some(id.0))?.pop() else {
            return Ok(None);
        };
        let mut daily = Daily::new(&calendar);
        let window = Daily::window(&calendar);
        self.feed_node(&mut *view, &id.to_string(), window, &mut daily)?;
        Ok(Some(NodeDetails { node, traffic_stats: daily.node_days() }))
    }

    /// True when the user is listed or any usage row is theirs.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn user_exists(&self, id: UserId) -> Result<bool, EngineError> {
        let mut view = self.store.view()?;
        if !view.records(Table::User, Some(id.0))?.is_empty() {
            return Ok(true);
        }
        let mut found = false;
        self.read(&mut *view, &UsageScan::of_user(id, Window::unbounded()), &mut |_, _| {
            found = true;
            ControlFlow::Break(())
        })?;
        Ok(found)
    }

    /// True when `text` is the id or name of a listed node, or the node text of any usage row.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn node_exists(&self, text: &str) -> Result<bool, EngineError> {
        let mut view = self.store.view()?;
        let nodes = view.nodes()?;
        let index = NodeIndex::of(&nodes);
        if matches!(index.meaning(text), NodeMeaning::Known(_)) {
            return Ok(true);
        }
        let mut filter = NodeFilter::of_text(text, &index);
        let scan = UsageScan { nodes: Some(filter.hint(&nodes)), ..UsageScan::default() };
        let mut found = false;
        self.read(&mut *view, &scan, &mut |batch, texts| {
            found = batch.node.iter().any(|&code| filter.accepts(code, texts));
            if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        Ok(found)
    }

    /// Feeds the rows of the node that `text` means to `kernel`.
    pub(super) fn feed_node(
        &self,
        view: &mut dyn View,
        text: &str,
        window: Window,
        kernel: &mut dyn Kernel,
    ) -> Result<(), EngineError> {
        let nodes = view.nodes()?;
        let index = NodeIndex::of(&nodes);
        let mut filter = NodeFilter::of_node(text, &index);
        let scan = UsageScan { window, nodes: Some(filter.hint(&nodes)), ..UsageScan::default() };
        self.read(view, &scan, &mut |batch, texts| {
            kernel.add(&filter.select(batch, texts), texts);
            ControlFlow::Continue(())
        })
    }
}

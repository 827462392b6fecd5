//! Questions whose answer is the rows themselves, one at a time, and sums over the same rows.

use super::Engine;
use crate::column::{DAY_MARKER, NodeTexts, UsageBatch};
use crate::error::EngineError;
use crate::query::Kernel;
use crate::query::group::{DayTraffic, ServiceDay, ServiceDays, TrafficGroup, TrafficGrouping};
use crate::query::nodes::NodeFilter;
use crate::query::rows::{Directory, TrafficFilter, TrafficRow, UsageRecord, UsageRecords};
use crate::query::slots::NodeIndex;
use crate::range::Reader;
use crate::store::{Node, ScanOrder, UsageScan, User, View};
use crate::units::Window;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

impl Engine {
    /// Gives usage records to `sink`, newest first, equal times by id, until it breaks off.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`]; rows given before stay valid.
    pub fn usage_records(
        &self,
        request: &UsageRecords,
        sink: &mut dyn FnMut(UsageRecord) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Ranking)?;
        let mut view = self.store.view()?;
        let (users, nodes) = (view.users()?, view.nodes()?);
        let index = NodeIndex::of(&nodes);
        let mut filter = request.node.as_deref().map(|text| NodeFilter::of_node(text, &index));
        let mut directory = Directory::new(&users, &nodes, &index, &calendar);
        // Only exact texts count, so the database's idea of a node must not use up the limit.
        let limit = request.limit.rows().filter(|_| filter.is_none());
        let scan = UsageScan {
            window,
            users: request.wanted_users(&users),
            nodes: filter.as_ref().map(|filter| filter.hint(&nodes)),
            with_count_rate: true,
            order: ScanOrder::NewestFirst { after: request.after, limit },
        };
        let mut left = request.limit.rows().unwrap_or(u64::MAX);
        self.read(&mut *view, &scan, &mut |batch, texts| {
            for row in 0..batch.len() {
                if filter.as_mut().is_some_and(|it| !it.accepts(batch.node[row], texts)) {
                    continue;
                }
                left -= 1;
                let flow = sink(directory.usage_record(batch, row, texts));
                if left == 0 || flow.is_break() {
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        })
    }

    /// Gives raw traffic rows to `sink`, newest first, equal times by id, until it breaks off.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`]; rows given before stay valid.
    pub fn traffic(
        &self,
        request: &TrafficFilter,
        sink: &mut dyn FnMut(TrafficRow) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Traffic)?;
        let mut view = self.store.view()?;
        let (users, nodes) = (view.users()?, view.nodes()?);
        let index = NodeIndex::of(&nodes);
        let directory = Directory::new(&users, &nodes, &index, &calendar);
        let order = ScanOrder::NewestFirst { after: None, limit: None };
        let selection = Selection { request, window, order, users: &users, nodes: &nodes };
        self.read_traffic(&mut *view, &selection, &index, &mut |batch, texts| {
            let mut rows = 0..batch.len();
            rows.try_for_each(|row| {
                sink(directory.traffic_row(batch, row, texts, request.enhanced))
            })
        })
    }

    /// The rows of [`Engine::traffic`] summed by hour or day, by key.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`].
    pub fn grouped_traffic(
        &self,
        request: &TrafficFilter,
    ) -> Result<BTreeMap<String, TrafficGroup>, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Traffic)?;
        let mut view = self.store.view()?;
        let (users, nodes) = (view.users()?, view.nodes()?);
        let index = NodeIndex::of(&nodes);
        let mut grouping = TrafficGrouping::new(&calendar);
        let order = ScanOrder::Any;
        let selection = Selection { request, window, order, users: &users, nodes: &nodes };
        self.read_traffic(&mut *view, &selection, &index, &mut |batch, texts| {
            grouping.add(batch, texts);
            ControlFlow::Continue(())
        })?;
        Ok(grouping.finish(&request.range))
    }

    /// Traffic of each local day and WHMCS service, newest day first; deleted users have none.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`].
    pub fn day_traffic(&self, request: &DayTraffic) -> Result<Vec<ServiceDay>, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Traffic)?;
        let mut view = self.store.view()?;
        let users = view.users()?;
        let mut days = ServiceDays::new(&users, &calendar);
        let narrowed = request.service.is_some() || request.uuid.is_some();
        let wanted = narrowed.then(|| request.wanted_users(&users));
        let scan = UsageScan { window, users: wanted, ..UsageScan::default() };
        self.feed(&mut *view, &scan, &mut days)?;
        Ok(days.finish())
    }

    fn read_traffic(
        &self,
        view: &mut dyn View,
        selection: &Selection<'_>,
        index: &NodeIndex,
        sink: &mut dyn FnMut(&UsageBatch, &NodeTexts) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        let request = selection.request;
        let mut filter = request.node.as_deref().map(|text| NodeFilter::of_text(text, index));
        let scan = UsageScan {
            window: selection.window,
            users: request.wanted_users(selection.users),
            nodes: filter.as_ref().map(|filter| filter.hint(selection.nodes)),
            with_count_rate: selection.order != ScanOrder::Any,
            order: selection.order,
        };
        // A merged day is no node, so in the enhanced view no node filter matches it.
        let without_days = request.enhanced && (request.exclude_day_rows || filter.is_some());
        self.read(view, &scan, &mut |batch, texts| {
            let mut keep = |code: u32| {
                filter.as_mut().is_none_or(|filter| filter.accepts(code, texts))
                    && !(without_days && texts.text(code) == DAY_MARKER)
            };
            let kept: Vec<bool> = batch.node.iter().map(|&code| keep(code)).collect();
            if kept.iter().all(|&kept| kept) {
                return sink(batch, texts);
            }
            sink(&batch.select(|row| kept[row]), texts)
        })
    }
}

/// Which traffic rows to read, in which order; rows in any order come without count rate.
struct Selection<'a> {
    request: &'a TrafficFilter,
    window: Window,
    order: ScanOrder,
    users: &'a [User],
    nodes: &'a [Node],
}

//! Questions whose answer is the rows themselves, one at a time, and sums over the same rows.

use super::reading::Reading;
use super::{Answer, Engine};
use crate::column::{DAY_MARKER, Rows, UsageBatch};
use crate::error::EngineError;
use crate::query::Kernel;
use crate::query::group::{
    DayTraffic, GroupedTraffic, ServiceDay, ServiceDays, TrafficGroup, TrafficGrouping,
};
use crate::query::nodes::NodeFilter;
use crate::query::rows::{Directory, TrafficFilter, TrafficRow, UsageRecord, UsageRecords};
use crate::query::slots::NodeIndex;
use crate::range::Reader;
use crate::store::{Node, ScanOrder, UsageScan, Users};
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
    ) -> Result<Answer<()>, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Ranking)?;
        self.ask(window, |read| {
            let (users, nodes) = (read.users()?, read.nodes()?);
            if request.uuid.is_some() {
                users.need(&["uuid"], |_| true)?;
            }
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
                ..UsageScan::default()
            };
            let mut left = request.limit.rows().unwrap_or(u64::MAX);
            let mut shown = Ok(());
            read.scan(&scan, &mut |rows| {
                for row in 0..rows.len() {
                    if filter.as_mut().is_some_and(|it| !it.accepts(rows.node[row], rows.texts)) {
                        continue;
                    }
                    shown = directory.check_usage_record(rows, row);
                    if shown.is_err() {
                        return ControlFlow::Break(());
                    }
                    left -= 1;
                    let flow = sink(directory.usage_record(rows, row));
                    if left == 0 || flow.is_break() {
                        return ControlFlow::Break(());
                    }
                }
                ControlFlow::Continue(())
            })?;
            Ok(shown?)
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
    ) -> Result<Answer<()>, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Traffic)?;
        self.ask(window, |read| {
            let (users, nodes) = (read.users()?, read.nodes()?);
            users.need(request.deciding_columns(), |_| true)?;
            let index = NodeIndex::of(&nodes);
            let directory = Directory::new(&users, &nodes, &index, &calendar);
            let order = ScanOrder::NewestFirst { after: None, limit: None };
            let selection = Selection { request, window, order, users: &users, nodes: &nodes };
            let mut shown = Ok(());
            read.traffic(&selection, &index, &mut |rows| {
                let mut numbers = 0..rows.len();
                numbers.try_for_each(|row| {
                    shown = directory.check_traffic_row(rows, row, request.enhanced);
                    if shown.is_err() {
                        return ControlFlow::Break(());
                    }
                    sink(directory.traffic_row(rows, row, request.enhanced))
                })
            })?;
            Ok(shown?)
        })
    }

    /// The rows of [`Engine::traffic`] summed by hour or day, by key.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`].
    pub fn grouped_traffic(
        &self,
        grouped: &GroupedTraffic,
    ) -> Result<Answer<BTreeMap<String, TrafficGroup>>, EngineError> {
        let request = &grouped.filter;
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Traffic)?;
        self.ask(window, |read| {
            let (users, nodes) = (read.users()?, read.nodes()?);
            users.need(request.deciding_columns(), |_| true)?;
            let index = NodeIndex::of(&nodes);
            let mut grouping = TrafficGrouping::new(&calendar);
            let order = ScanOrder::Any;
            let selection = Selection { request, window, order, users: &users, nodes: &nodes };
            read.traffic(&selection, &index, &mut |rows| {
                grouping.add(&rows.cells());
                ControlFlow::Continue(())
            })?;
            Ok(grouping.finish(&request.range, grouped.grain))
        })
    }

    /// Traffic of each local day and WHMCS service, newest day first; deleted users have none.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`].
    pub fn day_traffic(
        &self,
        request: &DayTraffic,
    ) -> Result<Answer<Vec<ServiceDay>>, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Traffic)?;
        self.ask(window, |read| {
            let users = read.users()?;
            if request.uuid.is_some() {
                users.need(&["uuid"], |_| true)?;
            }
            users.need(&["sid"], |_| true)?;
            let mut days = ServiceDays::new(&users, &calendar);
            let narrowed = request.service.is_some() || request.uuid.is_some();
            let wanted = narrowed.then(|| request.wanted_users(&users));
            let scan = UsageScan { window, users: wanted, ..UsageScan::default() };
            read.feed(&scan, &calendar, &mut days)?;
            Ok(days.finish())
        })
    }
}

impl Reading<'_> {
    /// Reads the rows of `selection`.
    fn traffic(
        &mut self,
        selection: &Selection<'_>,
        index: &NodeIndex,
        sink: &mut dyn FnMut(&Rows<'_>) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        let request = selection.request;
        let mut filter = request.node.as_deref().map(|text| NodeFilter::of_text(text, index));
        let scan = UsageScan {
            window: selection.window,
            users: request.wanted_users(selection.users),
            nodes: filter.as_ref().map(|filter| filter.hint(selection.nodes)),
            with_count_rate: selection.order != ScanOrder::Any,
            order: selection.order,
            ..UsageScan::default()
        };
        // A merged day is no node, so in the enhanced view no node filter matches it.
        let without_days = request.enhanced && (request.exclude_day_rows || filter.is_some());
        let mut kept = UsageBatch::default();
        self.scan(&scan, &mut |rows| {
            if filter.is_none() && !without_days {
                return sink(rows);
            }
            kept.select(rows, |row| {
                let code = rows.node[row];
                filter.as_mut().is_none_or(|filter| filter.accepts(code, rows.texts))
                    && !(without_days && rows.texts.text(code) == DAY_MARKER)
            });
            sink(&kept.rows(rows.texts))
        })
    }
}

/// Which traffic rows to read, in which order; rows in any order come without count rate.
struct Selection<'a> {
    request: &'a TrafficFilter,
    window: Window,
    order: ScanOrder,
    users: &'a Users,
    nodes: &'a [Node],
}

//! Questions whose answer is computed from many rows.

use super::Engine;
use crate::error::EngineError;
use crate::query::aggregate::{Aggregate, Aggregation, aggregation};
use crate::query::chart::{
    NodeChart, NodeChartRequest, NodeCharting, UserChart, UserChartRequest, UserCharting,
};
use crate::query::live::{LiveCounting, LiveStats, TodayCounting, TodayTraffic};
use crate::query::rank_nodes::{NodeRank, NodeRanking, RankNodes};
use crate::query::rank_users::{RankUsers, UserRank, UserRanking};
use crate::query::slots::NodeIndex;
use crate::query::totals::{
    NodeSummaries, NodeSummary, PeakCounting, PeakDay, TotalCounting, TotalTraffic,
};
use crate::range::Reader;
use crate::store::UsageScan;
use crate::units::Window;

impl Engine {
    /// All users by usage.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`].
    pub fn rank_users(&self, request: &RankUsers) -> Result<Vec<UserRank>, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Ranking)?;
        let mut view = self.store.view()?;
        let users = view.users()?;
        let index = NodeIndex::of(&view.nodes()?);
        let mut ranking = UserRanking::new(&users, &index, calendar.now());
        self.feed(&mut *view, &UsageScan::over(window), &mut ranking)?;
        Ok(ranking.finish(request.sort, request.limit))
    }

    /// All listed nodes by usage.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`].
    pub fn rank_nodes(&self, request: &RankNodes) -> Result<Vec<NodeRank>, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Ranking)?;
        let mut view = self.store.view()?;
        let nodes = view.nodes()?;
        let index = NodeIndex::of(&nodes);
        let mut ranking = NodeRanking::new(&nodes, &index, calendar.now());
        self.feed(&mut *view, &UsageScan::over(window), &mut ranking)?;
        Ok(ranking.finish(request.sort, request.limit))
    }

    /// Usage by user, node, hour or hour of day.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`].
    pub fn aggregate(&self, request: &Aggregate) -> Result<Aggregation, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Aggregation)?;
        let mut view = self.store.view()?;
        let (users, nodes) = (view.users()?, view.nodes()?);
        let index = NodeIndex::of(&nodes);
        let mut kernel = aggregation(request.by, &users, &nodes, &index, &calendar);
        self.feed(&mut *view, &UsageScan::over(window), &mut *kernel)?;
        Ok(kernel.finish())
    }

    /// A user's traffic over time; empty for a user without rows in the range.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`].
    pub fn user_chart(&self, request: &UserChartRequest) -> Result<UserChart, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Ranking)?;
        let mut view = self.store.view()?;
        let index = NodeIndex::of(&view.nodes()?);
        let mut chart = UserCharting::new(&request.range, window, &index, &calendar);
        self.feed(&mut *view, &UsageScan::of_user(request.user, window), &mut chart)?;
        Ok(chart.finish(request))
    }

    /// A node's traffic over time; empty for a node without rows in the range.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`].
    pub fn node_chart(&self, request: &NodeChartRequest) -> Result<NodeChart, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::NodeChart)?;
        let mut view = self.store.view()?;
        let mut chart = NodeCharting::new(&request.range, window, &calendar);
        self.feed_node(&mut *view, &request.node.to_string(), window, &mut chart)?;
        Ok(chart.finish(request))
    }

    /// Active users and recent traffic.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn live(&self) -> Result<LiveStats, EngineError> {
        let mut view = self.store.view()?;
        let mut live = LiveCounting::new(&self.calendar());
        let scan = UsageScan::over(live.window());
        self.feed(&mut *view, &scan, &mut live)?;
        Ok(live.finish(view.users()?.len(), &view.nodes()?))
    }

    /// Today's traffic by hour.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn today(&self) -> Result<TodayTraffic, EngineError> {
        let calendar = self.calendar();
        let mut today = TodayCounting::new(&calendar);
        let scan = UsageScan::over(TodayCounting::window(&calendar));
        self.feed(&mut *self.store.view()?, &scan, &mut today)?;
        Ok(today.finish(&calendar))
    }

    /// Totals over all of history.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn total(&self) -> Result<TotalTraffic, EngineError> {
        let mut total = TotalCounting::default();
        let all = UsageScan::over(Window::unbounded());
        self.feed(&mut *self.store.view()?, &all, &mut total)?;
        Ok(total.finish(&self.calendar()))
    }

    /// The day with the most traffic.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn peak(&self) -> Result<PeakDay, EngineError> {
        let calendar = self.calendar();
        let mut peak = PeakCounting::new(&calendar);
        let all = UsageScan::over(Window::unbounded());
        self.feed(&mut *self.store.view()?, &all, &mut peak)?;
        Ok(peak.finish(&calendar))
    }

    /// All listed nodes with their usage over all of history, most traffic first.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn all_nodes(&self) -> Result<Vec<NodeSummary>, EngineError> {
        let mut view = self.store.view()?;
        let nodes = view.nodes()?;
        let index = NodeIndex::of(&nodes);
        let mut summaries = NodeSummaries::new(&nodes, &index, self.calendar().now());
        self.feed(&mut *view, &UsageScan::over(Window::unbounded()), &mut summaries)?;
        Ok(summaries.finish())
    }
}

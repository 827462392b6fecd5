//! Questions whose answer is computed from many rows.

use super::{Answer, Engine};
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
    pub fn rank_users(&self, request: &RankUsers) -> Result<Answer<Vec<UserRank>>, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Ranking)?;
        let mut read = self.read(window)?;
        let users = read.users()?;
        let index = NodeIndex::of(&read.nodes()?);
        let mut ranking = UserRanking::new(&users, &index, calendar.now());
        read.feed(&UsageScan::over(window), &calendar, &mut ranking)?;
        Ok(read.answer(ranking.finish(request.sort, request.limit)))
    }

    /// All listed nodes by usage.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`].
    pub fn rank_nodes(&self, request: &RankNodes) -> Result<Answer<Vec<NodeRank>>, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Ranking)?;
        let mut read = self.read(window)?;
        let nodes = read.nodes()?;
        let index = NodeIndex::of(&nodes);
        let mut ranking = NodeRanking::new(&nodes, &index, calendar.now());
        read.feed(&UsageScan::over(window), &calendar, &mut ranking)?;
        Ok(read.answer(ranking.finish(request.sort, request.limit)))
    }

    /// Usage by user, node, hour or hour of day.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`].
    pub fn aggregate(&self, request: &Aggregate) -> Result<Answer<Aggregation>, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Aggregation)?;
        let mut read = self.read(window)?;
        let (users, nodes) = (read.users()?, read.nodes()?);
        let index = NodeIndex::of(&nodes);
        let mut kernel = aggregation(request.by, &users, &nodes, &index, &calendar);
        read.feed(&UsageScan::over(window), &calendar, &mut *kernel)?;
        Ok(read.answer(kernel.finish()))
    }

    /// A user's traffic over time; empty for a user without rows in the range.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`].
    pub fn user_chart(&self, request: &UserChartRequest) -> Result<Answer<UserChart>, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Ranking)?;
        let mut read = self.read(window)?;
        let index = NodeIndex::of(&read.nodes()?);
        let mut chart = UserCharting::new(&request.range, window, &index, &calendar);
        read.feed(&UsageScan::of_user(request.user, window), &calendar, &mut chart)?;
        Ok(read.answer(chart.finish(request)))
    }

    /// A node's traffic over time; empty for a node without rows in the range.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`].
    pub fn node_chart(&self, request: &NodeChartRequest) -> Result<Answer<NodeChart>, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::NodeChart)?;
        let mut read = self.read(window)?;
        let mut chart = NodeCharting::new(&request.range, window, &calendar);
        read.feed_node(&request.node.to_string(), window, &mut chart)?;
        Ok(read.answer(chart.finish(request)))
    }

    /// Active users and recent traffic.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn live(&self) -> Result<Answer<LiveStats>, EngineError> {
        let calendar = self.calendar();
        let mut live = LiveCounting::new(&calendar);
        let window = live.window();
        let mut read = self.read(window)?;
        read.feed(&UsageScan::over(window), &calendar, &mut live)?;
        let stats = live.finish(read.users()?.len(), &read.nodes()?);
        Ok(read.answer(stats))
    }

    /// Today's traffic by hour.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn today(&self) -> Result<Answer<TodayTraffic>, EngineError> {
        let calendar = self.calendar();
        let mut today = TodayCounting::new(&calendar);
        let window = TodayCounting::window(&calendar);
        let mut read = self.read(window)?;
        read.feed(&UsageScan::over(window), &calendar, &mut today)?;
        Ok(read.answer(today.finish(&calendar)))
    }

    /// Totals over all of history.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn total(&self) -> Result<Answer<TotalTraffic>, EngineError> {
        let calendar = self.calendar();
        let mut total = TotalCounting::default();
        let mut read = self.read(Window::unbounded())?;
        read.feed(&UsageScan::default(), &calendar, &mut total)?;
        Ok(read.answer(total.finish(&calendar)))
    }

    /// The day with the most traffic.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn peak(&self) -> Result<Answer<PeakDay>, EngineError> {
        let calendar = self.calendar();
        let mut peak = PeakCounting::new(&calendar);
        let mut read = self.read(Window::unbounded())?;
        read.feed(&UsageScan::default(), &calendar, &mut peak)?;
        Ok(read.answer(peak.finish(&calendar)))
    }

    /// All listed nodes with their usage over all of history, most traffic first.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn all_nodes(&self) -> Result<Answer<Vec<NodeSummary>>, EngineError> {
        let calendar = self.calendar();
        let mut read = self.read(Window::unbounded())?;
        let nodes = read.nodes()?;
        let index = NodeIndex::of(&nodes);
        let mut summaries = NodeSummaries::new(&nodes, &index, calendar.now());
        read.feed(&UsageScan::default(), &calendar, &mut summaries)?;
        Ok(read.answer(summaries.finish()))
    }
}

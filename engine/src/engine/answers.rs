//! Questions whose answer is computed from many rows.

use super::{Answer, Engine};
use crate::error::EngineError;
use crate::query::Kernel;
use crate::query::aggregate::{Aggregate, Aggregating, Aggregation, UserTotal};
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
use crate::store::{UsageScan, need_of_nodes};
use crate::units::Window;

impl Engine {
    /// All users by usage.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`].
    pub fn rank_users(&self, request: &RankUsers) -> Result<Answer<Vec<UserRank>>, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Ranking)?;
        self.ask(window, |read| {
            let users = read.users()?;
            users.need(request.deciding_columns(), |_| true)?;
            let index = NodeIndex::of(&read.nodes()?);
            read.lets(UserRanking::bytes_for(&users, &index))?;
            let mut ranking = UserRanking::new(&users, &index, calendar.now());
            read.feed_in_parts(&UsageScan::over(window), &calendar, &mut ranking)?;
            read.lets(ranking.memory() + ranking.bytes_of_answer(request.limit))?;
            let ranks = ranking.finish(request.sort, request.limit);
            let is_shown = |id| ranks.iter().any(|rank: &UserRank| rank.user_id == id);
            users.need(&UserRank::COLUMNS, is_shown)?;
            Ok(ranks)
        })
    }

    /// All listed nodes by usage.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`].
    pub fn rank_nodes(&self, request: &RankNodes) -> Result<Answer<Vec<NodeRank>>, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Ranking)?;
        self.ask(window, |read| {
            let nodes = read.nodes()?;
            need_of_nodes(&nodes, request.deciding_columns(), |_| true)?;
            let index = NodeIndex::of(&nodes);
            let mut ranking = NodeRanking::new(&nodes, &index, calendar.now());
            read.feed_in_parts(&UsageScan::over(window), &calendar, &mut ranking)?;
            let ranks = ranking.finish(request.sort, request.limit);
            let is_shown = |id| ranks.iter().any(|rank: &NodeRank| rank.id == id);
            need_of_nodes(&nodes, &NodeRank::COLUMNS, is_shown)?;
            Ok(ranks)
        })
    }

    /// Usage by user, node, hour or hour of day.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`].
    pub fn aggregate(&self, request: &Aggregate) -> Result<Answer<Aggregation>, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Aggregation)?;
        self.ask(window, |read| {
            let (users, nodes) = (read.users()?, read.nodes()?);
            let index = NodeIndex::of(&nodes);
            read.lets(Aggregating::bytes_for(request.by, &users, &index))?;
            let mut kernel = Aggregating::new(request.by, &users, &nodes, &index, &calendar);
            read.feed_in_parts(&UsageScan::over(window), &calendar, &mut kernel)?;
            read.lets(kernel.memory() + kernel.bytes_of_answer())?;
            let totals = kernel.finish();
            if let Aggregation::Users(totals) = &totals {
                let is_shown = |id| totals.iter().any(|total| total.user_id == id);
                users.need(&UserTotal::COLUMNS, is_shown)?;
            }
            Ok(totals)
        })
    }

    /// A user's traffic over time; empty for a user without rows in the range.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`].
    pub fn user_chart(&self, request: &UserChartRequest) -> Result<Answer<UserChart>, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::Ranking)?;
        self.ask(window, |read| {
            let index = NodeIndex::of(&read.nodes()?);
            let mut chart = UserCharting::new(request, window, &index, &calendar);
            read.feed(&UsageScan::of_user(request.user, window), &calendar, &mut chart)?;
            Ok(chart.finish(request))
        })
    }

    /// A node's traffic over time; empty for a node without rows in the range.
    ///
    /// # Errors
    /// [`EngineError::Range`] and [`EngineError::Store`].
    pub fn node_chart(&self, request: &NodeChartRequest) -> Result<Answer<NodeChart>, EngineError> {
        let calendar = self.calendar();
        let window = request.range.resolve(&calendar, Reader::NodeChart)?;
        self.ask(window, |read| {
            let mut chart = NodeCharting::new(request, window, &calendar);
            read.feed_node(&request.node.to_string(), window, &mut chart)?;
            Ok(chart.finish(request))
        })
    }

    /// Active users and recent traffic.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn live(&self) -> Result<Answer<LiveStats>, EngineError> {
        let calendar = self.calendar();
        let window = LiveCounting::window(&calendar);
        self.ask(window, |read| {
            let mut live = LiveCounting::new(&calendar);
            read.feed_in_parts(&UsageScan::over(window), &calendar, &mut live)?;
            let nodes = read.nodes()?;
            need_of_nodes(&nodes, &["last_online"], |_| true)?;
            Ok(live.finish(read.users()?.len(), &nodes))
        })
    }

    /// Today's traffic by hour.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn today(&self) -> Result<Answer<TodayTraffic>, EngineError> {
        let calendar = self.calendar();
        let window = TodayCounting::window(&calendar);
        self.ask(window, |read| {
            let mut today = TodayCounting::new(&calendar);
            read.feed(&UsageScan::over(window), &calendar, &mut today)?;
            Ok(today.finish(&calendar))
        })
    }

    /// Totals over all of history.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn total(&self) -> Result<Answer<TotalTraffic>, EngineError> {
        let calendar = self.calendar();
        self.ask(Window::unbounded(), |read| {
            let mut total = TotalCounting::default();
            read.feed_in_parts(&UsageScan::default(), &calendar, &mut total)?;
            Ok(total.finish(&calendar))
        })
    }

    /// The day with the most traffic.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn peak(&self) -> Result<Answer<PeakDay>, EngineError> {
        let calendar = self.calendar();
        self.ask(Window::unbounded(), |read| {
            let mut peak = PeakCounting::new(&calendar);
            read.feed_in_parts(&UsageScan::default(), &calendar, &mut peak)?;
            Ok(peak.finish(&calendar))
        })
    }

    /// All listed nodes with their usage over all of history, most traffic first.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn all_nodes(&self) -> Result<Answer<Vec<NodeSummary>>, EngineError> {
        let calendar = self.calendar();
        self.ask(Window::unbounded(), |read| {
            let nodes = read.nodes()?;
            need_of_nodes(&nodes, &NodeSummary::COLUMNS, |_| true)?;
            let index = NodeIndex::of(&nodes);
            let mut summaries = NodeSummaries::new(&nodes, &index, calendar.now());
            read.feed_in_parts(&UsageScan::default(), &calendar, &mut summaries)?;
            Ok(summaries.finish())
        })
    }
}

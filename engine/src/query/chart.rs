//! Traffic of one user or one node over time.

use super::chart_grain::ChartGrain;
use super::distinct::DistinctSets;
use super::slots::{DAY_SLOT, NodeIndex, NodeSlots};
use super::time_slots::{Buckets, TimeSlots};
use super::user_slots::UserSlots;
use super::{GB, Kernel, entry};
use crate::calendar::{Calendar, DAY_S, LocalTime, format_day};
use crate::column::{Cells, Detail};
use crate::range::{Meaning, RangeRequest};
use crate::store::{Grain, TimeGrain};
use crate::units::{NodeId, Traffic, UserId, Window};
use serde::Serialize;

/// Asks for the chart of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserChartRequest {
    /// Whose usage; a user that is no longer listed still has a chart.
    pub user: UserId,
    /// Period.
    pub range: RangeRequest,
    /// Length of the buckets; what suits the period where it is not given.
    pub grain: Option<ChartGrain>,
}

/// Asks for the chart of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeChartRequest {
    /// Which node.
    pub node: NodeId,
    /// Period.
    pub range: RangeRequest,
    /// Length of the buckets; what suits the period where it is not given.
    pub grain: Option<ChartGrain>,
}

/// A user's traffic by hour or day; all lists have one entry per bucket that holds rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UserChart {
    /// `HH:00` or `YYYY-MM-DD`, in order of time.
    pub labels: Vec<String>,
    /// Uploaded GB.
    pub upload: Vec<f64>,
    /// Downloaded GB.
    pub download: Vec<f64>,
    /// Both together, GB.
    pub total: Vec<f64>,
    /// Distinct nodes; merged days are none.
    pub nodes: Vec<u64>,
    /// The user asked for.
    pub user_id: UserId,
    /// The range word asked for.
    pub time_range: String,
}

/// A node's traffic by hour or day; all lists have one entry per bucket that holds rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NodeChart {
    /// `HH:00` or `YYYY-MM-DD`, in order of time.
    pub labels: Vec<String>,
    /// Uploaded GB.
    pub upload: Vec<f64>,
    /// Downloaded GB.
    pub download: Vec<f64>,
    /// Both together, GB.
    pub total: Vec<f64>,
    /// Distinct user ids.
    pub users: Vec<u64>,
    /// The node asked for.
    pub node_id: NodeId,
    /// The range word asked for.
    pub time_range: String,
}

impl Buckets {
    fn of_user_chart(request: &UserChartRequest, window: Window) -> Self {
        match (request.grain, request.range.word.meaning()) {
            (Some(grain), _) => grain.into(),
            (None, Meaning::TimeRange) => Self::Hours,
            (None, Meaning::Custom) => Self::Days,
            (None, meaning) => Self::of_word(meaning, &request.range, window),
        }
    }

    fn of_node_chart(request: &NodeChartRequest, window: Window) -> Self {
        match (request.grain, request.range.word.meaning()) {
            (Some(grain), _) => grain.into(),
            (None, Meaning::Custom | Meaning::TimeRange) => Self::of_window(window),
            (None, meaning) => Self::of_word(meaning, &request.range, window),
        }
    }

    /// The words that both charts cut alike.
    fn of_word(meaning: Meaning, range: &RangeRequest, window: Window) -> Self {
        match meaning {
            // Labels tell hours apart on one day only, and timestamps may span several.
            Meaning::Today | Meaning::Yesterday if range.timestamps().is_some() => {
                Self::of_window(window)
            }
            Meaning::Today | Meaning::Yesterday => Self::HoursOfDay,
            Meaning::Last { seconds } => Self::by_span(seconds),
            Meaning::Days(_)
            | Meaning::CurrentMonth
            | Meaning::All
            | Meaning::Custom
            | Meaning::TimeRange => Self::Days,
        }
    }

    fn of_window(window: Window) -> Self {
        window.span_s().map_or(Self::Days, Self::by_span)
    }

    fn by_span(seconds: i64) -> Self {
        if seconds <= DAY_S { Self::Hours } else { Self::Days }
    }

    fn label(self, local: &mut LocalTime, key: i64) -> String {
        match self {
            Self::HoursOfDay => format!("{key:02}:00"),
            Self::Hours => format!("{:02}:00", local.hour_of_day(key)),
            Self::Days => format_day(key),
        }
    }
}

impl From<ChartGrain> for Buckets {
    fn from(grain: ChartGrain) -> Self {
        match grain {
            ChartGrain::Hour => Self::Hours,
            ChartGrain::Day => Self::Days,
        }
    }
}

/// Sums per bucket, and who or what was seen in it.
struct Series {
    buckets: Buckets,
    slots: TimeSlots,
    /// By slot of the bucket, like the sets below.
    traffic: Vec<Traffic>,
    seen: DistinctSets,
}

impl Series {
    fn new(buckets: Buckets, calendar: &Calendar) -> Self {
        let slots = TimeSlots::new(buckets, calendar);
        Self { buckets, slots, traffic: Vec::new(), seen: DistinctSets::default() }
    }

    /// Adds a cell to its bucket, which is returned.
    #[inline]
    fn add(&mut self, cells: &Cells<'_>, cell: usize) -> usize {
        let slot = self.slots.slot(cells.first[cell]);
        *entry(&mut self.traffic, slot) += cells.traffic(cell);
        slot
    }

    fn memory(&self) -> usize {
        self.slots.memory() + self.traffic.capacity() * size_of::<Traffic>() + self.seen.memory()
    }

    fn lists(mut self) -> Lists {
        let gb = |bytes: u128| bytes as f64 / GB as f64;
        let mut lists = Lists::default();
        for slot in self.slots.ascending() {
            let (key, traffic) = (self.slots.keys()[slot], self.traffic[slot]);
            lists.labels.push(self.buckets.label(self.slots.local(), key));
            lists.upload.push(gb(traffic.upload));
            lists.download.push(gb(traffic.download));
            lists.total.push(gb(traffic.total()));
            lists.seen.push(self.seen.len_of(slot));
        }
        lists
    }
}

#[derive(Default)]
struct Lists {
    labels: Vec<String>,
    upload: Vec<f64>,
    download: Vec<f64>,
    total: Vec<f64>,
    seen: Vec<u64>,
}

/// Draws a user's chart from that user's rows.
pub struct UserCharting<'a> {
    node_slots: NodeSlots<'a>,
    series: Series,
}

impl<'a> UserCharting<'a> {
    /// The chart of `request`, whose range covers `window`.
    pub fn new(
        request: &UserChartRequest,
        window: Window,
        nodes: &'a NodeIndex,
        calendar: &Calendar,
    ) -> Self {
        let buckets = Buckets::of_user_chart(request, window);
        Self { node_slots: NodeSlots::new(nodes), series: Series::new(buckets, calendar) }
    }

    /// The chart.
    pub fn finish(self, request: &UserChartRequest) -> UserChart {
        let Lists { labels, upload, download, total, seen } = self.series.lists();
        UserChart {
            labels,
            upload,
            download,
            total,
            nodes: seen,
            user_id: request.user,
            time_range: request.range.word.to_string(),
        }
    }
}

impl Kernel for UserCharting<'_> {
    fn grain(&self) -> Grain {
        Grain { nodes: true, time: TimeGrain::Hour, ..Grain::default() }
    }

    fn detail(&self) -> Detail {
        Detail::Whole
    }

    fn add(&mut self, cells: &Cells<'_>) {
        self.node_slots.learn(cells.texts);
        for cell in 0..cells.len() {
            let bucket = self.series.add(cells, cell);
            let node = self.node_slots.slot(cells.node[cell]);
            if node != DAY_SLOT {
                self.series.seen.insert(bucket, node);
            }
        }
    }

    fn memory(&self) -> usize {
        self.node_slots.memory() + self.series.memory()
    }
}

/// Draws a node's chart from that node's rows.
pub struct NodeCharting {
    user_slots: UserSlots,
    series: Series,
}

impl NodeCharting {
    /// The chart of `request`, whose range covers `window`.
    pub fn new(request: &NodeChartRequest, window: Window, calendar: &Calendar) -> Self {
        let buckets = Buckets::of_node_chart(request, window);
        Self { user_slots: UserSlots::default(), series: Series::new(buckets, calendar) }
    }

    /// The chart.
    pub fn finish(self, request: &NodeChartRequest) -> NodeChart {
        let Lists { labels, upload, download, total, seen } = self.series.lists();
        NodeChart {
            labels,
            upload,
            download,
            total,
            users: seen,
            node_id: request.node,
            time_range: request.range.word.to_string(),
        }
    }
}

impl Kernel for NodeCharting {
    fn grain(&self) -> Grain {
        Grain { users: true, time: TimeGrain::Hour, ..Grain::default() }
    }

    fn detail(&self) -> Detail {
        Detail::Nodes
    }

    fn add(&mut self, cells: &Cells<'_>) {
        for cell in 0..cells.len() {
            let bucket = self.series.add(cells, cell);
            self.series.seen.insert(bucket, self.user_slots.slot(cells.user_id[cell]));
        }
    }

    fn memory(&self) -> usize {
        self.user_slots.memory() + self.series.memory()
    }
}

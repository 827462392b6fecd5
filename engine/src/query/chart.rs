//! Traffic of one user or one node over time.

use super::slots::{DAY_SLOT, NodeIndex, NodeSlots, UserSlots};
use super::{GB, Kernel};
use crate::calendar::{Calendar, DAY_S, LocalTime, format_day};
use crate::column::Cells;
use crate::range::{Meaning, RangeRequest};
use crate::store::{Grain, TimeGrain};
use crate::units::{NodeId, Traffic, UnixSeconds, UserId, Window};
use roaring::RoaringBitmap;
use serde::Serialize;
use std::collections::BTreeMap;

/// Asks for the chart of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserChartRequest {
    /// Whose usage; a user that is no longer listed still has a chart.
    pub user: UserId,
    /// Period.
    pub range: RangeRequest,
}

/// Asks for the chart of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeChartRequest {
    /// Which node.
    pub node: NodeId,
    /// Period.
    pub range: RangeRequest,
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

/// How time is cut into buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Buckets {
    /// Hours of one day by their label, so that a repeated hour is one bucket.
    HoursOfDay,
    /// Hours by the instant they began, so that no two are ever merged.
    Hours,
    /// Local days.
    Days,
}

impl Buckets {
    fn of_user_chart(range: &RangeRequest, window: Window) -> Self {
        match range.word.meaning() {
            Meaning::TimeRange => Self::Hours,
            Meaning::Custom => Self::Days,
            meaning => Self::of_word(meaning, range, window),
        }
    }

    fn of_node_chart(range: &RangeRequest, window: Window) -> Self {
        match range.word.meaning() {
            Meaning::Custom | Meaning::TimeRange => Self::of_window(window),
            meaning => Self::of_word(meaning, range, window),
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

    fn key(self, local: &mut LocalTime, t: UnixSeconds) -> i64 {
        match self {
            Self::HoursOfDay => i64::from(local.hour_of_day(t)),
            Self::Hours => local.hour_start(t),
            Self::Days => local.day(t),
        }
    }

    fn label(self, local: &mut LocalTime, key: i64) -> String {
        match self {
            Self::HoursOfDay => format!("{key:02}:00"),
            Self::Hours => format!("{:02}:00", local.hour_of_day(key)),
            Self::Days => format_day(key),
        }
    }
}

/// Sums per bucket, and who or what was seen in it.
struct Series {
    buckets: Buckets,
    local: LocalTime,
    points: BTreeMap<i64, Point>,
}

#[derive(Debug, Clone, Default)]
struct Point {
    traffic: Traffic,
    seen: RoaringBitmap,
}

impl Series {
    fn new(buckets: Buckets, calendar: &Calendar) -> Self {
        Self { buckets, local: calendar.local(), points: BTreeMap::new() }
    }

    fn point_at(&mut self, t: UnixSeconds) -> &mut Point {
        let key = self.buckets.key(&mut self.local, t);
        self.points.entry(key).or_default()
    }

    fn lists(mut self) -> Lists {
        let gb = |bytes: u128| bytes as f64 / GB as f64;
        let mut lists = Lists::default();
        for (key, point) in self.points {
            lists.labels.push(self.buckets.label(&mut self.local, key));
            lists.upload.push(gb(point.traffic.upload));
            lists.download.push(gb(point.traffic.download));
            lists.total.push(gb(point.traffic.total()));
            lists.seen.push(point.seen.len());
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
    /// A chart with the buckets that suit `range`, which covers `window`.
    pub fn new(
        range: &RangeRequest,
        window: Window,
        nodes: &'a NodeIndex,
        calendar: &Calendar,
    ) -> Self {
        let buckets = Buckets::of_user_chart(range, window);
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

    fn add(&mut self, cells: &Cells<'_>) {
        self.node_slots.learn(cells.texts);
        for cell in 0..cells.len() {
            let point = self.series.point_at(cells.first[cell]);
            point.traffic += cells.traffic(cell);
            let node = self.node_slots.slot(cells.node[cell]);
            if node != DAY_SLOT {
                point.seen.insert(node);
            }
        }
    }
}

/// Draws a node's chart from that node's rows.
pub struct NodeCharting {
    user_slots: UserSlots,
    series: Series,
}

impl NodeCharting {
    /// A chart with the buckets that suit `range`, which covers `window`.
    pub fn new(range: &RangeRequest, window: Window, calendar: &Calendar) -> Self {
        let buckets = Buckets::of_node_chart(range, window);
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

    fn add(&mut self, cells: &Cells<'_>) {
        for cell in 0..cells.len() {
            let user = self.user_slots.assign(cells.user_id[cell]);
            let point = self.series.point_at(cells.first[cell]);
            point.traffic += cells.traffic(cell);
            point.seen.insert(user);
        }
    }
}

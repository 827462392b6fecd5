//! Usage summed by user, node, hour or hour of day.

mod answer;
mod finish;
mod grouping;
mod groups;

pub use answer::{Aggregation, HourOfDayTotal, HourTotal, NodeTotal, UserTotal};

use super::slots::NodeIndex;
use super::time_slots::Buckets;
use super::{Kernel, Mergeable};
use crate::calendar::Calendar;
use crate::column::{Cells, Detail, Totals};
use crate::range::RangeRequest;
use crate::store::{Grain, Node, Users};
use grouping::Grouping;
use groups::{ByNode, ByTime, ByUser};
use std::str::FromStr;
use thiserror::Error;

/// What usage is summed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    /// Listed users.
    User,
    /// Nodes, listed or not.
    Node,
    /// Hours, by the instant they began.
    Time,
    /// Hours of the local day, 0–23.
    Hourly,
}

/// A grouping that aggregation does not know.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown grouping {given:?}; use one of: user, node, time, hourly")]
pub struct UnknownGroupBy {
    given: String,
}

impl FromStr for GroupBy {
    type Err = UnknownGroupBy;

    fn from_str(name: &str) -> Result<Self, UnknownGroupBy> {
        Ok(match name {
            "user" => Self::User,
            "node" => Self::Node,
            "time" => Self::Time,
            "hourly" => Self::Hourly,
            _ => {
                return Err(UnknownGroupBy { given: name.to_owned() });
            }
        })
    }
}

/// Asks for usage by group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// Period whose usage counts.
    pub range: RangeRequest,
    /// The groups.
    pub by: GroupBy,
}

/// An aggregation being fed. One way of summing serves every grouping; each has its own loop over
/// rows, chosen once by batch.
pub struct Aggregating<'a>(Kind<'a>);

enum Kind<'a> {
    Users(Grouping<'a, ByUser<'a>>),
    Nodes(Grouping<'a, ByNode<'a>>),
    Hours(Grouping<'a, ByTime>),
    HoursOfDay(Grouping<'a, ByTime>),
}

/// The same call on the grouping inside, whichever it is.
macro_rules! inside {
    ($kind:expr, $grouping:ident => $call:expr) => {
        match $kind {
            Kind::Users($grouping) => $call,
            Kind::Nodes($grouping) => $call,
            Kind::Hours($grouping) | Kind::HoursOfDay($grouping) => $call,
        }
    };
}

impl<'a> Aggregating<'a> {
    /// Bytes that an aggregation holds at least, known before any row was read.
    pub(crate) fn bytes_for(by: GroupBy, users: &Users, nodes: &NodeIndex) -> usize {
        match by {
            GroupBy::User => grouping::bytes_for(users.len(), nodes.len()),
            GroupBy::Node | GroupBy::Time | GroupBy::Hourly => 0,
        }
    }

    /// Bytes that the answer takes at most, where it may be long.
    pub(crate) fn bytes_of_answer(&self) -> usize {
        match &self.0 {
            Kind::Users(grouping) => grouping.known() * finish::BYTES_PER_USER,
            Kind::Nodes(_) | Kind::Hours(_) | Kind::HoursOfDay(_) => 0,
        }
    }

    /// The kernel that sums usage by `by`; users and nodes ascend by id.
    pub fn new(
        by: GroupBy,
        users: &'a Users,
        nodes: &'a [Node],
        index: &'a NodeIndex,
        calendar: &Calendar,
    ) -> Self {
        let by_time = |buckets| Grouping::new(ByTime::new(buckets, calendar), index);
        Self(match by {
            GroupBy::User => {
                Kind::Users(Grouping::new(ByUser { users, positions: users.positions() }, index))
            }
            GroupBy::Node => Kind::Nodes(Grouping::new(ByNode { nodes }, index)),
            GroupBy::Time => Kind::Hours(by_time(Buckets::Hours)),
            GroupBy::Hourly => Kind::HoursOfDay(by_time(Buckets::HoursOfDay)),
        })
    }

    /// The rows of the answer, in its order.
    pub fn finish(self) -> Aggregation {
        match self.0 {
            Kind::Users(grouping) => finish::users(&grouping.finish()),
            Kind::Nodes(grouping) => finish::nodes(&grouping.finish()),
            Kind::Hours(grouping) => finish::hours(grouping.finish()),
            Kind::HoursOfDay(grouping) => finish::hours_of_day(&grouping.finish()),
        }
    }
}

impl Kernel for Aggregating<'_> {
    fn grain(&self) -> Grain {
        inside!(&self.0, grouping => grouping.grain())
    }

    fn add(&mut self, cells: &Cells<'_>) {
        inside!(&mut self.0, grouping => grouping.add(cells));
    }

    fn detail(&self) -> Detail {
        inside!(&self.0, grouping => grouping.detail())
    }

    fn add_nodes_used(&mut self, cells: &Cells<'_>) {
        inside!(&mut self.0, grouping => grouping.add_nodes_used(cells));
    }

    fn takes_totals(&self) -> bool {
        inside!(&self.0, grouping => grouping.takes_totals())
    }

    fn add_totals(&mut self, totals: &Totals<'_>) {
        inside!(&mut self.0, grouping => grouping.add_totals(totals));
    }

    fn memory_foreseen(&self) -> usize {
        inside!(&self.0, grouping => grouping.memory_foreseen())
    }

    fn memory(&self) -> usize {
        inside!(&self.0, grouping => grouping.memory())
    }
}

impl Mergeable for Aggregating<'_> {
    fn split(&self) -> Self {
        Self(match &self.0 {
            Kind::Users(grouping) => Kind::Users(grouping.split()),
            Kind::Nodes(grouping) => Kind::Nodes(grouping.split()),
            Kind::Hours(grouping) => Kind::Hours(grouping.split()),
            Kind::HoursOfDay(grouping) => Kind::HoursOfDay(grouping.split()),
        })
    }

    /// # Panics
    /// When the two sum by different groups.
    fn merge(&mut self, other: Self) {
        match (&mut self.0, other.0) {
            (Kind::Users(mine), Kind::Users(theirs)) => mine.merge(theirs),
            (Kind::Nodes(mine), Kind::Nodes(theirs)) => mine.merge(theirs),
            (Kind::Hours(mine), Kind::Hours(theirs))
            | (Kind::HoursOfDay(mine), Kind::HoursOfDay(theirs)) => mine.merge(theirs),
            _ => panic!("only parts of one aggregation are merged"),
        }
    }
}

//! Usage summed by user, node, hour or hour of day.

mod answer;

pub use answer::{Aggregation, HourOfDayTotal, HourTotal, NodeTotal, UserTotal};

use super::Kernel;
use super::slots::{DAY_SLOT, NodeIndex, NodeSlots, UserSlots};
use crate::calendar::{Calendar, LocalTime};
use crate::column::Cells;
use crate::range::RangeRequest;
use crate::store::{Grain, Node, TimeGrain, User};
use crate::units::UnixSeconds;
use roaring::RoaringBitmap;
use std::collections::BTreeMap;
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

/// Sums of one group.
#[derive(Debug, Clone, Default)]
struct Sums {
    bytes: u128,
    records: u64,
    users: RoaringBitmap,
    nodes: RoaringBitmap,
    last: UnixSeconds,
}

impl Sums {
    fn average(&self) -> String {
        four_decimals(self.bytes, self.records)
    }
}

/// What every aggregation does with a row, once it knows the row's group.
struct Grouping<'a, G> {
    group_of: G,
    time: TimeGrain,
    user_slots: UserSlots,
    node_slots: NodeSlots<'a>,
    groups: BTreeMap<i64, Sums>,
}

impl<'a, G: FnMut(RowKeys) -> Option<i64>> Grouping<'a, G> {
    fn new(nodes: &'a NodeIndex, time: TimeGrain, user_slots: UserSlots, group_of: G) -> Self {
        Self {
            group_of,
            time,
            user_slots,
            node_slots: NodeSlots::new(nodes),
            groups: BTreeMap::new(),
        }
    }
}

/// What a row can be grouped by.
struct RowKeys {
    t: UnixSeconds,
    user_slot: u32,
    node_slot: u32,
}

impl<G: FnMut(RowKeys) -> Option<i64>> Kernel for Grouping<'_, G> {
    fn grain(&self) -> Grain {
        Grain { users: true, nodes: true, time: self.time, ..Grain::default() }
    }

    fn add(&mut self, cells: &Cells<'_>) {
        self.node_slots.learn(cells.texts);
        for cell in 0..cells.len() {
            let user_slot = self.user_slots.assign(cells.user_id[cell]);
            let node_slot = self.node_slots.slot(cells.node[cell]);
            let t = cells.first[cell];
            let Some(group) = (self.group_of)(RowKeys { t, user_slot, node_slot }) else {
                continue;
            };
            let sums = self.groups.entry(group).or_default();
            // Times before 1970 are refused, so 0 is before every row.
            sums.last = sums.last.max(cells.last[cell]);
            sums.bytes += cells.traffic(cell).total();
            sums.records += cells.records(cell);
            sums.users.insert(user_slot);
            if node_slot != DAY_SLOT {
                sums.nodes.insert(node_slot);
            }
        }
    }
}

/// An aggregation being fed; see [`aggregation`].
pub trait AggregationKernel: Kernel {
    /// The rows of the answer, in its order.
    fn finish(self: Box<Self>) -> Aggregation;
}

/// The kernel that sums usage by `by`.
pub fn aggregation<'a>(
    by: GroupBy,
    users: &'a [User],
    nodes: &'a [Node],
    index: &'a NodeIndex,
    calendar: &Calendar,
) -> Box<dyn AggregationKernel + 'a> {
    match by {
        GroupBy::User => Box::new(ByUser::new(users, index)),
        GroupBy::Node => Box::new(ByNode::new(nodes, index)),
        GroupBy::Time => Box::new(ByTime::new(index, calendar)),
        GroupBy::Hourly => Box::new(ByHourOfDay::new(index, calendar)),
    }
}

type GroupOf<'a> = Box<dyn FnMut(RowKeys) -> Option<i64> + 'a>;

struct ByUser<'a> {
    users: &'a [User],
    grouping: Grouping<'a, GroupOf<'a>>,
}

impl<'a> ByUser<'a> {
    fn new(users: &'a [User], index: &'a NodeIndex) -> Self {
        let slots = UserSlots::of(users.iter().map(|user| user.id.0));
        let listed = users.len();
        let group_of = move |keys: RowKeys| {
            // Deleted users got slots behind the listed ones and are left out.
            ((keys.user_slot as usize) < listed).then_some(i64::from(keys.user_slot))
        };
        Self { users, grouping: Grouping::new(index, TimeGrain::Any, slots, Box::new(group_of)) }
    }
}

struct ByNode<'a> {
    nodes: &'a [Node],
    grouping: Grouping<'a, GroupOf<'a>>,
}

impl<'a> ByNode<'a> {
    fn new(nodes: &'a [Node], index: &'a NodeIndex) -> Self {
        let group_of =
            |keys: RowKeys| (keys.node_slot != DAY_SLOT).then_some(i64::from(keys.node_slot));
        Self {
            nodes,
            grouping: Grouping::new(
                index,
                TimeGrain::Any,
                UserSlots::default(),
                Box::new(group_of),
            ),
        }
    }
}

struct ByTime<'a> {
    local: LocalTime,
    grouping: Grouping<'a, GroupOf<'a>>,
}

impl<'a> ByTime<'a> {
    fn new(index: &'a NodeIndex, calendar: &Calendar) -> Self {
        let mut local = calendar.local();
        let group_of = move |keys: RowKeys| Some(local.hour_start(keys.t));
        let grouping = Grouping::new(
            index,
            TimeGrain::Hour,
            UserSlots::default(),
            Box::new(group_of) as GroupOf,
        );
        Self { local: calendar.local(), grouping }
    }
}

struct ByHourOfDay<'a> {
    grouping: Grouping<'a, GroupOf<'a>>,
}

impl<'a> ByHourOfDay<'a> {
    fn new(index: &'a NodeIndex, calendar: &Calendar) -> Self {
        let mut local = calendar.local();
        let group_of = move |keys: RowKeys| Some(i64::from(local.hour_of_day(keys.t)));
        Self {
            grouping: Grouping::new(
                index,
                TimeGrain::Hour,
                UserSlots::default(),
                Box::new(group_of),
            ),
        }
    }
}

macro_rules! feed_the_grouping {
    ($($kernel:ident),*) => {$(
        impl Kernel for $kernel<'_> {
            fn grain(&self) -> Grain {
                self.grouping.grain()
            }

            fn add(&mut self, cells: &Cells<'_>) {
                self.grouping.add(cells);
            }
        }
    )*};
}
feed_the_grouping!(ByUser, ByNode, ByTime, ByHourOfDay);

impl AggregationKernel for ByUser<'_> {
    fn finish(self: Box<Self>) -> Aggregation {
        let rows = most_first(self.grouping.groups).into_iter().map(|(slot, sums)| {
            let user = &self.users[position(slot)];
            UserTotal {
                user_id: user.id,
                uuid: user.uuid.clone(),
                sid: user.sid,
                total_traffic: sums.bytes.to_string(),
                unique_nodes: sums.nodes.len(),
                total_records: sums.records,
                avg_traffic_per_record: sums.average(),
                last_activity: sums.last,
            }
        });
        Aggregation::Users(rows.collect())
    }
}

impl AggregationKernel for ByNode<'_> {
    fn finish(self: Box<Self>) -> Aggregation {
        let Grouping { node_slots, groups, .. } = self.grouping;
        let listed = self.nodes.len();
        let name = |slot: usize| match self.nodes.get(slot) {
            Some(node) => (node.name.as_str(), true),
            None => (node_slots.unlisted()[slot - listed].as_str(), false),
        };
        let mut groups: Vec<_> =
            groups.into_iter().map(|(slot, sums)| (position(slot), sums)).collect();
        // Listed nodes tie by id, which is the order of their slots; the slots of the others
        // depend on the order of arrival, so their texts decide.
        groups.sort_by(|(a, x), (b, y)| {
            let place = |slot: usize| {
                if slot < listed { (slot, "") } else { (listed, name(slot).0) }
            };
            y.bytes.cmp(&x.bytes).then_with(|| place(*a).cmp(&place(*b)))
        });
        let rows = groups.into_iter().map(|(slot, sums)| {
            let (text, is_listed) = name(slot);
            NodeTotal {
                node: text.to_owned(),
                node_name: is_listed.then(|| text.to_owned()),
                total_traffic: sums.bytes.to_string(),
                unique_users: sums.users.len(),
                total_records: sums.records,
                avg_traffic_per_record: sums.average(),
            }
        });
        Aggregation::Nodes(rows.collect())
    }
}

impl AggregationKernel for ByTime<'_> {
    fn finish(self: Box<Self>) -> Aggregation {
        let mut local = self.local;
        let rows = self.grouping.groups.into_iter().map(|(hour, sums)| HourTotal {
            time_hour: local.format_hour(hour),
            timestamp_hour: hour,
            total_traffic: sums.bytes.to_string(),
            unique_users: sums.users.len(),
            unique_nodes: sums.nodes.len(),
            total_records: sums.records,
        });
        Aggregation::Hours(rows.collect())
    }
}

impl AggregationKernel for ByHourOfDay<'_> {
    fn finish(self: Box<Self>) -> Aggregation {
        let rows = self.grouping.groups.into_iter().map(|(hour, sums)| HourOfDayTotal {
            hour_of_day: u8::try_from(hour).expect("an hour of day is 0–23"),
            total_traffic: sums.bytes.to_string(),
            unique_users: sums.users.len(),
            unique_nodes: sums.nodes.len(),
            avg_traffic_per_record: sums.average(),
        });
        Aggregation::HoursOfDay(rows.collect())
    }
}

/// Groups by descending bytes, equal ones by ascending key.
fn most_first(groups: BTreeMap<i64, Sums>) -> Vec<(i64, Sums)> {
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, sums)| std::cmp::Reverse(sums.bytes));
    groups
}

fn position(slot: i64) -> usize {
    usize::try_from(slot).expect("slots count from 0")
}

/// `sum / count` rounded half up to four decimals, as SQL's AVG of integers prints it.
fn four_decimals(sum: u128, count: u64) -> String {
    let count = u128::from(count);
    let (whole, rest) = (sum / count, sum % count);
    let fraction = (rest * 10_000 + count / 2) / count;
    format!("{}.{:04}", whole + fraction / 10_000, fraction % 10_000)
}

#[cfg(test)]
mod tests {
    use super::four_decimals;

    #[test]
    fn averages_have_four_decimals_rounded_half_up() {
        assert_eq!(four_decimals(10, 4), "2.5000");
        assert_eq!(four_decimals(2, 3), "0.6667");
        assert_eq!(four_decimals(1, 20_000), "0.0001");
        assert_eq!(four_decimals(1, 20_001), "0.0000");
        assert_eq!(four_decimals(199_999, 20_000), "10.0000");
        assert_eq!(four_decimals(u128::from(u64::MAX) * 2, 2), "18446744073709551615.0000");
    }
}

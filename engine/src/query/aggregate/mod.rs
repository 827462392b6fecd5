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
use crate::column::{Cells, Totals};
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
            GroupBy::User => Kind::Users(Grouping::new(ByUser { users }, index)),
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

    fn takes_totals(&self) -> bool {
        inside!(&self.0, grouping => grouping.takes_totals())
    }

    fn add_totals(&mut self, totals: &Totals<'_>) {
        inside!(&mut self.0, grouping => grouping.add_totals(totals));
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

/// Decimal digits. Division of 128 bits is slow, and few sums need them.
fn decimal(value: u128) -> String {
    u64::try_from(value).map_or_else(|_| value.to_string(), |value| value.to_string())
}

/// `sum / count` rounded half up to four decimals, as SQL's AVG of integers prints it.
fn four_decimals(sum: u128, count: u64) -> String {
    let (whole, fraction) = quotient(sum, count);
    let mut text = decimal(whole);
    text.push('.');
    text.extend([1_000, 100, 10, 1].map(|unit| char::from(b'0' + (fraction / unit % 10) as u8)));
    text
}

/// `sum / count` in whole and ten thousandths, rounded half up.
fn quotient(sum: u128, count: u64) -> (u128, u64) {
    // As in `decimal`; the remainder of smaller counts stays in 64 bits too.
    if let (Ok(sum), Ok(small)) = (u64::try_from(sum), u32::try_from(count)) {
        let count = u64::from(small);
        let fraction = (sum % count * 10_000 + count / 2) / count;
        return (u128::from(sum / count + fraction / 10_000), fraction % 10_000);
    }
    let count = u128::from(count);
    let fraction = (sum % count * 10_000 + count / 2) / count;
    (sum / count + fraction / 10_000, (fraction % 10_000) as u64)
}

#[cfg(test)]
mod tests {
    use super::{four_decimals, quotient};

    #[test]
    fn averages_have_four_decimals_rounded_half_up() {
        assert_eq!(four_decimals(10, 4), "2.5000");
        assert_eq!(four_decimals(2, 3), "0.6667");
        assert_eq!(four_decimals(1, 20_000), "0.0001");
        assert_eq!(four_decimals(1, 20_001), "0.0000");
        assert_eq!(four_decimals(199_999, 20_000), "10.0000");
        assert_eq!(four_decimals(u128::from(u64::MAX) * 2, 2), "18446744073709551615.0000");
        assert_eq!(four_decimals(7, u64::MAX), "0.0000");
    }

    #[test]
    fn short_and_long_division_agree() {
        for sum in [0, 1, 9_999, u128::from(u64::MAX), u128::from(u64::MAX) + 1] {
            for count in [1, 3, 20_000, u64::from(u32::MAX)] {
                let (whole, fraction) = quotient(sum, count);
                let rounded = (sum * 20_000 / u128::from(count)).div_ceil(2);
                assert_eq!(whole * 10_000 + u128::from(fraction), rounded, "{sum} / {count}");
            }
        }
    }
}

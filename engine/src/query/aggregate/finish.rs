//! From sums by group to the rows of the answer.

use super::answer::{Aggregation, HourOfDayTotal, HourTotal, NodeTotal, UserTotal};
use super::grouping::Finished;
use super::groups::{ByNode, ByTime, ByUser};
use crate::query::decimal::Sum;
use std::cmp::Reverse;

/// A row of users, and its UUID.
pub(super) const BYTES_PER_USER: usize = size_of::<UserTotal>() + 36;

pub(super) fn users(finished: &Finished<'_, ByUser<'_>>) -> Aggregation {
    let rows = finished.most_first().into_iter().map(|group| {
        let (user, sums) = (finished.groups.users.get(group), finished.sums(group));
        UserTotal {
            user_id: user.id,
            uuid: user.uuid.to_owned(),
            sid: user.sid,
            total_traffic: Sum(sums.bytes),
            unique_nodes: finished.unique_nodes(group),
            total_records: sums.records,
            avg_traffic_per_record: sums.average(),
            last_activity: sums.last,
        }
    });
    Aggregation::Users(rows.collect())
}

pub(super) fn nodes(finished: &Finished<'_, ByNode<'_>>) -> Aggregation {
    let nodes = finished.groups.nodes;
    let unlisted = |group: usize| finished.node_slots.unlisted()[group - nodes.len()].as_str();
    // Listed nodes tie by id, which is the order of their slots; the slots of the others depend on
    // the order of arrival, so their texts decide.
    let place = |group: usize| {
        if group < nodes.len() { (group, "") } else { (nodes.len(), unlisted(group)) }
    };
    let mut groups = finished.met();
    groups.sort_by_key(|&group| (Reverse(finished.sums(group).bytes), place(group)));
    let rows = groups.into_iter().map(|group| {
        let (sums, listed) = (finished.sums(group), nodes.get(group));
        NodeTotal {
            node: listed.map_or_else(|| unlisted(group), |node| &node.name).to_owned(),
            node_name: listed.map(|node| node.name.clone()),
            total_traffic: Sum(sums.bytes),
            unique_users: finished.unique_users(group),
            total_records: sums.records,
            avg_traffic_per_record: sums.average(),
        }
    });
    Aggregation::Nodes(rows.collect())
}

pub(super) fn hours(mut finished: Finished<'_, ByTime>) -> Aggregation {
    let mut local = finished.groups.slots.local().clone();
    let rows = by_time(&finished).into_iter().map(|(hour, group)| HourTotal {
        time_hour: local.format_hour(hour),
        timestamp_hour: hour,
        total_traffic: Sum(finished.sums(group).bytes),
        unique_users: finished.unique_users(group),
        unique_nodes: finished.unique_nodes(group),
        total_records: finished.sums(group).records,
    });
    Aggregation::Hours(rows.collect())
}

pub(super) fn hours_of_day(finished: &Finished<'_, ByTime>) -> Aggregation {
    let rows = by_time(finished).into_iter().map(|(hour, group)| HourOfDayTotal {
        hour_of_day: u8::try_from(hour).expect("an hour of day is 0–23"),
        total_traffic: Sum(finished.sums(group).bytes),
        unique_users: finished.unique_users(group),
        unique_nodes: finished.unique_nodes(group),
        avg_traffic_per_record: finished.sums(group).average(),
    });
    Aggregation::HoursOfDay(rows.collect())
}

/// Groups that hold rows with their buckets, by ascending bucket.
fn by_time(finished: &Finished<'_, ByTime>) -> Vec<(i64, usize)> {
    let keys = finished.groups.slots.keys();
    let mut groups: Vec<_> = finished.met().into_iter().map(|group| (keys[group], group)).collect();
    groups.sort_unstable();
    groups
}

//! Contract section 4.5, node rankings.

use super::calendar::Calendar;
use super::node::{Meaning, meaning};
use super::range::{Reader, bounds};
use super::sums::{distinct_users, download, ratio, since, total, upload};
use super::{cut, shown};
use crate::database::{Database, Node, Usage};
use crate::json::{Json, map};
use crate::question::{Range, Refusal};
use std::cmp::Ordering;

/// Bytes of the GB in which `max_traffic` counts.
const GB: i128 = 1_000_000_000;

pub(crate) fn rank_nodes(
    database: &Database,
    calendar: &Calendar,
    range: &Range,
    sort: &str,
    limit: Option<u64>,
) -> Result<Json, Refusal> {
    let bounds = bounds(range, calendar, Reader::Ranking)?;
    let order = order_of(sort);
    let mut ranks = Vec::new();
    for node in &database.nodes {
        let rows = rows_of(node, database).into_iter().filter(|row| bounds.hold(row.t));
        ranks.push(Rank { node, rows: rows.collect() });
    }
    ranks.sort_by(|a, b| order(a, b).then(a.node.id.cmp(&b.node.id)));
    Ok(cut(ranks.iter().map(|rank| rank.row(database, calendar.now)), limit))
}

/// All rows that belong to a listed node.
pub(crate) fn rows_of<'a>(node: &Node, database: &'a Database) -> Vec<&'a Usage> {
    let is_ours = |row: &&Usage| meaning(&row.node, &database.nodes) == Meaning::Listed(node.id);
    database.usage.iter().filter(is_ours).collect()
}

/// `used` bytes in percent of the node's limit; 0 without one.
pub(crate) fn utilization(node: &Node, used: i128) -> f64 {
    ratio(used, i128::from(node.max_traffic) * GB) * 100.0
}

struct Rank<'a> {
    node: &'a Node,
    rows: Vec<&'a Usage>,
}

type Order = fn(&Rank<'_>, &Rank<'_>) -> Ordering;

fn order_of(sort: &str) -> Order {
    match sort {
        "traffic_desc" => |a, b| total(&b.rows).cmp(&total(&a.rows)),
        "traffic_asc" => |a, b| total(&a.rows).cmp(&total(&b.rows)),
        "remaining_desc" => |a, b| b.remaining().cmp(&a.remaining()),
        "remaining_asc" => |a, b| a.remaining().cmp(&b.remaining()),
        "users_desc" => |a, b| distinct_users(&b.rows).cmp(&distinct_users(&a.rows)),
        // Letters compare without case and accents; that order is checked on its own, because a
        // second collation would be a second engine. See `properties.rs`.
        "name_asc" => |_, _| Ordering::Equal,
        _ => unreachable!("questions name a known order"),
    }
}

impl Rank<'_> {
    fn statistics(&self) -> i64 {
        self.node.statistics.unwrap_or(0)
    }

    fn remaining(&self) -> i128 {
        i128::from(self.node.max_traffic) * GB - i128::from(self.statistics())
    }

    fn row(&self, database: &Database, now: i64) -> Json {
        let Self { node, rows } = self;
        let last_online = node.last_online.unwrap_or(0);
        let users = distinct_users(rows);
        let has_limits = database.has("speed_limit") && database.has("excessive_speed_limit");
        let limit = |value: Option<i64>| shown(value.filter(|_| has_limits));
        let rate = node.traffic_rate.filter(|_| database.has("traffic_rate"));
        map([
            ("id", node.id.into()),
            ("name", node.name.as_str().into()),
            ("address", node.address.as_str().into()),
            ("enable", node.enable.into()),
            ("statistics", self.statistics().into()),
            ("max_traffic", node.max_traffic.into()),
            ("last_online", last_online.into()),
            ("country", node.country.clone().into()),
            ("type", node.kind.as_str().into()),
            ("excessive_speed_limit", limit(Some(node.excessive_speed_limit))),
            ("speed_limit", limit(node.speed_limit)),
            ("total_upload", upload(rows).into()),
            ("total_download", download(rows).into()),
            ("total_traffic", total(rows).into()),
            ("traffic_5min", total(&since(rows, now - 300)).into()),
            ("traffic_1hour", total(&since(rows, now - 3_600)).into()),
            ("traffic_4hour", total(&since(rows, now - 14_400)).into()),
            ("unique_users", users.into()),
            ("usage_records", rows.len().into()),
            ("count_rate", rate.unwrap_or(1.0).into()),
            ("remaining_traffic", self.remaining().max(0).into()),
            ("traffic_utilization", utilization(node, self.statistics().into()).into()),
            ("is_online", (now - last_online < 600).into()),
            ("last_seen_minutes", ((now - last_online) / 60).into()),
            ("avg_traffic_per_user", ratio(total(rows), users as i128).into()),
        ])
    }
}

//! Contract sections 4.3 and 4.4, figures over all of history.

use super::calendar::Calendar;
use super::rank_nodes::{rows_of, utilization};
use super::sums::{distinct_users, download, grouped, ratio, since, span, total, upload};
use crate::database::{Database, Node, Usage};
use crate::json::{Json, map};

pub(crate) fn total_traffic(database: &Database, calendar: &Calendar) -> Json {
    let rows: Vec<&Usage> = database.usage.iter().filter(|row| row.u > 0 || row.d > 0).collect();
    let span = span(&rows);
    let count = rows.len() as i128;
    map([
        ("total_upload", upload(&rows).into()),
        ("total_download", download(&rows).into()),
        ("total_traffic", total(&rows).into()),
        ("avg_upload", ratio(upload(&rows), count).into()),
        ("avg_download", ratio(download(&rows), count).into()),
        ("first_record", span.map(|(first, _)| calendar.format(first)).into()),
        ("last_record", span.map(|(_, last)| calendar.format(last)).into()),
        ("total_records", rows.len().into()),
        ("days_active", span.map_or(0, |(first, _)| days_up(calendar.now - first)).into()),
        ("last_updated", calendar.now.into()),
    ])
}

/// Days of 86 400 s, rounded up.
/// No day is active while the clock is before the first row.
fn days_up(seconds: i64) -> i64 {
    (seconds as f64 / 86_400.0).ceil().max(0.0) as i64
}

pub(crate) fn peak(database: &Database, calendar: &Calendar) -> Json {
    let rows: Vec<&Usage> = database.usage.iter().collect();
    let mut peak: Option<(String, i128)> = None;
    for (date, rows) in grouped(&rows, |row| calendar.date(row.t)) {
        if peak.as_ref().is_none_or(|(_, most)| total(&rows) > *most) {
            peak = Some((date.to_string(), total(&rows)));
        }
    }
    let (date, bytes) = peak.map_or((None, 0), |(date, bytes)| (Some(date), bytes));
    map([
        ("peak_date", date.into()),
        ("peak_traffic", bytes.into()),
        ("last_updated", calendar.now.into()),
    ])
}

pub(crate) fn all_nodes(database: &Database, calendar: &Calendar) -> Json {
    let mut nodes: Vec<_> =
        database.nodes.iter().map(|node| (node, rows_of(node, database))).collect();
    nodes.sort_by_key(|(node, rows)| (-total(rows), node.id));
    let nodes = nodes.iter().map(|(node, rows)| summary(database, node, rows, calendar.now));
    Json::List(nodes.collect())
}

fn summary(database: &Database, node: &Node, rows: &[&Usage], now: i64) -> Json {
    let last_online = node.last_online.unwrap_or(0);
    let is_online = now - last_online < 600;
    let name = if node.name.is_empty() { format!("Node {}", node.id) } else { node.name.clone() };
    let speed_limit = node.speed_limit.filter(|_| database.has("speed_limit"));
    let (first_record, last_record) = span(rows).unwrap_or((0, 0));
    let recent = since(rows, now - 86_400);
    let users = distinct_users(rows);
    map([
        ("id", node.id.into()),
        ("name", name.into()),
        ("address", node.address.as_str().into()),
        ("speedlimit", speed_limit.unwrap_or(0).into()),
        ("status", is_online.into()),
        ("enable", node.enable.into()),
        ("statistics", node.statistics.unwrap_or(0).into()),
        ("max_traffic", node.max_traffic.into()),
        ("last_online", last_online.into()),
        ("country", node.country.clone().unwrap_or_default().into()),
        ("tag", node.tag.clone().unwrap_or_default().into()),
        ("type", node.kind.as_str().into()),
        ("total_upload", upload(rows).into()),
        ("total_download", download(rows).into()),
        ("total_traffic", total(rows).into()),
        ("user_count", users.into()),
        ("total_records", rows.len().into()),
        ("first_record", first_record.into()),
        ("last_record", last_record.into()),
        ("recent_upload", upload(&recent).into()),
        ("recent_download", download(&recent).into()),
        ("recent_traffic", total(&recent).into()),
        ("recent_users", distinct_users(&recent).into()),
        ("avg_traffic_per_user", ratio(total(rows), users as i128).into()),
        ("traffic_utilization", utilization(node, total(rows)).into()),
        ("is_online", is_online.into()),
        ("last_seen", (now - last_online).into()),
    ])
}

//! Contract section 6.3, sums by user, node, hour and hour of day.

use super::calendar::Calendar;
use super::node::{Meaning, meaning};
use super::range::{Reader, bounds};
use super::sums::{distinct_nodes, distinct_users, grouped, total};
use crate::database::{Database, Usage};
use crate::json::{Json, map};
use crate::question::{Range, Refusal};

pub(crate) fn aggregate(
    database: &Database,
    calendar: &Calendar,
    by: &str,
    range: &Range,
) -> Result<Json, Refusal> {
    let bounds = bounds(range, calendar, Reader::Aggregation)?;
    let rows: Vec<&Usage> = database.usage.iter().filter(|row| bounds.hold(row.t)).collect();
    Ok(Json::List(match by {
        "user" => by_user(database, &rows),
        "node" => by_node(database, &rows),
        "time" => by_time(database, calendar, &rows),
        "hourly" => by_hour_of_day(database, calendar, &rows),
        _ => unreachable!("questions name one of the four groupings"),
    }))
}

fn by_user(database: &Database, rows: &[&Usage]) -> Vec<Json> {
    let mut found = Vec::new();
    for (id, rows) in most_first(grouped(rows, |row| row.user_id)) {
        let Some(user) = database.users.iter().find(|user| user.id == id) else {
            continue;
        };
        found.push(map([
            ("user_id", id.into()),
            ("uuid", user.uuid.as_str().into()),
            ("sid", user.sid.into()),
            ("total_traffic", total(&rows).to_string().into()),
            ("unique_nodes", distinct_nodes(&rows, &database.nodes).into()),
            ("total_records", rows.len().into()),
            ("avg_traffic_per_record", average(&rows).into()),
            ("last_activity", rows.iter().map(|row| row.t).max().into()),
        ]));
    }
    found
}

fn by_node(database: &Database, rows: &[&Usage]) -> Vec<Json> {
    let mut found = Vec::new();
    // The order of `Meaning` is the tie rule: listed nodes by id, then the others by text.
    for (node, rows) in most_first(grouped(rows, |row| meaning(&row.node, &database.nodes))) {
        let (text, name) = match node {
            Meaning::Day => continue,
            Meaning::Unlisted(text) => (text, None),
            Meaning::Listed(id) => {
                let mut nodes = database.nodes.iter().filter(|node| node.id == id);
                let name = nodes.next().expect("a listed node").name.clone();
                (name.clone(), Some(name))
            }
        };
        found.push(map([
            ("node", text.into()),
            ("node_name", name.into()),
            ("total_traffic", total(&rows).to_string().into()),
            ("unique_users", distinct_users(&rows).into()),
            ("total_records", rows.len().into()),
            ("avg_traffic_per_record", average(&rows).into()),
        ]));
    }
    found
}

fn by_time(database: &Database, calendar: &Calendar, rows: &[&Usage]) -> Vec<Json> {
    let mut found = Vec::new();
    for (hour, rows) in grouped(rows, |row| calendar.hour_start(row.t)) {
        found.push(map([
            ("time_hour", calendar.local(hour).format("%Y-%m-%d %H:00:00").to_string().into()),
            ("timestamp_hour", hour.into()),
            ("total_traffic", total(&rows).to_string().into()),
            ("unique_users", distinct_users(&rows).into()),
            ("unique_nodes", distinct_nodes(&rows, &database.nodes).into()),
            ("total_records", rows.len().into()),
        ]));
    }
    found
}

fn by_hour_of_day(database: &Database, calendar: &Calendar, rows: &[&Usage]) -> Vec<Json> {
    let mut found = Vec::new();
    for (hour, rows) in grouped(rows, |row| calendar.hour_of_day(row.t)) {
        found.push(map([
            ("hour_of_day", hour.into()),
            ("total_traffic", total(&rows).to_string().into()),
            ("unique_users", distinct_users(&rows).into()),
            ("unique_nodes", distinct_nodes(&rows, &database.nodes).into()),
            ("avg_traffic_per_record", average(&rows).into()),
        ]));
    }
    found
}

/// Groups by descending traffic; equal ones keep the order of their keys.
fn most_first<K>(mut groups: Vec<(K, Vec<&Usage>)>) -> Vec<(K, Vec<&Usage>)> {
    groups.sort_by_key(|(_, rows)| -total(rows));
    groups
}

/// Bytes by row with four decimals, half up.
fn average(rows: &[&Usage]) -> String {
    let count = rows.len() as i128;
    let ten_thousandths = (total(rows) * 20_000 + count) / (2 * count);
    format!("{}.{:04}", ten_thousandths / 10_000, ten_thousandths % 10_000)
}

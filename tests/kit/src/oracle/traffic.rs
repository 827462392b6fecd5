//! Contract section 4.2, raw traffic rows, grouped or by day and service.

use super::calendar::Calendar;
use super::node::node_of;
use super::range::{Reader, bounds};
use super::records::newest_first;
use super::sums::{download, grouped, span, total, upload};
use crate::database::{Database, Usage, User};
use crate::json::{Json, map};
use crate::question::{Range, Refusal, Traffic};
use std::cmp::Reverse;

pub(crate) fn traffic(
    database: &Database,
    calendar: &Calendar,
    asked: &Traffic,
) -> Result<Json, Refusal> {
    let mut rows = wanted_rows(database, calendar, asked)?;
    newest_first(&mut rows);
    let rows = rows.into_iter().map(|row| traffic_row(row, database, calendar, asked.enhanced));
    Ok(Json::List(rows.collect()))
}

pub(crate) fn grouped_traffic(
    database: &Database,
    calendar: &Calendar,
    asked: &Traffic,
) -> Result<Json, Refusal> {
    let rows = wanted_rows(database, calendar, asked)?;
    let lie_on_one_day =
        span(&rows).is_none_or(|(first, last)| calendar.date(first) == calendar.date(last));
    let by_hour = match asked.range.word.as_str() {
        "today" | "time_range" => true,
        "custom" => lie_on_one_day,
        _ => false,
    };
    let key = |row: &Usage| {
        if by_hour {
            format!("{:02}:00", calendar.hour_of_day(row.t))
        } else {
            calendar.date(row.t).to_string()
        }
    };
    let groups = grouped(&rows, key).into_iter().map(|(key, rows)| {
        let group = map([
            ("upload", upload(&rows).into()),
            ("download", download(&rows).into()),
            ("total", total(&rows).into()),
            ("timeKey", key.as_str().into()),
            ("timestamp", rows.iter().map(|row| row.t).max().into()),
        ]);
        (key, group)
    });
    Ok(Json::Map(groups.collect()))
}

pub(crate) fn day_traffic(
    database: &Database,
    calendar: &Calendar,
    service: Option<i64>,
    uuid: Option<&str>,
    range: &Range,
) -> Result<Json, Refusal> {
    let bounds = bounds(range, calendar, Reader::Traffic)?;
    let user_of = |row: &Usage| database.users.iter().find(|user| user.id == row.user_id);
    let is_wanted = |user: &User| {
        service.is_none_or(|service| user.sid == service)
            && uuid.is_none_or(|uuid| user.uuid.eq_ignore_ascii_case(uuid))
    };
    let rows = database.usage.iter();
    let rows = rows.filter(|row| bounds.hold(row.t) && user_of(row).is_some_and(is_wanted));
    let rows: Vec<&Usage> = rows.collect();
    let service_of = |row: &Usage| user_of(row).map(|user| user.sid);
    let days = grouped(&rows, |row| (Reverse(calendar.date(row.t)), service_of(row)));
    let days = days.into_iter().map(|((Reverse(date), sid), rows)| {
        map([
            ("date", date.to_string().into()),
            ("sid", sid.into()),
            ("upload", upload(&rows).into()),
            ("download", download(&rows).into()),
        ])
    });
    Ok(Json::List(days.collect()))
}

fn wanted_rows<'a>(
    database: &'a Database,
    calendar: &Calendar,
    asked: &Traffic,
) -> Result<Vec<&'a Usage>, Refusal> {
    let bounds = bounds(&asked.range, calendar, Reader::Traffic)?;
    let mut rows = Vec::new();
    for row in &database.usage {
        let user = database.users.iter().find(|user| user.id == row.user_id);
        let holds = |part: &String| {
            let part = part.to_ascii_lowercase();
            user.is_some_and(|user| user.uuid.to_ascii_lowercase().contains(&part))
        };
        let is_day = row.node == "DAY";
        // A merged day matches no node, and can be left out, where the enhanced rows are asked for.
        let is_left_out =
            is_day && asked.enhanced && (asked.exclude_day_rows || asked.node.is_some());
        if bounds.hold(row.t)
            && !is_left_out
            && asked.user.is_none_or(|user| row.user_id == user)
            && asked.service.is_none_or(|sid| user.is_some_and(|user| user.sid == sid))
            && asked.node.as_ref().is_none_or(|node| row.node == *node)
            && asked.uuid.as_ref().is_none_or(holds)
        {
            rows.push(row);
        }
    }
    Ok(rows)
}

fn traffic_row(row: &Usage, database: &Database, calendar: &Calendar, enhanced: bool) -> Json {
    let user = database.users.iter().find(|user| user.id == row.user_id);
    let node = node_of(row, &database.nodes);
    let name = match node {
        _ if enhanced && row.node == "DAY" => "Day Summary",
        Some(node) if !node.name.is_empty() => node.name.as_str(),
        _ => row.node.as_str(),
    };
    let is_current = row.t >= calendar.today_start();
    let mut keys = vec![
        ("id", row.id.into()),
        ("user_id", row.user_id.into()),
        ("t", row.t.into()),
        ("u", row.u.into()),
        ("d", row.d.into()),
        ("node", row.node.as_str().into()),
        ("count_rate", row.count_rate.into()),
        ("uuid", user.map(|user| user.uuid.as_str()).into()),
        ("service_id", user.map(|user| user.sid).into()),
        ("transfer_enable", user.map(|user| user.transfer_enable).into()),
        ("total_upload", user.map(|user| user.u).into()),
        ("total_download", user.map(|user| user.d).into()),
        ("speedlimitss", user.and_then(|user| user.speedlimitss).into()),
        ("speedlimitother", user.and_then(|user| user.speedlimitother).into()),
        ("illegal", user.map(|user| user.illegal).into()),
        ("node_name", name.into()),
    ];
    if !enhanced {
        keys.push(("node_address", node.map(|node| node.address.as_str()).into()));
    }
    keys.push(("node_identifier", row.node.as_str().into()));
    keys.push(("current_node_name", if is_current { name.into() } else { "".into() }));
    Json::Map(keys.into_iter().map(|(key, value): (&str, Json)| (key.to_owned(), value)).collect())
}

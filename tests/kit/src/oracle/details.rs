//! Contract section 4.4, one user or node with its last 30 days, and the node table.

use super::calendar::Calendar;
use super::rank_nodes::rows_of;
use super::sums::{distinct_users, download, grouped, upload};
use crate::database::{Database, Usage};
use crate::json::{Json, map};
use crate::question::Refusal;
use std::cmp::Reverse;

pub(crate) fn user_details(
    database: &Database,
    calendar: &Calendar,
    id: i64,
) -> Result<Json, Refusal> {
    let at = database.users.iter().position(|user| user.id == id).ok_or(Refusal::UnknownId)?;
    let rows = database.usage.iter().filter(|row| row.user_id == id).collect();
    let days = days(rows, calendar).into_iter().map(|(date, rows)| {
        map([
            ("date", date.into()),
            ("daily_upload", upload(&rows).into()),
            ("daily_download", download(&rows).into()),
        ])
    });
    let history = Json::List(days.collect());
    Ok(map([("user", record(database, "user", at)), ("traffic_history", history)]))
}

pub(crate) fn node_details(
    database: &Database,
    calendar: &Calendar,
    id: i64,
) -> Result<Json, Refusal> {
    let at = database.nodes.iter().position(|node| node.id == id).ok_or(Refusal::UnknownId)?;
    let rows = rows_of(&database.nodes[at], database);
    let days = days(rows, calendar).into_iter().map(|(date, rows)| {
        map([
            ("date", date.into()),
            ("unique_users", distinct_users(&rows).into()),
            ("daily_upload", upload(&rows).into()),
            ("daily_download", download(&rows).into()),
        ])
    });
    let stats = Json::List(days.collect());
    Ok(map([("node", record(database, "node", at)), ("traffic_stats", stats)]))
}

pub(crate) fn node_table(database: &Database) -> Json {
    let mut order: Vec<usize> = (0..database.nodes.len()).collect();
    order.sort_by_key(|&at| database.nodes[at].id);
    Json::List(order.into_iter().map(|at| record(database, "node", at)).collect())
}

/// The days since the one 29 days before today, newest first; there is no upper bound.
fn days<'a>(rows: Vec<&'a Usage>, calendar: &Calendar) -> Vec<(String, Vec<&'a Usage>)> {
    let start = calendar.days_ago_start(29);
    let rows: Vec<&Usage> = rows.into_iter().filter(|row| row.t >= start).collect();
    let days = grouped(&rows, |row| Reverse(calendar.date(row.t)));
    days.into_iter().map(|(Reverse(date), rows)| (date.to_string(), rows)).collect()
}

fn record(database: &Database, table: &str, row: usize) -> Json {
    let tables = database.tables();
    tables.iter().find(|it| it.name == table).expect("one of the three tables").record(row)
}

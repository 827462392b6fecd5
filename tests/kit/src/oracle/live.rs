//! Contract section 4.3, live figures and today by hour.

use super::calendar::Calendar;
use super::sums::{distinct_users, download, since, total, upload};
use crate::database::{Database, Usage};
use crate::json::{Json, map};

pub(crate) fn live(database: &Database, calendar: &Calendar) -> Json {
    let now = calendar.now;
    let rows: Vec<&Usage> = database.usage.iter().collect();
    let active = |seconds| distinct_users(&since(&rows, now - seconds)).into();
    let period = |start| {
        let rows = since(&rows, start);
        map([
            ("upload", upload(&rows).into()),
            ("download", download(&rows).into()),
            ("total", total(&rows).into()),
        ])
    };
    let online = database.nodes.iter().filter(|node| node.last_online.unwrap_or(0) >= now - 600);
    let today = rows_of_today(database, calendar);
    map([
        ("total_users", database.users.len().into()),
        (
            "active_users",
            map([
                ("5min", active(300)),
                ("1hour", active(3_600)),
                ("4hour", active(14_400)),
                ("24hours", active(86_400)),
            ]),
        ),
        ("total_nodes", database.nodes.len().into()),
        ("online_nodes", online.count().into()),
        ("today_upload", upload(&today).into()),
        ("today_download", download(&today).into()),
        (
            "traffic_periods",
            map([
                ("5min", period(now - 300)),
                ("1hour", period(now - 3_600)),
                ("4hour", period(now - 14_400)),
                ("monthly", period(calendar.month_start())),
            ]),
        ),
        ("last_updated", now.into()),
    ])
}

pub(crate) fn today(database: &Database, calendar: &Calendar, zone: &str) -> Json {
    let rows = rows_of_today(database, calendar);
    let mut hours = Vec::new();
    for hour in 0..24 {
        let rows: Vec<&Usage> =
            rows.iter().copied().filter(|row| calendar.hour_of_day(row.t) == hour).collect();
        if hour <= calendar.hour_of_day(calendar.now) || !rows.is_empty() {
            let sums = [("upload", upload(&rows).into()), ("download", download(&rows).into())];
            hours.push((format!("{hour:02}"), map(sums)));
        }
    }
    map([
        ("date", calendar.today().to_string().into()),
        ("hourly_stats", Json::Map(hours)),
        ("timezone", zone.into()),
        ("last_updated", calendar.now.into()),
    ])
}

fn rows_of_today<'a>(database: &'a Database, calendar: &Calendar) -> Vec<&'a Usage> {
    let (start, end) = (calendar.today_start(), calendar.today_end());
    database.usage.iter().filter(|row| start <= row.t && row.t <= end).collect()
}

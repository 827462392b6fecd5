//! Contract section 4.6, traffic over time of one user or node.

use super::calendar::Calendar;
use super::node::belongs;
use super::range::{Bounds, Reader, bounds, relative_seconds};
use super::sums::{distinct_nodes, distinct_users, download, grouped, total, upload};
use crate::database::{Database, Usage};
use crate::json::{Json, map};
use crate::question::{Range, Refusal};

const DAY_S: i64 = 86_400;

pub(crate) fn user_chart(
    database: &Database,
    calendar: &Calendar,
    user: i64,
    range: &Range,
) -> Result<Json, Refusal> {
    let bounds = bounds(range, calendar, Reader::Ranking)?;
    let rows = database.usage.iter().filter(|row| row.user_id == user && bounds.hold(row.t));
    let rows: Vec<&Usage> = rows.collect();
    let by = match range.word.as_str() {
        "time_range" => Buckets::Hours,
        "custom" => Buckets::Days,
        _ => of_word(range, bounds),
    };
    let points = by.points(&rows, calendar);
    let nodes = |rows: &[&Usage]| distinct_nodes(rows, &database.nodes);
    Ok(map([
        ("labels", series(&points, |label, _| label.into())),
        ("upload", series(&points, |_, rows| gigabytes(upload(rows)))),
        ("download", series(&points, |_, rows| gigabytes(download(rows)))),
        ("total", series(&points, |_, rows| gigabytes(total(rows)))),
        ("nodes", series(&points, |_, rows| nodes(rows).into())),
        ("user_id", user.into()),
        ("time_range", range.word.as_str().into()),
    ]))
}

pub(crate) fn node_chart(
    database: &Database,
    calendar: &Calendar,
    node: i64,
    range: &Range,
) -> Result<Json, Refusal> {
    let bounds = bounds(range, calendar, Reader::NodeChart)?;
    let is_ours = |row: &&Usage| belongs(row, &node.to_string(), &database.nodes);
    let rows = database.usage.iter().filter(|row| bounds.hold(row.t)).filter(is_ours);
    let rows: Vec<&Usage> = rows.collect();
    let by = match range.word.as_str() {
        "custom" | "time_range" => by_length(length(bounds)),
        _ => of_word(range, bounds),
    };
    let points = by.points(&rows, calendar);
    Ok(map([
        ("labels", series(&points, |label, _| label.into())),
        ("upload", series(&points, |_, rows| gigabytes(upload(rows)))),
        ("download", series(&points, |_, rows| gigabytes(download(rows)))),
        ("total", series(&points, |_, rows| gigabytes(total(rows)))),
        ("users", series(&points, |_, rows| distinct_users(rows).into())),
        ("node_id", node.into()),
        ("time_range", range.word.as_str().into()),
    ]))
}

/// How rows are put into buckets.
enum Buckets {
    /// By the hour the wall clock shows.
    HoursOfDay,
    /// By the instant the hour began.
    Hours,
    Days,
}

/// Buckets of all words that both charts cut alike.
fn of_word(range: &Range, bounds: Bounds) -> Buckets {
    match range.word.as_str() {
        "today" | "yesterday" if range.from.is_some() && range.to.is_some() => {
            by_length(length(bounds))
        }
        "today" | "yesterday" => Buckets::HoursOfDay,
        word => relative_seconds(word).map_or(Buckets::Days, by_length),
    }
}

fn by_length(seconds: i64) -> Buckets {
    if seconds <= DAY_S { Buckets::Hours } else { Buckets::Days }
}

fn length(bounds: Bounds) -> i64 {
    let both = bounds.start.zip(bounds.end);
    both.map(|(start, end)| end - start).expect("charts have both bounds")
}

type Point<'a> = (String, Vec<&'a Usage>);

impl Buckets {
    fn points<'a>(&self, rows: &[&'a Usage], calendar: &Calendar) -> Vec<Point<'a>> {
        let hour = |t| format!("{:02}:00", calendar.hour_of_day(t));
        match self {
            Self::HoursOfDay => grouped(rows, |row| hour(row.t)),
            Self::Days => grouped(rows, |row| calendar.date(row.t).to_string()),
            Self::Hours => {
                let by_instant = grouped(rows, |row| calendar.hour_start(row.t));
                by_instant.into_iter().map(|(start, rows)| (hour(start), rows)).collect()
            }
        }
    }
}

fn series(points: &[Point<'_>], value: impl Fn(&str, &[&Usage]) -> Json) -> Json {
    Json::List(points.iter().map(|(label, rows)| value(label, rows)).collect())
}

fn gigabytes(bytes: i128) -> Json {
    Json::Float(bytes as f64 / 1e9)
}

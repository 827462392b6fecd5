//! The questions as SQL that reads every usage row once, for MariaDB and DuckDB alike.
//!
//! Compared columns come first in the order of [`crate::ours`], columns of users and nodes behind
//! them. Days are cut in UTC, so that hours cost SQL a remainder and no time zone.

use crate::moments::{Moments, NOW};
use crate::question::Question;

/// How a database names what the questions read.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    /// The table of usage rows, with the index to use.
    pub(crate) usage: &'a str,
    pub(crate) user: &'a str,
    /// The marker of merged days, as a value of the node column.
    pub(crate) day: &'a str,
}

/// How distinct things are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// By `COUNT(DISTINCT …)`.
    Direct,
    /// By summing to distinct pairs (or users) first.
    Cells,
}

impl Shape {
    /// The shapes that a question can take.
    pub(crate) fn of(question: Question) -> &'static [Self] {
        match question {
            // Two distinct counts over different pairs have no common cells.
            Question::ByTime | Question::ByHourOfDay => &[Self::Direct],
            _ => &[Self::Direct, Self::Cells],
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Direct => "distinct counts",
            Self::Cells => "cells first",
        }
    }
}

/// `question` in `shape` as SQL.
pub(crate) fn text(
    question: Question,
    shape: Shape,
    moments: &Moments,
    names: &Names<'_>,
) -> String {
    match question {
        Question::RankUsers => rank_users(shape, moments, names),
        Question::RankNodes => rank_nodes(shape, moments, names),
        Question::ByUser => by_user(shape, moments, names),
        Question::ByNode => by_node(shape, moments, names),
        Question::ByTime => by_hour("t - t % 3600", moments, names),
        Question::ByHourOfDay => by_hour("t % 86400 - t % 3600", moments, names),
        Question::Live => live(shape, moments, names),
    }
}

fn rank_users(shape: Shape, moments: &Moments, names: &Names<'_>) -> String {
    let (usage, user, day) = (names.usage, names.user, names.day);
    let (within, recent) = (within(moments.ranking), recent());
    let sums = match shape {
        Shape::Direct => format!(
            "SELECT user_id, SUM(u) AS up, SUM(d) AS down, {recent}, \
             COUNT(DISTINCT NULLIF(node, {day})) AS nodes, COUNT(*) AS records, \
             MIN(t) AS first_t, MAX(t) AS last_t, SUM(u) + SUM(d) AS total \
             FROM {usage} WHERE {within} GROUP BY user_id"
        ),
        Shape::Cells => format!(
            "SELECT user_id, SUM(cell_up) AS up, SUM(cell_down) AS down, SUM(min5) AS min5, \
             SUM(hour1) AS hour1, SUM(hour4) AS hour4, COUNT(NULLIF(node, {day})) AS nodes, \
             SUM(cell_records) AS records, MIN(cell_first) AS first_t, MAX(cell_last) AS last_t, \
             SUM(cell_up) + SUM(cell_down) AS total FROM (\
             SELECT user_id, node, SUM(u) AS cell_up, SUM(d) AS cell_down, {recent}, \
             COUNT(*) AS cell_records, MIN(t) AS cell_first, MAX(t) AS cell_last \
             FROM {usage} WHERE {within} GROUP BY user_id, node) cells GROUP BY user_id"
        ),
    };
    format!(
        "SELECT s.user_id, up, down, min5, hour1, hour4, nodes, records, first_t, last_t, \
         uuid, sid, u, d, transfer_enable, enable, created_at, remark, speedlimitss, \
         speedlimitother FROM ({sums} ORDER BY total DESC, user_id LIMIT 100) s \
         JOIN {user} ON id = s.user_id ORDER BY total DESC, s.user_id"
    )
}

/// By node text, which names a node here; the join is left out of the rows for SQL's benefit.
fn rank_nodes(shape: Shape, moments: &Moments, names: &Names<'_>) -> String {
    let (usage, day) = (names.usage, names.day);
    let (within, recent) = (within(moments.ranking), recent());
    let sums = match shape {
        Shape::Direct => format!(
            "SELECT node, SUM(u) AS up, SUM(d) AS down, {recent}, \
             COUNT(DISTINCT user_id) AS users, COUNT(*) AS records \
             FROM {usage} WHERE {within} AND node <> {day} GROUP BY node"
        ),
        Shape::Cells => format!(
            "SELECT node, SUM(cell_up) AS up, SUM(cell_down) AS down, SUM(min5) AS min5, \
             SUM(hour1) AS hour1, SUM(hour4) AS hour4, COUNT(*) AS users, \
             SUM(cell_records) AS records FROM (\
             SELECT node, user_id, SUM(u) AS cell_up, SUM(d) AS cell_down, {recent}, \
             COUNT(*) AS cell_records \
             FROM {usage} WHERE {within} AND node <> {day} GROUP BY node, user_id) cells \
             GROUP BY node"
        ),
    };
    format!(
        "SELECT n.id, up, down, min5, hour1, hour4, users, records, name, address, enable, \
         statistics, max_traffic, last_online, country, type, excessive_speed_limit, speed_limit, \
         traffic_rate FROM ({sums}) s JOIN node n ON n.name = s.node \
         ORDER BY up + down DESC, n.id"
    )
}

fn by_user(shape: Shape, moments: &Moments, names: &Names<'_>) -> String {
    let (usage, user, day) = (names.usage, names.user, names.day);
    let within = within(moments.aggregation);
    let sums = match shape {
        Shape::Direct => format!(
            "SELECT user_id, SUM(u + d) AS total, COUNT(DISTINCT NULLIF(node, {day})) AS nodes, \
             COUNT(*) AS records, MAX(t) AS last_t \
             FROM {usage} WHERE {within} GROUP BY user_id"
        ),
        Shape::Cells => format!(
            "SELECT user_id, SUM(bytes) AS total, COUNT(NULLIF(node, {day})) AS nodes, \
             SUM(cell_records) AS records, MAX(cell_last) AS last_t FROM (\
             SELECT user_id, node, SUM(u + d) AS bytes, COUNT(*) AS cell_records, \
             MAX(t) AS cell_last FROM {usage} WHERE {within} GROUP BY user_id, node) cells \
             GROUP BY user_id"
        ),
    };
    format!(
        "SELECT s.user_id, uuid, sid, total, nodes, records, last_t \
         FROM ({sums}) s JOIN {user} ON id = s.user_id ORDER BY total DESC, s.user_id"
    )
}

fn by_node(shape: Shape, moments: &Moments, names: &Names<'_>) -> String {
    let (usage, day) = (names.usage, names.day);
    let within = within(moments.aggregation);
    let sums = match shape {
        Shape::Direct => format!(
            "SELECT node, SUM(u + d) AS total, COUNT(DISTINCT user_id) AS users, \
             COUNT(*) AS records FROM {usage} WHERE {within} AND node <> {day} GROUP BY node"
        ),
        Shape::Cells => format!(
            "SELECT node, SUM(bytes) AS total, COUNT(*) AS users, SUM(cell_records) AS records \
             FROM (SELECT node, user_id, SUM(u + d) AS bytes, COUNT(*) AS cell_records \
             FROM {usage} WHERE {within} AND node <> {day} GROUP BY node, user_id) cells \
             GROUP BY node"
        ),
    };
    format!(
        "SELECT s.node, total, users, records, name FROM ({sums}) s \
         LEFT JOIN node n ON n.name = s.node ORDER BY total DESC, n.id"
    )
}

fn by_hour(hour: &str, moments: &Moments, names: &Names<'_>) -> String {
    let (usage, day, within) = (names.usage, names.day, within(moments.aggregation));
    format!(
        "SELECT {hour} AS hour_s, SUM(u + d), COUNT(DISTINCT user_id), \
         COUNT(DISTINCT NULLIF(node, {day})), COUNT(*) \
         FROM {usage} WHERE {within} GROUP BY hour_s ORDER BY hour_s"
    )
}

fn live(shape: Shape, moments: &Moments, names: &Names<'_>) -> String {
    let (usage, user) = (names.usage, names.user);
    // Rows after today would count as today's too; there are none, for SQL's benefit.
    let starts = [NOW - 300, NOW - 3_600, NOW - 14_400];
    let sum = |start: i64, measure: &str| {
        format!("SUM(CASE WHEN t >= {start} THEN {measure} ELSE 0 END)")
    };
    let sums: Vec<String> = [moments.today_start]
        .into_iter()
        .chain(starts)
        .flat_map(|start| [sum(start, "u"), sum(start, "d")])
        .chain(["SUM(u)".to_owned(), "SUM(d)".to_owned()])
        .collect();
    let active = [NOW - 300, NOW - 3_600, NOW - 14_400, NOW - 86_400];
    let rows = format!("FROM {usage} WHERE t >= {}", moments.month_start.min(NOW - 86_400));
    let (active, sums, rows) = match shape {
        Shape::Direct => {
            let active = active
                .map(|start| format!("COUNT(DISTINCT CASE WHEN t >= {start} THEN user_id END)"));
            (active, sums, rows)
        }
        Shape::Cells => {
            let active =
                active.map(|start| format!("COUNT(CASE WHEN last_t >= {start} THEN 1 END)"));
            let outer = (0..sums.len()).map(|at| format!("SUM(s{at})")).collect();
            let inner: Vec<String> =
                sums.iter().enumerate().map(|(at, sum)| format!("{sum} AS s{at}")).collect();
            let inner = inner.join(", ");
            let rows = format!(
                "FROM (SELECT user_id, MAX(t) AS last_t, {inner} {rows} GROUP BY user_id) c"
            );
            (active, outer, rows)
        }
    };
    format!(
        "SELECT {}, {}, (SELECT COUNT(*) FROM {user}), (SELECT COUNT(*) FROM node), \
         (SELECT COUNT(*) FROM node WHERE last_online >= {}) {rows}",
        active.join(", "),
        sums.join(", "),
        NOW - 600
    )
}

fn within((first, last): (i64, i64)) -> String {
    format!("t BETWEEN {first} AND {last}")
}

fn recent() -> String {
    [("min5", 300), ("hour1", 3_600), ("hour4", 14_400)]
        .map(|(name, seconds)| {
            format!("SUM(CASE WHEN t >= {} THEN u + d ELSE 0 END) AS {name}", NOW - seconds)
        })
        .join(", ")
}

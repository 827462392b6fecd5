//! Contract section 4.7, usage records.

use super::calendar::Calendar;
use super::cut;
use super::node::{belongs, node_of};
use super::range::{Reader, bounds};
use crate::database::{Database, Usage};
use crate::json::{Json, map};
use crate::question::{Records, Refusal};

pub(crate) fn usage_records(
    database: &Database,
    calendar: &Calendar,
    asked: &Records,
) -> Result<Json, Refusal> {
    let bounds = bounds(&asked.range, calendar, Reader::Ranking)?;
    let mut rows = Vec::new();
    for row in &database.usage {
        if bounds.hold(row.t) && is_wanted(row, database, asked) {
            rows.push(row);
        }
    }
    newest_first(&mut rows);
    let comes_after =
        |row: &&Usage| asked.after.is_none_or(|(t, id)| row.t < t || (row.t == t && row.id > id));
    let rows = rows.into_iter().filter(comes_after);
    Ok(cut(rows.map(|row| record(row, database, calendar)), asked.limit))
}

/// Descending time, equal times by ascending id.
pub(crate) fn newest_first(rows: &mut [&Usage]) {
    rows.sort_by(|a, b| b.t.cmp(&a.t).then(a.id.cmp(&b.id)));
}

fn is_wanted(row: &Usage, database: &Database, asked: &Records) -> bool {
    let user = database.users.iter().find(|user| user.id == row.user_id);
    let has_uuid = |uuid: &String| user.is_some_and(|user| user.uuid.eq_ignore_ascii_case(uuid));
    asked.node.as_ref().is_none_or(|node| belongs(row, node, &database.nodes))
        && asked.user.is_none_or(|user| row.user_id == user)
        && asked.uuid.as_ref().is_none_or(has_uuid)
}

fn record(row: &Usage, database: &Database, calendar: &Calendar) -> Json {
    let user = database.users.iter().find(|user| user.id == row.user_id);
    let node = node_of(row, &database.nodes);
    let total = i128::from(row.u) + i128::from(row.d);
    map([
        ("id", row.id.into()),
        ("user_id", row.user_id.into()),
        ("t", row.t.into()),
        ("u", row.u.into()),
        ("d", row.d.into()),
        ("node", row.node.as_str().into()),
        ("count_rate", row.count_rate.filter(|&rate| rate != 0.0).unwrap_or(1.0).into()),
        ("uuid", user.map(|user| user.uuid.as_str()).into()),
        ("sid", user.map(|user| user.sid).into()),
        ("node_name", node.map(|node| node.name.as_str()).into()),
        ("node_country", node.and_then(|node| node.country.clone()).into()),
        ("total_traffic", total.into()),
        ("formatted_time", calendar.format(row.t).into()),
        ("formatted_upload", formatted(row.u.into()).into()),
        ("formatted_download", formatted(row.d.into()).into()),
        ("formatted_total", formatted(total).into()),
    ])
}

/// Contract section 4.8, rules 1, 3 and 4 of `formatBytesConfigurable`, without the guessing of
/// rule 2.
pub fn formatted(bytes: i128) -> String {
    let (mut unit, mut name) = (1, "B");
    for next in ["KB", "MB", "GB", "TB", "PB", "EB", "ZB"] {
        if bytes >= unit * 1_000 {
            (unit, name) = (unit * 1_000, next);
        }
    }
    let hundredths = (bytes * 200 + unit) / (2 * unit);
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    if name == "GB" {
        // Below a TB there is one comma at most: 1,000.00 after rounding.
        let whole = if whole >= 1_000 {
            format!("{},{:03}", whole / 1_000, whole % 1_000)
        } else {
            whole.to_string()
        };
        return format!("{whole}.{rest:02} GB");
    }
    let number = format!("{whole}.{rest:02}");
    format!("{} {name}", number.trim_end_matches('0').trim_end_matches('.'))
}

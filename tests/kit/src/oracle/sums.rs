//! Plain loops that several questions need.

use super::node::{Meaning, meaning};
use crate::database::{Node, Usage};

pub(crate) fn upload(rows: &[&Usage]) -> i128 {
    let mut sum = 0;
    for row in rows {
        sum += i128::from(row.u);
    }
    sum
}

pub(crate) fn download(rows: &[&Usage]) -> i128 {
    let mut sum = 0;
    for row in rows {
        sum += i128::from(row.d);
    }
    sum
}

pub(crate) fn total(rows: &[&Usage]) -> i128 {
    upload(rows) + download(rows)
}

/// The rows with a time of at least `start`.
pub(crate) fn since<'a>(rows: &[&'a Usage], start: i64) -> Vec<&'a Usage> {
    rows.iter().copied().filter(|row| row.t >= start).collect()
}

pub(crate) fn distinct_users(rows: &[&Usage]) -> usize {
    let mut users = Vec::new();
    for row in rows {
        if !users.contains(&row.user_id) {
            users.push(row.user_id);
        }
    }
    users.len()
}

/// Distinct nodes, listed or not; merged days are none.
pub(crate) fn distinct_nodes(rows: &[&Usage], nodes: &[Node]) -> usize {
    let mut found = Vec::new();
    for row in rows {
        let meaning = meaning(&row.node, nodes);
        if meaning != Meaning::Day && !found.contains(&meaning) {
            found.push(meaning);
        }
    }
    found.len()
}

/// First and last time.
pub(crate) fn span(rows: &[&Usage]) -> Option<(i64, i64)> {
    let first = rows.iter().map(|row| row.t).min()?;
    let last = rows.iter().map(|row| row.t).max()?;
    Some((first, last))
}

/// `part / whole`, 0 where there is nothing to divide by.
pub(crate) fn ratio(part: i128, whole: i128) -> f64 {
    if whole > 0 { part as f64 / whole as f64 } else { 0.0 }
}

/// Rows sorted into groups by key, in the order of the keys.
pub(crate) fn grouped<'a, K: Ord>(
    rows: &[&'a Usage],
    key_of: impl Fn(&Usage) -> K,
) -> Vec<(K, Vec<&'a Usage>)> {
    let mut groups: Vec<(K, Vec<&Usage>)> = Vec::new();
    for row in rows {
        let key = key_of(row);
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, members)) => members.push(row),
            None => groups.push((key, vec![row])),
        }
    }
    groups.sort_by(|(a, _), (b, _)| a.cmp(b));
    groups
}

//! What is to be written of a day: the difference between its sums and what is stored.

use super::error::RollupError;
use super::fit::Fit;
use super::nodes;
use super::sums::{DaySums, UserSums};
use crate::query::slots::NodeIndex;
use crate::store::{Changed, DayChange, Hour, Measures, Node, StoredDay, SummedDay};
use crate::units::UnixSeconds;

/// What is true of all days summed at one moment.
pub(crate) struct Moment<'a> {
    /// Zone of the days.
    pub(crate) zone: &'a str,
    /// Moment of the reading.
    pub(crate) checked_at: UnixSeconds,
    /// Users listed.
    pub(crate) total_users: i64,
    /// Nodes listed.
    pub(crate) nodes: &'a [Node],
    /// The same by text.
    pub(crate) index: &'a NodeIndex,
    /// Days before this one have no hours.
    pub(crate) hours_since: i64,
}

/// What is to be written of `day`, whose rows have these sums and this fingerprint.
///
/// # Errors
/// [`RollupError::TooLarge`].
pub(crate) fn change(
    day: i64,
    sums: &DaySums,
    fingerprint: String,
    stored: &StoredDay,
    at: &Moment<'_>,
) -> Result<DayChange, RollupError> {
    let fit = Fit { day };
    let users = users(sums, stored, &fit)?;
    let (nodes, base) = nodes::change(sums, stored, at, &fit)?;
    let day_records = sums.day_records;
    let (zone, day_traffic, checked_at) = (at.zone.to_owned(), sums.day_traffic, at.checked_at);
    Ok(DayChange {
        day,
        summed: SummedDay { zone, fingerprint, day_records, day_traffic, checked_at },
        users,
        nodes,
        hours: if day < at.hours_since {
            Changed::default()
        } else {
            hours(sums, stored, at, &fit)?
        },
        base,
    })
}

fn users(
    sums: &DaySums,
    stored: &StoredDay,
    fit: &Fit,
) -> Result<Changed<i64, Measures>, RollupError> {
    let mut changed = Changed::default();
    for (&user, UserSums { sums, is_merged }) in &sums.users {
        let of = || format!("user {user}");
        fit.int(user.unsigned_abs().into(), of, "user_id")?;
        let mut now = fit.measures(sums, of, "unique_nodes")?;
        let before = stored.users.get(&user);
        // Merged rows hide on how many nodes and how often; what was seen stays true.
        if let Some((_, before)) = before.filter(|_| *is_merged) {
            now.unique = now.unique.max(before.unique);
            now.records = now.records.max(before.records);
        }
        note(&mut changed, before, user, now);
    }
    let gone = stored.users.iter().filter(|(user, _)| !sums.users.contains_key(user));
    changed.gone = gone.map(|(_, (id, _))| *id).collect();
    changed.gone.sort_unstable();
    Ok(changed)
}

/// Adds the row to those that are new or other than before.
fn note<K, V: PartialEq>(changed: &mut Changed<K, V>, before: Option<&(i64, V)>, key: K, now: V) {
    match before {
        Some((_, before)) if *before == now => {}
        Some((id, _)) => changed.altered.push((*id, key, now)),
        None => changed.new.push((key, now)),
    }
}

fn hours(
    sums: &DaySums,
    stored: &StoredDay,
    at: &Moment<'_>,
    fit: &Fit,
) -> Result<Changed<UnixSeconds, Hour>, RollupError> {
    let is_merged = sums.day_records > 0;
    let mut changed = Changed::default();
    for (&start, hour) in &sums.hours {
        let now = fit.hour(start, hour, at)?;
        let before = stored.hours.get(&start);
        let stays =
            |before: &Hour| same_rows(before, &now) || (is_merged && before.traffic > now.traffic);
        if before.is_none_or(|(_, before)| !stays(before)) {
            note(&mut changed, before, start, now);
        }
    }
    if !is_merged {
        let gone = stored.hours.iter().filter(|(start, _)| !sums.hours.contains_key(start));
        changed.gone = gone.map(|(_, (id, _))| *id).collect();
    }
    Ok(changed)
}

/// True when the same is told of an hour's rows; how many users and nodes were listed is not theirs.
fn same_rows(a: &Hour, b: &Hour) -> bool {
    let of = |it: &Hour| (it.active_users, it.active_nodes, it.traffic, it.peak);
    of(a) == of(b)
}

#[cfg(test)]
mod tests {
    use super::super::sums::{HourSums, NodeSums, Sums};
    use super::*;
    use crate::store::{Base, NodeKey};
    use crate::units::{NodeId, Traffic};
    use std::collections::BTreeMap;

    const DAY: i64 = 20_320;

    fn listed() -> Vec<Node> {
        vec![Node { id: NodeId(7), name: "Tokyo".to_owned(), ..Node::default() }]
    }

    fn changed(sums: &DaySums, stored: &StoredDay) -> Result<DayChange, RollupError> {
        let nodes = listed();
        let at = Moment {
            zone: "UTC",
            checked_at: 5,
            total_users: 3,
            nodes: &nodes,
            index: &NodeIndex::of(&nodes),
            hours_since: 0,
        };
        change(DAY, sums, "print".to_owned(), stored, &at)
    }

    fn key() -> NodeKey {
        NodeKey { id: 7, text: "7".to_owned() }
    }

    fn figures(upload: i64, unique: i64, records: i64) -> Measures {
        Measures { upload, download: 0, traffic: upload, unique, records }
    }

    /// A day whose node has `upload` bytes of ordinary rows, and `merged` rows beside them.
    fn sums(upload: u64, merged: u64) -> DaySums {
        let sums = Sums { traffic: Traffic::of(upload, 0), unique: 1, records: 1 };
        let node = NodeSums { sums, text: "7".to_owned() };
        let nodes = if upload == 0 { BTreeMap::new() } else { [(key(), node)].into() };
        let day_traffic = (merged * 10).into();
        DaySums { nodes, day_records: merged, day_traffic, ..DaySums::default() }
    }

    /// What is stored of a day that had so many merged rows.
    fn stored(row: Measures, base: Option<Base>, merged: u64) -> StoredDay {
        let summed = SummedDay {
            zone: "UTC".to_owned(),
            fingerprint: "before".to_owned(),
            day_records: merged,
            day_traffic: (merged * 10).into(),
            checked_at: 1,
        };
        StoredDay {
            summed: Some(summed),
            nodes: vec![(44, key(), row)],
            base: base.into_iter().map(|base| ("7".to_owned(), base)).collect(),
            ..StoredDay::default()
        }
    }

    #[test]
    fn what_falls_while_rows_are_merged_becomes_the_base() {
        let change = changed(&sums(0, 1), &stored(figures(100, 2, 5), None, 0)).expect("a change");
        let base = Base { upload: 100, download: 0, users: 2, records: 5 };
        assert_eq!(change.base, Some([("7".to_owned(), base)].into()));
        // The row is the same as before, so nothing is written.
        assert_eq!(change.nodes, Changed::default());
    }

    #[test]
    fn what_falls_otherwise_was_deleted() {
        let change = changed(&sums(0, 0), &stored(figures(100, 2, 5), None, 0)).expect("a change");
        assert_eq!((change.base, change.nodes.gone), (None, vec![44]));
        let change = changed(&sums(40, 1), &stored(figures(100, 2, 5), None, 1)).expect("a change");
        assert_eq!(change.nodes.altered, [(44, key(), figures(40, 1, 1))]);
    }

    #[test]
    fn a_second_merge_adds_to_the_base() {
        let base = Base { upload: 60, download: 0, users: 4, records: 3 };
        let before = stored(figures(100, 4, 5), Some(base), 1);
        let change = changed(&sums(15, 2), &before).expect("a change");
        let grown = Base { upload: 85, download: 0, users: 4, records: 4 };
        assert_eq!(change.base, Some([("7".to_owned(), grown)].into()));
        assert_eq!(change.nodes, Changed::default());
    }

    #[test]
    fn a_day_that_was_never_summed_keeps_what_older_tables_say_of_it() {
        let before = StoredDay { summed: None, ..stored(figures(100, 2, 5), None, 0) };
        let change = changed(&sums(0, 1), &before).expect("a change");
        assert!(change.base.is_some() && change.nodes.gone.is_empty());
    }

    #[test]
    fn an_hour_never_gets_less_while_merged_rows_are_there() {
        let hour = |traffic| Hour { total_users: 9, traffic, ..Hour::default() };
        let sums = |traffic, merged| DaySums {
            hours: [(0, HourSums { traffic, ..HourSums::default() })].into(),
            ..sums(0, merged)
        };
        let before = StoredDay { hours: [(0, (4, hour(50)))].into(), ..StoredDay::default() };
        let altered = |sums| changed(&sums, &before).expect("a change").hours.altered.len();
        assert_eq!([altered(sums(40, 1)), altered(sums(60, 1)), altered(sums(40, 0))], [0, 1, 1]);
        // As much as before: how many users are listed now is no reason to write.
        assert_eq!(altered(sums(50, 0)), 0);
    }

    #[test]
    fn sums_fit_up_to_the_largest_number_and_no_further() {
        let day = |upload| {
            let user = Sums { traffic: Traffic { upload, download: 0 }, unique: 0, records: 1 };
            let users = [(4, UserSums { sums: user, is_merged: false })].into();
            changed(&DaySums { users, ..DaySums::default() }, &StoredDay::default())
        };
        let most = i64::MAX.unsigned_abs().into();
        assert_eq!(day(most).expect("it fits").users.new[0].1.upload, i64::MAX);
        let error = day(most + 1).expect_err("one too many").to_string();
        assert!(error.starts_with("2025-08-20, user 4: `total_upload` would be 92233"), "{error}");
    }
}

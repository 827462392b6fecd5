//! What is to be written of a day: the difference between its sums and what is stored.

use super::error::RollupError;
use super::keys::Keys;
use super::sums::{DaySums, HourSums, NodeSums, Sums, UserSums};
use crate::calendar::format_day;
use crate::query::slots::NodeIndex;
use crate::store::{Base, Changed, DayChange, Hour, Measures, Node, NodeKey, StoredDay, SummedDay};
use crate::units::{Traffic, UnixSeconds};
use std::collections::{BTreeMap, BTreeSet};

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
    let (nodes, base) = nodes(sums, stored, at, &fit)?;
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

type NodeChange = (Changed<NodeKey, Measures>, Option<BTreeMap<String, Base>>);

fn nodes(
    sums: &DaySums,
    stored: &StoredDay,
    at: &Moment<'_>,
    fit: &Fit,
) -> Result<NodeChange, RollupError> {
    let mut known = Known::of(stored, &Keys::new(at.index, at.nodes));
    if merged_more(sums, stored) {
        for (key, row) in &known.rows {
            let base = known.base.get(key).copied().unwrap_or_default();
            if let Some(fell) = fallen(key, &row.figures, &base, sums.nodes.get(key), fit)? {
                known.base.insert(key.clone(), fell);
            }
        }
    }
    let known = known;
    let mut changed = Changed { gone: known.superfluous.clone(), ..Changed::default() };
    let keys: BTreeSet<&NodeKey> = sums.nodes.keys().chain(known.base.keys()).collect();
    for &key in &keys {
        let now = sums.nodes.get(key).map_or_else(Sums::default, |node| node.sums);
        let now = with_base(&now, known.base.get(key));
        let now = fit.measures(&now, || format!("node {:?}", key.text), "unique_users")?;
        let written = NodeKey { id: key.id, text: known.text(key, sums) };
        match known.rows.get(key) {
            Some(row) if row.written == written && row.figures == now => {}
            Some(row) => changed.altered.push((row.id, written, now)),
            None => changed.new.push((written, now)),
        }
    }
    let gone = known.rows.iter().filter(|(key, _)| !keys.contains(key));
    changed.gone.extend(gone.map(|(_, row)| row.id));
    let base = known.base.iter().map(|(key, base)| (known.text(key, sums), *base)).collect();
    Ok((changed, (base != stored.base).then_some(base)))
}

/// What is stored of nodes, by the row it belongs to now: a text may be a listed node's since.
struct Known {
    rows: BTreeMap<NodeKey, KnownRow>,
    base: BTreeMap<NodeKey, Base>,
    /// Ids of rows whose figures another row took over.
    superfluous: Vec<i64>,
}

struct KnownRow {
    id: i64,
    written: NodeKey,
    figures: Measures,
}

impl Known {
    fn of(stored: &StoredDay, keys: &Keys<'_>) -> Self {
        let (mut rows, mut superfluous) = (BTreeMap::<_, KnownRow>::new(), Vec::new());
        for (id, written, figures) in &stored.nodes {
            let Some(key) = keys.key(&written.text) else {
                superfluous.push(*id);
                continue;
            };
            match rows.get_mut(&key) {
                Some(row) => {
                    row.figures = joined(&row.figures, figures);
                    superfluous.push(*id);
                }
                None => {
                    let row = KnownRow { id: *id, written: written.clone(), figures: *figures };
                    rows.insert(key, row);
                }
            }
        }
        let mut base = BTreeMap::<_, Base>::new();
        for (text, part) in &stored.base {
            if let Some(key) = keys.key(text) {
                let whole = base.entry(key).or_default();
                *whole = grown(whole, part);
            }
        }
        Self { rows, base, superfluous }
    }

    /// How the text of a row is written: as rows have it, else as it was written before.
    fn text(&self, key: &NodeKey, sums: &DaySums) -> String {
        let now = sums.nodes.get(key).map(|node| &node.text);
        let before = self.rows.get(key).map(|row| &row.written).filter(|it| it.id == key.id);
        now.or(before.map(|it| &it.text)).unwrap_or(&key.text).clone()
    }
}

fn joined(a: &Measures, b: &Measures) -> Measures {
    Measures {
        upload: a.upload.saturating_add(b.upload),
        download: a.download.saturating_add(b.download),
        traffic: a.traffic.saturating_add(b.traffic),
        unique: a.unique.max(b.unique),
        records: a.records.saturating_add(b.records),
    }
}

fn grown(a: &Base, b: &Base) -> Base {
    Base {
        upload: a.upload.saturating_add(b.upload),
        download: a.download.saturating_add(b.download),
        users: a.users.max(b.users),
        records: a.records.saturating_add(b.records),
    }
}

/// True when there are more merged rows, or more in them, than when the day was summed last. Rows
/// that vanish otherwise were deleted by somebody, and are gone.
fn merged_more(sums: &DaySums, stored: &StoredDay) -> bool {
    let before = stored.summed.as_ref().map_or((0, 0), |it| (it.day_records, it.day_traffic));
    sums.day_records > before.0 || sums.day_traffic > before.1
}

/// The base of a node whose ordinary rows are fewer than what was seen of them; nothing where they
/// are not.
fn fallen(
    key: &NodeKey,
    seen: &Measures,
    base: &Base,
    now: Option<&NodeSums>,
    fit: &Fit,
) -> Result<Option<Base>, RollupError> {
    let now = now.map_or_else(Sums::default, |node| node.sums);
    let now = fit.measures(&now, || format!("node {:?}", key.text), "unique_users")?;
    let fall =
        |seen: i64, base: i64, now: i64| seen.saturating_sub(base).saturating_sub(now).max(0);
    let part = Base {
        upload: fall(seen.upload, base.upload, now.upload),
        download: fall(seen.download, base.download, now.download),
        records: fall(seen.records, base.records, now.records),
        users: seen.unique,
    };
    let fell = (part.upload, part.download, part.records) != (0, 0, 0);
    Ok(fell.then(|| grown(base, &part)))
}

fn with_base(now: &Sums, base: Option<&Base>) -> Sums {
    let Some(base) = base else {
        return *now;
    };
    let mut traffic = now.traffic;
    traffic += Traffic::of(base.upload.unsigned_abs(), base.download.unsigned_abs());
    Sums {
        traffic,
        unique: now.unique.max(base.users.unsigned_abs()),
        records: now.records.saturating_add(base.records.unsigned_abs()),
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

/// Whether figures fit into their columns.
struct Fit {
    day: i64,
}

impl Fit {
    fn within(
        &self,
        value: u128,
        most: i64,
        of: impl Fn() -> String,
        column: &'static str,
    ) -> Result<i64, RollupError> {
        let fits = i64::try_from(value).ok().filter(|&value| value <= most);
        let (day, of) = (|| format_day(self.day), || of());
        fits.ok_or_else(|| RollupError::TooLarge { day: day(), of: of(), column, value })
    }

    fn int(
        &self,
        value: u128,
        of: impl Fn() -> String,
        column: &'static str,
    ) -> Result<i64, RollupError> {
        self.within(value, i32::MAX.into(), of, column)
    }

    fn measures(
        &self,
        sums: &Sums,
        of: impl Fn() -> String,
        unique: &'static str,
    ) -> Result<Measures, RollupError> {
        let bytes = |value, column| self.within(value, i64::MAX, &of, column);
        Ok(Measures {
            upload: bytes(sums.traffic.upload, "total_upload")?,
            download: bytes(sums.traffic.download, "total_download")?,
            traffic: bytes(sums.traffic.total(), "total_traffic")?,
            unique: self.int(sums.unique.into(), &of, unique)?,
            records: self.int(sums.records.into(), &of, "usage_records")?,
        })
    }

    fn hour(
        &self,
        start: UnixSeconds,
        hour: &HourSums,
        at: &Moment<'_>,
    ) -> Result<Hour, RollupError> {
        let of = || format!("hour {start}");
        self.int(start.unsigned_abs().into(), of, "hour_timestamp")?;
        Ok(Hour {
            total_users: at.total_users,
            active_users: self.int(hour.users.into(), of, "active_users")?,
            total_nodes: at.nodes.len() as i64,
            active_nodes: self.int(hour.nodes.into(), of, "active_nodes")?,
            traffic: self.within(hour.traffic, i64::MAX, of, "total_traffic")?,
            peak: self.within(hour.peak.into(), i64::MAX, of, "peak_traffic")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::NodeId;

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

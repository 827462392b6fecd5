//! The pre-aggregates by plain loops over rows, written from the rules alone.

use super::tables::Tables;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use traffic_engine_testkit::database::{Database, Node, Usage};
use traffic_engine_testkit::oracle::calendar::Calendar;
use traffic_engine_testkit::oracle::node::{Meaning, meaning};

type Sums = [i64; 5];

/// What the tables should hold.
pub(crate) struct Model {
    calendar: Calendar,
    /// Rows of each day when it was summed last.
    seen: BTreeMap<NaiveDate, Vec<Usage>>,
    users: BTreeMap<(NaiveDate, i64), Sums>,
    nodes: BTreeMap<(NaiveDate, i64, String), Sums>,
    /// Upload, download, users and records by day and node.
    base: BTreeMap<(NaiveDate, i64, String), [i64; 4]>,
    hours: BTreeMap<i64, [i64; 6]>,
}

impl Model {
    pub(crate) fn new(zone: &str, now: i64) -> Self {
        let (seen, users, nodes, base, hours) = Default::default();
        Self { calendar: Calendar::new(zone, now), seen, users, nodes, base, hours }
    }

    /// Sums all days that have other rows than before.
    pub(crate) fn update(&mut self, database: &Database) {
        let mut days: BTreeMap<NaiveDate, Vec<Usage>> = BTreeMap::new();
        for row in &database.usage {
            days.entry(self.calendar.date(row.t)).or_default().push(row.clone());
        }
        let all: BTreeSet<NaiveDate> = days.keys().chain(self.seen.keys()).copied().collect();
        for day in all {
            let rows = days.remove(&day).unwrap_or_default();
            if self.seen.get(&day) != Some(&rows) {
                self.sum(day, &rows, database);
                self.seen.insert(day, rows);
            }
        }
    }

    fn sum(&mut self, day: NaiveDate, rows: &[Usage], database: &Database) {
        self.sum_users(day, rows, &database.nodes);
        self.sum_nodes(day, rows, &database.nodes);
        self.sum_hours(day, rows, database);
    }

    fn sum_users(&mut self, day: NaiveDate, rows: &[Usage], nodes: &[Node]) {
        let ids: BTreeSet<i64> = rows.iter().map(|row| row.user_id).collect();
        self.users.retain(|(of, user), _| *of != day || ids.contains(user));
        for user in ids {
            let own: Vec<Usage> = rows.iter().filter(|row| row.user_id == user).cloned().collect();
            let mut sums = total(&own);
            let texts = own.iter().filter_map(|row| exact(&row.node, nodes));
            sums[3] = texts.collect::<BTreeSet<_>>().len() as i64;
            if let Some(before) = self.users.get(&(day, user))
                && own.iter().any(|row| row.node == "DAY")
            {
                sums[3] = sums[3].max(before[3]);
                sums[4] = sums[4].max(before[4]);
            }
            self.users.insert((day, user), sums);
        }
    }

    fn sum_nodes(&mut self, day: NaiveDate, rows: &[Usage], nodes: &[Node]) {
        let merged = |rows: &[Usage]| {
            let merged = rows.iter().filter(|row| row.node == "DAY");
            merged.fold((0, 0), |(count, bytes), row| (count + 1, bytes + row.u + row.d))
        };
        let before = merged(self.seen.get(&day).map_or(&[], Vec::as_slice));
        let now = merged(rows);
        let more = now.0 > before.0 || now.1 > before.1;
        let bytes = |it: [i64; 2]| it[0] + it[1];
        let seen: i64 = self
            .nodes
            .iter()
            .filter(|(key, _)| key.0 == day)
            .map(|(_, it)| bytes([it[0], it[1]]))
            .sum();
        let known: i64 = self
            .base
            .iter()
            .filter(|(key, _)| key.0 == day)
            .map(|(_, it)| bytes([it[0], it[1]]))
            .sum();
        // Then all that had been seen was merged, and what is there came later.
        let is_whole =
            self.seen.contains_key(&day) && seen > known && now.1 - before.1 >= seen - known;
        let mut keys: BTreeSet<(i64, String)> =
            rows.iter().filter_map(|row| stored(&row.node, nodes)).collect();
        let of_day = self.nodes.keys().filter(|(of, ..)| *of == day);
        keys.extend(of_day.map(|(_, id, text)| (*id, text.clone())));
        for (id, text) in keys {
            let wanted = Some((id, text.clone()));
            let own: Vec<Usage> =
                rows.iter().filter(|row| stored(&row.node, nodes) == wanted).cloned().collect();
            let key = (day, id, text);
            let (mut base, mut sums) =
                (self.base.get(&key).copied().unwrap_or_default(), total(&own));
            let was = self.nodes.get(&key).copied().unwrap_or_default();
            let rest = if is_whole { Sums::default() } else { sums };
            let fell = [
                was[0] - base[0] - rest[0],
                was[1] - base[1] - rest[1],
                was[4] - base[3] - rest[4],
            ]
            .map(|fall| fall.max(0));
            if more && fell.iter().any(|fall| *fall > 0) {
                base =
                    [base[0] + fell[0], base[1] + fell[1], base[2].max(was[3]), base[3] + fell[2]];
                self.base.insert(key.clone(), base);
            }
            let users: BTreeSet<i64> = own.iter().map(|row| row.user_id).collect();
            sums[0] += base[0];
            sums[1] += base[1];
            sums[2] = sums[0] + sums[1];
            sums[3] = (users.len() as i64).max(base[2]);
            sums[4] += base[3];
            if own.is_empty() && !self.base.contains_key(&key) {
                self.nodes.remove(&key);
            } else {
                self.nodes.insert(key, sums);
            }
        }
    }

    fn sum_hours(&mut self, day: NaiveDate, rows: &[Usage], database: &Database) {
        let is_merged = rows.iter().any(|row| row.node == "DAY");
        let own: Vec<&Usage> = rows.iter().filter(|row| row.node != "DAY").collect();
        let starts: BTreeSet<i64> = own.iter().map(|row| self.calendar.hour_start(row.t)).collect();
        let (first, last) = (self.calendar.start_of(day), self.calendar.end_of(day));
        if !is_merged {
            self.hours.retain(|start, _| *start < first || *start > last || starts.contains(start));
        }
        for start in starts {
            let in_hour: Vec<&&Usage> =
                own.iter().filter(|row| self.calendar.hour_start(row.t) == start).collect();
            let mut by_user: BTreeMap<i64, i64> = BTreeMap::new();
            for row in &in_hour {
                *by_user.entry(row.user_id).or_default() += row.u + row.d;
            }
            let nodes: BTreeSet<_> =
                in_hour.iter().filter_map(|row| exact(&row.node, &database.nodes)).collect();
            let hour = [
                database.users.len() as i64,
                by_user.len() as i64,
                database.nodes.len() as i64,
                nodes.len() as i64,
                by_user.values().sum(),
                by_user.values().copied().max().unwrap_or(0),
            ];
            let stays = |before: &[i64; 6]| {
                let same = [1, 3, 4, 5].iter().all(|&at| before[at] == hour[at]);
                same || (is_merged && before[4] > hour[4])
            };
            if !self.hours.get(&start).is_some_and(stays) {
                self.hours.insert(start, hour);
            }
        }
    }

    /// What the tables should hold.
    pub(crate) fn tables(&self) -> Tables {
        let mut tables = Tables {
            users: self.users.iter().map(|((day, user), it)| row(&[day, user], it)).collect(),
            nodes: self
                .nodes
                .iter()
                .map(|((day, id, text), it)| row(&[day, id, text], it))
                .collect(),
            hours: self.hours.iter().map(|(start, it)| row(&[start], it)).collect(),
            base: self.base.iter().map(|((day, _, text), it)| row(&[day, text], it)).collect(),
        };
        let Tables { users, nodes, hours, base } = &mut tables;
        [users, nodes, hours, base].into_iter().for_each(|rows| rows.sort());
        tables
    }
}

/// Upload, download, both, nothing yet, number.
fn total(rows: &[Usage]) -> Sums {
    let (u, d) = (rows.iter().map(|row| row.u).sum(), rows.iter().map(|row| row.d).sum());
    [u, d, u + d, 0, rows.len() as i64]
}

/// What a text means, to the letter.
fn exact(text: &str, nodes: &[Node]) -> Option<(i64, String)> {
    match meaning(text, nodes) {
        Meaning::Day => None,
        Meaning::Listed(id) => Some((id, id.to_string())),
        Meaning::Unlisted(text) => Some((0, text)),
    }
}

/// The row a text belongs to.
fn stored(text: &str, nodes: &[Node]) -> Option<(i64, String)> {
    exact(text, nodes).map(|(id, text)| (id, text.trim_end_matches(' ').to_owned()))
}

fn row(key: &[&dyn ToString], values: &[i64]) -> Vec<String> {
    let values = values.iter().map(ToString::to_string);
    key.iter().map(|part| part.to_string()).chain(values).collect()
}

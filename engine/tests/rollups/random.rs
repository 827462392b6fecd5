//! Random histories of rows that come, are merged and go.

use super::model::Model;
use super::tables::{changed, engine, people, tables, update};
use chrono::NaiveDate;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use traffic_engine_testkit::database::{Database, Usage};
use traffic_engine_testkit::environment::number;
use traffic_engine_testkit::oracle::calendar::Calendar;
use traffic_engine_testkit::place::Place;
use traffic_engine_testkit::tables::user_usage;

/// Zones and moments shortly after their clocks changed, or whose hours begin at odd minutes.
const MOMENTS: [(&str, i64); 7] = [
    ("UTC", 1_755_691_200),
    ("America/New_York", 1_762_171_200),
    ("America/New_York", 1_741_600_000),
    ("Australia/Lord_Howe", 1_743_900_000),
    ("Australia/Lord_Howe", 1_759_600_000),
    ("Asia/Kolkata", 1_755_691_200),
    ("Africa/Cairo", 1_745_600_000),
];

const NODES: [&str; 11] =
    ["Tokyo", "7", "007", "tokyo", "gone", "gone ", "", "9abc", "DAY", "DAY ", "🇯🇵 Japan 01"];

/// Histories of each kind of database.
const HISTORIES: u64 = 21;
/// Changes of each, with an update after each.
const CHANGES: usize = 8;

struct History<'a> {
    place: &'a mut dyn Place,
    database: Database,
    rng: ChaCha8Rng,
    now: i64,
    next_id: i64,
}

pub(crate) fn random_histories_give_what_a_plain_loop_gives(place: &mut dyn Place) {
    let first = number("TRAFFIC_ENGINE_TEST_SEED").unwrap_or(0);
    place.create(&people().tables());
    for seed in first..first + HISTORIES {
        let (zone, now) = MOMENTS[(seed % MOMENTS.len() as u64) as usize];
        live_through(place, zone, now, seed);
    }
}

fn live_through(place: &mut dyn Place, zone: &str, now: i64, seed: u64) {
    place.run("DELETE FROM user_usage");
    for table in ["daily_user_traffic", "daily_node_traffic", "hourly_stats"] {
        place.run(&format!("DROP TABLE IF EXISTS {table}"));
    }
    for table in ["days", "nodes", "state"] {
        place.run(&format!("DROP TABLE IF EXISTS traffic_engine_rollup_{table}"));
    }
    let rng = ChaCha8Rng::seed_from_u64(seed);
    let mut history = History { place, database: people(), rng, now, next_id: 1 };
    let mut model = Model::new(zone, now);
    for step in 0..CHANGES {
        let what = history.change(&Calendar::new(zone, now));
        model.update(&history.database);
        let engine = engine(history.place, zone, now);
        update(&engine);
        let (got, want) = (tables(history.place), model.tables());
        let place = || format!("seed {seed}, {zone}, change {step}: {what}");
        assert_eq!(got.users, want.users, "users, {}", place());
        assert_eq!(got.base, want.base, "base, {}", place());
        assert_eq!(got.nodes, want.nodes, "nodes, {}", place());
        assert_eq!(got.hours, want.hours, "hours, {}", place());
        assert_eq!(changed(&update(&engine)), (0, 0, 0), "again, {}", place());
    }
}

impl History<'_> {
    fn change(&mut self, calendar: &Calendar) -> &'static str {
        match self.rng.random_range(0..6) {
            0 | 1 => self.grow(),
            2 | 3 => self.merge(calendar),
            4 => self.delete(),
            _ => {
                self.merge(calendar);
                self.delete();
                self.grow();
                "all at once"
            }
        }
    }

    fn grow(&mut self) -> &'static str {
        let count = self.rng.random_range(1..12);
        let rows: Vec<Usage> = (0..count).map(|_| self.row()).collect();
        self.place.insert(&user_usage(&rows));
        self.database.usage.extend(rows);
        "rows come"
    }

    fn row(&mut self) -> Usage {
        let id = self.next_id;
        self.next_id += 1;
        let node = NODES.choose(&mut self.rng).expect("there are some");
        let (u, d) = (self.rng.random_range(0..50), self.rng.random_range(0..1 << 40));
        Usage {
            id,
            user_id: self.rng.random_range(1..4),
            t: self.now - self.rng.random_range(0..3 * 86_400),
            u,
            d,
            node: (*node).to_owned(),
            count_rate: [None, Some(1.0), Some(1.1)][self.rng.random_range(0..3)],
        }
    }

    /// Replaces rows of a day, all or some of them, by one a user.
    fn merge(&mut self, calendar: &Calendar) -> &'static str {
        let days: Vec<NaiveDate> =
            self.database.usage.iter().map(|row| calendar.date(row.t)).collect();
        let Some(day) = days.choose(&mut self.rng).copied() else {
            return "nothing to merge";
        };
        let part = if self.rng.random_bool(0.3) { 0.5 } else { 1.0 };
        let (mut sums, mut rows) = (BTreeMap::<i64, Usage>::new(), Vec::new());
        for row in std::mem::take(&mut self.database.usage) {
            if calendar.date(row.t) != day || !self.rng.random_bool(part) {
                rows.push(row);
                continue;
            }
            self.place.run(&format!("DELETE FROM user_usage WHERE id = {}", row.id));
            let sum = sums.entry(row.user_id).or_insert_with(|| Usage {
                u: 0,
                d: 0,
                node: "DAY".to_owned(),
                ..row.clone()
            });
            (sum.u, sum.d) = (sum.u + row.u, sum.d + row.d);
        }
        let merged: Vec<Usage> = sums.into_values().collect();
        let merged: Vec<Usage> = merged
            .into_iter()
            .map(|row| {
                self.next_id += 1;
                Usage { id: self.next_id - 1, ..row }
            })
            .collect();
        self.place.insert(&user_usage(&merged));
        rows.extend(merged);
        self.database.usage = rows;
        "a day is merged"
    }

    fn delete(&mut self) -> &'static str {
        let count = self.rng.random_range(1..6);
        for _ in 0..count {
            if self.database.usage.is_empty() {
                break;
            }
            let at = self.rng.random_range(0..self.database.usage.len());
            let row = self.database.usage.remove(at);
            self.place.run(&format!("DELETE FROM user_usage WHERE id = {}", row.id));
        }
        "rows go"
    }
}

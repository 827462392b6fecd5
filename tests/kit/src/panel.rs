//! A panel that lives from day to day, and a model that sees everything it does.
//!
//! The model knows of each row whether a look at the database ever showed it, and what became of
//! it. From that follow the databases that answers about merged days must be those of.

use crate::database::{Database, Usage};
use crate::oracle::calendar::Calendar;
use crate::place::Place;
use crate::{sample, tables};
use chrono::{Days, NaiveDate};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// A row that is no sum, from when it came.
#[derive(Debug, Clone)]
struct Tracked {
    row: Usage,
    state: State,
    seen: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    There,
    /// Gone, and not added up yet.
    Underway,
    Merged,
    Deleted,
}

/// Bytes up and down.
pub type Bytes = (i128, i128);

/// What merged days come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    pub attributed: Bytes,
    pub unattributed: Bytes,
    pub excess: Bytes,
    pub disagreements: u64,
    pub complete_since: Option<i64>,
}

/// The panel, its database and the model of it.
pub struct Panel<P> {
    pub zone: &'static str,
    pub now: i64,
    pub place: P,
    rng: ChaCha8Rng,
    lists: Database,
    rows: Vec<Tracked>,
    sums: Vec<Usage>,
    next_id: i64,
}

const USERS: i64 = 7;
/// Spellings of nodes: by name, by id, and of one that is not listed.
const NODES: [&str; 6] = ["Tokyo", "7", "Osaka", "9", "gone", "11"];

type UserDay = (i64, NaiveDate);

impl<P: Place> Panel<P> {
    pub fn new(zone: &'static str, now: i64, seed: u64, mut place: P) -> Self {
        let lists = Database {
            users: (1..=USERS).map(sample::user).collect(),
            nodes: [(7, "Tokyo"), (9, "Osaka"), (11, "Seoul")]
                .map(|(id, name)| sample::node(id, name))
                .into(),
            ..Database::default()
        };
        place.create(&lists.tables());
        let rng = ChaCha8Rng::seed_from_u64(seed);
        Self { zone, now, place, rng, lists, rows: vec![], sums: vec![], next_id: 1 }
    }

    pub fn roll(&mut self, sides: u32) -> u32 {
        self.rng.random_range(0..sides)
    }

    fn calendar(&self) -> Calendar {
        Calendar::new(self.zone, self.now)
    }

    pub fn today(&self) -> NaiveDate {
        self.calendar().today()
    }

    fn date(&self, t: i64) -> NaiveDate {
        self.calendar().date(t)
    }

    pub fn start_of(&self, date: NaiveDate) -> i64 {
        self.calendar().start_of(date)
    }

    /// Some rows whose times lie from `from` up to now.
    pub fn use_nodes(&mut self, count: u32, from: i64) {
        let mut new = Vec::new();
        for _ in 0..count {
            let row = Usage {
                id: self.next_id,
                user_id: self.rng.random_range(1..=USERS + 1),
                t: self.rng.random_range(from..=self.now),
                u: self.rng.random_range(0..1_000_000),
                d: self.rng.random_range(0..9_000_000_000),
                node: NODES[self.rng.random_range(0..NODES.len())].to_owned(),
                count_rate: Some(1.0),
            };
            self.next_id += 1;
            new.push(row);
        }
        self.place.insert(&tables::user_usage(&new));
        self.rows.extend(new.into_iter().map(|row| Tracked {
            row,
            state: State::There,
            seen: false,
        }));
    }

    /// A late row of `date`, of a user that is listed.
    pub fn use_late(&mut self, date: NaiveDate) {
        let now = self.now;
        self.now = self.start_of(date + Days::new(1)) - 1;
        let from = self.start_of(date);
        self.use_nodes(1, from);
        self.now = now;
    }

    /// Somebody deletes a row that has been seen.
    pub fn delete_one(&mut self, date: NaiveDate) {
        let there = |it: &&mut Tracked| it.state == State::There && it.seen;
        let calendar = self.calendar();
        let of_date = |it: &&mut Tracked| calendar.date(it.row.t) == date;
        if let Some(one) = self.rows.iter_mut().filter(there).find(of_date) {
            one.state = State::Deleted;
            let id = one.row.id;
            self.place.run(&format!("DELETE FROM user_usage WHERE id = {id}"));
        }
    }

    /// The rows of `date` go and their sums come, in one step.
    pub fn merge(&mut self, date: NaiveDate) {
        self.remove_rows(date);
        self.add_up(date);
    }

    /// The rows of `date` go; nothing says yet what for.
    pub fn remove_rows(&mut self, date: NaiveDate) {
        let calendar = self.calendar();
        for one in &mut self.rows {
            if one.state == State::There && calendar.date(one.row.t) == date {
                one.state = State::Underway;
                self.place.run(&format!("DELETE FROM user_usage WHERE id = {}", one.row.id));
            }
        }
    }

    /// The sums of all rows of `date` that are gone but were not deleted, in the place of older
    /// sums.
    pub fn add_up(&mut self, date: NaiveDate) {
        let calendar = self.calendar();
        let mut new: BTreeMap<i64, Bytes> = BTreeMap::new();
        for one in &mut self.rows {
            if one.state == State::Underway && calendar.date(one.row.t) == date {
                one.state = State::Merged;
                add(new.entry(one.row.user_id).or_default(), bytes(&one.row));
            }
        }
        self.write_sums(date, new);
    }

    /// The sums come first, and the rows go later.
    pub fn add_up_first(&mut self, date: NaiveDate) {
        let mut new: BTreeMap<i64, Bytes> = BTreeMap::new();
        for one in self.rows.iter().filter(|it| it.state == State::There) {
            if self.date(one.row.t) == date {
                add(new.entry(one.row.user_id).or_default(), bytes(&one.row));
            }
        }
        self.write_sums(date, new);
    }

    /// The rows that [`Panel::add_up_first`] has added up go.
    pub fn remove_added_up(&mut self, date: NaiveDate) {
        self.remove_rows(date);
        let underway = self.rows.iter_mut().filter(|it| it.state == State::Underway);
        underway.for_each(|it| it.state = State::Merged);
    }

    fn write_sums(&mut self, date: NaiveDate, new: BTreeMap<i64, Bytes>) {
        let noon = (self.start_of(date) + self.start_of(date + Days::new(1))) / 2;
        for (user_id, mut sum) in new {
            let known = |it: &Usage| it.user_id == user_id && it.t == noon;
            if let Some(at) = self.sums.iter().position(known) {
                let old = self.sums.remove(at);
                self.place.run(&format!("DELETE FROM user_usage WHERE id = {}", old.id));
                add(&mut sum, bytes(&old));
            }
            let whole = |it: i128| i64::try_from(it).expect("small sums");
            let row = Usage {
                id: self.next_id,
                user_id,
                t: noon,
                u: whole(sum.0),
                d: whole(sum.1),
                node: "DAY".to_owned(),
                count_rate: None,
            };
            self.next_id += 1;
            self.place.insert(&tables::user_usage(std::slice::from_ref(&row)));
            self.sums.push(row);
        }
    }

    /// Somebody cleans up a sum of `date`.
    pub fn delete_sum(&mut self, date: NaiveDate) {
        let calendar = self.calendar();
        if let Some(at) = self.sums.iter().position(|it| calendar.date(it.t) == date) {
            let old = self.sums.remove(at);
            self.place.run(&format!("DELETE FROM user_usage WHERE id = {}", old.id));
        }
    }

    /// Somebody has looked at all rows.
    pub fn looked(&mut self) {
        self.rows.iter_mut().filter(|it| it.state == State::There).for_each(|it| it.seen = true);
    }

    /// Nobody remembers anything that is not in the database.
    pub fn forget(&mut self) {
        self.rows.iter_mut().for_each(|it| it.seen = false);
    }

    fn there(&self) -> impl Iterator<Item = &Usage> {
        self.rows.iter().filter(|it| it.state == State::There).map(|it| &it.row)
    }

    fn detail(&self) -> impl Iterator<Item = &Usage> {
        self.rows.iter().filter(|it| it.state == State::Merged && it.seen).map(|it| &it.row)
    }

    fn with_rows(&self, usage: Vec<Usage>) -> Database {
        Database { usage, ..self.lists.clone() }
    }

    /// What the database says.
    pub fn database(&self) -> Database {
        self.with_rows(self.there().chain(&self.sums).cloned().collect())
    }

    /// What nodes have carried, as far as anybody has seen it.
    pub fn seen_of_nodes(&self) -> Database {
        self.with_rows(self.there().chain(self.detail()).cloned().collect())
    }

    /// What adds up to the database's totals, in as much detail as anybody has seen.
    pub fn seen_in_whole(&self) -> Database {
        let (detail, sums) = self.by_user_day();
        let agrees = |row: &Usage| {
            let key = (row.user_id, self.date(row.t));
            fits(detail[&key], sums.get(&key).copied().unwrap_or_default())
        };
        let mut usage: Vec<Usage> = self.there().cloned().collect();
        usage.extend(self.detail().filter(|&row| agrees(row)).cloned());
        for sum in &self.sums {
            let known = detail.get(&(sum.user_id, self.date(sum.t))).copied().unwrap_or_default();
            let known = if fits(known, bytes(sum)) { known } else { (0, 0) };
            let left = (bytes(sum).0 - known.0, bytes(sum).1 - known.1);
            if left != (0, 0) || known == (0, 0) {
                let (u, d) = (left.0 as i64, left.1 as i64);
                usage.push(Usage { u, d, ..sum.clone() });
            }
        }
        self.with_rows(usage)
    }

    /// What each node has carried on `date`, as far as anybody has seen it; listed ones by id.
    pub fn by_node(&self, date: NaiveDate) -> BTreeMap<String, Bytes> {
        let mut nodes = BTreeMap::new();
        for row in self.seen_of_nodes().usage.iter().filter(|row| self.date(row.t) == date) {
            let named = self.lists.nodes.iter().find(|node| node.name == row.node);
            let node = named.map_or_else(|| row.node.clone(), |node| node.id.to_string());
            add(nodes.entry(node).or_default(), bytes(row));
        }
        nodes
    }

    fn by_user_day(&self) -> (BTreeMap<UserDay, Bytes>, BTreeMap<UserDay, Bytes>) {
        let summed = |rows: &mut dyn Iterator<Item = &Usage>| {
            let mut days = BTreeMap::new();
            for row in rows {
                add(days.entry((row.user_id, self.date(row.t))).or_default(), bytes(row));
            }
            days
        };
        (summed(&mut self.detail()), summed(&mut self.sums.iter()))
    }

    pub fn figures(&self) -> Figures {
        let (detail, sums) = self.by_user_day();
        let of = |days: &BTreeMap<UserDay, Bytes>, key| days.get(key).copied().unwrap_or_default();
        let mut figures = Figures::default();
        for (key, &known) in &detail {
            let sum = of(&sums, key);
            add(&mut figures.attributed, known);
            add(&mut figures.excess, beyond(known, sum));
            figures.disagreements += u64::from(!fits(known, sum));
        }
        let mut hidden = None;
        for (key, &sum) in &sums {
            let left = beyond(sum, of(&detail, key));
            add(&mut figures.unattributed, left);
            hidden = hidden.max((left != (0, 0)).then_some(key.1));
        }
        figures.complete_since = hidden.map(|date: NaiveDate| self.start_of(date + Days::new(1)));
        figures
    }
}

fn bytes(row: &Usage) -> Bytes {
    (row.u.into(), row.d.into())
}

fn add(sum: &mut Bytes, more: Bytes) {
    *sum = (sum.0 + more.0, sum.1 + more.1);
}

fn fits(part: Bytes, whole: Bytes) -> bool {
    part.0 <= whole.0 && part.1 <= whole.1
}

fn beyond(a: Bytes, b: Bytes) -> Bytes {
    ((a.0 - b.0).max(0), (a.1 - b.1).max(0))
}

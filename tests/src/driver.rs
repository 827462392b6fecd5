//! Changes a database all the time, as panels and people do.

use crate::database::{Database, OTHER_TABLE, insert};
use crate::ledger::Ledger;
use crate::rows::{DAY_S, MERGED, NODES, NOW, Row, Rows, USERS};
use rand::seq::IteratorRandom;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Tables are restored when they hold more rows.
const ROWS_MAX: usize = 400;

/// Days the rows lie in.
const DAYS: i64 = 5;

/// A database, what it holds, and every state it was in.
pub struct Driver {
    /// To be changed through this alone.
    pub database: Database,
    ledger: Arc<Ledger>,
    rows: Rows,
    first: Rows,
    rng: ChaCha8Rng,
}

/// A driver at work in a thread of its own.
pub struct Driving {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Driver>,
}

/// Something that happens to the tables.
#[derive(Debug, Clone, Copy)]
enum Change {
    /// Rows with greater ids appear.
    Growth,
    /// The rows of a day are replaced by one a user.
    Merge,
    /// Rows disappear.
    Deletion,
    /// Rows change.
    Correction,
    /// All rows are replaced by those of the beginning.
    Restore,
    /// The table is emptied, then filled with rows of low ids.
    Truncate,
    /// The last row is replaced by another of the same id.
    Reuse,
    /// A row appears below the greatest id.
    Late,
    /// One row is replaced by another below the greatest id.
    Swap,
    /// Something happens and is taken back.
    Rollback,
    /// Somebody else's table changes.
    Other,
}

/// Made-up rows to begin with.
pub fn beginning(seed: u64) -> Rows {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    // Every other id is left for rows that come late.
    (1..=60).map(|number| (number * 2, row(&mut rng))).collect()
}

/// A made-up row whose bytes no other row has, so that sums tell rows apart.
pub fn row(rng: &mut impl Rng) -> Row {
    let node = match rng.random_range(0..5) {
        at @ 0..3 => NODES[at].to_owned(),
        at => format!("unlisted-{at}"),
    };
    Row {
        user: rng.random_range(1..=USERS),
        t: NOW - rng.random_range(1..DAYS * DAY_S),
        u: rng.random_range(1..1 << 40),
        d: rng.random_range(1..1 << 40),
        node,
    }
}

impl Driver {
    /// Drives `database`, which holds `rows`.
    pub fn new(database: Database, rows: Rows, seed: u64) -> Self {
        let ledger = Arc::new(Ledger::beginning(&rows));
        let rng = ChaCha8Rng::seed_from_u64(seed);
        Self { database, ledger, first: rows.clone(), rows, rng }
    }

    /// Every state so far.
    pub fn ledger(&self) -> Arc<Ledger> {
        Arc::clone(&self.ledger)
    }

    /// What the database holds.
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// Changes the database until told to stop, with pauses of up to `pause` in between.
    pub fn start(mut self, pause: Duration) -> Driving {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                self.step();
                thread::sleep(pause.mul_f64(self.rng.random()));
            }
            self
        });
        Driving { stop, thread }
    }

    /// Makes one change.
    pub fn step(&mut self) {
        let change = self.choose();
        match change {
            Change::Growth => self.grow(),
            Change::Merge => self.merge(),
            Change::Deletion => {
                let gone = self.some(5);
                self.replace(change, &gone, Rows::new());
            }
            Change::Correction => self.correct(),
            Change::Restore => self.replace_all(self.first.clone()),
            Change::Truncate => self.truncate(),
            Change::Reuse => {
                let last = self.rows.keys().copied().next_back().unwrap_or(1);
                let row = row(&mut self.rng);
                self.replace(change, &[last], [(last, row)].into());
            }
            Change::Late => {
                let rows = self.late_row();
                self.replace(change, &[], rows);
            }
            Change::Swap => {
                let (gone, rows) = (self.some(1), self.late_row());
                self.replace(change, &gone, rows);
            }
            Change::Rollback => self.roll_back(),
            Change::Other => self.change_other_table(),
        }
    }

    /// Updates a table that is none of ours.
    pub fn change_other_table(&mut self) {
        let n: u32 = self.rng.random_range(0..1 << 30);
        self.database.run(&format!("UPDATE {OTHER_TABLE} SET n = {n} WHERE id = 1"));
    }

    /// Adds rows with greater ids.
    pub fn grow(&mut self) {
        let rows = self.new_rows(12);
        self.replace(Change::Growth, &[], rows);
    }

    fn choose(&mut self) -> Change {
        if self.rows.len() > ROWS_MAX {
            return Change::Restore;
        }
        match self.rng.random_range(0..20) {
            0..=6 => Change::Growth,
            7 => Change::Merge,
            8 | 9 => Change::Deletion,
            10 | 11 => Change::Correction,
            12 => Change::Restore,
            13 => Change::Truncate,
            14 => Change::Reuse,
            15 => Change::Late,
            16 => Change::Swap,
            17 => Change::Rollback,
            _ => Change::Other,
        }
    }

    fn new_rows(&mut self, most: i64) -> Rows {
        let next = self.rows.keys().next_back().unwrap_or(&0) + 1;
        let count = self.rng.random_range(1..=most);
        (next..next + count).map(|id| (id, row(&mut self.rng))).collect()
    }

    fn late_row(&mut self) -> Rows {
        let last = self.rows.keys().copied().next_back().unwrap_or(1);
        let free = (1..last).filter(|id| !self.rows.contains_key(id)).choose(&mut self.rng);
        free.into_iter().map(|id| (id, row(&mut self.rng))).collect()
    }

    fn some(&mut self, most: usize) -> Vec<i64> {
        let count = self.rng.random_range(1..=most);
        self.rows.keys().copied().sample(&mut self.rng, count)
    }

    fn correct(&mut self) {
        let rows: Rows = self.some(4).into_iter().map(|id| (id, row(&mut self.rng))).collect();
        let statements = rows.iter().map(|(id, row)| {
            let Row { user, t, u, d, node } = row;
            format!(
                "UPDATE user_usage SET user_id = {user}, t = {t}, u = {u}, d = {d}, \
                 node = '{node}' WHERE id = {id}"
            )
        });
        let statements: Vec<String> = statements.collect();
        self.rows.extend(rows);
        self.transaction(Change::Correction, &statements);
    }

    fn merge(&mut self) {
        let day = NOW / DAY_S - self.rng.random_range(1..DAYS);
        let merged: BTreeMap<i64, Row> = self
            .rows
            .iter()
            .filter(|(_, row)| row.t / DAY_S == day)
            .map(|(id, row)| (*id, row.clone()))
            .collect();
        let mut sums: BTreeMap<i64, Row> = BTreeMap::new();
        for row in merged.values() {
            let empty = Row { user: row.user, t: day * DAY_S, u: 0, d: 0, node: MERGED.to_owned() };
            let sum = sums.entry(row.user).or_insert(empty);
            (sum.u, sum.d) = (sum.u + row.u, sum.d + row.d);
        }
        let next = self.rows.keys().next_back().unwrap_or(&0) + 1;
        let rows = (next..).zip(sums.into_values()).collect();
        let gone: Vec<i64> = merged.into_keys().collect();
        self.replace(Change::Merge, &gone, rows);
    }

    fn truncate(&mut self) {
        self.rows.clear();
        let (ledger, database) = (Arc::clone(&self.ledger), &mut self.database);
        ledger.commit("truncate".to_owned(), &self.rows, || database.truncate());
        let rows = self.new_rows(30);
        self.replace(Change::Truncate, &[], rows);
    }

    fn replace_all(&mut self, rows: Rows) {
        let mut statements = vec!["DELETE FROM user_usage".to_owned()];
        statements.extend(insert(&rows));
        self.rows = rows;
        self.transaction(Change::Restore, &statements);
    }

    fn replace(&mut self, change: Change, gone: &[i64], rows: Rows) {
        let delete = |id: &i64| format!("DELETE FROM user_usage WHERE id = {id}");
        let mut statements: Vec<String> = gone.iter().map(delete).collect();
        statements.extend(insert(&rows));
        gone.iter().for_each(|id| drop(self.rows.remove(id)));
        self.rows.extend(rows);
        self.transaction(change, &statements);
    }

    fn roll_back(&mut self) {
        let rows = self.new_rows(3);
        self.database.run("BEGIN");
        insert(&rows).iter().for_each(|sql| self.database.run(sql));
        self.database.run("UPDATE user_usage SET u = 7");
        self.database.run("ROLLBACK");
    }

    fn transaction(&mut self, change: Change, statements: &[String]) {
        let (ledger, database) = (Arc::clone(&self.ledger), &mut self.database);
        database.run("BEGIN");
        statements.iter().for_each(|sql| database.run(sql));
        ledger.commit(format!("{change:?}"), &self.rows, || database.run("COMMIT"));
    }
}

impl Driving {
    /// Ends the changes.
    ///
    /// # Panics
    /// When a change failed.
    pub fn stop(self) -> Driver {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("the driver changes the database until it is stopped")
    }
}

//! Processes are killed while days are merged, and no detail of these days is lost or doubled.

use crate::WORKER;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::time::Duration;
use traffic_engine_faults::child::Worker;
use traffic_engine_faults::database::{Database, insert};
use traffic_engine_faults::driver::row;
use traffic_engine_faults::job::{Job, Mode};
use traffic_engine_faults::rows::{DAY_S, MERGED, NOW, Question, Row, Rows, figures};
use traffic_engine_testkit::environment::{number, server};

/// Days that are merged by default; `TRAFFIC_ENGINE_FAULT_ROUNDS` sets another number.
const ROUNDS: u64 = 25;

#[test]
fn killed_processes_lose_no_detail_on_sqlite() {
    live_through(Database::sqlite(&Rows::new()));
}

#[test]
fn killed_processes_lose_no_detail_on_a_server() {
    if let Some(server) = server() {
        live_through(Database::mysql(&server, &Rows::new()));
    }
}

/// A database, and all rows that ever were in it.
struct Panel {
    database: Database,
    /// What is there.
    now: Rows,
    /// What was there, sums left out.
    ever: Rows,
    rng: ChaCha8Rng,
    next_id: i64,
}

fn live_through(database: Database) {
    let seed = number("TRAFFIC_ENGINE_TEST_SEED").unwrap_or(1);
    let rng = ChaCha8Rng::seed_from_u64(seed);
    let mut panel = Panel { database, now: Rows::new(), ever: Rows::new(), rng, next_id: 1 };
    let dir = tempfile::tempdir().expect("a folder");
    let job = Job::on(&panel.database.address(), dir.path());
    let job = Job { refresh_interval_ms: 0, history_days: 400, ..job };
    for round in 0..number("TRAFFIC_ENGINE_FAULT_ROUNDS").unwrap_or(ROUNDS) {
        panel.grow();
        panel.agrees(&job, &format!("round {round}, seen"));
        panel.merge(1 + i64::try_from(round % 5).expect("a small number"));
        for _ in 0..3 {
            let pause = Duration::from_micros(panel.rng.random_range(0..60_000));
            let victim = Worker::start(WORKER, &Job { mode: Mode::Write, ..job.clone() });
            std::thread::sleep(pause);
            victim.kill();
        }
        panel.agrees(&job, &format!("round {round}, merged"));
    }
}

impl Panel {
    fn grow(&mut self) {
        let mut new = Rows::new();
        for _ in 0..20 {
            new.insert(self.next_id, row(&mut self.rng));
            self.next_id += 1;
        }
        insert(&new).iter().for_each(|sql| self.database.run(sql));
        self.now.extend(new.clone());
        self.ever.extend(new);
    }

    /// The rows of a day become one sum for each user; an older sum is added.
    fn merge(&mut self, days_ago: i64) {
        let start = NOW - NOW % DAY_S - days_ago * DAY_S;
        let is_of_day = |row: &Row| (start..start + DAY_S).contains(&row.t);
        let mut sums: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
        for row in self.now.values().filter(|row| is_of_day(row)) {
            let sum = sums.entry(row.user).or_default();
            *sum = (sum.0 + row.u, sum.1 + row.d);
        }
        let gone = format!("DELETE FROM user_usage WHERE t >= {start} AND t < {}", start + DAY_S);
        self.now.retain(|_, row| !is_of_day(row));
        let mut new = Rows::new();
        for (user, (u, d)) in sums {
            new.insert(
                self.next_id,
                Row { user, t: start + DAY_S / 2, u, d, node: MERGED.to_owned() },
            );
            self.next_id += 1;
        }
        self.database.run("BEGIN");
        self.database.run(&gone);
        insert(&new).iter().for_each(|sql| self.database.run(sql));
        self.database.run("COMMIT");
        self.now.extend(new);
    }

    /// A process that comes now knows all.
    fn agrees(&self, job: &Job, when: &str) {
        for told in Worker::start(WORKER, job).finish() {
            let rows = if told.question == Question::Nodes { &self.ever } else { &self.now };
            assert_eq!(told.figures(), figures(told.question, rows), "{when}: {told:?}");
        }
    }
}

//! What is appended is there at once, though nothing else can be afforded: sums of merged days never
//! beside the rows they hold, rows that are committed late, tables that begin anew.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use tempfile::TempDir;
use traffic_engine::{Engine, Refresh};
use traffic_engine_faults::ask::{ask, engine};
use traffic_engine_faults::database::{Database, OTHER_TABLE, insert};
use traffic_engine_faults::driver::row;
use traffic_engine_faults::folder::{manifest, only_folder, replace_manifest};
use traffic_engine_faults::job::Job;
use traffic_engine_faults::rows::{DAY_S, MERGED, NOW, Question, Row, Rows, figures};
use traffic_engine_testkit::environment::server;

/// More than a comparison may ever run up, so that none is affordable for hours.
const OWED_MS: f64 = 1_000_000.0;

/// A panel whose snapshot cannot afford to compare.
struct Panel {
    database: Database,
    rows: Rows,
    engine: Engine,
    dir: TempDir,
    rng: ChaCha8Rng,
}

impl Panel {
    fn on(database: Database, rows: Rows) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let job = Job { refresh_interval_ms: 0, ..Job::on(&database.address(), dir.path()) };
        let panel =
            Self { engine: engine(&job), database, rows, dir, rng: ChaCha8Rng::seed_from_u64(5) };
        panel.agrees("at first");
        panel.owe();
        panel
    }

    fn folder(&self) -> PathBuf {
        only_folder(self.dir.path())
    }

    fn owe(&self) {
        let mut manifest = manifest(&self.folder());
        manifest["budget"]["debt_ms"] = Value::from(OWED_MS);
        manifest["budget"]["at"] = manifest["lists"]["at"].clone();
        replace_manifest(&self.folder(), &manifest);
    }

    fn agrees(&self, when: &str) {
        for question in Question::ALL {
            let told = ask(&self.engine, question);
            assert_eq!(told.figures(), figures(question, &self.rows), "{when}: {told:?}");
        }
    }

    /// Somebody else writes on the same server, so that nothing can be proven.
    fn noise(&mut self) {
        self.database.run(&format!("UPDATE {OTHER_TABLE} SET n = n + 1"));
    }

    fn append(&mut self, rows: Rows) {
        insert(&rows).iter().for_each(|sql| self.database.run(sql));
        self.rows.extend(rows);
    }

    fn next_id(&self) -> i64 {
        self.rows.keys().next_back().unwrap_or(&0) + 1
    }

    /// The sums of a day's rows, one for each user, and the rows that are in them.
    fn sums_of(&self, day: i64) -> (Rows, Rows) {
        let of_day = |row: &Row| row.t / DAY_S == day && row.node != MERGED;
        let merged: Rows = self.rows.clone().into_iter().filter(|(_, row)| of_day(row)).collect();
        let mut sums: BTreeMap<i64, Row> = BTreeMap::new();
        for row in merged.values() {
            let t = (day + 1) * DAY_S - 1;
            let empty = Row { user: row.user, t, u: 0, d: 0, node: MERGED.to_owned() };
            let sum = sums.entry(row.user).or_insert(empty);
            (sum.u, sum.d) = (sum.u + row.u, sum.d + row.d);
        }
        ((self.next_id()..).zip(sums.into_values()).collect(), merged)
    }

    fn delete(&mut self, gone: &Rows) {
        let ids: Vec<String> = gone.keys().map(ToString::to_string).collect();
        self.database.run(&format!("DELETE FROM user_usage WHERE id IN ({})", ids.join(", ")));
        gone.keys().for_each(|id| drop(self.rows.remove(id)));
    }
}

/// So many rows of the days before [`NOW`] that comparing them is not done in passing.
fn many() -> Rows {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut rows: Vec<Row> = (0..3_000).map(|_| row(&mut rng)).collect();
    // As a panel writes them: later rows have greater ids.
    rows.sort_by_key(|row| row.t);
    (1..).zip(rows).collect()
}

fn on_both(test: impl Fn(Panel)) {
    test(Panel::on(Database::sqlite(&many()), many()));
    if let Some(server) = server() {
        test(Panel::on(Database::mysql(&server, &many()), many()));
    }
}

#[test]
fn a_day_merged_in_one_transaction_is_never_counted_twice() {
    on_both(|mut panel| {
        for days_ago in [1, 3] {
            panel.noise();
            let (sums, merged) = panel.sums_of(NOW / DAY_S - days_ago);
            assert!(merged.len() > 100, "{} rows", merged.len());
            panel.database.run("BEGIN");
            panel.append(sums);
            panel.delete(&merged);
            panel.database.run("COMMIT");
            panel.agrees("after the merge");
            let new = [(panel.next_id(), row(&mut panel.rng))].into();
            panel.append(new);
            panel.agrees("with a row after it");
        }
    });
}

#[test]
fn a_day_merged_in_two_steps_is_followed() {
    on_both(|mut panel| {
        let (sums, merged) = panel.sums_of(NOW / DAY_S - 2);
        panel.append(sums);
        panel.agrees("with both, as the database has them");
        panel.delete(&merged);
        // Reading the day again costs its share: it is due some hundred milliseconds later.
        let began = std::time::Instant::now();
        let right = |panel: &Panel| {
            let told = ask(&panel.engine, Question::Total);
            told.figures() == figures(Question::Total, &panel.rows)
        };
        while !right(&panel) {
            assert!(began.elapsed().as_secs() < 60, "the rows that went are still counted");
            panel.noise();
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panel.agrees("after the rows went");
    });
}

#[test]
fn rows_committed_late_are_there_at_once() {
    on_both(|mut panel| {
        let next = panel.next_id();
        let rows: Vec<Row> = (0..6).map(|_| row(&mut panel.rng)).collect();
        let at = |id: i64, row: &Row| Rows::from([(next + id, row.clone())]);
        for (order, id) in [5, 3, 0, 4, 1, 2].into_iter().enumerate() {
            panel.noise();
            panel.append(at(id, &rows[order]));
            panel.agrees("with a row that filled a gap");
        }
    });
}

#[test]
fn a_table_that_begins_anew_is_read_anew() {
    on_both(|mut panel| {
        panel.database.truncate();
        panel.rows.clear();
        panel.agrees("empty");
        panel.owe();
        let new = (1..=40).map(|id| (id, row(&mut panel.rng))).collect();
        panel.append(new);
        panel.agrees("with new rows of old ids");
    });
}

#[test]
fn other_changes_wait_and_the_answer_says_so() {
    on_both(|mut panel| {
        let (id, row) = panel.rows.iter().next().map(|(id, row)| (*id, row.clone())).expect("rows");
        panel.database.run(&format!("UPDATE user_usage SET u = u + 7 WHERE id = {id}"));
        let new = [(panel.next_id(), row_of_today(&mut panel.rng))].into();
        panel.append(new);
        panel.noise();
        let told = ask(&panel.engine, Question::Total);
        assert_eq!(
            told.figures(),
            figures(Question::Total, &panel.rows),
            "appended rows are there"
        );
        let moment = told.source.expect("the snapshot answers");
        assert!(moment.verified_age_ms > moment.age_ms, "{moment:?}");
        panel.rows.insert(id, Row { u: row.u + 7, ..row });
        panel.engine.refresh(Refresh::Verify).expect("a comparison");
        panel.agrees("once compared");
    });
}

/// A row of today.
fn row_of_today(rng: &mut ChaCha8Rng) -> Row {
    Row { t: NOW - 60, ..row(rng) }
}

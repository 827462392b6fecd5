//! What was seen of a day outlives the nightly merge: 40 days of a panel against a model that saw
//! everything.

use chrono::Days;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use traffic_engine::units::Traffic;
use traffic_engine::{Clock, Engine, Path as Way, RollupBackfill, RollupWork, SnapshotConfig};
use traffic_engine_testkit::ask;
use traffic_engine_testkit::environment::number;
use traffic_engine_testkit::environment::server;
use traffic_engine_testkit::json::{Json, difference};
use traffic_engine_testkit::mysql::Mysql;
use traffic_engine_testkit::oracle;
use traffic_engine_testkit::panel::{Figures, Panel};
use traffic_engine_testkit::place::Place;
use traffic_engine_testkit::question::{Question, Range, World};
use traffic_engine_testkit::sqlite::Sqlite;

const DAYS: u64 = 40;
/// The data directory is lost then.
const LOST_ON: u64 = 23;

/// A change of clocks lies within 40 days of each: forward, back, and by half an hour.
const NEW_YORK: (&str, i64) = ("America/New_York", 1_739_682_000);
const BERLIN: (&str, i64) = ("Europe/Berlin", 1_758_837_600);
const LORD_HOWE: (&str, i64) = ("Australia/Lord_Howe", 1_741_957_200);

#[test]
fn forty_days_in_new_york() {
    live(NEW_YORK, 1, Sqlite::empty());
}

#[test]
fn forty_days_in_berlin() {
    live(BERLIN, 2, Sqlite::empty());
}

#[test]
fn forty_days_on_lord_howe() {
    live(LORD_HOWE, 3, Sqlite::empty());
}

#[test]
fn forty_days_on_a_server() {
    if let Some(server) = server() {
        live(BERLIN, 4, Mysql::empty(&server));
    }
}

/// Files are damaged or lost, and what the database does not have any longer is still there.
#[test]
fn detail_survives_a_snapshot_that_must_be_rebuilt() {
    for damage in [flip_rows, remove_rows] {
        let (mut life, date) = Life::with_a_merged_day(5);
        life.engine = None;
        damage(life.folder.path());
        life.spend(date + Days::new(1));
        assert_ne!(life.panel.figures().attributed, (0, 0));
    }
}

/// Detail that is damaged itself is missed, and nothing else.
#[test]
fn damaged_detail_is_told_as_unknown() {
    let (mut life, _) = Life::with_a_merged_day(6);
    life.engine = None;
    flip(life.folder.path(), "-detail.arrow");
    // Whoever needs it finds out.
    ask::answer(&life.open(), &Question::AllNodes).expect("an answer");
    life.panel.forget();
    life.look();
    assert_eq!(life.panel.figures().attributed, (0, 0));
}

/// Sums that were never written before the merge are as they would have been, and stay so when the
/// data directory is lost.
#[test]
fn pre_aggregates_know_what_the_snapshot_has_seen() {
    let (mut life, date) = Life::with_a_merged_day(8);
    let want = life.panel.by_node(date);
    assert!(want.len() > 1, "{want:?}");
    life.open().rollup_update(&RollupWork::default()).expect("an update");
    assert_eq!(life.written(date), want);
    let hours: i64 = life.sum("SELECT SUM(total_traffic) FROM hourly_stats");
    let all: i128 = want.values().map(|it| it.0 + it.1).sum();
    assert!(i128::from(hours) >= all, "hours hold what nodes do, and that of today");
    life.lose_everything();
    let again = RollupBackfill { force: true, ..RollupBackfill::default() };
    life.open().rollup_backfill(&again).expect("all days anew");
    assert_eq!(life.written(date), want);
}

impl Life<Sqlite> {
    /// A day that was seen, merged and looked at again.
    fn with_a_merged_day(seed: u64) -> (Self, chrono::NaiveDate) {
        let mut life = Self::begin(BERLIN, seed, Sqlite::empty());
        let date = life.panel.today();
        life.spend(date);
        life.panel.now = life.panel.start_of(date + Days::new(1)) + 300;
        life.panel.merge(date);
        life.look();
        (life, date)
    }

    fn sum(&self, sql: &str) -> i64 {
        self.panel.place.connection().query_row(sql, [], |row| row.get(0)).expect(sql)
    }

    /// Bytes up and down of each node of a day in the pre-aggregates.
    fn written(&self, date: chrono::NaiveDate) -> BTreeMap<String, (i128, i128)> {
        let conn = self.panel.place.connection();
        let sql =
            "SELECT node, total_upload, total_download FROM daily_node_traffic WHERE date = ?";
        let mut found = conn.prepare(sql).expect(sql);
        let row = |row: &rusqlite::Row<'_>| {
            let bytes = |at| row.get::<_, i64>(at).map(i128::from);
            Ok((row.get(0)?, (bytes(1)?, bytes(2)?)))
        };
        let rows = found.query_map([date.to_string()], row).expect(sql);
        rows.collect::<Result<_, _>>().expect(sql)
    }
}

/// A megabyte does not hold the detail of two weeks: the oldest goes, and the rest goes on.
#[test]
fn the_oldest_detail_makes_room() {
    let mut life = Life::begin(BERLIN, 7, Sqlite::empty());
    life.size_limit_mb = Some(1);
    for _ in 0..14 {
        let date = life.panel.today();
        let (start, end) = (life.panel.start_of(date), life.panel.start_of(date + Days::new(1)));
        life.panel.now = end - 1;
        life.panel.use_nodes(3_000, start);
        life.ask_once();
        life.panel.now = end + 300;
        life.panel.merge(date);
        life.ask_once();
    }
    let stats = life.open().snapshot_stats().expect("figures");
    assert!(stats.bytes <= 1_000_000, "{stats:?}");
    assert!((4..14).contains(&stats.history.days), "{stats:?}");
    assert!(!stats.history.unattributed.is_zero(), "{stats:?}");
    let range = Range::named("30days");
    let question = Question::RankUsers { range, sort: "traffic_desc", limit: None };
    let got = ask::judged(&ask::answer(&life.open(), &question)).expect("an answer");
    let want = oracle::answer(&life.world(), &question).expect("an answer");
    for (want, got) in want.entries().iter().zip(got.entries()) {
        assert_eq!(want.get("period_traffic"), got.get("period_traffic"));
    }
}

fn flip_rows(folder: &Path) {
    flip(folder, "-rows.arrow");
}

fn flip(folder: &Path, kind: &str) {
    for file in files(folder, kind) {
        let mut bytes = std::fs::read(&file).expect("a file");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&file, bytes).expect("a file");
    }
}

fn remove_rows(folder: &Path) {
    for file in files(folder, "-rows.arrow") {
        std::fs::remove_file(file).expect("a file");
    }
}

fn files(folder: &Path, kind: &str) -> Vec<std::path::PathBuf> {
    let inside = |path: &Path| -> Vec<_> {
        std::fs::read_dir(path).expect("a folder").map(|it| it.expect("an entry").path()).collect()
    };
    let all = inside(folder).into_iter().flat_map(|it| inside(&it));
    let found: Vec<_> = all.filter(|it| it.to_string_lossy().ends_with(kind)).collect();
    assert!(!found.is_empty(), "no {kind} in {}", folder.display());
    found
}

struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A panel, and an engine that looks at it now and then.
struct Life<P> {
    panel: Panel<P>,
    clock: Arc<Hand>,
    folder: tempfile::TempDir,
    engine: Option<Engine>,
    size_limit_mb: Option<u64>,
}

fn live<P: Place>((zone, start): (&'static str, i64), seed: u64, place: P) {
    let seed = seed + 10 * number("TRAFFIC_ENGINE_TEST_SEED").unwrap_or(0);
    let mut life = Life::begin((zone, start), seed, place);
    let first = life.panel.today();
    for day in 0..DAYS {
        let date = first + Days::new(day);
        if day == LOST_ON {
            life.lose_everything();
        }
        if day > 0 {
            life.spend_the_night(date - Days::new(1));
        }
        if day % 9 == 8 {
            life.panel.delete_sum(date - Days::new(4));
            life.look();
        }
        life.spend(date);
    }
}

impl<P: Place> Life<P> {
    fn begin((zone, start): (&'static str, i64), seed: u64, place: P) -> Self {
        Self {
            panel: Panel::new(zone, start, seed, place),
            clock: Arc::new(Hand(AtomicI64::new(start))),
            folder: tempfile::tempdir().expect("a folder"),
            engine: None,
            size_limit_mb: None,
        }
    }

    fn ask_once(&self) {
        self.clock.0.store(self.panel.now, Ordering::Relaxed);
        ask::answer(&self.open(), &Question::Total).expect("an answer");
    }

    /// A day with some looks, of which none comes after its last rows on some days.
    fn spend(&mut self, date: chrono::NaiveDate) {
        let (start, end) = (self.panel.start_of(date), self.panel.start_of(date + Days::new(1)));
        for part in 1..=3 {
            let from = self.panel.now.max(start);
            self.panel.now = start + (end - start) * part / 4;
            let rows = 2 + self.panel.roll(9);
            self.panel.use_nodes(rows, from);
            self.look();
            if self.panel.roll(4) == 0 {
                self.panel.delete_one(date);
                self.look();
            }
        }
    }

    /// The merge of `date`, a few minutes after midnight, in one of the ways that panels have.
    fn spend_the_night(&mut self, date: chrono::NaiveDate) {
        self.panel.now = self.panel.start_of(date + Days::new(1)) + 300;
        let way = self.panel.roll(6);
        if way < 2 {
            // Rows nobody sees before they are merged.
            self.panel.use_late(date);
            self.panel.use_late(date);
        }
        match way {
            0..=2 => self.panel.merge(date),
            3 => {
                self.panel.remove_rows(date);
                self.look();
                self.panel.add_up(date);
            }
            4 => {
                self.panel.add_up_first(date);
                self.look();
                self.panel.remove_added_up(date);
            }
            _ => {}
        }
        self.look();
        self.panel.use_late(date);
        self.look();
        if self.panel.roll(2) == 0 {
            self.panel.now += 600;
            self.panel.merge(date);
            self.look();
        }
    }

    fn lose_everything(&mut self) {
        self.engine = None;
        std::fs::remove_dir_all(self.folder.path()).expect("a folder to lose");
        self.panel.forget();
    }

    /// Asks some questions, of an engine that has been open for long or of a new one.
    fn look(&mut self) {
        self.clock.0.store(self.panel.now, Ordering::Relaxed);
        if self.panel.roll(3) == 0 {
            self.engine = None;
        }
        let engine = match self.engine.take() {
            Some(engine) => engine,
            None => self.open(),
        };
        self.panel.looked();
        assert_eq!(figures(&engine), self.panel.figures(), "{}", self.moment());
        for _ in 0..4 {
            self.agree(&engine);
        }
        self.engine = Some(engine);
    }

    fn open(&self) -> Engine {
        let clock = Arc::clone(&self.clock);
        ask::open_with(self.panel.place.location(), self.panel.zone, 0, |config| {
            config.clock = clock;
            config.path = Way::Snapshot;
            let size_limit_mb = self.size_limit_mb;
            let snapshot = snapshot(self.folder.path());
            config.snapshot = Some(SnapshotConfig { size_limit_mb, ..snapshot });
        })
    }

    fn agree(&mut self, engine: &Engine) {
        let range = self.range();
        let question = match self.panel.roll(11) {
            0 | 1 => Question::RankNodes { range, sort: "traffic_desc", limit: None },
            2 => Question::NodeChart { node: 7, range },
            3 => Question::Aggregate { by: "node", range },
            4 => Question::Aggregate { by: "hourly", range },
            5 => Question::Aggregate { by: "time", range },
            6 => Question::Aggregate { by: "user", range },
            7 => Question::RankUsers { range, sort: "traffic_desc", limit: None },
            8 => Question::UserChart { user: 3, range },
            9 => Question::AllNodes,
            _ => Question::NodeDetails(9),
        };
        let want = self.expected(&question);
        let got = ask::judged(&ask::answer(engine, &question)).expect("an answer");
        if let Some(problem) = difference(&want, &got) {
            panic!("{}: {question:?}\n{problem}", self.moment());
        }
    }

    fn range(&mut self) -> Range {
        let words = [
            "today",
            "yesterday",
            "7days",
            "15days",
            "30days",
            "current_month",
            "all",
            "last_6_hours",
        ];
        Range::named(words[self.panel.roll(8) as usize])
    }

    fn moment(&self) -> String {
        let local = oracle::calendar::Calendar::new(self.panel.zone, self.panel.now);
        format!("{} in {}", local.format(self.panel.now), self.panel.zone)
    }

    /// The plain answer of the database that it must be the answer of.
    fn expected(&self, question: &Question) -> Json {
        let by = |database| {
            let World { zone, now, .. } = self.world();
            oracle::answer(&World { database, zone, now }, question).expect("an answer")
        };
        let panel = &self.panel;
        match question {
            Question::Aggregate { by: "hourly" | "time", .. } | Question::UserChart { .. } => {
                by(panel.seen_in_whole())
            }
            Question::Aggregate { by: "user", .. } | Question::RankUsers { .. } => {
                with_nodes(by(panel.database()), &by(panel.seen_of_nodes()))
            }
            _ => by(panel.seen_of_nodes()),
        }
    }

    fn world(&self) -> World {
        World { database: self.panel.database(), zone: self.panel.zone, now: self.panel.now }
    }
}

fn snapshot(folder: &Path) -> SnapshotConfig {
    SnapshotConfig {
        refresh_interval_ms: 0,
        cube_share: 1.0,
        cube_rows_min: 0,
        ..SnapshotConfig::new(folder.to_owned())
    }
}

fn figures(engine: &Engine) -> Figures {
    let history = engine.snapshot_stats().expect("figures").history;
    let bytes = |it: Traffic| (it.upload as i128, it.download as i128);
    Figures {
        attributed: bytes(history.attributed),
        unattributed: bytes(history.unattributed),
        excess: bytes(history.excess),
        disagreements: history.disagreements,
        complete_since: history.complete_since,
    }
}

/// Users by what the database says of them, with the nodes they were seen on.
fn with_nodes(users: Json, seen: &Json) -> Json {
    let rows = users.entries().iter().map(|user| {
        let found = seen.entries().iter().find(|it| it.get("user_id") == user.get("user_id"));
        let Json::Map(fields) = user else { panic!("a user is a map") };
        let field = |(key, value): &(String, Json)| {
            let nodes = found.and_then(|it| it.get(key));
            let value = match key.as_str() {
                "nodes_used" | "unique_nodes" => nodes.cloned().unwrap_or(Json::Int(0)),
                "avg_traffic_per_node" => {
                    let count = found.and_then(|it| it.get("nodes_used"));
                    average(user.get("period_traffic"), count)
                }
                _ => value.clone(),
            };
            (key.clone(), value)
        };
        Json::Map(fields.iter().map(field).collect())
    });
    Json::List(rows.collect())
}

fn average(bytes: Option<&Json>, nodes: Option<&Json>) -> Json {
    match (bytes, nodes) {
        (Some(&Json::Int(bytes)), Some(&Json::Int(nodes))) if nodes > 0 => {
            Json::Float(bytes as f64 / nodes as f64)
        }
        _ => Json::Float(0.0),
    }
}

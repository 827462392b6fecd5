//! A panel on a SQLite file and its snapshot, for tests that look at the files.

mod crash;
mod damage;
mod disk;
mod keeping;
mod transfer;

use super::{Generation, Refresh, RefreshError, Snapshot, SnapshotConfig, SnapshotError, Source};
use crate::calendar::{Calendar, DAY_S};
use crate::column::{Columns, DAY_MARKER, Detail};
use crate::store::sqlite::SqliteStore;
use crate::store::{Grain, Location, Store};
use crate::units::Window;
use jiff::tz::TimeZone;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// 2025-08-20, midnight in UTC.
pub(super) const FIRST_MIDNIGHT: i64 = 1_755_648_000;

const TABLES: &str = include_str!("../../../../sql/v2raysocks/sqlite.sql");

/// Bytes by node.
pub(super) type Nodes = BTreeMap<String, u128>;

/// A row that is no sum.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    id: i64,
    t: i64,
    bytes: u64,
    node: String,
}

/// A panel that keeps its rows in a SQLite file, and merges them into `DAY` rows.
pub(super) struct Panel {
    dir: TempDir,
    pub(super) now: i64,
    next_id: i64,
    /// Rows that are there.
    pub(super) there: BTreeSet<Row>,
    /// Rows that were there when somebody looked.
    pub(super) seen: BTreeSet<Row>,
}

impl Panel {
    pub(super) fn new() -> Self {
        let dir = folder();
        let panel = Self {
            dir,
            now: FIRST_MIDNIGHT,
            next_id: 1,
            there: BTreeSet::new(),
            seen: BTreeSet::new(),
        };
        panel.run(TABLES);
        panel
    }

    pub(super) fn path(&self) -> PathBuf {
        self.dir.path().join("usage.db")
    }

    /// Where snapshots of it may lie.
    pub(super) fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub(super) fn run(&self, sql: &str) {
        let conn = Connection::open(self.path()).expect("a file");
        conn.pragma_update(None, "synchronous", "off").expect("a pragma");
        conn.execute_batch(sql).expect(sql);
    }

    /// So many rows at this moment.
    pub(super) fn grow(&mut self, rows: i64) {
        let mut sql = String::from("BEGIN;");
        for _ in 0..rows {
            let id = self.next_id;
            self.next_id += 1;
            let (user, node) = (1 + id % 3, format!("N{}", id % 4));
            let bytes = 1_000 + id as u64 % 97;
            sql += &format!(
                "INSERT INTO user_usage (id, user_id, t, u, d, node, count_rate) \
                 VALUES ({id}, {user}, {}, {bytes}, 0, '{node}', 1.0);",
                self.now
            );
            self.there.insert(Row { id, t: self.now, bytes, node });
        }
        self.run(&(sql + "COMMIT"));
    }

    /// Replaces the rows of the day before this moment by sums.
    pub(super) fn merge_yesterday(&mut self) {
        self.merge(self.now - DAY_S);
    }

    fn merge(&mut self, t: i64) {
        let start = t.div_euclid(DAY_S) * DAY_S;
        let end = start + DAY_S;
        let id = self.next_id;
        self.next_id += 10;
        self.run(&format!(
            "BEGIN; INSERT INTO user_usage (id, user_id, t, u, d, node) \
             SELECT {id} + user_id, user_id, {end} - 1, SUM(u), SUM(d), 'DAY' FROM user_usage \
             WHERE t >= {start} AND t < {end} AND node <> 'DAY' GROUP BY user_id; \
             DELETE FROM user_usage WHERE t >= {start} AND t < {end} AND node <> 'DAY'; COMMIT"
        ));
        self.there.retain(|row| !(start..end).contains(&row.t));
    }

    /// Replaces the rows of all days by sums.
    pub(super) fn merge_all(&mut self) {
        let days: BTreeSet<i64> = self.there.iter().map(|row| row.t.div_euclid(DAY_S)).collect();
        days.into_iter().for_each(|day| self.merge(day * DAY_S));
        self.now = self.now.max((self.now.div_euclid(DAY_S) + 1) * DAY_S + 300);
    }

    /// What nodes carried as far as anybody has seen it, or sees it now.
    pub(super) fn known(&self) -> Nodes {
        nodes(self.seen.union(&self.there))
    }

    /// A process that comes now.
    pub(super) fn process(&self) -> Process<'_> {
        self.process_with(|_| {})
    }

    pub(super) fn process_with(&self, change: impl FnOnce(&mut SnapshotConfig)) -> Process<'_> {
        let mut config = SnapshotConfig {
            refresh_interval_ms: 0,
            cube_share: 1.0,
            cube_rows_min: 0,
            ..SnapshotConfig::new(self.data_dir())
        };
        change(&mut config);
        Process::new(self, config)
    }

    /// Somebody compares all rows, and has seen them.
    pub(super) fn look(&mut self) {
        let got = self.process().nodes();
        assert_eq!(got, self.known());
        self.seen.extend(self.there.iter().cloned());
    }

    /// The one folder in the data directory.
    pub(super) fn folder(&self) -> PathBuf {
        let entries = fs::read_dir(self.data_dir()).expect("a data directory");
        let folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        assert_eq!(folders.len(), 1, "{folders:?}");
        folders.into_iter().next().expect("there is one")
    }
}

/// A folder in memory, where there is room for one: waiting for a disk shows nothing.
pub(super) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("a folder")
}

/// Bytes of rows by node.
pub(super) fn nodes<'a>(rows: impl Iterator<Item = &'a Row>) -> Nodes {
    let mut nodes = Nodes::new();
    for row in rows {
        *nodes.entry(row.node.clone()).or_default() += u128::from(row.bytes);
    }
    nodes
}

/// A process with a snapshot of a panel's database.
pub(super) struct Process<'p> {
    panel: &'p Panel,
    pub(super) snapshot: Arc<Snapshot>,
    store: Arc<dyn Store>,
    calendar: Calendar,
}

impl<'p> Process<'p> {
    fn new(panel: &'p Panel, config: SnapshotConfig) -> Self {
        let calendar = Calendar::new(TimeZone::UTC, panel.now);
        let location = Location::Sqlite(panel.path());
        let snapshot = Arc::new(Snapshot::new(config, &location, calendar.clone()));
        let store: Arc<dyn Store> = Arc::new(SqliteStore::new(panel.path()));
        Self { panel, snapshot, store, calendar }
    }

    pub(super) fn source(&self) -> Source<'_> {
        Source { store: &self.store, calendar: &self.calendar, observer: None }
    }

    /// Compares all rows.
    pub(super) fn try_refresh(&self) -> Result<Arc<Generation>, RefreshError> {
        self.snapshot.refresh(self.source(), Refresh::Verify)
    }

    pub(super) fn refresh(&self) -> Arc<Generation> {
        self.try_refresh().expect("a generation")
    }

    /// What each node carried. Users must have what the database says. Damage is told by those who
    /// meet it, as the engine does.
    pub(super) fn nodes(&self) -> Nodes {
        for _ in 0..20 {
            let generation = self.refresh();
            match self.try_nodes(&generation) {
                Ok(nodes) => return nodes,
                Err(SnapshotError::Damaged { .. }) => {
                    self.snapshot.distrust(&generation).expect("a manifest to take away");
                }
                Err(error) => panic!("{error}"),
            }
        }
        panic!("damaged for ever");
    }

    fn try_nodes(&self, generation: &Generation) -> Result<Nodes, SnapshotError> {
        let total: i64 = Connection::open(self.panel.path())
            .and_then(|conn| {
                conn.query_row("SELECT COALESCE(SUM(u + d), 0) FROM user_usage", [], |it| it.get(0))
            })
            .expect("a sum");
        assert_eq!(summed(generation, Detail::None)?.values().sum::<u128>(), total as u128);
        let mut nodes = summed(generation, Detail::Nodes)?;
        nodes.remove(DAY_MARKER);
        Ok(nodes)
    }
}

fn summed(generation: &Generation, detail: Detail) -> Result<Nodes, SnapshotError> {
    let mut nodes = Nodes::new();
    for piece in generation.sum_pieces(Window::unbounded(), &Grain::default(), false, detail) {
        let add = &mut |columns: &Columns<'_>| {
            let Columns::Cells(cells) = columns else { panic!("cells alone were asked for") };
            for cell in 0..cells.len() {
                let text = cells.texts.text(cells.node[cell]).to_owned();
                *nodes.entry(text).or_default() += cells.traffic(cell).total();
            }
        };
        piece.feed(&None, add)?;
    }
    Ok(nodes)
}

/// Files of a folder whose names contain `part`.
pub(super) fn named(folder: &Path, part: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    found.retain(|path| path.to_string_lossy().contains(part));
    found.sort_unstable();
    found
}

//! The engine: wires store, calendar and kernels behind one type.

mod answer;
mod answers;
mod cached;
mod entities;
mod history;
mod parts;
mod reading;
mod rollup;
mod rows;
mod schema;
mod threads;

pub use answer::{Answer, Path, Source};
pub use rollup::{
    RollupBackfill, RollupPruned, RollupReport, RollupRetention, RollupStatus, RollupWork,
};
pub use schema::{Measured, SchemaApply, SchemaDrop, SchemaReport};

use crate::cache::{Cache, CacheConfig};
use crate::calendar::{Calendar, Clock, SystemClock};
use crate::doctor::{self, Check};
use crate::error::EngineError;
use crate::generate::{self, Generated, Plan};
use crate::progress::{Observer, Progress};
use crate::range::{RangeRequest, Reader};
use crate::snapshot::{
    Moment, Refresh, Snapshot, SnapshotConfig, SnapshotError, SnapshotStats, described,
};
use crate::store::mysql::MysqlStore;
use crate::store::sqlite::SqliteStore;
use crate::store::{Location, Patience, Store};
use crate::units::Window;
use jiff::tz::TimeZone;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use threads::Threads;

/// What an engine is opened with.
#[derive(Clone)]
pub struct EngineConfig {
    /// Where the usage rows are.
    pub location: Location,
    /// Zone that all days and hours are cut in.
    pub zone: TimeZone,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Is told of progress.
    pub observer: Option<Observer>,
    /// Which way questions are answered.
    pub path: Path,
    /// Where a snapshot of the usage rows is kept, if one is.
    pub snapshot: Option<SnapshotConfig>,
    /// Private memory a question may take, in MB of 10⁶ bytes; what would take more is refused
    /// with the figure.
    pub memory_limit_mb: u64,
    /// The database counts as away when nothing is heard of it for so many milliseconds: neither an
    /// answer nor, by another connection, that it is working on one.
    pub read_timeout_ms: u64,
    /// A question may take so many milliseconds, which includes building the first snapshot where
    /// no thread does that beside; `None` for any time.
    pub query_timeout_ms: Option<u64>,
    /// Where answers to questions by name are kept, if they are. The engine adds to the namespace
    /// which store and zone they are of.
    pub cache: Option<CacheConfig>,
}

impl EngineConfig {
    /// An engine on `location` in `zone`: this machine's clock, nobody told of progress, the way
    /// chosen by question, no snapshot, no cache.
    pub fn new(location: Location, zone: TimeZone) -> Self {
        Self {
            location,
            zone,
            clock: Arc::new(SystemClock),
            observer: None,
            path: Path::Auto,
            snapshot: None,
            memory_limit_mb: 80,
            read_timeout_ms: 10_000,
            query_timeout_ms: None,
            cache: None,
        }
    }
}

impl fmt::Debug for EngineConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineConfig")
            .field("location", &self.location)
            .field("zone", &self.zone)
            .finish_non_exhaustive()
    }
}

/// Answers questions about the usage rows of one store.
///
/// Blocking and thread-safe. Must not be called from inside an async runtime: it drives one of its
/// own.
pub struct Engine {
    store: Arc<dyn Store>,
    snapshot: Option<Arc<Snapshot>>,
    snapshot_failure: Arc<Mutex<Option<String>>>,
    threads: Arc<Threads>,
    zone: TimeZone,
    clock: Arc<dyn Clock>,
    observer: Option<Observer>,
    path: Path,
    memory_limit_mb: u64,
    query_timeout: Option<Duration>,
    cache: Option<Arc<Cache>>,
    /// True for one that works for another, which sees to the end of what they share.
    is_beside: bool,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("zone", &self.zone).finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine on the store that `config` names. Nothing is connected before the first question.
    pub fn open(config: EngineConfig) -> Self {
        let EngineConfig {
            location,
            zone,
            clock,
            observer,
            path,
            snapshot,
            memory_limit_mb,
            read_timeout_ms,
            query_timeout_ms,
            cache,
        } = config;
        let calendar = Calendar::new(zone.clone(), clock.now());
        let cache = cache.map(|cache| {
            let identity = format!("{} {}", described(&location), calendar.zone_name());
            let data_dir = snapshot.as_ref().map(|snapshot| snapshot.dir.clone());
            let pending_dir = cache.pending_dir.clone().or(data_dir);
            Arc::new(Cache::new(CacheConfig { pending_dir, ..cache.of_store(&identity) }))
        });
        let snapshot = snapshot.map(|it| Arc::new(Snapshot::new(it, &location, calendar)));
        let patience = Patience::default().for_silence(Duration::from_millis(read_timeout_ms));
        let store: Arc<dyn Store> = match location {
            Location::Mysql(location) => MysqlStore::new(location).with(patience),
            Location::Sqlite(path) => SqliteStore::new(path).with(patience),
        };
        let (snapshot_failure, threads) = Default::default();
        Self {
            store,
            snapshot,
            snapshot_failure,
            threads,
            zone,
            clock,
            observer,
            path,
            memory_limit_mb,
            query_timeout: query_timeout_ms.map(Duration::from_millis),
            cache,
            is_beside: false,
        }
    }

    /// The calendar at this moment.
    pub fn calendar(&self) -> Calendar {
        Calendar::new(self.zone.clone(), self.clock.now())
    }

    /// The seconds that `range` covers for `reader` at this moment.
    ///
    /// # Errors
    /// [`EngineError::Range`] when the range begins after it ends.
    pub fn resolve_range(
        &self,
        range: &RangeRequest,
        reader: Reader,
    ) -> Result<Window, EngineError> {
        Ok(range.resolve(&self.calendar(), reader)?)
    }

    /// Brings the snapshot up to date at once, whoever looked when.
    ///
    /// # Errors
    /// [`EngineError::Store`] and [`EngineError::Snapshot`].
    pub fn refresh(&self, how: Refresh) -> Result<Moment, EngineError> {
        let snapshot = self.snapshot.as_ref().ok_or(SnapshotError::NotConfigured)?;
        let begun = Instant::now();
        let refreshed = snapshot.refresh(self.snapshot_source(&self.store, &self.calendar()), how);
        let generation = snapshot.judged(refreshed, begun)?;
        snapshot.end_rest();
        Ok(snapshot.moment(&generation))
    }

    /// True when the snapshot has work to be done that no question waits for, and this engine has no
    /// thread for it: a host without one calls [`Engine::maintain`] when it has time. Asks nothing of
    /// the database.
    pub fn maintenance_is_due(&self) -> bool {
        let source = self.calendar();
        let snapshot = self.snapshot.as_ref();
        snapshot.is_some_and(|it| it.maintenance_is_due(self.snapshot_source(&self.store, &source)))
    }

    /// Compares the snapshot with the database where that is due, and does what makes it quicker to
    /// ask; nothing where another process is at it.
    ///
    /// # Errors
    /// [`EngineError::Store`] and [`EngineError::Snapshot`].
    pub fn maintain(&self) -> Result<(), EngineError> {
        let snapshot = self.snapshot.as_ref().ok_or(SnapshotError::NotConfigured)?;
        Ok(snapshot.maintain(self.snapshot_source(&self.store, &self.calendar()))?)
    }

    /// What the snapshot holds and costs, after a look for news if one is due.
    ///
    /// # Errors
    /// [`EngineError::Store`] and [`EngineError::Snapshot`].
    pub fn snapshot_stats(&self) -> Result<SnapshotStats, EngineError> {
        let snapshot = self.snapshot.as_ref().ok_or(SnapshotError::NotConfigured)?;
        let generation = snapshot.usable(self.snapshot_source(&self.store, &self.calendar()))?;
        Ok(snapshot.stats(&generation))
    }

    /// Why the last question was answered by the database although a snapshot is configured, or
    /// why the snapshot could not be compared or made quicker beside the questions; nothing while
    /// all is well.
    pub fn snapshot_failure(&self) -> Option<String> {
        let noted = self.snapshot_failure.lock().unwrap_or_else(PoisonError::into_inner).clone();
        noted.or_else(|| self.snapshot.as_ref()?.failure())
    }

    /// What is well and what is not about the store, and what to do.
    ///
    /// # Errors
    /// [`EngineError::Store`] when it cannot be reached at all.
    pub fn doctor(&self) -> Result<Vec<Check>, EngineError> {
        Ok(doctor::checks(&self.store.facts()?, &self.calendar()))
    }

    /// Fills an empty store with made-up usage that ends at this moment.
    ///
    /// # Errors
    /// [`EngineError::Plan`] for impossible figures, [`EngineError::Store`] when the store refuses
    /// or already holds rows.
    pub fn generate(&self, plan: &Plan) -> Result<Generated, EngineError> {
        let plan = plan.checked()?;
        let mut fill = self.store.fill()?;
        let report = |done| self.report("making usage rows", done, Some(plan.rows));
        let generated = generate::fill(&plan, &self.calendar(), &mut *fill, &report)?;
        fill.finish()?;
        Ok(generated)
    }

    fn report(&self, doing: &'static str, done: u64, total: Option<u64>) {
        if let Some(observer) = &self.observer {
            observer(Progress { doing, done, total });
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if self.is_beside {
            return;
        }
        if let Some(cache) = &self.cache {
            cache.finish();
        }
        if let Some(snapshot) = &self.snapshot {
            snapshot.finish();
        }
    }
}

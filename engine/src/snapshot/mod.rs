//! Usage rows in memory-mapped columns that all processes of a host share.
//!
//! A *generation* is the three tables at one moment. Its rows lie in *segments*: immutable Arrow
//! files that a *manifest* lists. A question looks whether the database has moved on since; if so,
//! one process reads what is new and publishes the next generation, and nobody waits for it.
//!
//! What was appended is published at once. Where it says that older rows went (sums of a merged
//! day), their day is read again before. All other changes are found by comparing, from time to
//! time, the fingerprints of all days; an answer tells apart how old the older rows are. So every
//! generation equals the database at one moment, or at one moment and what was appended since.

mod alone;
mod append;
mod arrow;
mod beside;
mod boot;
mod budget;
mod build;
mod check;
mod codes;
mod compact;
mod compare;
mod config;
mod confirmed;
mod cube;
mod derive;
mod disk;
mod error;
mod file;
mod folder;
mod gaps;
mod generation;
mod history;
mod last;
mod limits;
mod lists;
mod lock;
mod look;
mod manifest;
mod mmap;
mod month;
mod pieces;
mod publish;
mod refresh;
mod scan;
mod seal;
mod settle;
mod stats;
mod table;
#[cfg(test)]
mod trial;
mod unfit;
mod verify;

pub use check::{FileCheck, FileState, SnapshotCheck};
pub use config::SnapshotConfig;
pub use error::SnapshotError;
pub(crate) use file::unfollowed;
pub(crate) use folder::create as private_folder;
pub(crate) use generation::Generation;
pub use history::{HistoryExported, HistoryImported, HistoryPruned, HistoryStats};
pub(crate) use pieces::{Piece, named};
pub use stats::{Moment, SnapshotStats};

use crate::calendar::Calendar;
use crate::progress::Observer;
use crate::store::{Location, Store, StoreError};
use alone::Alone;
use beside::Beside;
use confirmed::Confirmed;
use history::Owner;
use lock::{CompareLock, WriterLock};
use manifest::Manifest;
use refresh::{Writing, elapsed_ms};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use thiserror::Error;
use xxhash_rust::xxh3::xxh3_64;

/// A process without any generation waits so long for another one that is building the first.
const BUILD_WAIT: Duration = Duration::from_secs(120);

/// Looks at tables that are truncated or altered all the time, before that is an error.
const ATTEMPTS: usize = 3;

/// A look for news gives up when it hears nothing for so long: there is a generation to answer from.
const LOOK_WAIT: Duration = Duration::from_secs(1);

/// Who found the database away looks again after so long.
const AWAY_REST: Duration = Duration::from_secs(5);

/// Comparisons that take less are done while the question waits.
const INLINE_MS: f64 = 20.0;

/// Rows of a day still come so long after its end.
const LATE_S: i64 = 3_600;

/// A refresh that came to nothing.
#[derive(Debug, Error)]
pub enum RefreshError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The files.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

/// How much of the database a refresh looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// New rows, and older ones where that is due.
    Tail,
    /// Every row.
    Verify,
}

/// The snapshot of one database in one zone.
pub(crate) struct Snapshot {
    folder: PathBuf,
    config: SnapshotConfig,
    store: String,
    calendar: Calendar,
    zone: String,
    state: Mutex<State>,
    /// Only one thread of a process looks for news at a time.
    looking: Alone,
    beside: Beside,
    /// Looks before they are due.
    ahead: Beside,
}

#[derive(Default)]
struct State {
    generation: Option<Arc<Generation>>,
    /// What was found out about a generation since it was published, and about which.
    confirmed: Option<((u64, u64), Confirmed)>,
    /// Wall clock when somebody last looked for news.
    looked_ms: u64,
    /// Why the last work that no question waited for came to nothing.
    failure: Option<String>,
    /// When the database was last found away, and why; nothing once it is back.
    away: Option<(Instant, String)>,
    /// Wall clock when the database was found not to fit, and MB it would take.
    too_large: Option<(u64, u64)>,
}

/// What a snapshot needs to look at the database.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) store: &'a Arc<dyn Store>,
    pub(crate) calendar: &'a Calendar,
    pub(crate) observer: Option<&'a Observer>,
}

impl Snapshot {
    /// The snapshot of `location` in the zone of `calendar`. Nothing is read yet.
    pub(crate) fn new(config: SnapshotConfig, location: &Location, calendar: Calendar) -> Self {
        let (store, zone) = (described(location), calendar.zone_name());
        let identity = format!("{store} {zone} {:?}", config.retention_days);
        let folder = config.dir.join(format!("{:016x}", xxh3_64(identity.as_bytes())));
        let (state, looking, beside, ahead) = Default::default();
        Self { folder, config, store, calendar, zone, state, looking, beside, ahead }
    }

    /// The generation to answer from, after a look for news if one is due.
    ///
    /// # Errors
    /// [`RefreshError`] when there is none and none can be built, or when looking failed. A database
    /// that is away is no failure: the last generation is as good as it was, and
    /// [`Snapshot::failure`] says why there is no newer one.
    pub(crate) fn current(
        self: &Arc<Self>,
        source: Source<'_>,
    ) -> Result<Arc<Generation>, RefreshError> {
        if self.config.read_only {
            return self.found(source);
        }
        let Some(generation) = self.published()? else {
            return self.build(source, BUILD_WAIT);
        };
        if self.looked_lately(&generation) || self.is_away() {
            self.look_ahead(source, &generation);
            return Ok(generation);
        }
        self.looked(source, &generation)
    }

    /// The database as who can also do without it asks it.
    fn hurried(&self, store: &Arc<dyn Store>, generation: &Generation) -> Arc<dyn Store> {
        let is_old = elapsed_ms(generation.manifest.taken_ms) > self.config.verify_interval_ms;
        // Being let in takes half a dozen round trips, and some servers are on another continent.
        let wait = if is_old && !store.is_near() { LOOK_WAIT * 3 } else { LOOK_WAIT };
        store.with(store.patience().at_most(wait))
    }

    /// The generation that others have published, as long as the database is as it says.
    fn found(&self, source: Source<'_>) -> Result<Arc<Generation>, RefreshError> {
        let stale = || SnapshotError::ReadOnly { path: self.folder.clone() };
        let generation = self.published()?.ok_or_else(stale)?;
        if self.looked_lately(&generation) || self.is_away() {
            return Ok(generation);
        }
        let at_ms = wall_ms();
        let glance = match self.hurried(source.store, &generation).glance() {
            Err(error) if error.is_absence() => {
                self.state().away = Some((Instant::now(), error.to_string()));
                return Ok(generation);
            }
            glance => glance?,
        };
        self.state().away = None;
        let confirmed = self.known(&generation).confirmed_by(glance.as_ref(), at_ms);
        self.confirm(&generation, confirmed.ok_or_else(stale)?);
        Ok(generation)
    }

    /// Looks for news at once.
    ///
    /// # Errors
    /// [`RefreshError`].
    pub(crate) fn refresh(
        self: &Arc<Self>,
        source: Source<'_>,
        how: Refresh,
    ) -> Result<Arc<Generation>, RefreshError> {
        self.refuse_where_read_only()?;
        let looking = self.looking.here();
        let _alone = looking.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(generation) = self.published()? else {
            return self.build(source, BUILD_WAIT);
        };
        let outcome = steadily(|| match how {
            Refresh::Tail => match self.grown_at_once(source, &generation)? {
                Some(grown) => Ok(grown),
                None => self.refreshed(source, &generation),
            },
            Refresh::Verify => {
                let comparing = CompareLock::take(&self.folder, BUILD_WAIT)?;
                self.compared(source, &generation, &comparing)
            }
        });
        self.mended(source, &generation, outcome)
    }

    fn refuse_where_read_only(&self) -> Result<(), SnapshotError> {
        match self.config.read_only {
            true => Err(SnapshotError::ReadOnly { path: self.folder.clone() }),
            false => Ok(()),
        }
    }

    /// The outcome of a look at the database, or a new generation where `generation` turned out to
    /// be damaged.
    fn mended(
        self: &Arc<Self>,
        source: Source<'_>,
        generation: &Generation,
        outcome: Result<Arc<Generation>, RefreshError>,
    ) -> Result<Arc<Generation>, RefreshError> {
        if outcome.is_err() {
            // Others shall not take it that somebody has looked.
            self.state().looked_ms = 0;
        }
        match outcome {
            Err(RefreshError::Snapshot(SnapshotError::Damaged { .. })) => {
                self.distrust(generation)?;
                self.build(source, BUILD_WAIT)
            }
            outcome => outcome,
        }
    }

    /// True when a window that starts there lies within what is kept.
    pub(crate) fn reaches(
        &self,
        generation: &Generation,
        start: Option<i64>,
    ) -> Result<(), SnapshotError> {
        match generation.manifest.horizon {
            Some(horizon) if start.is_none_or(|start| start < horizon) => {
                Err(SnapshotError::BeforeHorizon { horizon })
            }
            _ => Ok(()),
        }
    }

    /// Why the last work that no question waited for came to nothing.
    pub(crate) fn failure(&self) -> Option<String> {
        let state = self.state();
        state.away.as_ref().map(|(_, why)| why).or(state.failure.as_ref()).cloned()
    }

    /// True when the database was found away so lately that nobody need look again.
    fn is_away(&self) -> bool {
        self.state().away.as_ref().is_some_and(|(since, _)| since.elapsed() < AWAY_REST)
    }

    /// Gives up a generation one of whose files is damaged, unless there is a newer one already.
    ///
    /// # Errors
    /// [`SnapshotError`] when its manifest cannot be taken away.
    pub(crate) fn distrust(&self, generation: &Generation) -> Result<(), SnapshotError> {
        self.refuse_where_read_only()?;
        let _lock = WriterLock::take(&self.folder, BUILD_WAIT)?;
        if Manifest::stamp(&self.folder) == generation.stamp {
            Manifest::set_aside(&self.folder)?;
        }
        *self.state() = State::default();
        Ok(())
    }

    fn owner(&self) -> Owner<'_> {
        Owner { store: &self.store, zone: &self.zone }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The generation last published, by whatever process; `None` where there is none that can be
    /// used.
    fn published(&self) -> Result<Option<Arc<Generation>>, RefreshError> {
        folder::check(&self.config.dir, &self.folder)?;
        // A writer may replace the manifest and its files while we open them.
        for _ in 0..10 {
            let stamp = Manifest::stamp(&self.folder);
            let mut state = self.state();
            if let Some(known) = &state.generation
                && stamp.is_some()
                && known.stamp == stamp
            {
                return Ok(Some(Arc::clone(known)));
            }
            match self.open(state.generation.as_deref()) {
                Ok(Some(generation)) if generation.stamp == Manifest::stamp(&self.folder) => {
                    let generation = Arc::new(generation);
                    state.generation = Some(Arc::clone(&generation));
                    return Ok(Some(generation));
                }
                Ok(None) => return Ok(None),
                Ok(Some(_)) => {}
                Err(error) if error.is_stale() => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(None)
    }

    fn open(&self, before: Option<&Generation>) -> Result<Option<Generation>, SnapshotError> {
        let stamp = Manifest::stamp(&self.folder);
        let Some(manifest) = Manifest::read(&self.folder)? else {
            return Ok(None);
        };
        // Changes of clocks that were decided on later move days and hours.
        let ours = manifest.store == self.store
            && manifest.retention_days == self.config.retention_days
            && manifest.days.are_of(&self.calendar);
        if !ours {
            return Ok(None);
        }
        Generation::open(&self.folder, manifest, stamp, before).map(Some)
    }

    /// What is known about how `generation` compares with the database.
    fn known(&self, generation: &Generation) -> Confirmed {
        let found = self.state().confirmed.clone();
        // Another process may have published since.
        let of_this = found.filter(|(identity, _)| *identity == generation.identity());
        let confirmed = of_this.map(|(_, confirmed)| confirmed);
        confirmed.unwrap_or_else(|| Confirmed::by(&generation.manifest)).believed_at(wall_ms())
    }

    /// Notes what was found out about `generation`.
    fn confirm(&self, generation: &Generation, confirmed: Confirmed) {
        debug_assert!(confirmed.verified_ms <= confirmed.at_ms, "{confirmed:?}");
        let mut state = self.state();
        state.looked_ms = confirmed.at_ms;
        state.confirmed = Some((generation.identity(), confirmed));
    }

    fn looked_lately(&self, generation: &Generation) -> bool {
        self.looked_ms_ago(generation) < self.config.refresh_interval_ms
    }

    fn looked_ms_ago(&self, generation: &Generation) -> u64 {
        elapsed_ms(self.state().looked_ms.max(generation.manifest.taken_ms))
    }

    fn writing<'a>(&'a self, source: Source<'a>) -> Writing<'a> {
        Writing {
            folder: &self.folder,
            config: &self.config,
            calendar: source.calendar,
            store: &self.store,
            zone: &self.zone,
            observer: source.observer,
        }
    }

    /// Waits for the work beside.
    pub(crate) fn finish(&self) {
        // A look may begin more work.
        self.ahead.finish();
        self.beside.finish();
    }
}

/// What tells one database from all others, without its password.
pub(crate) fn described(location: &Location) -> String {
    match location {
        Location::Mysql(mysql) => match &mysql.socket {
            Some(socket) => format!("{location} by {}", socket.display()),
            None => location.to_string(),
        },
        Location::Sqlite(path) => {
            let absolute = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            format!("sqlite://{}", absolute.display())
        }
    }
}

/// What `work` makes of the database; it looks again where a table was truncated or altered under it.
fn steadily<T>(mut work: impl FnMut() -> Result<T, RefreshError>) -> Result<T, RefreshError> {
    for _ in 1..ATTEMPTS {
        match work() {
            Err(RefreshError::Store(StoreError::Replaced { .. })) => {}
            outcome => return outcome,
        }
    }
    work()
}

/// Milliseconds since 1970 by the wall clock: processes share it.
fn wall_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// What fuzzers call.
#[doc(hidden)]
pub mod fuzz {
    pub use super::generation::fuzz as table;
    pub use super::manifest::fuzz as manifest;
}

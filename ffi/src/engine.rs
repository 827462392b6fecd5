//! Engines: open, refresh, close.

use crate::failure::Failure;
use crate::guard::guard;
use crate::handle::{self, te_engine, te_string};
use crate::log;
use crate::options::{request, te_refresh_options};
use crate::out::{Out, Place};
use crate::process::{Busy, watch_for_forks};
use crate::sized::{Plain, Prefixed};
use crate::source::te_source;
use crate::status::te_status;
use crate::text::te_text;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::{mem, thread};
use traffic_engine::{Engine, EngineConfig, EngineError, Refresh, SnapshotStats};

/// An engine that somebody opened.
pub(crate) struct Opened {
    /// None only while it is dropped.
    open: Option<Open>,
    /// What the log was last told of the snapshot.
    told: Mutex<Option<String>>,
}

/// An engine, and what goes after it.
struct Open {
    engine: Engine,
    /// Its threads and its database have locks, so it keeps children from using the library. Last,
    /// for it goes when all else is gone.
    #[expect(dead_code, reason = "it only has to be there")]
    busy: Busy,
}

impl Drop for Opened {
    /// Closing waits for the engine's threads. The callback of the log may be running on one of
    /// them, which would wait for itself, or hold up one; so another thread waits in its place.
    fn drop(&mut self) {
        let open = self.open.take();
        if log::is_telling() {
            close_beside(open);
        }
    }
}

/// Closes an engine in a thread of its own, for which nobody waits.
fn close_beside(open: Option<Open>) {
    let kept = Arc::new(Mutex::new(open));
    let given = Arc::clone(&kept);
    let close = move || drop(taken(&given));
    if thread::Builder::new().name("traffic-close".to_owned()).spawn(close).is_err() {
        // Without another thread it stays open, which is better than never to return.
        mem::forget(taken(&kept));
    }
}

fn taken(open: &Mutex<Option<Open>>) -> Option<Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner).take()
}

impl Opened {
    /// What `ask` gives. Where the snapshot is in trouble, which no answer shows, the log is told
    /// once.
    pub(crate) fn ask<T>(
        &self,
        ask: impl FnOnce(&Engine) -> Result<T, EngineError>,
    ) -> Result<T, Failure> {
        let answer = ask(self.engine())?;
        self.tell_of_the_snapshot();
        Ok(answer)
    }

    fn engine(&self) -> &Engine {
        &self.open.as_ref().expect("it is there until the drop").engine
    }

    fn tell_of_the_snapshot(&self) {
        let failure = self.engine().snapshot_failure();
        {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            if *told == failure {
                return;
            }
            told.clone_from(&failure);
        }
        match failure {
            Some(failure) => tracing::warn!("the snapshot does not answer: {failure}"),
            None => tracing::info!("the snapshot answers again"),
        }
    }
}

/// Opens an engine with the configuration in `config`: a JSON object or TOML, with the keys store,
/// password, timezone, data_dir, path, refresh_interval_ms, verify_interval_ms, memory_limit_mb,
/// read_timeout_ms, query_timeout_ms, retention_days, history_days, size_limit_mb, background, now,
/// redis, redis_password, redis_wait_ms, cache_entries, cache_mb and cache_namespace, of which store
/// and timezone must be there. Nothing is connected before the first question, so that a database which is down fails that and not this.
/// te_close gives the engine back.
///
/// Example: store = "mysql://reader@db.example/v2r"
///          password = "…"
///          timezone = "Asia/Shanghai"
///          data_dir = "/var/lib/traffic-engine"
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_open(config: te_text, engine_out: *mut te_engine) -> te_status {
    guard(|| {
        // SAFETY: the header asks for it.
        let (config, engine_out) =
            unsafe { (config.read("config")?, Out::of(engine_out, "engine_out")?) };
        open(EngineConfig::from_text(config)?, engine_out)
    })
}

/// As te_open, with the configuration in the file at `path`. A data_dir that is not absolute lies
/// beside the file. Whoever may read the file may read a password in it.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_open_file(path: te_text, engine_out: *mut te_engine) -> te_status {
    guard(|| {
        // SAFETY: the header asks for it.
        let (path, engine_out) =
            unsafe { (path.read("path")?, Out::of(engine_out, "engine_out")?) };
        open(EngineConfig::from_file(Path::new(path))?, engine_out)
    })
}

fn open(config: EngineConfig, engine_out: Out<te_engine>) -> Result<(), Failure> {
    watch_for_forks()?;
    let (engine, busy) = (Engine::open(config), Busy::begin()?);
    let opened = Opened { open: Some(Open { engine, busy }), told: Mutex::default() };
    engine_out.put(handle::give(opened));
    tracing::info!("an engine was opened");
    Ok(())
}

/// Closes an engine and waits for what it does beside the calls, unless it is called inside the log
/// callback. Calls of other threads that use it go on, and the last of them closes it. Rows,
/// strings and pieces that it gave stay good.
#[unsafe(no_mangle)]
pub extern "C" fn te_close(engine: te_engine) -> te_status {
    guard(|| {
        handle::close(engine)?;
        tracing::info!("an engine was closed");
        Ok(())
    })
}

/// Brings the snapshot up to date at once, whoever looked when, and tells which generation it is
/// then. `options` and `source_out` may be null.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_refresh(
    engine: te_engine,
    options: *const te_refresh_options,
    source_out: *mut te_source,
) -> te_status {
    guard(|| {
        let engine = handle::find(engine)?;
        // SAFETY: the header asks for it.
        let (how, source_out) =
            unsafe { (request::<_, Refresh>(options)?, Place::optional(source_out)?) };
        let moment = engine.ask(|engine| engine.refresh(how))?;
        if let Some(source_out) = source_out {
            source_out.put(&moment.into());
        }
        Ok(())
    })
}

/// What the snapshot holds and costs.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct te_snapshot_stats {
    /// sizeof(te_snapshot_stats), set by the program.
    pub size: usize,
    /// Number of the generation.
    pub generation: u64,
    /// Greatest row id it has seen.
    pub watermark: i64,
    /// As in te_source.
    pub age_ms: u64,
    /// As in te_source.
    pub verified_age_ms: u64,
    /// Usage rows.
    pub rows: u64,
    /// Files of rows.
    pub segments: u64,
    /// Cells by user, node and hour.
    pub hour_cells: u64,
    /// Cells by user, node and day.
    pub day_cells: u64,
    /// Cells by user, node and month.
    pub month_cells: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// Milliseconds the last comparison with the database took.
    pub verify_ms: f64,
    /// As in te_source.
    pub detail_since: i64,
}

// SAFETY: a `repr(C)` of numbers of eight bytes, the first being the size.
unsafe impl Plain for te_snapshot_stats {
    const NAME: &'static str = "te_snapshot_stats";
    const FIRST_SIZE: usize = 104;
}

// SAFETY: as above.
unsafe impl Prefixed for te_snapshot_stats {}

impl From<SnapshotStats> for te_snapshot_stats {
    fn from(stats: SnapshotStats) -> Self {
        Self {
            size: 0,
            generation: stats.moment.generation,
            watermark: stats.moment.watermark,
            age_ms: stats.moment.age_ms,
            verified_age_ms: stats.moment.verified_age_ms,
            rows: stats.rows,
            segments: stats.segments,
            hour_cells: stats.hour_cells,
            day_cells: stats.day_cells,
            month_cells: stats.month_cells,
            bytes: stats.bytes,
            verify_ms: stats.verify_ms,
            detail_since: stats.moment.detail_since.unwrap_or(0),
        }
    }
}

/// What the snapshot holds and costs, after a look for news if one is due. Without a data_dir the
/// status is TE_STATUS_NO_SNAPSHOT.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_stats(
    engine: te_engine,
    stats_out: *mut te_snapshot_stats,
) -> te_status {
    guard(|| {
        let engine = handle::find(engine)?;
        // SAFETY: the header asks for it.
        let stats_out = unsafe { Place::of(stats_out) }?;
        stats_out.put(&engine.ask(Engine::snapshot_stats)?.into());
        Ok(())
    })
}

/// Why the last question was answered by the database although a snapshot is configured, or why
/// the snapshot could not be compared beside the questions; an empty text while all is well.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_snapshot_failure(
    engine: te_engine,
    failure_out: *mut te_string,
) -> te_status {
    guard(|| {
        let engine = handle::find(engine)?;
        // SAFETY: the header asks for it.
        let failure_out = unsafe { Out::of(failure_out, "failure_out") }?;
        failure_out.put(handle::give(engine.engine().snapshot_failure().unwrap_or_default()));
        Ok(())
    })
}

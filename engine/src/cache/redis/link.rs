//! The link to Redis: nobody waits longer than a request may, and what is away comes back.
//!
//! A thread of its own drives the connection. Who asks hands it the work and waits for the answer,
//! but no longer than is left of the request's budget; the work goes on without him. A link that is
//! down is not asked at all. Its thread looks for Redis meanwhile, so that no request has to.

use super::able;
use super::address::RedisAddress;
use super::connect::{Connection, code, connect, is_wrong_type, told};
use super::health::Health;
use redis::{ErrorKind, RedisError, RedisResult, ServerErrorKind};
use std::future::Future;
use std::io;
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use thiserror::Error;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{oneshot, watch};
use tokio::time::{sleep, timeout};

/// Pauses between two looks for a Redis that is away.
const PAUSE_MIN: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(2);

/// A Redis that answers, but refuses what we ask for, will hardly change its mind soon.
const PAUSE_REFUSED: Duration = Duration::from_secs(30);

/// A connection that is silent for so many looks is given up for a new one.
const SILENT_MAX: u32 = 5;

/// Work that nobody waits for; beyond it what is offered is not taken.
const UNDERWAY_MAX: usize = 256;

/// What is left of the time that a request may spend waiting for Redis. Only that is taken off it.
#[derive(Debug)]
pub(in crate::cache) struct Budget {
    left: Duration,
}

impl Budget {
    pub(in crate::cache) fn of(left: Duration) -> Self {
        Self { left }
    }

    /// What comes within the time that is left.
    fn wait<T>(&mut self, from: &Receiver<T>) -> Result<T, RecvTimeoutError> {
        let started = Instant::now();
        let outcome = from.recv_timeout(self.left);
        self.left = self.left.saturating_sub(started.elapsed());
        outcome
    }
}

/// Redis has no answer, at least not in time; the link has noted why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Redis is away")]
pub(in crate::cache) struct Away;

/// The link of this process. A forked child makes its own.
pub(super) struct Link {
    address: RedisAddress,
    budget: Duration,
    /// A key that holds nothing, to try commands on.
    probe: String,
    driver: Mutex<Option<(u32, Driver)>>,
}

/// The thread that drives the connection, gone when this is.
struct Driver {
    core: Arc<Core>,
    /// Ends the thread when it is dropped.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What requests and the work in the background share.
struct Core {
    address: RedisAddress,
    budget: Duration,
    probe: String,
    health: Health,
    connection: watch::Sender<Option<Connection>>,
    handle: Handle,
    underway: AtomicUsize,
}

impl Link {
    pub(super) fn new(address: RedisAddress, budget: Duration, probe: String) -> Self {
        Self { address, budget, probe, driver: Mutex::new(None) }
    }

    /// What `work` gets from Redis within `budget`.
    pub(super) fn ask<T, F>(
        &self,
        budget: &mut Budget,
        work: impl FnOnce(Connection) -> F + Send + 'static,
    ) -> Result<T, Away>
    where
        T: Send + 'static,
        F: Future<Output = RedisResult<T>> + Send,
    {
        let core = self.core().ok_or(Away)?;
        if core.health.is_down() || budget.left.is_zero() {
            return Err(Away);
        }
        let (tell, answer) = sync_channel(1);
        let asked = Arc::clone(&core);
        core.handle.spawn(async move {
            let outcome = asked.done(work).await;
            // Whoever asked may have gone on without it.
            let _ = tell.send(outcome);
        });
        match budget.wait(&answer) {
            Ok(outcome) => outcome,
            Err(_) => {
                core.late();
                Err(Away)
            }
        }
    }

    /// Has `work` done without waiting for it; false where it is not.
    pub(super) fn tell<F>(&self, work: impl FnOnce(Connection) -> F + Send + 'static) -> bool
    where
        F: Future<Output = RedisResult<()>> + Send,
    {
        let Some(core) = self.core().filter(|core| !core.health.is_down()) else {
            return false;
        };
        if core.underway.fetch_add(1, Ordering::AcqRel) >= UNDERWAY_MAX {
            core.underway.fetch_sub(1, Ordering::AcqRel);
            return false;
        }
        let asked = Arc::clone(&core);
        core.handle.spawn(async move {
            // The link has noted what went wrong.
            let _ = asked.done(work).await;
            asked.underway.fetch_sub(1, Ordering::AcqRel);
        });
        true
    }

    /// What `look` sees of the health; `None` where this process has not asked yet.
    pub(super) fn health<T>(&self, look: impl FnOnce(&Health) -> T) -> Option<T> {
        let driver = self.driver.lock().unwrap_or_else(PoisonError::into_inner);
        let driver = driver.as_ref().filter(|(process, _)| *process == std::process::id());
        driver.map(|(_, driver)| look(&driver.core.health))
    }

    /// `None` where there is no thread to be had, which the next request tries again.
    fn core(&self) -> Option<Arc<Core>> {
        let process = std::process::id();
        let mut driver = self.driver.lock().unwrap_or_else(PoisonError::into_inner);
        match &*driver {
            Some((owner, driver)) if *owner == process => Some(Arc::clone(&driver.core)),
            _ => {
                let started =
                    Driver::start(self.address.clone(), self.budget, self.probe.clone()).ok()?;
                let core = Arc::clone(&started.core);
                // Of a parent: its thread is not here, and its descriptors are not ours to close.
                mem::forget(driver.replace((process, started)));
                Some(core)
            }
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let driver = self.driver.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        match driver {
            Some((owner, driver)) if owner != std::process::id() => mem::forget(driver),
            driver => drop(driver),
        }
    }
}

impl Driver {
    fn start(address: RedisAddress, budget: Duration, probe: String) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (connection, health, underway) =
            (watch::Sender::new(None), Health::default(), AtomicUsize::new(0));
        let handle = runtime.handle().clone();
        let core = Arc::new(Core { address, budget, probe, health, connection, handle, underway });
        core.handle.spawn(Arc::clone(&core).mend(PAUSE_MIN));
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("traffic-cache".to_owned())
            .spawn(move || drive(runtime, stopped))?;
        Ok(Self { core, stop: Some(stop), thread: Some(thread) })
    }
}

/// Drives the work until it is told to stop.
fn drive(runtime: Runtime, stopped: oneshot::Receiver<()>) {
    // An error says that the sender is gone, which says the same.
    let _ = runtime.block_on(stopped);
    // Looking up a name may hang in a thread that nobody can end.
    runtime.shutdown_timeout(Duration::from_millis(100));
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic there has said so already.
            let _ = thread.join();
        }
    }
}

impl Core {
    /// Does `work` and notes what it says about Redis.
    async fn done<T, F>(
        self: &Arc<Self>,
        work: impl FnOnce(Connection) -> F + Send,
    ) -> Result<T, Away>
    where
        F: Future<Output = RedisResult<T>> + Send,
    {
        let mut connection = self.connection.subscribe();
        let connection = connection.wait_for(Option::is_some).await.ok().and_then(|it| it.clone());
        match work(connection.ok_or(Away)?).await {
            Ok(answer) => {
                self.health.in_time();
                Ok(answer)
            }
            Err(error) => {
                self.failed(&error);
                Err(Away)
            }
        }
    }

    fn failed(self: &Arc<Self>, error: &RedisError) {
        let reason = told(error);
        match error.kind() {
            _ if is_wrong_type(error) => {}
            _ if is_full(error) => self.health.full(&self.address, &reason, wall_ms()),
            ErrorKind::Io | ErrorKind::Server(ServerErrorKind::BusyLoading) => {
                self.leave(&reason, PAUSE_MIN)
            }
            _ => self.leave(&reason, PAUSE_REFUSED),
        }
    }

    fn late(self: &Arc<Self>) {
        // While it is being connected the background knows best.
        if self.health.is_up() && self.health.late() {
            self.leave(&format!("it takes longer than {} ms", self.budget.as_millis()), PAUSE_MIN);
        }
    }

    /// Gives Redis up until it has been found again.
    fn leave(self: &Arc<Self>, reason: &str, pause: Duration) {
        if self.health.left(&self.address, reason) {
            let core = Arc::clone(self);
            self.handle.spawn(async move {
                sleep(pause).await;
                core.mend(PAUSE_MIN).await;
            });
        }
    }

    /// Looks for Redis until it is there and quick enough.
    async fn mend(self: Arc<Self>, mut pause: Duration) {
        let mut silent = 0;
        while let Err(reason) = self.look(&mut silent).await {
            self.health.left(&self.address, &reason);
            sleep(pause).await;
            pause = (pause * 2).min(PAUSE_MAX);
        }
        self.health.arrived(&self.address);
    }

    async fn look(&self, silent: &mut u32) -> Result<(), String> {
        let known = self.connection.borrow().clone();
        let mut connection = match known {
            Some(connection) => connection,
            None => connect(&self.address).await.map_err(|error| told(&error))?,
        };
        let ping = redis::cmd("PING");
        match timeout(self.budget, ping.exec_async(&mut connection)).await {
            Ok(Ok(())) => {
                // It takes longer than a request may: nobody waits for it, and it is done once.
                let lacking = able::lacking(&mut connection, &self.probe).await;
                let lacking = lacking.unwrap_or_else(|error| Some(told(&error)));
                self.connection.send_replace(lacking.is_none().then_some(connection));
                lacking.map_or(Ok(()), Err)
            }
            Ok(Err(error)) => {
                self.connection.send_replace(None);
                Err(told(&error))
            }
            Err(_) => {
                *silent += 1;
                // A slow one is kept, so that it can become quick; one that broke unseen is not.
                let is_unseen = silent.is_multiple_of(SILENT_MAX);
                let kept = (!is_unseen).then_some(connection);
                self.connection.send_replace(kept);
                Err(format!("it takes longer than {} ms", self.budget.as_millis()))
            }
        }
    }
}

/// True when Redis takes nothing, but still gives: full, without its disk, or a replica.
fn is_full(error: &RedisError) -> bool {
    matches!(code(error).as_deref(), Some("OOM" | "MISCONF" | "READONLY"))
}

fn wall_ms() -> i64 {
    use crate::calendar::{Clock as _, SystemClock};
    SystemClock.now_ms()
}

//! Waiting for a server, and giving up.

use super::watch::{Verdict, Watch};
use crate::store::{MysqlLocation, Patience};
use mysql_async::{Error, Result as DriverResult};
use std::any::Any;
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::runtime::Runtime as Tokio;
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};

/// Ending a statement that nobody waits for any longer may take this long.
const KILL_WAIT: Duration = Duration::from_millis(500);

/// Why nothing came of a piece of work.
#[derive(Debug)]
pub(super) enum Trouble {
    /// In the words of the driver, the server or the operating system.
    Driver(Error),
    /// The server could not be heard for so long.
    Silent(Duration),
    /// Somebody's lock is in the way, as the server calls it.
    Locked(String),
    /// The server is there and does nothing for us: request or answer got lost.
    Lost,
    /// Whoever asked has no use for an answer any longer.
    TimedOut,
    /// What was received made the driver panic.
    Panicked(String),
}

impl Trouble {
    /// True when a new connection would meet the same.
    pub(super) fn is_of_others(&self) -> bool {
        matches!(self, Self::Silent(_) | Self::Locked(_) | Self::TimedOut)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Driver(error)
    }
}

/// Counts whatever shows that work goes on.
#[derive(Debug, Default)]
pub(super) struct Progress(Cell<u64>);

impl Progress {
    /// Something came.
    #[inline]
    pub(super) fn made(&self) {
        self.0.set(self.0.get().wrapping_add(1));
    }
}

/// Does work with a server on this thread, as long as there is hope.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    pub(super) runtime: Arc<Tokio>,
    pub(super) location: Arc<MysqlLocation>,
    pub(super) patience: Patience,
}

impl Waiting {
    /// The same, whoever asked.
    pub(super) fn without_end(&self) -> Self {
        Self { patience: self.patience.without_end(), ..self.clone() }
    }

    /// Does `work`, which ends within `longest` or is given up.
    pub(super) fn at_most<T>(
        &self,
        longest: Duration,
        work: impl Future<Output = DriverResult<T>>,
    ) -> Result<T, Trouble> {
        let (left, mut work) = (self.patience.left(), pin!(work));
        let limited = async {
            match timeout(longest.min(left), work.as_mut()).await {
                Ok(outcome) => Ok(outcome?),
                Err(_) if left <= longest => Err(Trouble::TimedOut),
                Err(_) => Err(Trouble::Silent(longest)),
            }
        };
        self.guarded(limited)
    }

    /// Does `work` on connection `id`. When nothing comes for half of our patience, the server is
    /// asked by another connection what it is doing: a statement may well take minutes.
    pub(super) fn patiently<T>(
        &self,
        id: u32,
        progress: &Progress,
        work: impl Future<Output = DriverResult<T>>,
    ) -> Result<T, Trouble> {
        // Both end outside the runtime, where closing a connection waits for nobody.
        let (mut watch, mut work) = (Watch::new(&self.location, id), pin!(work));
        self.guarded(self.watched(&mut watch, progress, work.as_mut()))
    }

    async fn watched<T>(
        &self,
        watch: &mut Watch<'_>,
        progress: &Progress,
        mut work: Pin<&mut impl Future<Output = DriverResult<T>>>,
    ) -> Result<T, Trouble> {
        let half = self.patience.silence / 2;
        loop {
            let (before, left) = (progress.0.get(), self.patience.left());
            // Early enough that the server can be told when whoever asked gives up.
            let pause = half.min(if watch.has_heard() { left } else { left / 2 });
            if let Some(done) = first(work.as_mut(), sleep(pause)).await {
                return Ok(done?);
            }
            if progress.0.get() != before {
                continue;
            }
            if self.patience.left().is_zero() {
                return self.timed_out(watch).await;
            }
            let mut verdict = None;
            let rest = async {
                let end = Instant::now() + half.min(self.patience.left());
                let asked = timeout_at(end, async { verdict = Some(watch.ask().await) }).await;
                // The answer has all of the time that is left.
                if asked.is_ok() && !matches!(verdict, Some(Verdict::Working)) {
                    sleep_until(end).await;
                }
            };
            if let Some(done) = first(work.as_mut(), rest).await {
                return Ok(done?);
            }
            if progress.0.get() != before {
                continue;
            }
            if self.patience.left().is_zero() {
                return self.timed_out(watch).await;
            }
            match verdict {
                Some(Verdict::Working) => {}
                Some(Verdict::Locked(state)) => return Err(Trouble::Locked(state)),
                Some(Verdict::Idle) => return Err(Trouble::Lost),
                Some(Verdict::Away) | None => return Err(Trouble::Silent(self.patience.silence)),
            }
        }
    }

    /// Tells the server, which would go on with what nobody wants.
    async fn timed_out<T>(&self, watch: &mut Watch<'_>) -> Result<T, Trouble> {
        // One that does not listen cannot be helped.
        let _ = timeout(KILL_WAIT, watch.kill()).await;
        Err(Trouble::TimedOut)
    }

    /// Drives `work`. A panic in it is trouble: the driver trusts servers to send what they should,
    /// and whoever can stand between us and a server can send anything.
    fn guarded<T>(&self, work: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
        // The connection that saw it is not used again; nothing else was at work.
        let outcome = catch_unwind(AssertUnwindSafe(|| self.runtime.block_on(work)));
        outcome.unwrap_or_else(|panic| Err(Trouble::Panicked(told(&*panic))))
    }
}

/// What comes of `work`, unless `other` ends before it does.
async fn first<W: Future>(mut work: Pin<&mut W>, other: impl Future) -> Option<W::Output> {
    let mut other = pin!(other);
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => other.as_mut().poll(context).map(|_| None),
    })
    .await
}

fn told(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "without a word".to_owned())
}

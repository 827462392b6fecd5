//! What every command has at hand.

use crate::explanation::Explanation;
use crate::failure::Failure;
use crate::output::Output;
use crate::progress::ProgressLine;
use crate::settings::Settings;
use std::cell::{OnceCell, RefCell};
use traffic_engine::cache::CacheConfig;
use traffic_engine::{Answer, Calendar, Engine, EngineConfig, Path};

/// The settings of this run, its engine, and the line that shows its progress.
pub(crate) struct Context {
    engine: OnceCell<Engine>,
    explanation: RefCell<Option<Explanation>>,
    settings: Settings,
    progress: ProgressLine,
}

impl Context {
    pub(crate) fn new(settings: Settings) -> Self {
        let (engine, explanation) = Default::default();
        Self { engine, explanation, settings, progress: ProgressLine::default() }
    }

    /// The engine on the store that the settings name.
    ///
    /// # Errors
    /// [`Failure::NoStore`] when they name none, [`Failure::NoDataDir`] when only the snapshot may
    /// answer and they do not say where it is.
    pub(crate) fn engine(&self) -> Result<&Engine, Failure> {
        if let Some(engine) = self.engine.get() {
            return Ok(engine);
        }
        let engine = self.open(None)?;
        Ok(self.engine.get_or_init(|| engine))
    }

    /// An engine that keeps its answers, where the settings name a store.
    ///
    /// # Errors
    /// [`Failure::NoDataDir`].
    pub(crate) fn engine_that_keeps(&self, cache: &CacheConfig) -> Result<Option<Engine>, Failure> {
        let store = self.settings.location.as_ref();
        store.map(|_| self.open(Some(cache.clone()))).transpose()
    }

    fn open(&self, cache: Option<CacheConfig>) -> Result<Engine, Failure> {
        let answering = &self.settings.answering;
        let location = self.settings.location.clone().ok_or(Failure::NoStore)?;
        if answering.path == Path::Snapshot && answering.snapshot.is_none() {
            return Err(Failure::NoDataDir);
        }
        let usual = EngineConfig::new(location, self.settings.zone.clone());
        Ok(Engine::open(EngineConfig {
            clock: self.settings.clock.clone(),
            observer: self.progress.observer(),
            path: answering.path,
            snapshot: answering.snapshot.clone(),
            memory_limit_mb: answering.memory_limit_mb.unwrap_or(usual.memory_limit_mb),
            read_timeout_ms: answering.read_timeout_ms.unwrap_or(usual.read_timeout_ms),
            query_timeout_ms: answering.query_timeout_ms,
            cache,
            ..usual
        }))
    }

    /// The engine, which must have a snapshot.
    ///
    /// # Errors
    /// [`Failure::NoStore`] and [`Failure::NoDataDir`].
    pub(crate) fn engine_with_snapshot(&self) -> Result<&Engine, Failure> {
        if !self.keeps_snapshot() {
            return Err(Failure::NoDataDir);
        }
        self.engine()
    }

    /// True when the engine that answered leaves work for later.
    pub(crate) fn maintenance_is_due(&self) -> bool {
        self.engine.get().is_some_and(Engine::maintenance_is_due)
    }

    /// True when the settings name a data directory.
    pub(crate) fn keeps_snapshot(&self) -> bool {
        self.settings.answering.snapshot.is_some()
    }

    /// What was asked for, out of an answer; where it came from is remembered.
    pub(crate) fn value<T>(&self, answer: Answer<T>) -> T {
        let failure = self.engine.get().and_then(Engine::snapshot_failure);
        *self.explanation.borrow_mut() = Some(Explanation::new(answer.source, failure));
        answer.value
    }

    /// What to say on standard error below a complete answer.
    pub(crate) fn remark(&self) -> Option<String> {
        let explanation = self.explanation.borrow();
        let explanation = explanation.as_ref()?;
        if self.settings.answering.explain {
            Some(explanation.in_format(self.settings.format))
        } else {
            explanation.warning()
        }
    }

    /// Days and hours as of now.
    pub(crate) fn calendar(&self) -> Calendar {
        Calendar::new(self.settings.zone.clone(), self.settings.clock.now())
    }

    /// The way answers are written.
    pub(crate) fn output(&self) -> Output {
        Output::new(self.settings.format, self.calendar().local())
    }
}

//! What every command has at hand.

use crate::failure::Failure;
use crate::output::Output;
use crate::progress::ProgressLine;
use crate::settings::Settings;
use traffic_engine::{Answer, Calendar, Engine, EngineConfig};

/// The settings of this run and the line that shows its progress.
pub(crate) struct Context {
    settings: Settings,
    progress: ProgressLine,
}

impl Context {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings, progress: ProgressLine::default() }
    }

    /// The engine on the store that the settings name.
    ///
    /// # Errors
    /// [`Failure::NoStore`] when they name none.
    pub(crate) fn engine(&self) -> Result<Engine, Failure> {
        let location = self.settings.location.clone().ok_or(Failure::NoStore)?;
        Ok(Engine::open(EngineConfig {
            clock: self.settings.clock.clone(),
            observer: self.progress.observer(),
            ..EngineConfig::new(location, self.settings.zone.clone())
        }))
    }

    /// What was asked for, out of an answer.
    pub(crate) fn value<T>(&self, answer: Answer<T>) -> T {
        answer.value
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

//! The engines of this process, kept from request to request.

use crate::caches;
use crate::exceptions::Failure;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use traffic_engine::{Engine, EngineConfig, FromOptions, Options};

/// A process that is asked with ever other configurations forgets the one asked longest ago.
const ENGINES_MAX: usize = 16;

/// The engine asked last comes last.
static ENGINES: Mutex<Vec<(Options, Arc<Engine>)>> = Mutex::new(Vec::new());

fn engines() -> MutexGuard<'static, Vec<(Options, Arc<Engine>)>> {
    ENGINES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The engine with this configuration. Nothing is connected before its first question.
pub(crate) fn get(config: Options) -> Result<Arc<Engine>, Failure> {
    let mut engines = engines();
    if let Some(at) = engines.iter().position(|(known, _)| *known == config) {
        let known = engines.remove(at);
        let engine = Arc::clone(&known.1);
        engines.push(known);
        return Ok(engine);
    }
    let engine = Arc::new(Engine::open(EngineConfig::from_options(&config)?));
    if engines.len() == ENGINES_MAX {
        engines.remove(0);
    }
    engines.push((config, Arc::clone(&engine)));
    Ok(engine)
}

/// Number of engines.
pub(crate) fn count() -> usize {
    engines().len()
}

/// Gives all engines up while threads can still be waited for.
pub(crate) extern "C" fn shut_down(_type: i32, _module: i32) -> i32 {
    engines().clear();
    caches::shut_down();
    0
}

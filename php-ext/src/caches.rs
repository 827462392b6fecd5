//! The caches of this process, kept from request to request.

use crate::exceptions::Failure;
use crate::ini;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use traffic_engine::cache::{Cache, CacheConfig};
use traffic_engine::{FromOptions, Options};

/// A process that is asked with ever other configurations forgets the one asked longest ago.
const CACHES_MAX: usize = 16;

/// The cache asked last comes last.
static CACHES: Mutex<Vec<(Options, Arc<Cache>)>> = Mutex::new(Vec::new());

fn caches() -> MutexGuard<'static, Vec<(Options, Arc<Cache>)>> {
    CACHES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The cache with this configuration. Nothing is connected before it is first used.
pub(crate) fn get(config: Options) -> Result<Arc<Cache>, Failure> {
    let mut caches = caches();
    if let Some(at) = caches.iter().position(|(known, _)| *known == config) {
        let known = caches.remove(at);
        let cache = Arc::clone(&known.1);
        caches.push(known);
        return Ok(cache);
    }
    let pending_dir = ini::settings().data_dir.as_ref().map(PathBuf::from);
    let cache = CacheConfig { pending_dir, ..CacheConfig::from_options(&config)? };
    let cache = Arc::new(Cache::new(cache));
    if caches.len() == CACHES_MAX {
        caches.remove(0);
    }
    caches.push((config, Arc::clone(&cache)));
    Ok(cache)
}

/// Gives all caches up while threads can still be waited for.
pub(crate) fn shut_down() {
    caches().clear();
}

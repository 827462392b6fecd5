//! What the engine has to do with its cache.

use super::{Engine, Path};
use crate::cache::{Cache, CacheError, CacheStats, Invalidated, Pattern, Trigger};
use crate::error::EngineError;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

impl Engine {
    /// How well the cache does.
    ///
    /// # Errors
    /// [`EngineError::Cache`] where none is configured.
    pub fn cache_stats(&self) -> Result<CacheStats, EngineError> {
        Ok(self.cache().ok_or(CacheError::NotConfigured)?.stats())
    }

    /// Forgets the answers whose names `pattern` means.
    ///
    /// # Errors
    /// [`EngineError::Cache`] where none is configured.
    pub fn cache_invalidate(&self, pattern: &Pattern) -> Result<Invalidated, EngineError> {
        Ok(self.cache().ok_or(CacheError::NotConfigured)?.invalidate(pattern))
    }

    /// Forgets the answers that `trigger` makes worthless.
    ///
    /// # Errors
    /// [`EngineError::Cache`] where none is configured.
    pub fn cache_trigger(&self, trigger: Trigger) -> Result<Invalidated, EngineError> {
        Ok(self.cache().ok_or(CacheError::NotConfigured)?.trigger(trigger))
    }

    pub(crate) fn cache(&self) -> Option<&Arc<Cache>> {
        self.cache.as_ref()
    }

    /// What tells the present generation of the snapshot from others; 0 where the database answers.
    pub(crate) fn generation(&self) -> u64 {
        let snapshot = match self.path {
            Path::Auto | Path::Snapshot => self.snapshot.as_ref(),
            Path::PushDown | Path::Rows => None,
        };
        // What fails here fails again when it is answered, and is told then.
        let current = snapshot.and_then(|snapshot| {
            snapshot.current(self.snapshot_source(&self.store, &self.calendar())).ok()
        });
        current.map_or(0, |generation| {
            let (number, taken_ms) = generation.identity();
            xxh3_64(format!("{number} {taken_ms}").as_bytes())
        })
    }

    /// An engine on the same store and snapshot, without the cache, for work in another thread.
    pub(crate) fn beside(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            snapshot: self.snapshot.clone(),
            snapshot_failure: Arc::clone(&self.snapshot_failure),
            threads: Arc::clone(&self.threads),
            zone: self.zone.clone(),
            clock: Arc::clone(&self.clock),
            observer: self.observer.clone(),
            path: self.path,
            memory_limit_mb: self.memory_limit_mb,
            query_timeout: self.query_timeout,
            cache: None,
            is_beside: true,
        }
    }
}

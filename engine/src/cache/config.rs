//! What a cache is made with.

use super::chance::{Chance, SystemChance};
use crate::calendar::{Clock, SystemClock};
use std::fmt;
use std::sync::Arc;

/// What a cache is made with.
#[derive(Clone)]
pub struct CacheConfig {
    /// Entries the first tier holds.
    pub entries_max: usize,
    /// Bytes the first tier holds, with what it takes to keep them.
    pub bytes_max: usize,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Moves lifetimes a little, so that what was made together does not end together.
    pub chance: Arc<dyn Chance>,
}

impl Default for CacheConfig {
    /// 1 000 entries of together 64 MB in this process.
    fn default() -> Self {
        Self {
            entries_max: 1_000,
            bytes_max: 64_000_000,
            clock: Arc::new(SystemClock),
            chance: Arc::new(SystemChance::default()),
        }
    }
}

impl fmt::Debug for CacheConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheConfig")
            .field("entries_max", &self.entries_max)
            .field("bytes_max", &self.bytes_max)
            .finish_non_exhaustive()
    }
}

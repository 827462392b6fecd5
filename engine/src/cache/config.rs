//! What a cache is made with.

use super::chance::{Chance, SystemChance};
use super::redis::RedisAddress;
use crate::calendar::{Clock, SystemClock};
use secrecy::SecretString;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use xxhash_rust::xxh3::xxh3_64;

/// What a cache is made with.
#[derive(Clone)]
pub struct CacheConfig {
    /// Which installation and server the answers are of. Others see nothing of them.
    pub namespace: String,
    /// What all keys in Redis begin with, before the namespace.
    pub prefix: String,
    /// Entries the first tier holds.
    pub entries_max: usize,
    /// Bytes the first tier holds, with what it takes to keep them.
    pub bytes_max: usize,
    /// Where the second tier is, if there is one.
    pub redis: Option<RedisAddress>,
    /// With what entries in Redis are sealed, so that nobody else can make any. It is not kept there.
    pub seal: Option<SecretString>,
    /// A data directory in which invalidations are kept that Redis has not been told, so that they
    /// outlive this process; without one they do not.
    pub pending_dir: Option<PathBuf>,
    /// What a request may spend waiting for a Redis that is away or slow.
    pub redis_budget: Duration,
    /// Make stale answers anew in a thread of its own, where that can be, so that nobody waits.
    pub background: bool,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Moves lifetimes a little, so that what was made together does not end together.
    pub chance: Arc<dyn Chance>,
}

impl Default for CacheConfig {
    /// 1 000 entries of together 64 MB in this process, no Redis.
    fn default() -> Self {
        Self {
            namespace: "default".to_owned(),
            prefix: "traffic_engine:v1".to_owned(),
            entries_max: 1_000,
            bytes_max: 64_000_000,
            redis: None,
            seal: None,
            pending_dir: None,
            redis_budget: Duration::from_millis(5),
            background: false,
            clock: Arc::new(SystemClock),
            chance: Arc::new(SystemChance::default()),
        }
    }
}

impl CacheConfig {
    /// The same for the answers of one store, which `identity` tells from all others.
    pub(crate) fn of_store(self, identity: &str) -> Self {
        let namespace = format!("{}:{:016x}", self.namespace, xxh3_64(identity.as_bytes()));
        Self { namespace, ..self }
    }
}

impl fmt::Debug for CacheConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheConfig")
            .field("namespace", &self.namespace)
            .field("entries_max", &self.entries_max)
            .field("bytes_max", &self.bytes_max)
            .field("redis", &self.redis)
            .finish_non_exhaustive()
    }
}

//! Options as the configuration of a cache, and as what it is to forget.

use super::requests::FromOptions;
use crate::cache::{CacheConfig, CacheError, Kind, Pattern, RedisAddress, Trigger};
use crate::error::EngineError;
use crate::options::{BadConfig, BadOption, Options};
use secrecy::SecretString;
use std::time::Duration;

/// The keys of a cache in the configuration of an engine.
pub(super) const KEYS: [&str; 6] =
    ["redis", "redis_password", "redis_wait_ms", "cache_entries", "cache_mb", "cache_namespace"];

impl FromOptions for CacheConfig {
    /// The cache of a host that keeps answers of its own. `cache_prefix` is what keys in Redis begin
    /// with, before the namespace, and `cache_seal` a secret with which entries there are sealed.
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options
            .only(&[&KEYS, &["cache_prefix", "cache_seal", "background"]])
            .map_err(BadConfig::from)?;
        let usual = config(options)?.unwrap_or_default();
        let prefix = options.text("cache_prefix").map_err(BadConfig::from)?;
        let seal = options.text("cache_seal").map_err(BadConfig::from)?;
        let seal = seal.filter(|it| !it.is_empty()).map(SecretString::from);
        Ok(Self { prefix: prefix.unwrap_or(usual.prefix), seal, ..usual })
    }
}

/// The cache that is configured; none where nothing says that there is one.
pub(super) fn config(options: &Options) -> Result<Option<CacheConfig>, EngineError> {
    let text = |key| options.text(key).map_err(BadConfig::from);
    let count = |key| options.count(key).map_err(BadConfig::from);
    let redis = text("redis")?.filter(|address| !address.is_empty());
    let redis = redis.map(|address| address.parse::<RedisAddress>()).transpose()?;
    let password = text("redis_password")?.map(SecretString::from);
    let (entries, megabytes) = (count("cache_entries")?, count("cache_mb")?);
    let wait_ms = count("redis_wait_ms")?;
    let namespace = text("cache_namespace")?;
    let background = options.switch("background").map_err(BadConfig::from)?;
    if redis.is_none() && entries.is_none() && megabytes.is_none() {
        return Ok(None);
    }
    let usual = CacheConfig::default();
    // More than an address can count is as good as no bound.
    let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    Ok(Some(CacheConfig {
        redis: redis.map(|redis| match password {
            Some(password) => redis.with_password(password),
            None => redis,
        }),
        redis_budget: wait_ms.map_or(usual.redis_budget, Duration::from_millis),
        entries_max: entries.map_or(usual.entries_max, size),
        bytes_max: megabytes.map_or(usual.bytes_max, |mb| size(mb.saturating_mul(1_000_000))),
        namespace: namespace.unwrap_or(usual.namespace),
        background: background.unwrap_or(false),
        ..usual
    }))
}

/// How long a cache is to keep something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keep {
    ttl_s: Option<u32>,
    data_type: Option<String>,
    time_range: Option<String>,
}

impl Keep {
    /// What the table of lifetimes goes by.
    pub fn kind(&self) -> Kind<'_> {
        Kind {
            ttl_s: self.ttl_s,
            data_type: self.data_type.as_deref(),
            time_range: self.time_range.as_deref(),
        }
    }
}

impl FromOptions for Keep {
    /// `ttl` in seconds, else `data_type`, else `time_range`.
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&["ttl", "data_type", "time_range"]])?;
        // Whatever is too large is cut to the longest lifetime there is.
        let ttl_s = options.count("ttl")?.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX));
        let (data_type, time_range) = (options.text("data_type")?, options.text("time_range")?);
        Ok(Self { ttl_s, data_type, time_range })
    }
}

/// What a cache is to forget.
#[derive(Debug)]
pub enum Forget {
    /// What a pattern of names means.
    Pattern(Pattern),
    /// What something that happened makes worthless.
    Trigger(Trigger),
}

impl FromOptions for Forget {
    /// `pattern` or `trigger`, one of them.
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        options.only(&[&["pattern", "trigger"]])?;
        match (options.text("pattern")?, options.text("trigger")?) {
            (Some(pattern), None) => Ok(Self::Pattern(Pattern::new(&pattern)?)),
            (None, Some(trigger)) => Ok(Self::Trigger(trigger.parse::<Trigger>()?)),
            (Some(_), Some(_)) => Err(CacheError::TwoWays.into()),
            (None, None) => {
                Err(BadOption::Missing { key: "pattern", wanted: "a pattern, or a trigger" }.into())
            }
        }
    }
}

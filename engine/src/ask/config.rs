//! Options as the configuration of an engine.

use super::cache_options;
use super::requests::FromOptions;
use crate::calendar::FixedClock;
use crate::engine::EngineConfig;
use crate::error::EngineError;
use crate::options::{BadConfig, BadOption, Options};
use crate::snapshot::SnapshotConfig;
use crate::store::Location;
use jiff::tz::TimeZone;
use secrecy::SecretString;
use std::path::PathBuf;
use std::sync::Arc;

const KEYS: [&str; 16] = [
    "store",
    "password",
    "timezone",
    "data_dir",
    "path",
    "refresh_interval_ms",
    "verify_interval_ms",
    "memory_limit_mb",
    "read_timeout_ms",
    "query_timeout_ms",
    "retention_days",
    "history_days",
    "size_limit_mb",
    "background",
    "now",
    "local_socket",
];

impl FromOptions for EngineConfig {
    /// `store` and `timezone` must be given. `background` is off where it is not given.
    /// `local_socket` is what the host's own client takes `localhost` for.
    ///
    /// A cache there is where `redis`, `cache_entries` or `cache_mb` is given.
    fn from_options(options: &Options) -> Result<Self, EngineError> {
        let text = |key| options.text(key).map_err(BadConfig::from);
        options.only(&[&KEYS, &cache_options::KEYS]).map_err(BadConfig::from)?;
        let snapshot = snapshot(options).map_err(BadConfig::from)?;
        let zone = zone(text("timezone")?)?;
        let mut location = location(text("store")?, text("password")?)?;
        if let Some(socket) = text("local_socket")?.filter(|socket| !socket.is_empty()) {
            location = location.with_local_socket(PathBuf::from(socket));
        }
        let usual = Self::new(location, zone);
        let path = text("path")?.map(|path| path.parse()).transpose()?;
        let clock = match options.int("now").map_err(BadConfig::from)? {
            Some(now) => Arc::new(FixedClock(now)),
            None => usual.clock,
        };
        let memory_limit_mb = options.count("memory_limit_mb").map_err(BadConfig::from)?;
        let read_timeout_ms = options.count("read_timeout_ms").map_err(BadConfig::from)?;
        let query_timeout_ms = options.count("query_timeout_ms").map_err(BadConfig::from)?;
        Ok(Self {
            path: path.unwrap_or_default(),
            snapshot,
            memory_limit_mb: memory_limit_mb.unwrap_or(usual.memory_limit_mb),
            read_timeout_ms: read_timeout_ms.unwrap_or(usual.read_timeout_ms),
            query_timeout_ms: query_timeout_ms.filter(|wait| *wait > 0),
            clock,
            cache: cache_options::config(options)?,
            ..usual
        })
    }
}

fn missing(key: &'static str, wanted: &'static str) -> BadConfig {
    BadOption::Missing { key, wanted }.into()
}

fn location(store: Option<String>, password: Option<String>) -> Result<Location, EngineError> {
    let store = store.ok_or_else(|| missing("store", "mysql://user@host/database"))?;
    let location = Location::parse(&store)?;
    Ok(match password {
        Some(password) => location.with_password(SecretString::from(password)),
        None => location,
    })
}

fn zone(name: Option<String>) -> Result<TimeZone, BadConfig> {
    let name = name.ok_or_else(|| missing("timezone", "a name such as Asia/Shanghai"))?;
    TimeZone::get(&name).map_err(|_| BadConfig::Zone { zone: name })
}

fn snapshot(options: &Options) -> Result<Option<SnapshotConfig>, BadOption> {
    let refresh_interval_ms = options.count("refresh_interval_ms")?;
    let verify_interval_ms = options.count("verify_interval_ms")?;
    let retention_days = options.count("retention_days")?;
    let history_days = options.count("history_days")?;
    let size_limit_mb = options.count("size_limit_mb")?;
    let background = options.switch("background")?.unwrap_or(false);
    let dir = options.text("data_dir")?.filter(|dir| !dir.is_empty());
    Ok(dir.map(|dir| {
        let usual = SnapshotConfig::new(PathBuf::from(dir));
        SnapshotConfig {
            refresh_interval_ms: refresh_interval_ms.unwrap_or(usual.refresh_interval_ms),
            verify_interval_ms: verify_interval_ms.unwrap_or(usual.verify_interval_ms),
            // More days than that are all there are.
            retention_days: retention_days.and_then(|days| u32::try_from(days).ok()),
            history_days: history_days
                .map_or(usual.history_days, |days| u32::try_from(days).unwrap_or(u32::MAX)),
            size_limit_mb,
            background,
            ..usual
        }
    }))
}

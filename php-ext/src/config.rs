//! The configuration array of an engine.

use crate::exceptions::Failure;
use crate::ini;
use crate::options::Options;
use ext_php_rs::types::{ZendCallable, ZendHashTable};
use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};
use std::path::PathBuf;
use std::sync::Arc;
use traffic_engine::{EngineConfig, FixedClock, Location, SnapshotConfig};

const KEYS: [&str; 12] = [
    "store",
    "password",
    "timezone",
    "data_dir",
    "path",
    "refresh_interval_ms",
    "verify_interval_ms",
    "memory_limit_mb",
    "retention_days",
    "size_limit_mb",
    "background",
    "now",
];

/// What an engine is opened with; equal ones share an engine.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    store: String,
    password: Option<SecretString>,
    zone: String,
    data_dir: Option<String>,
    path: Option<String>,
    refresh_interval_ms: Option<u64>,
    verify_interval_ms: Option<u64>,
    memory_limit_mb: Option<u64>,
    retention_days: Option<u64>,
    size_limit_mb: Option<u64>,
    background: bool,
    now: Option<i64>,
}

impl PartialEq for Config {
    fn eq(&self, other: &Self) -> bool {
        let plain = |it: &Self| {
            let numbers = (
                it.refresh_interval_ms,
                it.verify_interval_ms,
                it.memory_limit_mb,
                it.retention_days,
                it.size_limit_mb,
                it.background,
                it.now,
            );
            (it.store.clone(), it.zone.clone(), it.data_dir.clone(), it.path.clone(), numbers)
        };
        let secret = |it: &Self| it.password.as_ref().map(|it| it.expose_secret().to_owned());
        plain(self) == plain(other) && secret(self) == secret(other)
    }
}

impl Config {
    /// # Errors
    /// [`Failure::Config`] names the key at fault, and never repeats a password.
    pub(crate) fn read(table: &ZendHashTable) -> Result<Self, Failure> {
        let read = || -> Result<Self, String> {
            let options = Options::read(Some(table), &KEYS)?;
            let number = |key: &str| -> Result<Option<u64>, String> {
                let positive = |it: i64| {
                    u64::try_from(it).map_err(|_| format!("option {key:?} is {it}; give 0 or more"))
                };
                options.int(key)?.map(positive).transpose()
            };
            let missing = "option \"store\" is missing; give mysql://user@host/database";
            let settings = ini::settings();
            let zone = options.text("timezone")?;
            let memory_limit_mb = match number("memory_limit_mb")? {
                None => settings.memory_limit_mb.as_deref().map(ini_number).transpose()?,
                given => given,
            };
            Ok(Self {
                store: options.text("store")?.ok_or(missing)?,
                password: options.text("password")?.map(SecretString::from),
                zone: zone.map_or_else(default_zone, Ok)?,
                data_dir: options.text("data_dir")?.or_else(|| settings.data_dir.clone()),
                path: options.text("path")?,
                refresh_interval_ms: number("refresh_interval_ms")?,
                verify_interval_ms: number("verify_interval_ms")?,
                memory_limit_mb,
                retention_days: number("retention_days")?,
                size_limit_mb: number("size_limit_mb")?,
                // A worker that answers should not wait for what can be done beside.
                background: options.switch("background")?.unwrap_or(true),
                now: options.int("now")?,
            })
        };
        read().map_err(Failure::Config)
    }

    /// The engine's own configuration.
    pub(crate) fn for_engine(&self) -> Result<EngineConfig, Failure> {
        let location = Location::parse(&self.store).map_err(traffic_engine::EngineError::from)?;
        let location = match &self.password {
            Some(password) => location.with_password(password.clone()),
            None => location,
        };
        let unknown = || {
            let zone = &self.zone;
            Failure::Config(format!("unknown time zone {zone:?}; use a name such as Asia/Shanghai"))
        };
        let zone = TimeZone::get(&self.zone).map_err(|_| unknown())?;
        let usual = EngineConfig::new(location, zone);
        let path = self.path.as_deref().map(str::parse).transpose();
        let path = path.map_err(traffic_engine::EngineError::from)?;
        let clock = match self.now {
            Some(now) => Arc::new(FixedClock(now)),
            None => usual.clock,
        };
        Ok(EngineConfig {
            path: path.unwrap_or_default(),
            snapshot: self.snapshot(),
            memory_limit_mb: self.memory_limit_mb.unwrap_or(usual.memory_limit_mb),
            clock,
            ..usual
        })
    }

    fn snapshot(&self) -> Option<SnapshotConfig> {
        let dir = self.data_dir.as_ref().filter(|dir| !dir.is_empty())?;
        let usual = SnapshotConfig::new(PathBuf::from(dir));
        Some(SnapshotConfig {
            refresh_interval_ms: self.refresh_interval_ms.unwrap_or(usual.refresh_interval_ms),
            verify_interval_ms: self.verify_interval_ms.unwrap_or(usual.verify_interval_ms),
            // More days than that are all there are.
            retention_days: self.retention_days.and_then(|days| u32::try_from(days).ok()),
            size_limit_mb: self.size_limit_mb,
            background: self.background,
            ..usual
        })
    }
}

fn ini_number(text: &str) -> Result<u64, String> {
    let bad = |_| format!("traffic_engine.memory_limit_mb is {text:?} in php.ini; give a number");
    text.parse().map_err(bad)
}

/// The zone that PHP's own dates are in.
fn default_zone() -> Result<String, String> {
    let unknown = || "PHP has no default time zone; set option \"timezone\"".to_owned();
    let ask = ZendCallable::try_from_name("date_default_timezone_get").map_err(|_| unknown())?;
    ask.try_call(Vec::new()).ok().and_then(|zone| zone.string()).ok_or_else(unknown)
}

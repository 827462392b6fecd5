//! Hosts that ask for the total, over and over.

use super::panel::{Told, now_us};
use crate::Result;
use crate::ours;
use secrecy::ExposeSecret;
use serde::Serialize;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};
use traffic_engine::{Engine, EngineConfig, Location, SnapshotConfig};

/// Between two questions of a host.
const PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Host {
    /// One engine that lives all the time, with a thread for work beside.
    LongLived,
    /// The command line, a process a question.
    CommandLine,
}

impl Host {
    pub(super) const ALL: [Self; 2] = [Self::LongLived, Self::CommandLine];
}

/// A question and what came of it.
pub(super) struct Asked {
    pub(super) from_us: u64,
    pub(super) took_ms: f64,
    /// Nothing where it failed.
    pub(super) told: Option<Told>,
}

/// Builds the snapshot that all hosts share.
pub(super) fn build(address: &Location, directory: &Path) -> Result<()> {
    engine(address, directory).refresh(traffic_engine::Refresh::Tail)?;
    Ok(())
}

/// Asks for `span`.
pub(super) fn ask(host: Host, address: &Location, directory: &Path, span: Duration) -> Vec<Asked> {
    let began = Instant::now();
    let engine = engine(address, directory);
    let mut asked = Vec::new();
    while began.elapsed() < span {
        let (from_us, before) = (now_us(), Instant::now());
        let told = match host {
            Host::LongLived => by_engine(&engine),
            Host::CommandLine => by_command_line(address, directory),
        };
        let took_ms = before.elapsed().as_secs_f64() * 1_000.0;
        asked.push(Asked { from_us, took_ms, told });
        thread::sleep(PAUSE);
    }
    asked
}

fn engine(address: &Location, directory: &Path) -> Engine {
    let snapshot = SnapshotConfig { background: true, ..SnapshotConfig::new(directory.to_owned()) };
    Engine::open(EngineConfig {
        path: traffic_engine::Path::Snapshot,
        snapshot: Some(snapshot),
        ..EngineConfig::new(address.clone(), ours::zone())
    })
}

fn by_engine(engine: &Engine) -> Option<Told> {
    let total = engine.total().ok()?;
    Some((total.total_upload, total.total_download, total.total_records))
}

/// The program beside this one.
fn by_command_line(address: &Location, directory: &Path) -> Option<Told> {
    let program = std::env::current_exe().ok()?.with_file_name("traffic-engine");
    let Location::Mysql(mysql) = address else { return None };
    let password = mysql.password.as_ref().map_or("", |it| it.expose_secret());
    let output = Command::new(program)
        .args(["--store", &address.to_string(), "--tz", "UTC", "--format", "json"])
        .args(["--path", "snapshot", "total", "--data-dir"])
        .arg(directory)
        .env("MYSQL_PWD", password)
        .output()
        .ok()?;
    let total: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    let sum = |key: &str| total[key].to_string().parse().ok();
    let records = total["total_records"].as_u64()?;
    Some((sum("total_upload")?, sum("total_download")?, records))
}

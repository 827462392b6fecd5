//! Hosts that ask for the total, over and over.

use super::fpm::{Fpm, WORKERS};
use super::panel::{Told, now_us};
use super::told;
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

/// Between two questions to one of many workers: a process is started for each, which takes more than the answer.
const PAUSE_OF_A_WORKER: Duration = Duration::from_millis(1_000);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Host {
    /// One engine that lives all the time, with a thread for work beside.
    LongLived,
    /// The command line, a process a question.
    CommandLine,
    /// PHP as a web server runs it: 20 workers, all asked at once.
    PhpFpm,
}

impl Host {
    pub(super) const ALL: [Self; 3] = [Self::LongLived, Self::CommandLine, Self::PhpFpm];
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
pub(super) fn ask(
    host: Host,
    address: &Location,
    directory: &Path,
    span: Duration,
) -> Result<Vec<Asked>> {
    Ok(match host {
        Host::LongLived => {
            let engine = engine(address, directory);
            over(span, PAUSE, || by_engine(&engine))
        }
        Host::CommandLine => over(span, PAUSE, || by_command_line(address, directory)),
        Host::PhpFpm => {
            let fpm = Fpm::start(address, directory)?;
            thread::scope(|scope| {
                let ask = || over(span, PAUSE_OF_A_WORKER, || fpm.total());
                let asking: Vec<_> = (0..WORKERS).map(|_| scope.spawn(ask)).collect();
                asking
                    .into_iter()
                    .flat_map(|it| it.join().expect("asking does not panic"))
                    .collect()
            })
        }
    })
}

fn over(span: Duration, pause: Duration, question: impl Fn() -> Option<Told>) -> Vec<Asked> {
    let began = Instant::now();
    let mut asked = Vec::new();
    while began.elapsed() < span {
        let (from_us, before) = (now_us(), Instant::now());
        let told = question();
        let took_ms = before.elapsed().as_secs_f64() * 1_000.0;
        asked.push(Asked { from_us, took_ms, told });
        thread::sleep(pause);
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
    told(&output.stdout)
}

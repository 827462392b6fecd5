//! Private memory of a process that does everything once.
//!
//! Mapped files are not in it: they are shared by all processes and can be dropped at any time.

use crate::Result;
use crate::data;
use crate::mariadb::Server;
use crate::ours::{self, Process};
use crate::question::Question;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Between two samples; a build takes hundreds of these.
const EVERY: Duration = Duration::from_millis(1);

/// What a process took.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Memory {
    /// Greatest private memory, in 10⁶ bytes.
    pub(crate) peak_private_mb: f64,
    /// Greatest resident memory, mapped files included, in 10⁶ bytes.
    pub(crate) peak_resident_mb: f64,
    /// Greatest private memory by stage, in their order.
    pub(crate) stages: Vec<Stage>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stage {
    pub(crate) name: String,
    pub(crate) peak_private_mb: f64,
}

/// Builds, refreshes and asks everything in this process, and prints the memory it took.
pub(crate) fn sample(database: &str, directory: &Path) -> Result<()> {
    let mut server = Server::connect()?;
    server.execute(&format!("USE {database}"))?;
    let sampler = Sampler::start();
    let mut stages = vec![sampler.stage("before")?];
    let engine = ours::by_snapshot(database, directory, Process::Lasting)?;
    engine.ask(Question::RankUsers)?;
    stages.push(sampler.stage("cold build")?);
    let before = data::insert_new_rows(&mut server)?;
    engine.ask(Question::RankUsers)?;
    stages.push(sampler.stage("refresh")?);
    data::delete_new_rows(&mut server, before)?;
    engine.verify()?;
    stages.push(sampler.stage("verify")?);
    for question in Question::ALL {
        engine.ask(question)?;
        stages.push(sampler.stage(question.name())?);
    }
    sampler.stop();
    let peak_private_mb = stages.iter().map(|stage| stage.peak_private_mb).fold(0.0, f64::max);
    let memory = Memory { peak_private_mb, peak_resident_mb: mb(status_kb("VmHWM:")?), stages };
    Ok(writeln!(std::io::stdout(), "{}", serde_json::to_string(&memory)?)?)
}

/// Looks at this process again and again.
struct Sampler {
    peak_kb: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Sampler {
    fn start() -> Self {
        let (peak_kb, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (peak, stopped) = (peak_kb.clone(), stop.clone());
        let thread = thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                // The last look of a stage reports what is wrong with looking.
                if let Ok(kb) = status_kb("RssAnon:") {
                    peak.fetch_max(kb, Ordering::Relaxed);
                }
                thread::sleep(EVERY);
            }
        });
        Self { peak_kb, stop, thread }
    }

    /// Ends a stage.
    fn stage(&self, name: &str) -> Result<Stage> {
        let peak_kb = self.peak_kb.swap(0, Ordering::Relaxed).max(status_kb("RssAnon:")?);
        Ok(Stage { name: name.to_owned(), peak_private_mb: mb(peak_kb) })
    }

    fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        // It cannot panic, and a missing sample would not be worth a failure now.
        let _ = self.thread.join();
    }
}

fn status_kb(field: &str) -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let value = status.lines().find_map(|line| line.strip_prefix(field));
    let value = value.ok_or_else(|| format!("/proc/self/status has no {field}"))?;
    Ok(value.trim().trim_end_matches(" kB").parse()?)
}

/// The kernel's kB are 1 024 bytes.
fn mb(kb: u64) -> f64 {
    kb as f64 * 1_024.0 / 1_000_000.0
}

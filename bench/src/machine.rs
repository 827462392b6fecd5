//! Where and with what the figures were taken.

use crate::Result;
use serde::Serialize;
use std::process::Command;

#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    pub(crate) cpu: String,
    pub(crate) cores: usize,
    pub(crate) memory_mb: u64,
    pub(crate) rustc: Option<String>,
    /// Commit that was measured, and whether files differed from it.
    pub(crate) commit: Option<String>,
    pub(crate) dirty: Option<bool>,
    pub(crate) date: String,
}

impl Machine {
    pub(crate) fn look() -> Result<Self> {
        let cpu = std::fs::read_to_string("/proc/cpuinfo")?;
        let memory = std::fs::read_to_string("/proc/meminfo")?;
        let memory_kb: u64 = field(&memory, "MemTotal").trim_end_matches(" kB").parse()?;
        Ok(Self {
            cpu: field(&cpu, "model name").to_owned(),
            cores: std::thread::available_parallelism()?.get(),
            memory_mb: memory_kb * 1_024 / 1_000_000,
            rustc: said("rustc", &["--version"]),
            commit: said("git", &["rev-parse", "HEAD"]),
            dirty: said("git", &["status", "--porcelain"]).map(|changes| !changes.is_empty()),
            date: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        })
    }
}

fn field<'a>(text: &'a str, name: &str) -> &'a str {
    let value =
        text.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix(':'));
    value.unwrap_or_default().trim()
}

/// What a program prints, when it is there and content.
fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output =
        Command::new(program).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let output = output.ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

//! PHP as a web server runs it: workers with the extension, who share a snapshot.

use super::panel::Told;
use super::told;
use crate::Result;
use secrecy::ExposeSecret;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use traffic_engine::Location;

/// Workers of the pool, and who ask at once.
pub(super) const WORKERS: usize = 20;

/// The process manager with its workers; gone with this.
pub(super) struct Fpm {
    child: Child,
    folder: TempDir,
}

impl Fpm {
    /// Workers that answer from the snapshot in `directory`.
    pub(super) fn start(address: &Location, directory: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let socket = folder.path().join("fpm.sock");
        let log = folder.path().join("fpm.log");
        let mut pool = format!(
            "[global]\nerror_log = {}\n[pool]\nlisten = {}\npm = static\n\
             pm.max_children = {WORKERS}\nclear_env = no\n",
            log.display(),
            socket.display()
        );
        // Where we are somebody else, the manager keeps to that by itself.
        let is_root = fs::metadata("/proc/self")?.uid() == 0;
        if is_root {
            pool += "user = root\ngroup = root\n";
        }
        let settings = folder.path().join("fpm.conf");
        fs::write(&settings, pool)?;
        fs::write(folder.path().join("total.php"), include_str!("total.php"))?;
        let extension = std::env::current_exe()?.with_file_name("libtraffic_engine_php.so");
        let Location::Mysql(mysql) = address else {
            return Err("the server's address is one of MySQL".into());
        };
        let password = mysql.password.as_ref().map_or("", |it| it.expose_secret());
        let mut command = Command::new(manager()?);
        command
            .args(["--nodaemonize", "--fpm-config"])
            .arg(&settings)
            .arg("-d")
            .arg(format!("extension={}", extension.display()))
            .env("LIVE_STORE", address.to_string())
            .env("LIVE_PASSWORD", password)
            .env("LIVE_DATA_DIR", directory)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if is_root {
            command.arg("--allow-to-run-as-root");
        }
        let fpm = Self { child: command.spawn()?, folder };
        let began = Instant::now();
        while !socket.exists() {
            if began.elapsed() > Duration::from_secs(20) {
                return Err("php-fpm does not listen".into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(fpm)
    }

    /// What one of the workers says.
    pub(super) fn total(&self) -> Option<Told> {
        let script = self.folder.path().join("total.php");
        let output = Command::new("cgi-fcgi")
            .args(["-bind", "-connect"])
            .arg(self.folder.path().join("fpm.sock"))
            .env("REQUEST_METHOD", "GET")
            .env("SCRIPT_FILENAME", &script)
            .output()
            .ok()?;
        let body = output.stdout.windows(4).position(|it| it == b"\r\n\r\n")? + 4;
        told(&output.stdout[body..])
    }
}

impl Drop for Fpm {
    fn drop(&mut self) {
        // Its workers end with it when it is asked to, and not when it is killed.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// A version's own name (php-fpm8.2) is what Debian installs.
fn manager() -> Result<PathBuf> {
    let folders = ["/usr/sbin", "/usr/local/sbin", "/usr/bin"];
    let mut found: Vec<PathBuf> = folders
        .into_iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.file_name().is_some_and(|it| it.to_string_lossy().starts_with("php-fpm"))
        })
        .collect();
    found.sort();
    found.pop().ok_or_else(|| "php-fpm is missing; run: scripts/setup bench".into())
}

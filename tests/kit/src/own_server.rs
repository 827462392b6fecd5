//! A MariaDB of the test's own, which may be killed, restarted and starved of space.

use crate::disk::Mounted;
use crate::environment::{free_port, left_out, skipped};
use crate::mysql::Session;
use mysql_async::OptsBuilder;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);
const USER: &str = "tester";

pub struct OwnServer {
    child: Child,
    port: u16,
    folder: PathBuf,
    /// After the server's end.
    _disk: Option<Mounted>,
    _root: TempDir,
}

impl OwnServer {
    /// A server with a database `usage` that the user `tester` owns; `None`, with a word about it,
    /// where there is no MariaDB. With `disk_mib` all it writes lies on a disk of that size.
    pub fn start(disk_mib: Option<u64>) -> Option<Self> {
        if !works(Command::new("mariadbd").arg("--version")) {
            left_out("there is no mariadbd; run: scripts/setup test");
            return None;
        }
        let root = tempfile::tempdir().expect("a folder");
        let folder = root.path().join("server");
        fs::create_dir(&folder).expect("a folder");
        let disk = disk_mib.map(|mib| Mounted::at(&folder, mib << 10));
        if disk.as_ref().is_some_and(Option::is_none) {
            skipped("mounting a small disk needs root");
            return None;
        }
        for open in [root.path(), &folder] {
            run(Command::new("chmod").arg("777").arg(open));
        }
        install(&folder);
        let port = free_port();
        let child = launch(&folder, port);
        let server = Self { child, port, folder, _disk: disk.flatten(), _root: root };
        server.wait();
        Some(server)
    }

    pub fn url(&self) -> String {
        self.url_by(self.port)
    }

    /// The address of a way to it through another port.
    pub fn url_by(&self, port: u16) -> String {
        format!("mysql://{USER}@127.0.0.1:{port}/usage")
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it keeps everything.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Kills it at once, wherever it is.
    pub fn kill(&mut self) {
        self.child.kill().expect("a process of our own can be killed");
        self.child.wait().expect("a process of our own can be waited for");
    }

    /// Starts it again on what it left.
    pub fn start_again(&mut self) {
        self.child = launch(&self.folder, self.port);
        self.wait();
    }

    /// Runs a statement with all rights.
    pub fn as_root(&self, sql: &str) {
        let ran = self.query(sql);
        ran.unwrap_or_else(|error| panic!("{sql}: {error}\n{}", self.log()));
    }

    /// Runs a statement with all rights, for as long as it takes, beside the test.
    pub fn in_background(&self, sql: &str) {
        let (options, sql) = (self.root(), sql.to_owned());
        thread::spawn(move || {
            // The server may end before it does.
            let _ = Session::by(options).and_then(|session| session.try_to_run(&sql));
        });
    }

    /// How many statements of the user `tester` are at work.
    pub fn statements_of_tester(&self) -> u64 {
        let sql = format!(
            "SELECT COUNT(*) FROM information_schema.processlist \
             WHERE user = '{USER}' AND command <> 'Sleep'"
        );
        let session = Session::by(self.root()).expect("a connection");
        let count = session.rows(&sql).remove(0).remove(0);
        count.and_then(|count| count.parse().ok()).expect("a count")
    }

    fn root(&self) -> OptsBuilder {
        let socket = self.folder.join("server.sock").display().to_string();
        OptsBuilder::default().socket(Some(socket)).user(Some("root"))
    }

    fn query(&self, sql: &str) -> Result<(), mysql_async::Error> {
        Session::by(self.root())?.try_to_run(sql)
    }

    fn wait(&self) {
        let began = Instant::now();
        while self.query("SELECT 1").is_err() {
            assert!(began.elapsed() < PATIENCE, "the server does not start:\n{}", self.log());
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("server.log")).unwrap_or_default()
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        // What it holds is thrown away; it may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A command that runs as the server does: MariaDB does not serve as root, and it ends with us.
fn as_server(program: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]);
    if works(Command::new("setpriv").args(["--reuid", "mysql", "true"])) {
        command.args(["--reuid", "mysql", "--regid", "mysql", "--init-groups"]);
    }
    command.arg(program);
    command
}

fn install(folder: &Path) {
    let data = format!("--datadir={}", folder.join("data").display());
    let rest = "--no-defaults --force --skip-test-db --skip-name-resolve --auth-root-authentication-method=normal";
    let sizes = "--innodb-log-file-size=8M";
    let mut install = as_server("mariadb-install-db");
    run(install.args(rest.split(' ')).arg(sizes).arg(data).env("TMPDIR", folder));
    let users = format!(
        "CREATE DATABASE IF NOT EXISTS `usage` CHARACTER SET utf8mb4;\n\
         CREATE USER IF NOT EXISTS {USER}@'%';\nGRANT ALL ON `usage`.* TO {USER}@'%';\n"
    );
    fs::write(folder.join("users.sql"), users).expect("a writable folder");
}

fn launch(folder: &Path, port: u16) -> Child {
    let below = |option: &str, name: &str| format!("--{option}={}", folder.join(name).display());
    let log = fs::File::options().create(true).append(true).open(folder.join("server.log"));
    as_server("mariadbd")
        .args(["--no-defaults", "--bind-address=127.0.0.1", "--skip-name-resolve"])
        .args(["--innodb-log-file-size=8M", "--innodb-buffer-pool-size=64M"])
        .arg(format!("--port={port}"))
        .args([below("datadir", "data"), below("socket", "server.sock")])
        .args([below("tmpdir", ""), below("init-file", "users.sql")])
        .args([below("pid-file", "server.pid")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log.expect("a log"))
        .spawn()
        .expect("a server that can be started")
}

fn works(command: &mut Command) -> bool {
    command.output().is_ok_and(|it| it.status.success())
}

fn run(command: &mut Command) {
    let Output { status, stderr, .. } = command.output().expect("a command");
    assert!(status.success(), "{command:?}: {}", String::from_utf8_lossy(&stderr));
}

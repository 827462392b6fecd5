//! Private Redis servers that are gone when the test is over.

use crate::environment::{free_port, left_out};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use traffic_engine::cache::{Cache, CacheConfig, RedisAddress};

/// A server process of a kind, on a port of its own.
pub struct Redis {
    server: Option<Child>,
    arguments: Vec<String>,
    pub folder: TempDir,
    pub port: u16,
}

/// True when servers can be started here. Where they must be, that they cannot is a failure.
pub fn is_there() -> bool {
    let found =
        Command::new("redis-server").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !found {
        left_out("redis-server is missing; run: scripts/setup test");
    }
    found
}

impl Redis {
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// A server with more options, as on its command line.
    pub fn with(options: &[&str]) -> Self {
        let (folder, port) = (tempfile::tempdir().expect("a folder"), free_port());
        let mut server = Self::prepared(folder, port, options);
        server.begin();
        server
    }

    /// A server that is not running yet.
    pub fn prepared(folder: TempDir, port: u16, options: &[&str]) -> Self {
        let dir = folder.path().to_str().expect("UTF-8").to_owned();
        let (number, none) = (port.to_string(), String::new());
        let usual = ["--bind", "127.0.0.1", "--port", &number, "--dir", &dir, "--save", &none];
        let arguments = usual.iter().chain(options).map(|it| (*it).to_owned()).collect();
        Self { server: None, arguments, folder, port }
    }

    /// Starts it, and waits until it listens.
    pub fn begin(&mut self) {
        let log = fs::File::create(self.folder.path().join("log")).expect("a log");
        // Should the test be killed outright, the kernel still ends the server with it.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "redis-server"]).args(&self.arguments);
        self.server = Some(command.stdout(log).spawn().expect("redis-server"));
        self.wait_until_it_listens();
    }

    fn wait_until_it_listens(&self) {
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let log = || fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(started.elapsed() < Duration::from_secs(20), "no server: {}", log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Kills it, as a power cut would.
    pub fn end(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().expect("a process of ours");
            server.wait().expect("a process of ours");
        }
    }

    /// Sends it a signal, such as STOP.
    pub fn signal(&self, name: &str) {
        let process = self.server.as_ref().expect("a running server").id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &process]).status();
        assert!(sent.expect("kill").success());
    }

    /// What it answers to a command, in its own words.
    pub fn say(&self, command: &[&str]) -> String {
        say(self.port, command)
    }

    pub fn address(&self) -> RedisAddress {
        format!("redis://127.0.0.1:{}", self.port).parse().expect("an address")
    }

    /// A cache beside it, as another process would have one.
    pub fn cache(&self) -> Cache {
        Cache::new(patient(self.address()))
    }
}

/// How caches of the tests are made.
pub fn config(address: RedisAddress) -> CacheConfig {
    CacheConfig { namespace: "test".to_owned(), redis: Some(address), ..CacheConfig::default() }
}

/// The same, but patient: what is tested is not how long a busy machine takes.
pub fn patient(address: RedisAddress) -> CacheConfig {
    CacheConfig { redis_budget: Duration::from_secs(1), ..config(address) }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.end();
    }
}

/// One command and its answer: lists line by line.
pub fn say(port: u16, command: &[&str]) -> String {
    let bytes: Vec<&[u8]> = command.iter().map(|it| it.as_bytes()).collect();
    say_bytes(port, &bytes)
}

/// As [`say`], of bytes that need not be text.
pub fn say_bytes(port: u16, command: &[&[u8]]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a server");
    stream.write_all(format!("*{}\r\n", command.len()).as_bytes()).expect("sent");
    for part in command {
        stream.write_all(format!("${}\r\n", part.len()).as_bytes()).expect("sent");
        stream.write_all(part).expect("sent");
        stream.write_all(b"\r\n").expect("sent");
    }
    let mut reader = BufReader::new(stream);
    answer(&mut reader)
}

fn answer(reader: &mut impl BufRead) -> String {
    let mut line = String::new();
    reader.read_line(&mut line).expect("an answer");
    let line = line.trim_end();
    let (kind, rest) = line.split_at(1);
    match kind {
        "$" if rest != "-1" => {
            let mut bytes = vec![0; rest.parse::<usize>().expect("a length") + 2];
            reader.read_exact(&mut bytes).expect("a text");
            String::from_utf8_lossy(&bytes[..bytes.len() - 2]).into_owned()
        }
        "*" if rest != "-1" => {
            let parts = 0..rest.parse::<usize>().expect("a length");
            parts.map(|_| answer(reader)).collect::<Vec<_>>().join("\n")
        }
        "-" => panic!("Redis refuses: {rest}"),
        _ => rest.to_owned(),
    }
}

/// A proxy that holds each answer back for as long as it is told.
pub struct Slow {
    pub port: u16,
    delay_ms: Arc<AtomicU64>,
}

impl Slow {
    pub fn before(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let own = listener.local_addr().expect("an address").port();
        let delay_ms = Arc::new(AtomicU64::new(0));
        let delay = Arc::clone(&delay_ms);
        // It ends with the test's process; what it holds is its own.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(("127.0.0.1", port)).expect("a server");
                let (from, to) =
                    (client.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
                thread::spawn(move || pass(from, to, &AtomicU64::new(0)));
                let delay = Arc::clone(&delay);
                thread::spawn(move || pass(server, client, &delay));
            }
        });
        Self { port: own, delay_ms }
    }

    pub fn delay(&self, ms: u64) {
        self.delay_ms.store(ms, Ordering::Relaxed);
    }

    pub fn address(&self) -> RedisAddress {
        format!("redis://127.0.0.1:{}", self.port).parse().expect("an address")
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, delay_ms: &AtomicU64) {
    let mut buffer = [0; 65_536];
    while let Ok(bytes @ 1..) = from.read(&mut buffer) {
        thread::sleep(Duration::from_millis(delay_ms.load(Ordering::Relaxed)));
        if to.write_all(&buffer[..bytes]).is_err() {
            return;
        }
    }
}

/// An authority and a server's certificate in `folder`: `ca.pem`, `server.pem` and `server.key`.
pub fn make_certificates(folder: &Path) {
    fs::write(folder.join("openssl.cnf"), "[req]\ndistinguished_name = name\n[name]\n")
        .expect("a file");
    let make = |name: &str, more: &[&str]| {
        let (key, pem) = (format!("{name}.key"), format!("{name}.pem"));
        let made = Command::new("openssl")
            .current_dir(folder)
            .args(["req", "-x509", "-config", "openssl.cnf", "-newkey", "ec", "-pkeyopt"])
            .args(["ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj"])
            .args([&format!("/CN=Traffic Engine test {name}"), "-keyout", &key, "-out", &pem])
            .args(more)
            .stderr(Stdio::null())
            .status();
        assert!(made.expect("openssl").success(), "openssl makes no certificate");
    };
    make(
        "ca",
        &[
            "-addext",
            "basicConstraints=critical,CA:TRUE",
            "-addext",
            "keyUsage=critical,keyCertSign",
        ],
    );
    let names = "subjectAltName=DNS:localhost,IP:127.0.0.1";
    let signed =
        ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "basicConstraints=critical,CA:FALSE"];
    make("server", &[&signed[..], &["-addext", names]].concat());
}

/// Waits until `is_so`, and says how long that took.
pub fn until(what: &str, limit: Duration, mut is_so: impl FnMut() -> bool) -> Duration {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < limit, "{what}: not within {limit:?}");
        thread::sleep(Duration::from_millis(5));
    }
    started.elapsed()
}

impl Redis {
    /// A sentinel with the configuration at `path`.
    pub fn sentinel(folder: TempDir, port: u16, path: &str) -> Self {
        let arguments = vec![path.to_owned(), "--sentinel".to_owned()];
        let mut sentinel = Self { server: None, arguments, folder, port };
        sentinel.begin();
        sentinel
    }
}

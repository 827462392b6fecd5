//! What the environment says about servers and random cases, and whose turn it is on the server.

use std::fmt;
use std::io::Write;
use std::net::{TcpListener, UdpSocket};
use std::ops::Deref;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::{env, thread};

/// Where the server for tests is: `mysql://user:password@host:port`, a user who may do everything.
const SERVER: &str = "TRAFFIC_ENGINE_TEST_MYSQL";
/// The authority that signed the server's certificate.
const AUTHORITY: &str = "TRAFFIC_ENGINE_TEST_MYSQL_CA";
/// Set to 1 where no test may be left out for want of a server.
const REQUIRE: &str = "TRAFFIC_ENGINE_REQUIRE_SERVERS";

/// Held in common by the tests that use the server, and by one alone while it changes or counts
/// what concerns all of them.
static TURN: RwLock<()> = RwLock::new(());

/// The address of the server for tests. As long as it is held, nobody has the server alone.
pub struct Server {
    address: String,
    _turn: Turn,
}

/// Kept until the test is over.
#[expect(dead_code, reason = "to be dropped is all a turn is for")]
enum Turn {
    Together(RwLockReadGuard<'static, ()>),
    Alone(RwLockWriteGuard<'static, ()>),
}

/// The server, which other tests use at the same time; `None`, with a word about it, where the tests
/// have none and need not have one. A test asks once: where somebody waits to have the server alone,
/// its second request would wait for them, and they for its first.
pub fn server() -> Option<Server> {
    let address = address()?;
    let turn = TURN.read().unwrap_or_else(PoisonError::into_inner);
    Some(Server { address, _turn: Turn::Together(turn) })
}

/// The server while no other test of this program uses it: for what changes it for everybody, or
/// counts what everybody does.
pub fn server_alone() -> Option<Server> {
    let address = address()?;
    Some(Server { address, _turn: Turn::Alone(alone()) })
}

/// Keeps all others off the server, be there one or not: for what takes the whole machine.
pub fn alone() -> RwLockWriteGuard<'static, ()> {
    TURN.write().unwrap_or_else(PoisonError::into_inner)
}

fn address() -> Option<String> {
    let address = named(SERVER, "names no MySQL server; try scripts/with-mariadb")?;
    Some(address.trim_end_matches('/').to_owned())
}

/// An address of this machine that other machines would use, if it has one.
pub fn outer_address() -> Option<String> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    // Nothing is sent; the system only chooses the address it would send from.
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then(|| address.to_string())
}

/// The file of the authority that signed the server's certificate.
pub fn authority() -> Option<String> {
    named(AUTHORITY, "names no certificate; try scripts/with-mariadb")
}

fn named(variable: &str, missing: &str) -> Option<String> {
    let value = env::var(variable).ok().filter(|it| !it.is_empty());
    if value.is_none() {
        left_out(&format!("{variable} {missing}"));
    }
    value
}

/// Says that this test does nothing for want of a server.
///
/// # Panics
/// Where none may be left out.
pub fn left_out(why: &str) {
    assert!(env::var(REQUIRE).as_deref() != Ok("1"), "{REQUIRE} is set, but {why}");
    skipped(why);
}

/// Says that this test does less than it could, for a reason that is none anywhere: no right to
/// mount a disk, say.
pub fn skipped(why: &str) {
    match thread::current().name() {
        // Tests that run one after another do so in the first thread.
        None | Some("main") => say(&format!("skipped: {why}")),
        Some(test) => say(&format!("skipped {test}: {why}")),
    }
}

/// A line that the test runner does not swallow.
pub fn say(line: &str) {
    // In one piece, for other tests write meanwhile.
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).expect("standard error");
}

/// A number that draws other cases, or more of them.
pub fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok().and_then(|text| text.parse().ok())
}

/// A port that is free now. Somebody may take it before the server it is meant for does, which then
/// does not start; nobody here does.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

impl Deref for Server {
    type Target = str;

    fn deref(&self) -> &str {
        &self.address
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

//! Passwords show nowhere: not in output, not in errors, not in the process title.

use crate::support::run::{bare, file, run, words};
use std::fs::{self, Permissions};
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::tempdir;

const SECRET: &str = "hunter2-s3cret";

fn says_no_secret(command: &mut Command) {
    let ran = run(command);
    assert_ne!(ran.status, 0, "{ran:?}");
    assert!(ran.stdout.is_empty() && !ran.stderr.contains(SECRET), "{ran:?}");
}

#[test]
fn errors_never_hold_the_password() {
    for rest in [
        "@127.0.0.1:1/v2r",
        "@127.0.0.1:1",
        "/x@db/v2r",
        "@db:99999/v2r",
        "@db/v2r?tls=on",
        "@db/v2r?x=1",
        "#@db/v2r",
    ] {
        let address = format!("mysql://ada:{SECRET}{rest}");
        says_no_secret(bare().args(["live", "--store", &address]));
        says_no_secret(bare().args(["live", &format!("--store={address}")]));
        says_no_secret(bare().arg("live").env("TRAFFIC_ENGINE_STORE", &address));
        // Mistakes that leave the address where it does not belong.
        says_no_secret(bare().args(["live", &address]));
        says_no_secret(bare().args(["live", &format!("--stroe={address}")]));
        let folder = tempdir().expect("a folder");
        for text in [
            format!("store = '{address}'"),
            format!("store = {address}"),
            format!("shop = '{address}'"),
        ] {
            let config = file(folder.path(), "te.toml", text);
            says_no_secret(bare().args(["live", "--config", &config]));
        }
    }
    for address in [format!("mysql:ada:{SECRET}@db/v2r"), format!("postgres://ada:{SECRET}@db/v2r")]
    {
        says_no_secret(bare().args(["live", "--store", &address]));
    }
    let closed = "mysql://ada@127.0.0.1:1/v2r";
    says_no_secret(bare().args(["live", "--store", closed]).env("MYSQL_PWD", SECRET));
    says_no_secret(
        bare().args(["live", "--store", closed]).env("TRAFFIC_ENGINE_STORE_PASSWORD", SECRET),
    );
}

#[test]
fn help_never_shows_the_password() {
    let address = format!("mysql://ada:{SECRET}@db/v2r");
    for words in [vec!["--help"], vec!["rank", "users", "--help"], vec!["-h"]] {
        let ran =
            run(bare().args(words).env("TRAFFIC_ENGINE_STORE", &address).env("MYSQL_PWD", SECRET));
        assert!(ran.status == 0 && !ran.stdout.contains(SECRET));
    }
}

/// A server that takes connections and never says a word, so that its client waits.
fn silent_server() -> (TcpListener, u16) {
    let server = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = server.local_addr().expect("an address").port();
    (server, port)
}

/// A client of `server`, and the connection that keeps it waiting.
fn waiting(command: &mut Command, server: &TcpListener) -> (Child, TcpStream) {
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("a start");
    // Once it has connected, it has long left its first process title behind.
    let (connection, _) = server.accept().expect("a connection");
    (child, connection)
}

fn title(child: &Child) -> String {
    let bytes = fs::read(format!("/proc/{}/cmdline", child.id())).expect("a running process");
    String::from_utf8_lossy(&bytes).replace('\0', " ")
}

#[test]
fn the_process_title_never_shows_the_password() {
    let (server, port) = silent_server();
    let address = format!("mysql://ada:{SECRET}@127.0.0.1:{port}/v2r");
    for arguments in [
        vec!["rank".to_owned(), "users".to_owned(), "--store".to_owned(), address.clone()],
        vec![format!("--store={address}"), "live".to_owned()],
    ] {
        let (mut child, _connection) = waiting(bare().args(&arguments), &server);
        let title = title(&child);
        assert!(title.contains(&format!("mysql://ada@127.0.0.1:{port}/v2r")), "{title}");
        assert!(!title.contains(SECRET), "{title}");
        child.kill().expect("a running process");
        child.wait().expect("an end");
    }
}

#[test]
fn the_title_loses_its_password_within_a_moment() {
    let (_server, port) = silent_server();
    let address = format!("mysql://ada:{SECRET}@127.0.0.1:{port}/v2r");
    let mut child = bare()
        .args(["live", "--store", &address])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a start");
    let deadline = Instant::now() + Duration::from_secs(10);
    while title(&child).contains(SECRET) {
        assert!(Instant::now() < deadline, "the password stays: {}", title(&child));
        sleep(Duration::from_millis(1));
    }
    child.kill().expect("a running process");
    child.wait().expect("an end");
}

#[test]
fn a_silent_server_is_given_up_with_a_clear_error() {
    let (_server, port) = silent_server();
    let store = format!("mysql://ada@127.0.0.1:{port}/v2r");
    let mut child = bare()
        .args(["live", "--store", &store])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a start");
    let deadline = Instant::now() + Duration::from_secs(60);
    let status = loop {
        if let Some(status) = child.try_wait().expect("a process") {
            break status;
        }
        if Instant::now() > deadline {
            child.kill().expect("a running process");
            panic!("still waiting after a minute");
        }
        sleep(Duration::from_millis(50));
    };
    let mut said = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
    assert_eq!(status.code(), Some(1));
    assert!(said.starts_with("error: ") && said.contains(&store), "{said}");
}

#[test]
fn password_files_must_be_readable_and_should_be_private() {
    let folder = tempdir().expect("a folder");
    let store = "mysql://ada@127.0.0.1:1/v2r";
    let missing =
        run(bare().args(["live", "--store", store, "--password-file", "/nowhere/secret"]));
    assert_eq!((missing.status, missing.stdout.as_str()), (2, ""));
    assert!(missing.stderr.contains("/nowhere/secret"), "{missing:?}");
    let secret = file(folder.path(), "secret", format!("{SECRET}\n"));
    let warns = |mode: u32| {
        fs::set_permissions(&secret, Permissions::from_mode(mode)).expect("our file");
        let ran =
            run(bare().args(words(&format!("live --store {store} --password-file {secret}"))));
        assert!(ran.status == 1 && !ran.stderr.contains(SECRET), "{ran:?}");
        ran.stderr.contains("warning: ")
    };
    assert!(warns(0o644));
    assert!(!warns(0o600));
}

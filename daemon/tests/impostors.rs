//! Whatever answers in a server's place, nothing panics and nobody learns the password.

use crate::support::run::ZONE;
use jiff::tz::TimeZone;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use traffic_engine::{Engine, EngineConfig, EngineError, ErrorCode, Location, Path};
use traffic_engine_testkit::environment::{outer_address, skipped};
use traffic_engine_testkit::own_server::OwnServer;
use traffic_engine_testkit::proxy::Proxy;

const SECRET: &str = "hunter2-not-to-be-shown";

/// Says something after each packet of a client, and keeps what it hears.
struct Impostor {
    address: String,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Impostor {
    fn saying(address: &str, packets: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind((address, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ears = Arc::clone(&heard);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                talk(client, &packets, &ears);
            }
        });
        Self { address, heard }
    }

    fn ask(&self, parameters: &str) -> EngineError {
        let store = format!("mysql://ada:{SECRET}@{}/v2r{parameters}", self.address);
        let location = Location::parse(&store).expect("an address");
        let usual = EngineConfig::new(location, TimeZone::get(ZONE).expect("a zone"));
        let engine = Engine::open(EngineConfig { path: Path::Rows, ..usual });
        let error = engine.total().expect_err("an impostor");
        assert!(!format!("{error} {error:?}").contains(SECRET), "{error}");
        error
    }

    fn has_heard(&self, text: &str) -> bool {
        let heard = self.heard.lock().expect("no panic");
        heard.windows(text.len()).any(|window| window == text.as_bytes())
    }
}

/// The client may be gone at any time.
fn talk(mut client: TcpStream, packets: &[Vec<u8>], heard: &Mutex<Vec<u8>>) {
    let (mut count, mut buffer) = (0, [0; 65_536]);
    // Some packets are cut, and then both would wait for each other.
    client.set_read_timeout(Some(Duration::from_millis(100))).expect("a time");
    for packet in packets {
        let mut sent = (packet.len() as u32).to_le_bytes()[..3].to_vec();
        sent.push(count);
        sent.extend_from_slice(packet);
        if client.write_all(&sent).is_err() {
            return;
        }
        let Ok(size @ 4..) = client.read(&mut buffer) else { return };
        heard.lock().expect("no panic").extend_from_slice(&buffer[..size]);
        count = buffer[3].wrapping_add(1);
    }
}

fn greeting(plugin: &str) -> Vec<u8> {
    let mut greeting = b"\x0a8.4.0\0\x07\0\0\0abcdefgh\0".to_vec();
    // Everything but TLS and compression.
    greeting.extend_from_slice(&[0xdf, 0xf7, 0x2d, 2, 0, 0xff, 0x81, 21]);
    greeting.extend_from_slice(&[0; 10]);
    greeting.extend_from_slice(b"ijklmnopqrst\0");
    greeting.extend_from_slice(plugin.as_bytes());
    greeting.push(0);
    greeting
}

fn switch(plugin: &str, nonce: &[u8]) -> Vec<u8> {
    [b"\xfe", plugin.as_bytes(), b"\0", nonce].concat()
}

const NONCE: &[u8] = b"abcdefghijklmnopqrst\0";

#[test]
fn plugins_we_lack_are_refused_by_name() {
    for plugin in [
        "dialog",
        "sha256_password",
        "auth_gssapi_client",
        "mysql_old_password",
        "parsec",
        "ünknown",
    ] {
        let nonce: &[u8] = if plugin == "parsec" { &[7; 32] } else { NONCE };
        let salt = [&[1, b'P', 0][..], &[9; 18]].concat();
        let packets = vec![greeting("mysql_native_password"), switch(plugin, nonce), salt];
        let impostor = Impostor::saying("127.0.0.1", packets);
        let error = impostor.ask("");
        assert_eq!(error.code(), ErrorCode::AccessDenied, "{plugin}: {error}");
        assert!(error.to_string().contains(plugin), "{plugin}: {error}");
        assert!(!impostor.has_heard(SECRET));
    }
}

#[test]
fn no_impostor_learns_the_password() {
    let Some(address) = outer_address() else {
        skipped("this machine has no address but its own");
        return;
    };
    let native = "mysql_native_password";
    let wants = [
        vec![greeting("caching_sha2_password"), vec![1, 4], b"\x01nonsense".to_vec()],
        vec![greeting(native), switch("caching_sha2_password", NONCE), vec![1, 4], vec![1]],
        vec![greeting(native), switch("mysql_clear_password", NONCE), vec![0, 0, 0]],
        vec![greeting("caching_sha2_password"), vec![0xff, 0xff, 0xff, 1, 1, 0, 0, 0], vec![1, 4]],
    ];
    for packets in wants {
        let impostor = Impostor::saying(&address, packets.clone());
        let error = impostor.ask("");
        // One that only gets the driver out of step is merely not understood.
        let codes = [ErrorCode::AccessDenied, ErrorCode::Unreachable];
        assert!(codes.contains(&error.code()), "{error}");
        let heard = impostor.heard.lock().expect("no panic");
        assert!(!heard.ends_with(&[1, 0, 0, 3, 2]), "it was asked for its key: {heard:?}");
        drop(heard);
        assert!(!impostor.has_heard(SECRET), "{packets:?}");
        if packets.contains(&vec![1, 4]) && error.code() == ErrorCode::AccessDenied {
            assert!(error.to_string().contains("?tls=required"), "{error}");
        }
    }
    // Where the address says so, it is told.
    let packets = vec![greeting(native), switch("mysql_clear_password", NONCE), vec![0, 0, 0]];
    let impostor = Impostor::saying(&address, packets);
    impostor.ask("?trusted-network=yes");
    assert!(impostor.has_heard(SECRET));
}

/// The driver misreads one of 256 challenges of ed25519, and a right password is refused.
#[test]
fn a_refused_login_is_tried_once_more() {
    let refusal = [&[0xff, 0x15, 0x04][..], b"#28000no"].concat();
    let impostor = Impostor::saying("127.0.0.1", vec![greeting("mysql_native_password"), refusal]);
    assert_eq!(impostor.ask("").code(), ErrorCode::AccessDenied);
    let heard = impostor.heard.lock().expect("no panic");
    let logins = heard.windows(5).filter(|it| *it == b"\0ada\0").count();
    assert_eq!(logins, 2, "{heard:?}");
}

#[test]
fn a_server_that_asks_for_no_password_is_reached_through_the_doorman() {
    let Some(address) = outer_address() else {
        skipped("this machine has no address but its own");
        return;
    };
    let Some(server) = OwnServer::start(None) else { return };
    server.as_root("INSTALL SONAME 'auth_ed25519'");
    server.as_root("GRANT ALL ON `usage`.* TO n@'%' IDENTIFIED BY 'pw'");
    server.as_root("CREATE USER e@'%' IDENTIFIED VIA ed25519 USING PASSWORD('pw')");
    server.as_root("GRANT ALL ON `usage`.* TO e@'%'");
    let proxy = Proxy::by(&address, server.port());
    for (user, password) in [("n", "pw"), ("e", "pw"), ("e", "wrong")] {
        let place = format!("{address}:{}/usage", proxy.port());
        let near = format!("127.0.0.1:{}/usage", server.port());
        for place in [place, near] {
            let store = format!("mysql://{user}:{password}@{place}");
            let location = Location::parse(&store).expect("an address");
            let zone = TimeZone::get(ZONE).expect("a zone");
            let engine = Engine::open(EngineConfig::new(location, zone));
            let expected = match password {
                "pw" => ErrorCode::MissingTable,
                _ => ErrorCode::AccessDenied,
            };
            let error = engine.total().expect_err("no tables");
            assert_eq!(error.code(), expected, "{store}: {error}");
        }
    }
}

/// Numbers that look random and are the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most + 1)).map(|_| self.below(256) as u8).collect()
    }

    /// A packet of a login, as it should be or damaged.
    fn packet(&mut self) -> Vec<u8> {
        let plugins = [
            "caching_sha2_password",
            "mysql_native_password",
            "client_ed25519",
            "mysql_clear_password",
            "mysql_old_password",
            "parsec",
            "x",
        ];
        let plugin = plugins[self.below(plugins.len())];
        let nonce = self.bytes(40);
        let mut packet = match self.below(8) {
            0 => greeting(plugin),
            1 | 2 => switch(plugin, &nonce),
            3 => vec![1, [3, 4][self.below(2)]],
            4 => vec![0, 0, 0, 2, 0, 0, 0],
            5 => [b"\x01-----BEGIN PUBLIC KEY-----\n", &nonce[..], b"\n-----END PUBLIC KEY-----"]
                .concat(),
            6 => [&[0xff, 0x15, 0x04][..], b"#28000no"].concat(),
            _ => self.bytes(60),
        };
        for _ in 0..[0, 0, 1, 4][self.below(4)] {
            match (self.below(3), packet.len()) {
                (_, 0) => {}
                (0, size) => packet.truncate(self.below(size)),
                (1, size) => packet[self.below(size)] = self.below(256) as u8,
                (_, size) => packet.insert(self.below(size), self.below(256) as u8),
            }
        }
        packet
    }
}

#[test]
fn no_packet_makes_anything_panic() {
    let mut dice = Dice(0x5eed_0fda_11a5);
    for _ in 0..300 {
        let mut packets = vec![greeting("caching_sha2_password")];
        if dice.below(4) == 0 {
            packets[0] = dice.packet();
        }
        packets.extend((0..dice.below(6)).map(|_| dice.packet()));
        let error = Impostor::saying("127.0.0.1", packets).ask("");
        let codes = [ErrorCode::Unreachable, ErrorCode::AccessDenied, ErrorCode::DatabaseFailed];
        assert!(codes.contains(&error.code()), "{error}");
    }
}

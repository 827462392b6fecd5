//! A way to a server that falls silent.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Passes everything on, but of what the server says to each client only so many bytes.
pub struct Proxy {
    port: u16,
    bytes_max: Arc<AtomicUsize>,
}

impl Proxy {
    /// A way to the server at `port` of this machine, without a limit.
    pub fn to(port: u16) -> Self {
        Self::by("127.0.0.1", port)
    }

    /// The same, by another address of this machine.
    pub fn by(address: &str, port: u16) -> Self {
        let listener = TcpListener::bind((address, 0)).expect("a free port");
        let own = listener.local_addr().expect("an address").port();
        let bytes_max = Arc::new(AtomicUsize::new(usize::MAX));
        let limit = Arc::clone(&bytes_max);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(("127.0.0.1", port)).expect("a server");
                let (client2, server2) = (client.try_clone(), server.try_clone());
                thread::spawn(move || pass(client, server, &AtomicUsize::new(usize::MAX)));
                let limit = Arc::clone(&limit);
                let (client, server) = (client2.expect("a socket"), server2.expect("a socket"));
                thread::spawn(move || pass(server, client, &limit));
            }
        });
        Self { port: own, bytes_max }
    }

    /// Passes on no more than so many bytes to each client, those of before included.
    pub fn silent_after(&self, bytes: usize) {
        self.bytes_max.store(bytes, Ordering::Relaxed);
    }

    pub fn port(&self) -> u16 {
        self.port
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, bytes_max: &AtomicUsize) {
    let (mut buffer, mut passed) = ([0; 4_096], 0_usize);
    while let Ok(size @ 1..) = from.read(&mut buffer) {
        let left = bytes_max.load(Ordering::Relaxed).saturating_sub(passed);
        passed += size;
        if to.write_all(&buffer[..size.min(left)]).is_err() {
            break;
        }
    }
    // One end hears that the other is gone; it may know already.
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}

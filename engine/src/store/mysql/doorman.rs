//! Keeps the password from whoever poses as the server.
//!
//! `caching_sha2_password` lets a server ask for the password itself, encrypted with a key that the
//! server names. Who stands between us names his own. The driver answers to that unasked and has no
//! switch, so where neither TLS nor this machine vouches for the server its packets pass through here
//! while we log in, and that request does not.

use crate::store::MysqlLocation;
use mysql_async::{Conn, Error, IoError, OptsBuilder, Result as DriverResult};
use socket2::{SockRef, TcpKeepalive};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncBufRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, copy, copy_buf};
use tokio::net::{TcpStream, UnixListener, UnixStream};

/// Large enough that passing rows on costs little.
const BUFFER_BYTES: usize = 1 << 17;

/// No packet of a login comes near it.
const PACKET_BYTES_MAX: usize = 1 << 16;

const OK: u8 = 0x00;
const MORE_DATA: u8 = 0x01;
const ERROR: u8 = 0xff;

/// Of `caching_sha2_password`: the server does not know the password and wants it.
const WANTS_PASSWORD: [u8; 2] = [MORE_DATA, 0x04];

/// What the driver is told instead, an error of the protocol's kind.
pub(super) const PASSWORD_WANTED: u16 = 2061;

/// Logs in by TCP, without giving the password away.
pub(super) async fn log_in(
    location: &MysqlLocation,
    options: OptsBuilder,
    keepalive: Duration,
) -> DriverResult<Conn> {
    let server =
        TcpStream::connect((location.host.as_str(), location.port)).await.map_err(failed)?;
    prepare(&server, keepalive).map_err(failed)?;
    // Whatever name led there: nobody else can listen on this machine in the server's place.
    let is_near = server.peer_addr().is_ok_and(|peer| peer.ip().is_loopback());
    let name = name();
    let listener = UnixListener::bind(&name).map_err(failed)?;
    // Driven whenever the connection is waited for.
    tokio::spawn(async move {
        // What is lost here, the driver learns from its end.
        let _ = stand_between(listener, server, is_near).await;
    });
    Conn::new(options.prefer_socket(true).socket(Some(name))).await
}

fn failed(error: io::Error) -> Error {
    Error::Io(IoError::Io(error))
}

fn prepare(server: &TcpStream, keepalive: Duration) -> io::Result<()> {
    server.set_nodelay(true)?;
    SockRef::from(server).set_tcp_keepalive(&TcpKeepalive::new().with_time(keepalive))
}

/// A name that lies in no folder and is gone with its listener.
fn name() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("\0traffic-engine-{}-{number}", std::process::id())
}

async fn stand_between(listener: UnixListener, server: TcpStream, is_near: bool) -> io::Result<()> {
    let client = own_client(&listener).await?;
    drop(listener);
    let (mut from_client, mut to_client) = client.into_split();
    let (from_server, mut to_server) = server.into_split();
    tokio::spawn(async move {
        // Either end tells the other that it is gone.
        let _ = copy(&mut from_client, &mut to_server).await;
        let _ = to_server.shutdown().await;
    });
    let mut from_server = BufReader::with_capacity(BUFFER_BYTES, from_server);
    if is_near || pass_login(&mut from_server, &mut to_client).await? {
        copy_buf(&mut from_server, &mut to_client).await?;
    }
    to_client.shutdown().await
}

/// Our own end; anybody on this machine may knock.
async fn own_client(listener: &UnixListener) -> io::Result<UnixStream> {
    loop {
        let (client, _) = listener.accept().await?;
        let peer = client.peer_cred()?.pid();
        if peer.and_then(|pid| u32::try_from(pid).ok()) == Some(std::process::id()) {
            return Ok(client);
        }
    }
}

/// Passes on what a server says until we are let in; false when the connection ends before.
async fn pass_login(
    server: &mut (impl AsyncBufRead + Unpin),
    client: &mut (impl AsyncWrite + Unpin),
) -> io::Result<bool> {
    let mut is_greeting = true;
    loop {
        let packet = packet(server).await?;
        let payload = &packet[4..];
        if !is_greeting && payload.starts_with(&WANTS_PASSWORD) {
            client.write_all(&refusal(packet[3])).await?;
            return Ok(false);
        }
        client.write_all(&packet).await?;
        match payload.first() {
            // Also a report of progress, which the driver would take and go on.
            Some(&ERROR) | None => return Ok(false),
            Some(&OK) if !is_greeting => return Ok(true),
            Some(_) => is_greeting = false,
        }
    }
}

/// A packet with its head: three bytes of length and one that counts.
async fn packet(server: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut packet = vec![0; 4];
    server.read_exact(&mut packet).await?;
    let length = u32::from_le_bytes([packet[0], packet[1], packet[2], 0]) as usize;
    if length > PACKET_BYTES_MAX {
        return Err(io::ErrorKind::InvalidData.into());
    }
    packet.resize(4 + length, 0);
    server.read_exact(&mut packet[4..]).await?;
    Ok(packet)
}

/// An error as a server would send it in place of packet `count`.
fn refusal(count: u8) -> Vec<u8> {
    let [low, high] = PASSWORD_WANTED.to_le_bytes();
    let mut payload = vec![ERROR, low, high];
    payload.extend_from_slice(b"#HY000the server asks for the password itself");
    let mut packet = (payload.len() as u32).to_le_bytes().to_vec();
    packet[3] = count;
    packet.append(&mut payload);
    packet
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::runtime::Builder;

    fn framed(payloads: &[&[u8]]) -> Vec<u8> {
        let mut all = Vec::new();
        for (count, payload) in payloads.iter().enumerate() {
            all.extend_from_slice(&(payload.len() as u32).to_le_bytes()[..3]);
            all.push(count as u8);
            all.extend_from_slice(payload);
        }
        all
    }

    /// What the driver gets of what a server says, and whether it was let in.
    fn passed(said: &[u8]) -> (Vec<u8>, Option<bool>) {
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        let (mut server, mut client) = (said, Vec::new());
        let outcome = runtime.block_on(pass_login(&mut server, &mut client));
        (client, outcome.ok())
    }

    #[test]
    fn a_login_passes_until_the_server_lets_us_in() {
        // Greeting, another plugin, its quick way, and welcome.
        let said = framed(&[b"\x0a8.4", b"\xfecaching_sha2_password\0", &[1, 3], &[0, 0, 0]]);
        assert_eq!(passed(&said), (said.clone(), Some(true)));
    }

    #[test]
    fn nobody_who_asks_for_the_password_is_heard() {
        let asked = framed(&[b"\x0a8.4", &[1, 4], &[0, 0, 0]]);
        let (heard, outcome) = passed(&asked);
        assert_eq!(outcome, Some(false));
        assert!(heard.ends_with(b"the server asks for the password itself"), "{heard:?}");
        // Neither behind a report of progress, nor behind what the driver does not take for a welcome.
        let report = [0xff, 0xff, 0xff, 1, 1, 1, 0, 0, 0, 0];
        for first in [&report[..], &[]] {
            let (heard, outcome) = passed(&framed(&[b"\x0a8.4", first, &[1, 4]]));
            assert_eq!(outcome, Some(false));
            assert!(!heard.ends_with(&[1, 4]), "{heard:?}");
        }
    }

    #[test]
    fn packets_too_large_for_a_login_end_it() {
        let (heard, outcome) = passed(&[0xff, 0xff, 0xff, 0, 10]);
        assert_eq!((heard.len(), outcome), (0, None));
    }
}

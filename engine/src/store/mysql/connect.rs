//! Connections to a server.

use super::refused::{self, LOGIN_DENIED, Stage};
use super::wait::{Progress, Trouble, Waiting};
use super::{MysqlStore, doorman, lookup, session};
use crate::store::cell::Cell;
use crate::store::{MysqlLocation, StoreError, TlsMode};
use mysql_async::{Conn, DriverError, Error, OptsBuilder, Result as DriverResult, SslOpts, Value};
use secrecy::ExposeSecret;
use std::sync::Arc;
use std::time::Duration;

/// Saying goodbye may take this long; a server that hears none only counts an aborted client.
const GOODBYE_WAIT: Duration = Duration::from_secs(1);

/// A peer that has been silent for this long is asked by the system whether it is still there.
const KEEPALIVE: Duration = Duration::from_secs(10);

/// Servers tell how much they take; this is what any of them may send.
const PACKET_BYTES_MAX: usize = 1 << 30;

/// A connection and how long to wait on it.
pub(super) struct Link {
    waiting: Waiting,
    conn: Option<Conn>,
    /// Nothing is under way, as far as anybody knows.
    is_sound: bool,
}

impl Link {
    /// Does `work` on the connection, on this thread.
    pub(super) fn run<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut Conn) -> DriverResult<T>,
    ) -> Result<T, Trouble> {
        let (waiting, conn) = self.sound_parts()?;
        let outcome = waiting.patiently(conn.id(), &Progress::default(), work(conn));
        self.is_sound &= !matches!(&outcome, Err(trouble) if trouble.is_fatal());
        outcome
    }

    /// As [`Link::run`], for work that must be brief.
    pub(super) fn run_briefly<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut Conn) -> DriverResult<T>,
    ) -> Result<T, Trouble> {
        let (waiting, conn) = self.sound_parts()?;
        let outcome = waiting.at_most(GOODBYE_WAIT, work(conn));
        self.is_sound &= !matches!(&outcome, Err(trouble) if trouble.is_fatal());
        outcome
    }

    /// How to wait, and the connection, for work in several steps. One that was given up while an
    /// answer was on its way is no longer to be had: the answer would be taken for that to the next
    /// question.
    pub(super) fn sound_parts(&mut self) -> Result<(&Waiting, &mut Conn), Trouble> {
        if !self.is_sound {
            return Err(Trouble::Driver(DriverError::ConnectionClosed.into()));
        }
        let conn = self.conn.as_mut().expect("only dropping the link takes its connection");
        Ok((&self.waiting, conn))
    }

    /// The same connection for somebody else.
    pub(super) fn waits_as(&mut self, store: &MysqlStore) {
        self.waiting.patience = store.patience;
    }

    /// Lets statements wait so many seconds for locks.
    pub(super) fn waits_for_locks(&mut self, lock_wait_s: u32) {
        let until_told = Duration::from_secs(u64::from(lock_wait_s) + 1) * 2;
        let patience = &mut self.waiting.patience;
        patience.silence = patience.silence.max(until_told);
    }

    /// True when nothing is under way, as far as anybody knows.
    pub(super) fn is_sound(&self) -> bool {
        self.is_sound
    }

    /// What is under way will not be brought to its end.
    pub(super) fn leave(&mut self) {
        self.is_sound = false;
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let Some(conn) = self.conn.take() else {
            return;
        };
        if self.is_sound {
            // Nobody is left to care whether it was heard.
            let goodbye = async {
                conn.disconnect().await?;
                // Where the doorman passes it on, he needs a few turns.
                for _ in 0..8 {
                    tokio::task::yield_now().await;
                }
                Ok(())
            };
            let _ = self.waiting.without_end().at_most(GOODBYE_WAIT, goodbye);
        }
        // Else there is nobody to say it to.
    }
}

/// A connection with all that a session needs.
pub(super) fn connect(store: &MysqlStore) -> Result<Link, StoreError> {
    let runtime = store.runtime.get().map_err(|error| StoreError::Unreachable {
        store: store.name(),
        reason: error.to_string(),
    })?;
    let (location, patience) = (Arc::clone(&store.location), store.patience);
    let waiting = Waiting { runtime, location, patience };
    let stage = std::cell::Cell::new(Stage::LoggingIn);
    let connecting = async {
        let mut conn = log_in(&store.location).await?;
        stage.set(Stage::Preparing);
        session::prepare(&mut conn).await?;
        Ok(conn)
    };
    let conn = waiting.at_most(store.patience.connect, connecting);
    let conn = conn.map_err(|trouble| refused::entry(store, stage.get(), trouble))?;
    Ok(Link { waiting, conn: Some(conn), is_sound: true })
}

/// A connection as the server makes it.
pub(super) async fn log_in(location: &MysqlLocation) -> DriverResult<Conn> {
    match log_in_once(location).await {
        // The driver takes a last byte of 0 for the end of a text, and so answers one of 256
        // challenges of ed25519 wrongly. It does not say what plugin it was.
        Err(Error::Server(error)) if error.code == LOGIN_DENIED => log_in_once(location).await,
        outcome => outcome,
    }
}

async fn log_in_once(location: &MysqlLocation) -> DriverResult<Conn> {
    let options = options(location);
    let has_secret = location.password.as_ref().is_some_and(|it| !it.expose_secret().is_empty());
    let is_open = location.tls == TlsMode::Off && !is_vouched_for(location);
    if has_secret && is_open {
        doorman::log_in(location, options, KEEPALIVE).await
    } else {
        Conn::new(options).await
    }
}

fn options(location: &MysqlLocation) -> OptsBuilder {
    let password = location.password.as_ref().map(|secret| secret.expose_secret().to_owned());
    let socket = location.socket_now().map(|path| path.display().to_string());
    OptsBuilder::default()
        .ip_or_hostname(location.host.clone())
        .resolved_ips(lookup::on_this_thread(&location.host))
        .tcp_port(location.port)
        // The driver would otherwise leave TCP for whatever socket the server names.
        .prefer_socket(socket.is_some())
        .socket(socket)
        .user(Some(location.user.clone()))
        .pass(password)
        .db_name(Some(location.database.clone()))
        .ssl_opts(tls(location))
        .tcp_keepalive(Some(KEEPALIVE))
        // Both would be asked for, which is another round trip.
        .max_allowed_packet(Some(PACKET_BYTES_MAX))
        .wait_timeout(Some(usize::MAX))
        .enable_cleartext_plugin(is_vouched_for(location))
}

/// True when nobody can pose as the server, who may then be told the password.
fn is_vouched_for(location: &MysqlLocation) -> bool {
    let is_checked = matches!(location.tls, TlsMode::VerifyCa | TlsMode::VerifyIdentity);
    is_checked || location.is_of_this_machine() || location.trusted_network
}

fn tls(location: &MysqlLocation) -> Option<SslOpts> {
    let roots = location.tls_ca.iter().map(|path| path.clone().into()).collect::<Vec<_>>();
    let verified =
        SslOpts::default().with_disable_built_in_roots(!roots.is_empty()).with_root_certs(roots);
    match location.tls {
        TlsMode::Off => None,
        TlsMode::Required => Some(verified.with_danger_accept_invalid_certs(true)),
        TlsMode::VerifyCa => Some(verified.with_danger_skip_domain_validation(true)),
        TlsMode::VerifyIdentity => Some(verified),
    }
}

/// A driver's value as ours. FLOAT columns keep the decimal digits they were written with.
#[inline]
pub(super) fn cell_of(value: &Value) -> Cell<'_> {
    match value {
        Value::NULL => Cell::Null,
        Value::Int(value) => Cell::Int(*value),
        Value::UInt(value) => Cell::UInt(*value),
        // Most multipliers are whole, and those are the same in both widths.
        Value::Float(value) if value.fract() == 0.0 => Cell::Float(f64::from(*value)),
        Value::Float(value) => {
            Cell::Float(value.to_string().parse().unwrap_or_else(|_| f64::from(*value)))
        }
        Value::Double(value) => Cell::Float(*value),
        Value::Bytes(bytes) => Cell::Text(bytes),
        // See `owned_text`.
        Value::Date(..) | Value::Time(..) => Cell::Moment,
    }
}

/// Dates and times as SQL text, which a borrowed cell cannot hold.
pub(super) fn owned_text(value: &Value) -> Option<String> {
    match value {
        Value::Date(..) | Value::Time(..) => Some(value.as_sql(true).trim_matches('\'').to_owned()),
        _ => None,
    }
}

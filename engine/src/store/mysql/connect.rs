//! Connections to a server.

use super::MysqlStore;
use crate::store::cell::Cell;
use crate::store::{MysqlLocation, StoreError, TlsMode};
use mysql_async::{Conn, Error, Opts, OptsBuilder, SslOpts, Value};
use secrecy::ExposeSecret;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime as Tokio;

/// A server that does not answer within this time counts as unreachable.
const CONNECT_WAIT: Duration = Duration::from_secs(10);

/// Saying goodbye may take this long; a server that hears none only counts an aborted client.
const GOODBYE_WAIT: Duration = Duration::from_secs(1);

/// A connection and the runtime it lives on.
pub(super) struct Link {
    runtime: Arc<Tokio>,
    conn: Option<Conn>,
}

impl Link {
    /// Does `work` on the connection, on this thread.
    pub(super) fn run<T>(&mut self, work: impl AsyncFnOnce(&mut Conn) -> T) -> T {
        let (runtime, conn) = self.parts();
        runtime.block_on(work(conn))
    }

    /// The runtime and the connection, for work in several steps.
    pub(super) fn parts(&mut self) -> (&Tokio, &mut Conn) {
        let conn = self.conn.as_mut().expect("only dropping the link takes its connection");
        (&self.runtime, conn)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            let goodbye = async { tokio::time::timeout(GOODBYE_WAIT, conn.disconnect()).await };
            // Nobody is left to care whether it was heard.
            drop(self.runtime.block_on(goodbye));
        }
    }
}

pub(super) fn connect(store: &MysqlStore) -> Result<Link, StoreError> {
    let unreachable = |reason| StoreError::Unreachable { store: store.name(), reason };
    let runtime = store.runtime.get().map_err(|error| unreachable(error.to_string()))?;
    let connecting =
        async { tokio::time::timeout(CONNECT_WAIT, Conn::new(options(&store.location))).await };
    match runtime.block_on(connecting) {
        Ok(Ok(conn)) => Ok(Link { runtime, conn: Some(conn) }),
        Ok(Err(error)) => Err(refused(store, &error)),
        Err(_) => Err(unreachable(format!("no answer within {} s", CONNECT_WAIT.as_secs()))),
    }
}

fn refused(store: &MysqlStore, error: &Error) -> StoreError {
    let (store, reason) = (store.name(), reason(error));
    match error {
        Error::Server(_) => StoreError::AccessDenied { store, reason },
        _ => StoreError::Unreachable { store, reason },
    }
}

/// What went wrong, in the words of the server or the operating system.
pub(super) fn reason(error: &Error) -> String {
    match error {
        Error::Server(server) => server.message.clone(),
        other => io_error(other).map_or_else(|| other.to_string(), ToString::to_string),
    }
}

fn io_error(error: &Error) -> Option<&io::Error> {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        match inner.downcast_ref::<io::Error>() {
            Some(io) => return Some(io),
            None => source = inner.source(),
        }
    }
    None
}

fn options(location: &MysqlLocation) -> Opts {
    let password = location.password.as_ref().map(|secret| secret.expose_secret().to_owned());
    let socket = location.socket.as_ref().map(|path| path.display().to_string());
    OptsBuilder::default()
        .ip_or_hostname(location.host.clone())
        .tcp_port(location.port)
        // The driver would otherwise leave TCP for whatever socket the server names.
        .prefer_socket(location.socket.is_some())
        .socket(socket)
        .user(Some(location.user.clone()))
        .pass(password)
        .db_name(Some(location.database.clone()))
        .ssl_opts(tls(location))
        .into()
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
        // Dates and times occur in no column that we compute with; see `owned_text`.
        Value::Date(..) | Value::Time(..) => Cell::Null,
    }
}

/// Dates and times as SQL text, which a borrowed cell cannot hold.
pub(super) fn owned_text(value: &Value) -> Option<String> {
    match value {
        Value::Date(..) | Value::Time(..) => Some(value.as_sql(true).trim_matches('\'').to_owned()),
        _ => None,
    }
}

//! Why a server does not do what we ask.

use super::MysqlStore;
use super::doorman::PASSWORD_WANTED;
use super::wait::Trouble;
use crate::store::{MysqlLocation, StoreError, Table, TlsMode};
use mysql_async::{DriverError, Error, ServerError};
use std::io;

/// ER_TABLE_DEF_CHANGED: a table cannot be shown in a view that is older than its present make.
const TABLE_REPLACED: u16 = 1412;
/// ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK.
const LOCKED: [u16; 2] = [1205, 1213];
/// ER_ALTER_OPERATION_NOT_SUPPORTED and the same with a reason.
const NOT_ONLINE: [u16; 2] = [1845, 1846];
/// ER_DBACCESS_DENIED_ERROR, ER_TABLEACCESS_DENIED_ERROR, ER_COLUMNACCESS_DENIED_ERROR,
/// ER_SPECIFIC_ACCESS_DENIED_ERROR.
const DENIED: [u16; 4] = [1044, 1142, 1143, 1227];
/// ER_OPEN_AS_READONLY, ER_OPTION_PREVENTS_STATEMENT, ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION,
/// ER_READ_ONLY_MODE.
const READ_ONLY: [u16; 4] = [1036, 1290, 1792, 1836];
/// EE_WRITE, EE_DISK_FULL, ER_DISK_FULL, ER_ERROR_ON_WRITE, ER_RECORD_FILE_FULL,
/// ER_TEMP_FILE_WRITE_FAILURE.
const FULL_DISK: [u16; 6] = [3, 20, 1021, 1026, 1114, 1878];
/// ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED, ER_CANT_CREATE_THREAD,
/// ER_OUT_OF_RESOURCES.
const FULL_SERVER: [u16; 5] = [1040, 1203, 1226, 1135, 1041];
/// ER_STATEMENT_TIMEOUT of MariaDB, ER_QUERY_TIMEOUT of MySQL.
const OUT_OF_TIME: [u16; 2] = [1969, 3024];
/// ER_SERVER_SHUTDOWN, ER_NORMAL_SHUTDOWN, ER_ABORTING_CONNECTION, ER_NEW_ABORTING_CONNECTION,
/// ER_NET_READ_ERROR, ER_NET_READ_INTERRUPTED, ER_NET_ERROR_ON_WRITE, ER_NET_WRITE_INTERRUPTED,
/// ER_QUERY_INTERRUPTED, ER_CONNECTION_KILLED of MariaDB, ER_SERVER_OFFLINE_MODE and
/// ER_CLIENT_INTERACTION_TIMEOUT of MySQL.
const BROKEN_OFF: [u16; 12] =
    [1053, 1077, 1152, 1184, 1158, 1159, 1160, 1161, 1317, 1927, 3032, 4031];
/// ER_MUST_CHANGE_PASSWORD, ER_MUST_CHANGE_PASSWORD_LOGIN.
const EXPIRED: [u16; 2] = [1820, 1862];
/// ER_NEW_ABORTING_CONNECTION: right after the login, `init_connect` failed.
const ABORTED: u16 = 1184;
/// ER_SECURE_TRANSPORT_REQUIRED of MySQL and of MariaDB.
const TLS_REQUIRED: [u16; 2] = [3159, 4094];
/// ER_ACCESS_DENIED_ERROR: whatever is wrong with the login.
pub(super) const LOGIN_DENIED: u16 = 1045;

const CHECK_LOGIN: &str = "check user, password and database";

/// How far a new connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    LoggingIn,
    Preparing,
}

impl Trouble {
    /// True when the connection is of no use any longer.
    pub(super) fn is_fatal(&self) -> bool {
        match self {
            Self::Driver(error) => error.is_fatal(),
            Self::Silent(_) | Self::Locked(_) | Self::Lost | Self::TimedOut | Self::Panicked(_) => {
                true
            }
        }
    }

    fn code(&self) -> u16 {
        match self {
            Self::Driver(Error::Server(server)) => server.code,
            _ => 0,
        }
    }
}

/// True when a server refuses us only because it is full.
pub(super) fn is_full(code: u16) -> bool {
    FULL_SERVER.contains(&code)
}

/// What `trouble` means to who was `doing` something.
pub(super) fn failure(store: String, doing: &'static str, trouble: Trouble) -> StoreError {
    let error = match trouble {
        Trouble::Driver(error) => error,
        Trouble::Silent(wait) => return silent(store, wait.as_secs_f64()),
        Trouble::Locked(reason) => return StoreError::Waited { store, doing, reason },
        Trouble::Lost => {
            let reason = "its answer got lost on the way".to_owned();
            return StoreError::Unreachable { store, reason };
        }
        Trouble::TimedOut => return StoreError::TimedOut { store, doing },
        Trouble::Panicked(text) => {
            let reason = format!("what the server sent is not understood: {text}");
            return StoreError::Failed { store, doing, reason };
        }
    };
    match error {
        Error::Server(error) => said(store, doing, error),
        Error::Io(_) | Error::Driver(DriverError::ConnectionClosed) => {
            let system = system_error(&error).filter(|error| error.raw_os_error().is_some());
            let why = system.map_or_else(String::new, |error| format!(" ({error})"));
            let reason = format!("the connection was lost{why}");
            StoreError::BrokenOff { store, doing, reason }
        }
        error => StoreError::Failed { store, doing, reason: error.to_string() },
    }
}

fn silent(store: String, seconds: f64) -> StoreError {
    StoreError::Unreachable { store, reason: format!("no answer within {seconds} s") }
}

/// What a server's refusal means.
fn said(store: String, doing: &'static str, error: ServerError) -> StoreError {
    let ServerError { code, message: reason, .. } = error;
    let not_permitted =
        |store, reason, remedy| StoreError::NotPermitted { store, doing, reason, remedy };
    match code {
        TABLE_REPLACED => StoreError::Replaced { store, doing },
        code if LOCKED.contains(&code) => StoreError::Waited { store, doing, reason },
        code if DENIED.contains(&code) => {
            not_permitted(store, reason, "grant the user that privilege on the database")
        }
        code if READ_ONLY.contains(&code) => not_permitted(
            store,
            reason,
            "name the server that takes changes, or let this one take them",
        ),
        code if FULL_DISK.contains(&code) => StoreError::NoSpace { store, doing, reason },
        code if OUT_OF_TIME.contains(&code) => {
            let reason = format!(
                "{reason}; raise max_statement_time (on MySQL max_execution_time) of the server"
            );
            StoreError::Failed { store, doing, reason }
        }
        code if BROKEN_OFF.contains(&code) => StoreError::BrokenOff { store, doing, reason },
        code if is_full(code) => StoreError::Busy { store, reason },
        _ => StoreError::Failed { store, doing, reason },
    }
}

/// What `trouble` means to who wants to connect.
pub(super) fn entry(store: &MysqlStore, stage: Stage, trouble: Trouble) -> StoreError {
    let (name, location) = (store.name(), &*store.location);
    let error = match trouble {
        Trouble::Driver(error) => error,
        Trouble::Panicked(text) => return not_understood(name, &text),
        trouble => return failure(name, "connecting", trouble),
    };
    match error {
        Error::Server(error) => turned_away(name, location, stage, error),
        Error::Driver(error) if plugin(&error).is_some() => {
            plugin_refused(name, plugin(&error).unwrap_or_default())
        }
        error => {
            let reason =
                system_error(&error).map_or_else(|| error.to_string(), ToString::to_string);
            StoreError::Unreachable { store: name, reason }
        }
    }
}

/// The driver panics over nonsense, and over the one plugin that is left out of it: a server could
/// have it compute for hours.
fn not_understood(store: String, text: &str) -> StoreError {
    if text.contains("`parsec`") {
        return plugin_refused(store, "parsec".to_owned());
    }
    let reason = format!("what answers there is not understood ({text})");
    StoreError::Unreachable { store, reason }
}

fn plugin(error: &DriverError) -> Option<String> {
    match error {
        DriverError::UnknownAuthPlugin { name } => Some(name.clone()),
        DriverError::MysqlOldPasswordDisabled => Some("mysql_old_password".to_owned()),
        DriverError::CleartextPluginDisabled => Some("mysql_clear_password".to_owned()),
        _ => None,
    }
}

fn plugin_refused(store: String, plugin: String) -> StoreError {
    let remedy = match plugin.as_str() {
        "mysql_clear_password" => {
            "the password is told only to a server that was checked; use ?tls=verify-identity"
        }
        _ => "let the account use caching_sha2_password, ed25519 or mysql_native_password",
    };
    let reason = format!("the server asks for the authentication plugin {plugin:?}");
    StoreError::AccessDenied { store, reason, remedy }
}

fn turned_away(
    store: String,
    location: &MysqlLocation,
    stage: Stage,
    error: ServerError,
) -> StoreError {
    let ServerError { code, message: reason, .. } = error;
    let is_plain = location.tls == TlsMode::Off && location.socket.is_none();
    let remedy = match code {
        code if is_full(code) => return StoreError::Busy { store, reason },
        PASSWORD_WANTED => {
            "without TLS anybody between us could read it; add ?tls=required, or \
             trusted-network=yes where nobody else is on the way"
        }
        code if EXPIRED.contains(&code) => "the password has expired; set a new one by ALTER USER",
        code if TLS_REQUIRED.contains(&code) => "the server wants TLS; add ?tls=required",
        ABORTED if stage == Stage::Preparing => {
            "the server's init_connect fails for this user; correct it, or grant what it needs"
        }
        LOGIN_DENIED if is_plain => {
            "check user, password and database, and add ?tls=required where the account wants TLS"
        }
        _ if stage == Stage::Preparing => {
            return said(
                store,
                "preparing a connection",
                ServerError { code, message: reason, state: error.state },
            );
        }
        code if BROKEN_OFF.contains(&code) => return StoreError::Unreachable { store, reason },
        _ => CHECK_LOGIN,
    };
    StoreError::AccessDenied { store, reason, remedy }
}

/// What `trouble` means to who was `doing` something about the indexes of `table`.
pub(super) fn refused(
    store: &MysqlStore,
    doing: &'static str,
    table: Table,
    waited_s: u32,
    trouble: Trouble,
) -> StoreError {
    let name = store.name();
    let (code, what) = (trouble.code(), format!("`{table}`"));
    match failure(name, doing, trouble) {
        StoreError::Waited { store, .. } => StoreError::Locked { store, what, waited_s },
        StoreError::NotPermitted { store, doing, reason, .. } if DENIED.contains(&code) => {
            let remedy = "grant the user INDEX on the database, and the same goes on";
            StoreError::NotPermitted { store, doing, reason, remedy }
        }
        StoreError::Failed { store, doing, reason } if NOT_ONLINE.contains(&code) => {
            StoreError::NeedsOffline { store, doing, reason }
        }
        error => error,
    }
}

fn system_error(error: &Error) -> Option<&io::Error> {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        match inner.downcast_ref::<io::Error>() {
            Some(io) => return Some(io),
            None => source = inner.source(),
        }
    }
    None
}

//! Why a server does not do what we ask.

use super::MysqlStore;
use super::connect::reason;
use crate::store::{StoreError, Table};
use mysql_async::Error;

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
const FULL: [u16; 6] = [3, 20, 1021, 1026, 1114, 1878];

/// What `error` means to who was `doing` something.
pub(super) fn failure(store: String, doing: &'static str, error: &Error) -> StoreError {
    let reason = reason(error);
    let not_permitted =
        |store, reason, remedy| StoreError::NotPermitted { store, doing, reason, remedy };
    match code(error) {
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
        code if FULL.contains(&code) => StoreError::NoSpace { store, doing, reason },
        _ => StoreError::Failed { store, doing, reason },
    }
}

/// What `error` means to who was `doing` something about the indexes of `table`.
pub(super) fn refused(
    store: &MysqlStore,
    doing: &'static str,
    table: Table,
    waited_s: u32,
    error: &Error,
) -> StoreError {
    let name = store.name();
    match code(error) {
        code if LOCKED.contains(&code) => {
            StoreError::Locked { store: name, what: format!("`{table}`"), waited_s }
        }
        code if DENIED.contains(&code) => StoreError::NotPermitted {
            store: name,
            doing,
            reason: reason(error),
            remedy: "grant the user INDEX on the database, and the same goes on",
        },
        code if NOT_ONLINE.contains(&code) => {
            StoreError::NeedsOffline { store: name, doing, reason: reason(error) }
        }
        _ => failure(name, doing, error),
    }
}

fn code(error: &Error) -> u16 {
    match error {
        Error::Server(server) => server.code,
        _ => 0,
    }
}

//! Why a server does not change its indexes.

use super::MysqlStore;
use super::connect::reason;
use crate::store::{StoreError, Table};
use mysql_async::Error;

/// ER_LOCK_WAIT_TIMEOUT.
const LOCKED: u16 = 1205;
/// ER_ALTER_OPERATION_NOT_SUPPORTED and the same with a reason.
const NOT_ONLINE: [u16; 2] = [1845, 1846];
/// ER_DBACCESS_DENIED_ERROR, ER_TABLEACCESS_DENIED_ERROR, ER_SPECIFIC_ACCESS_DENIED_ERROR.
const DENIED: [u16; 3] = [1044, 1142, 1227];
/// ER_OPEN_AS_READONLY, ER_OPTION_PREVENTS_STATEMENT, ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION,
/// ER_READ_ONLY_MODE.
const READ_ONLY: [u16; 4] = [1036, 1290, 1792, 1836];
/// EE_WRITE, EE_DISK_FULL, ER_DISK_FULL, ER_ERROR_ON_WRITE, ER_RECORD_FILE_FULL,
/// ER_TEMP_FILE_WRITE_FAILURE.
const FULL: [u16; 6] = [3, 20, 1021, 1026, 1114, 1878];

/// True when the server found no space.
pub(super) fn is_full(error: &Error) -> bool {
    matches!(error, Error::Server(server) if FULL.contains(&server.code))
}

/// What `error` means to who was `doing` something about the indexes of `table`.
pub(super) fn refused(
    store: &MysqlStore,
    doing: &'static str,
    table: Table,
    waited_s: u32,
    error: &Error,
) -> StoreError {
    let (store, reason) = (store.name(), reason(error));
    let code = match error {
        Error::Server(server) => server.code,
        _ => 0,
    };
    let not_permitted = |remedy| StoreError::NotPermitted {
        store: store.clone(),
        doing,
        reason: reason.clone(),
        remedy,
    };
    match code {
        LOCKED => StoreError::Locked { store, what: format!("`{table}`"), waited_s },
        code if DENIED.contains(&code) => {
            not_permitted("grant the user INDEX on the database, and the same goes on")
        }
        code if READ_ONLY.contains(&code) => {
            not_permitted("name the server that takes changes, or let this one take them")
        }
        code if NOT_ONLINE.contains(&code) => StoreError::NeedsOffline { store, doing, reason },
        _ if is_full(error) => StoreError::NoSpace { store, doing, reason },
        _ => StoreError::Failed { store, doing, reason },
    }
}

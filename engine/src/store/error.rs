//! What can go wrong between us and a database.

use super::{Expected, Table};
use thiserror::Error;

/// A failure of a store. Messages never hold a password.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The store address cannot be understood.
    #[error("bad store address: {problem}; write mysql://user@host:3306/database or sqlite://path")]
    BadLocation {
        /// What is wrong with it.
        problem: String,
    },
    /// Nobody answers there, in time.
    #[error(
        "cannot reach {store}: {reason}; check host, port, and that the server runs, or name its socket with ?socket=FILE"
    )]
    Unreachable {
        /// The address without its password.
        store: String,
        /// What the operating system or driver said.
        reason: String,
    },
    /// A file cannot be opened as a database.
    #[error("cannot open {store}: {reason}; {remedy}")]
    CannotOpen {
        /// The address.
        store: String,
        /// What the operating system or SQLite said.
        reason: String,
        /// How to mend it.
        remedy: &'static str,
    },
    /// The server refuses these credentials.
    #[error("{store} refuses the login: {reason}; {remedy}")]
    AccessDenied {
        /// The address without its password.
        store: String,
        /// What the server said.
        reason: String,
        /// How to mend it.
        remedy: &'static str,
    },
    /// The server has no room for another connection.
    #[error(
        "{store} has no room for another connection: {reason}; close some, or raise max_connections or what the account may have"
    )]
    Busy {
        /// The address without its password.
        store: String,
        /// What the server said.
        reason: String,
    },
    /// A connection or a statement was ended while it was at work.
    #[error("{store}: {doing} was broken off: {reason}; ask again")]
    BrokenOff {
        /// The address without its password.
        store: String,
        /// What we were doing.
        doing: &'static str,
        /// What the server or the system said.
        reason: String,
    },
    /// The time that a question may take is over.
    #[error(
        "{store}: {doing} takes longer than a question may; ask for less, or raise query_timeout_ms"
    )]
    TimedOut {
        /// The address without its password.
        store: String,
        /// What we were doing.
        doing: &'static str,
    },
    /// A table is missing, or not readable.
    #[error(
        "{store} has no readable table `{table}`; choose the V2RaySocks database, or grant SELECT on it"
    )]
    MissingTable {
        /// The address without its password.
        store: String,
        /// The table.
        table: Table,
    },
    /// A column is missing.
    #[error(
        "table `{table}` of {store} lacks the column `{column}`; is this a V2RaySocks database?"
    )]
    MissingColumn {
        /// The address without its password.
        store: String,
        /// The table.
        table: Table,
        /// The column.
        column: &'static str,
    },
    /// A column of times that holds no seconds.
    #[error(
        "table `{table}` of {store}: column `{column}` is of the kind {kind}, but must hold unix seconds; make it a view with UNIX_TIMESTAMP({column})"
    )]
    NotSeconds {
        /// The address without its password.
        store: String,
        /// The table.
        table: Table,
        /// The column.
        column: &'static str,
        /// What the database says of it.
        kind: String,
    },
    /// A value that its column must not hold.
    #[error(
        "table `{table}`, row {row}: column `{column}` holds {value}, but must be {expected}; {}",
        remedy(*.table)
    )]
    BadValue {
        /// The table.
        table: Table,
        /// Primary key, as text.
        row: String,
        /// The column.
        column: &'static str,
        /// The value found.
        value: String,
        /// What the column may hold.
        expected: Expected,
    },
    /// The tables to fill already hold rows.
    #[error("{store} already holds rows in `{table}`; made-up rows go only into an empty store")]
    NotEmpty {
        /// The address without its password.
        store: String,
        /// The first table found with rows.
        table: Table,
    },
    /// A table was emptied or altered after a view of it was opened.
    #[error("{store}: {doing} failed: a table was truncated or altered meanwhile; ask again")]
    Replaced {
        /// The address without its password.
        store: String,
        /// What we were doing.
        doing: &'static str,
    },
    /// Somebody keeps us waiting.
    #[error(
        "{store}: somebody has been holding a lock on {what} for {waited_s} s; end the transaction that does, or allow more time"
    )]
    Locked {
        /// The address without its password.
        store: String,
        /// The table, or the file.
        what: String,
        /// Seconds we waited.
        waited_s: u32,
    },
    /// Somebody else held a lock, on whatever, for longer than we wait.
    #[error(
        "{store}: {doing} waited in vain for somebody's lock: {reason}; end the transaction that holds it, or allow more time"
    )]
    Waited {
        /// The address without its password.
        store: String,
        /// What we were doing.
        doing: &'static str,
        /// What the database said.
        reason: String,
    },
    /// This login may not do it, or nobody may.
    #[error("{store} does not allow {doing}: {reason}; {remedy}")]
    NotPermitted {
        /// The address without its password.
        store: String,
        /// What we were doing.
        doing: &'static str,
        /// What the database said.
        reason: String,
        /// How to mend it.
        remedy: &'static str,
    },
    /// What was asked for can only be done while others wait, and they are not to.
    #[error(
        "{store}: {doing} beside others is not possible: {reason}; choose a quiet hour and let them wait"
    )]
    NeedsOffline {
        /// The address without its password.
        store: String,
        /// What we were doing.
        doing: &'static str,
        /// What the database said.
        reason: String,
    },
    /// No space is left where the database needs some.
    #[error("{store}: {doing} found no space: {reason}; make room and do the same again")]
    NoSpace {
        /// The address without its password.
        store: String,
        /// What we were doing.
        doing: &'static str,
        /// What the database said.
        reason: String,
    },
    /// A table has one of our names and not our columns.
    #[error(
        "table `{table}` of {store} lacks the column `{column}`, so it is none of ours; rename it, and it will be made"
    )]
    ForeignTable {
        /// The address without its password.
        store: String,
        /// The table.
        table: &'static str,
        /// The first column that is missing.
        column: &'static str,
    },
    /// The database refused or broke off an operation.
    #[error("{store}: {doing} failed: {reason}")]
    Failed {
        /// The address without its password.
        store: String,
        /// What we were doing.
        doing: &'static str,
        /// What the database said.
        reason: String,
    },
}

impl StoreError {
    /// True when the database is not to be had at this moment, though nothing is wrong with what
    /// was asked.
    pub(crate) fn is_absence(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::Busy { .. }
            | Self::BrokenOff { .. }
            | Self::TimedOut { .. }
            | Self::Locked { .. }
            | Self::Waited { .. } => true,
            Self::BadLocation { .. }
            | Self::CannotOpen { .. }
            | Self::AccessDenied { .. }
            | Self::MissingTable { .. }
            | Self::MissingColumn { .. }
            | Self::NotSeconds { .. }
            | Self::BadValue { .. }
            | Self::NotEmpty { .. }
            | Self::Replaced { .. }
            | Self::NotPermitted { .. }
            | Self::NeedsOffline { .. }
            | Self::NoSpace { .. }
            | Self::ForeignTable { .. }
            | Self::Failed { .. } => false,
        }
    }
}

/// A row of usage may go; one of the others is a customer or a server.
fn remedy(table: Table) -> &'static str {
    match table {
        Table::UserUsage => "correct or delete that row",
        Table::User | Table::Node => "correct that value",
    }
}

//! Every failure of the engine, with a code that stays the same on every surface.

use crate::cache::CacheError;
use crate::generate::BadPlan;
use crate::options::{BadConfig, BadOption, UnknownIndex, UnknownQuestion};
use crate::query::aggregate::UnknownGroupBy;
use crate::query::deadline::TookTooLong;
use crate::query::memory::MemoryError;
use crate::query::sort::{BadLimit, UnknownSort};
use crate::range::RangeError;
use crate::rollup::RollupError;
use crate::snapshot::{RefreshError, SnapshotError};
use crate::store::StoreError;
use std::fmt;
use thiserror::Error;

/// A failure of the engine. Messages say what failed, where, and how to mend it.
#[derive(Debug, Error)]
pub enum EngineError {
    /// The configuration, where it is given by options.
    #[error(transparent)]
    Config(#[from] BadConfig),
    /// The name of a question.
    #[error(transparent)]
    Question(#[from] UnknownQuestion),
    /// An option of a question.
    #[error(transparent)]
    Option(#[from] BadOption),
    /// The time range of a request.
    #[error(transparent)]
    Range(#[from] RangeError),
    /// The sort order of a request.
    #[error(transparent)]
    Sort(#[from] UnknownSort),
    /// The limit of a request.
    #[error(transparent)]
    Limit(#[from] BadLimit),
    /// The grouping of a request.
    #[error(transparent)]
    GroupBy(#[from] UnknownGroupBy),
    /// The way a question should be answered.
    #[error(transparent)]
    Path(#[from] UnknownPath),
    /// An index to drop.
    #[error(transparent)]
    Index(#[from] UnknownIndex),
    /// A plan for made-up rows.
    #[error(transparent)]
    Plan(#[from] BadPlan),
    /// The cache: what was asked of it, never that Redis is away.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The snapshot.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The memory a question may take.
    #[error(transparent)]
    Memory(#[from] MemoryError),
    /// The time a question may take.
    #[error(transparent)]
    Time(#[from] TookTooLong),
    /// The pre-aggregates.
    #[error(transparent)]
    Rollup(#[from] RollupError),
}

/// A way to answer that nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown path {given:?}; use one of: auto, snapshot, push_down, rows")]
pub struct UnknownPath {
    pub(crate) given: String,
}

impl From<RefreshError> for EngineError {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Store(error) => Self::Store(error),
            RefreshError::Snapshot(error) => Self::Snapshot(error),
        }
    }
}

/// What kind of failure an [`EngineError`] is; its text never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// A configuration that cannot be understood.
    BadConfig,
    /// A question that nobody knows.
    UnknownQuestion,
    /// An option that cannot be understood.
    BadOption,
    /// A time range that no word of the vocabulary names.
    UnknownRange,
    /// A date that is not `YYYY-MM-DD`.
    BadDate,
    /// A range that begins after it ends.
    StartAfterEnd,
    /// A sort order the ranking does not know.
    UnknownSort,
    /// A limit that is neither a number of rows nor `all`.
    BadLimit,
    /// A grouping that aggregation does not know.
    UnknownGroupBy,
    /// A way to answer that nobody knows.
    UnknownPath,
    /// A plan for made-up rows that cannot be carried out.
    BadPlan,
    /// A store address that cannot be understood.
    BadStoreAddress,
    /// A database that does not answer.
    Unreachable,
    /// A file that is no database.
    CannotOpen,
    /// A login that the server refuses.
    AccessDenied,
    /// A server without room for another connection.
    ServerBusy,
    /// A question that took longer than it may.
    TimedOut,
    /// A table that is missing or not readable.
    MissingTable,
    /// A column that is missing.
    MissingColumn,
    /// A value that its column must not hold.
    BadValue,
    /// A store that should be empty and is not.
    NotEmpty,
    /// An operation that the database refused or broke off.
    DatabaseFailed,
    /// A file or folder of the data directory that cannot be used.
    SnapshotFile,
    /// A file of the snapshot that is not what its writer left.
    SnapshotDamaged,
    /// A snapshot that does not fit into the space it may take.
    SnapshotTooLarge,
    /// A snapshot that another process has been building for too long.
    SnapshotBusy,
    /// A range that begins before the snapshot does.
    BeforeSnapshot,
    /// A question that only the snapshot may answer, and there is none.
    NoSnapshot,
    /// A question that would take more memory than it may.
    MemoryLimit,
    /// An index that is not there, or that is the business of others.
    UnknownIndex,
    /// A table on which somebody has been holding a lock for too long.
    TableLocked,
    /// A change that the login may not make, or that is not made here.
    NotPermitted,
    /// A change that the database makes only while others wait.
    NeedsOffline,
    /// A disk or file that is full.
    NoSpace,
}

impl ErrorCode {
    /// The code as text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadConfig => "bad_config",
            Self::UnknownQuestion => "unknown_question",
            Self::BadOption => "bad_option",
            Self::UnknownRange => "unknown_range",
            Self::BadDate => "bad_date",
            Self::StartAfterEnd => "start_after_end",
            Self::UnknownSort => "unknown_sort",
            Self::BadLimit => "bad_limit",
            Self::UnknownGroupBy => "unknown_group_by",
            Self::UnknownPath => "unknown_path",
            Self::BadPlan => "bad_plan",
            Self::BadStoreAddress => "bad_store_address",
            Self::Unreachable => "unreachable",
            Self::CannotOpen => "cannot_open",
            Self::AccessDenied => "access_denied",
            Self::ServerBusy => "server_busy",
            Self::TimedOut => "timed_out",
            Self::MissingTable => "missing_table",
            Self::MissingColumn => "missing_column",
            Self::BadValue => "bad_value",
            Self::NotEmpty => "not_empty",
            Self::DatabaseFailed => "database_failed",
            Self::SnapshotFile => "snapshot_file",
            Self::SnapshotDamaged => "snapshot_damaged",
            Self::SnapshotTooLarge => "snapshot_too_large",
            Self::SnapshotBusy => "snapshot_busy",
            Self::BeforeSnapshot => "before_snapshot",
            Self::NoSnapshot => "no_snapshot",
            Self::MemoryLimit => "memory_limit",
            Self::UnknownIndex => "unknown_index",
            Self::TableLocked => "table_locked",
            Self::NotPermitted => "not_permitted",
            Self::NeedsOffline => "needs_offline",
            Self::NoSpace => "no_space",
        }
    }

    /// True when the same request may succeed a little later.
    pub fn is_retryable(self) -> bool {
        matches!(
            self,
            Self::Unreachable
                | Self::ServerBusy
                | Self::TimedOut
                | Self::DatabaseFailed
                | Self::TableLocked
                | Self::NoSpace
                | Self::SnapshotBusy
                | Self::SnapshotDamaged
        )
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl EngineError {
    /// What kind of failure this is.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Config(_) => ErrorCode::BadConfig,
            Self::Question(_) => ErrorCode::UnknownQuestion,
            Self::Option(_) => ErrorCode::BadOption,
            Self::Range(RangeError::UnknownWord { .. }) => ErrorCode::UnknownRange,
            Self::Range(RangeError::BadDate { .. }) => ErrorCode::BadDate,
            Self::Range(RangeError::StartAfterEnd { .. }) => ErrorCode::StartAfterEnd,
            Self::Sort(_) => ErrorCode::UnknownSort,
            Self::Limit(_) => ErrorCode::BadLimit,
            Self::GroupBy(_) => ErrorCode::UnknownGroupBy,
            Self::Path(_) => ErrorCode::UnknownPath,
            Self::Index(_) => ErrorCode::UnknownIndex,
            Self::Plan(_) => ErrorCode::BadPlan,
            Self::Cache(error) => cache_code(error),
            Self::Store(error) => store_code(error),
            Self::Snapshot(error) => snapshot_code(error),
            Self::Memory(_) => ErrorCode::MemoryLimit,
            Self::Time(_) => ErrorCode::TimedOut,
            Self::Rollup(error) => rollup_code(error),
        }
    }

    /// True when the snapshot failed, so that the database may still answer.
    pub(crate) fn is_of_snapshot(&self) -> bool {
        matches!(self, Self::Snapshot(_))
    }

    /// True when a file of the snapshot is not what its writer left.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(self, Self::Snapshot(SnapshotError::Damaged { .. } | SnapshotError::Cut { .. }))
    }

    /// True when rows were given to the caller before it was found out.
    pub(crate) fn came_after_rows(&self) -> bool {
        matches!(self, Self::Snapshot(SnapshotError::Cut { .. }))
    }

    /// True when the request is at fault, so that the same request can never succeed.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Config(_)
            | Self::Question(_)
            | Self::Option(_)
            | Self::Range(_)
            | Self::Sort(_)
            | Self::Limit(_)
            | Self::GroupBy(_)
            | Self::Path(_)
            | Self::Index(_)
            | Self::Plan(_)
            | Self::Cache(_) => true,
            Self::Store(error) => matches!(error, StoreError::BadLocation { .. }),
            Self::Snapshot(error) => {
                use SnapshotError::{BeforeHorizon, NotConfigured, NotHistory, OthersHistory};
                matches!(
                    error,
                    BeforeHorizon { .. } | NotConfigured | NotHistory { .. } | OthersHistory { .. }
                )
            }
            Self::Memory(_) | Self::Time(_) | Self::Rollup(_) => false,
        }
    }

    /// True when the same request may succeed a little later.
    pub fn is_retryable(&self) -> bool {
        self.code().is_retryable()
    }
}

fn cache_code(error: &CacheError) -> ErrorCode {
    match error {
        CacheError::Address | CacheError::NotConfigured => ErrorCode::BadConfig,
        CacheError::Pattern { .. } | CacheError::Trigger { .. } | CacheError::TwoWays => {
            ErrorCode::BadOption
        }
    }
}

fn snapshot_code(error: &SnapshotError) -> ErrorCode {
    match error {
        SnapshotError::File { .. } | SnapshotError::NotPrivate { .. } => ErrorCode::SnapshotFile,
        SnapshotError::Damaged { .. } | SnapshotError::Cut { .. } => ErrorCode::SnapshotDamaged,
        SnapshotError::TooLarge { .. } => ErrorCode::SnapshotTooLarge,
        SnapshotError::Busy { .. } | SnapshotError::Stuck { .. } => ErrorCode::SnapshotBusy,
        SnapshotError::Unfit { .. } => ErrorCode::BadValue,
        SnapshotError::BeforeHorizon { .. } => ErrorCode::BeforeSnapshot,
        SnapshotError::NotConfigured | SnapshotError::ReadOnly { .. } => ErrorCode::NoSnapshot,
        SnapshotError::NotHistory { .. } | SnapshotError::OthersHistory { .. } => {
            ErrorCode::BadOption
        }
    }
}

fn rollup_code(error: &RollupError) -> ErrorCode {
    match error {
        RollupError::TooLarge { .. } => ErrorCode::BadValue,
        RollupError::OtherZone { .. } => ErrorCode::BadConfig,
    }
}

fn store_code(error: &StoreError) -> ErrorCode {
    match error {
        StoreError::BadLocation { .. } => ErrorCode::BadStoreAddress,
        StoreError::Unreachable { .. } => ErrorCode::Unreachable,
        StoreError::CannotOpen { .. } => ErrorCode::CannotOpen,
        StoreError::AccessDenied { .. } => ErrorCode::AccessDenied,
        StoreError::Busy { .. } => ErrorCode::ServerBusy,
        StoreError::TimedOut { .. } => ErrorCode::TimedOut,
        StoreError::MissingTable { .. } => ErrorCode::MissingTable,
        StoreError::MissingColumn { .. } | StoreError::ForeignTable { .. } => {
            ErrorCode::MissingColumn
        }
        StoreError::BadValue { .. } | StoreError::NotSeconds { .. } => ErrorCode::BadValue,
        StoreError::NotEmpty { .. } => ErrorCode::NotEmpty,
        StoreError::Locked { .. } | StoreError::Waited { .. } => ErrorCode::TableLocked,
        StoreError::NotPermitted { .. } => ErrorCode::NotPermitted,
        StoreError::NeedsOffline { .. } => ErrorCode::NeedsOffline,
        StoreError::NoSpace { .. } => ErrorCode::NoSpace,
        StoreError::Replaced { .. } | StoreError::BrokenOff { .. } | StoreError::Failed { .. } => {
            ErrorCode::DatabaseFailed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_a_configuration_can_mend_is_not_tried_again() {
        let (theirs, ours) = ("Asia/Shanghai".to_owned(), "UTC".to_owned());
        let error = EngineError::from(RollupError::OtherZone { theirs, ours });
        assert_eq!(error.code(), ErrorCode::BadConfig);
        assert!(!error.is_retryable() && !error.is_usage());
    }
}

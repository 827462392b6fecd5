//! How a call ended.

use std::ffi::{CStr, c_char};
use traffic_engine::ErrorCode;

/// How a call ended. A number never changes its meaning; later versions add numbers, so a program
/// treats one it does not know as a failure.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum te_status {
    /// It did what was asked.
    Ok = 0,
    /// A configuration that cannot be understood.
    BadConfig = 1,
    /// A question that nobody knows.
    UnknownQuestion = 2,
    /// An option that cannot be understood.
    BadOption = 3,
    /// A time range that no word of the vocabulary names.
    UnknownRange = 4,
    /// A date that is not YYYY-MM-DD.
    BadDate = 5,
    /// A range that begins after it ends.
    StartAfterEnd = 6,
    /// A sort order the ranking does not know.
    UnknownSort = 7,
    /// A limit that is neither a number of rows nor "all".
    BadLimit = 8,
    /// A grouping that aggregation does not know.
    UnknownGroupBy = 9,
    /// A way to answer that nobody knows.
    UnknownPath = 10,
    /// A plan for made-up rows that cannot be carried out.
    BadPlan = 11,
    /// A store address that cannot be understood.
    BadStoreAddress = 12,
    /// A database that does not answer.
    Unreachable = 13,
    /// A file that is no database.
    CannotOpen = 14,
    /// A login that the server refuses.
    AccessDenied = 15,
    /// A table that is missing or not readable.
    MissingTable = 16,
    /// A column that is missing.
    MissingColumn = 17,
    /// A value that its column must not hold.
    BadValue = 18,
    /// A store that should be empty and is not.
    NotEmpty = 19,
    /// An operation that the database refused or broke off.
    DatabaseFailed = 20,
    /// A file or folder of the data directory that cannot be used.
    SnapshotFile = 21,
    /// A file of the snapshot that is not what its writer left.
    SnapshotDamaged = 22,
    /// A snapshot that does not fit into the space it may take.
    SnapshotTooLarge = 23,
    /// A snapshot that another process has been building for too long.
    SnapshotBusy = 24,
    /// A range that begins before the snapshot does.
    BeforeSnapshot = 25,
    /// A question that only the snapshot may answer, and there is none.
    NoSnapshot = 26,
    /// A question that would take more memory than it may.
    MemoryLimit = 27,
    /// An index that is not there, or that is the business of others.
    UnknownIndex = 28,
    /// A table on which somebody has been holding a lock for too long.
    TableLocked = 29,
    /// A change that the login may not make, or that is not made here.
    NotPermitted = 30,
    /// A change that the database makes only while others wait.
    NeedsOffline = 31,
    /// A disk or file that is full.
    NoSpace = 32,
    /// A server without room for another connection.
    ServerBusy = 33,
    /// A question that took longer than it may.
    TimedOut = 34,
    /// A pointer that must not be null and is.
    NullArgument = 100,
    /// A text that is not UTF-8.
    BadUtf8 = 101,
    /// A size or length that cannot be.
    BadSize = 102,
    /// A handle that is closed, freed or was never given out.
    ClosedHandle = 103,
    /// A handle of the process that this one was forked from, or a process forked while an engine
    /// was open.
    Forked = 104,
    /// Rows that are asked for as rows of another kind.
    WrongRows = 105,
    /// A defect of the library, or a system that is out of something.
    Internal = 199,
}

impl te_status {
    /// All of them, by number.
    ///
    /// cbindgen:ignore
    const ALL: [Self; 42] = [
        Self::Ok,
        Self::BadConfig,
        Self::UnknownQuestion,
        Self::BadOption,
        Self::UnknownRange,
        Self::BadDate,
        Self::StartAfterEnd,
        Self::UnknownSort,
        Self::BadLimit,
        Self::UnknownGroupBy,
        Self::UnknownPath,
        Self::BadPlan,
        Self::BadStoreAddress,
        Self::Unreachable,
        Self::CannotOpen,
        Self::AccessDenied,
        Self::MissingTable,
        Self::MissingColumn,
        Self::BadValue,
        Self::NotEmpty,
        Self::DatabaseFailed,
        Self::SnapshotFile,
        Self::SnapshotDamaged,
        Self::SnapshotTooLarge,
        Self::SnapshotBusy,
        Self::BeforeSnapshot,
        Self::NoSnapshot,
        Self::MemoryLimit,
        Self::UnknownIndex,
        Self::TableLocked,
        Self::NotPermitted,
        Self::NeedsOffline,
        Self::NoSpace,
        Self::ServerBusy,
        Self::TimedOut,
        Self::NullArgument,
        Self::BadUtf8,
        Self::BadSize,
        Self::ClosedHandle,
        Self::Forked,
        Self::WrongRows,
        Self::Internal,
    ];

    fn of_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|&status| status as i32 == number)
    }

    /// The engine's code, where it is the engine that failed.
    fn code(self) -> Option<ErrorCode> {
        Some(match self {
            Self::BadConfig => ErrorCode::BadConfig,
            Self::UnknownQuestion => ErrorCode::UnknownQuestion,
            Self::BadOption => ErrorCode::BadOption,
            Self::UnknownRange => ErrorCode::UnknownRange,
            Self::BadDate => ErrorCode::BadDate,
            Self::StartAfterEnd => ErrorCode::StartAfterEnd,
            Self::UnknownSort => ErrorCode::UnknownSort,
            Self::BadLimit => ErrorCode::BadLimit,
            Self::UnknownGroupBy => ErrorCode::UnknownGroupBy,
            Self::UnknownPath => ErrorCode::UnknownPath,
            Self::BadPlan => ErrorCode::BadPlan,
            Self::BadStoreAddress => ErrorCode::BadStoreAddress,
            Self::Unreachable => ErrorCode::Unreachable,
            Self::CannotOpen => ErrorCode::CannotOpen,
            Self::AccessDenied => ErrorCode::AccessDenied,
            Self::MissingTable => ErrorCode::MissingTable,
            Self::MissingColumn => ErrorCode::MissingColumn,
            Self::BadValue => ErrorCode::BadValue,
            Self::NotEmpty => ErrorCode::NotEmpty,
            Self::DatabaseFailed => ErrorCode::DatabaseFailed,
            Self::SnapshotFile => ErrorCode::SnapshotFile,
            Self::SnapshotDamaged => ErrorCode::SnapshotDamaged,
            Self::SnapshotTooLarge => ErrorCode::SnapshotTooLarge,
            Self::SnapshotBusy => ErrorCode::SnapshotBusy,
            Self::BeforeSnapshot => ErrorCode::BeforeSnapshot,
            Self::NoSnapshot => ErrorCode::NoSnapshot,
            Self::MemoryLimit => ErrorCode::MemoryLimit,
            Self::UnknownIndex => ErrorCode::UnknownIndex,
            Self::TableLocked => ErrorCode::TableLocked,
            Self::NotPermitted => ErrorCode::NotPermitted,
            Self::NeedsOffline => ErrorCode::NeedsOffline,
            Self::NoSpace => ErrorCode::NoSpace,
            Self::ServerBusy => ErrorCode::ServerBusy,
            Self::TimedOut => ErrorCode::TimedOut,
            Self::Ok
            | Self::NullArgument
            | Self::BadUtf8
            | Self::BadSize
            | Self::ClosedHandle
            | Self::Forked
            | Self::WrongRows
            | Self::Internal => return None,
        })
    }

    fn name(self) -> &'static CStr {
        match self {
            Self::Ok => c"ok",
            Self::BadConfig => c"bad_config",
            Self::UnknownQuestion => c"unknown_question",
            Self::BadOption => c"bad_option",
            Self::UnknownRange => c"unknown_range",
            Self::BadDate => c"bad_date",
            Self::StartAfterEnd => c"start_after_end",
            Self::UnknownSort => c"unknown_sort",
            Self::BadLimit => c"bad_limit",
            Self::UnknownGroupBy => c"unknown_group_by",
            Self::UnknownPath => c"unknown_path",
            Self::BadPlan => c"bad_plan",
            Self::BadStoreAddress => c"bad_store_address",
            Self::Unreachable => c"unreachable",
            Self::CannotOpen => c"cannot_open",
            Self::AccessDenied => c"access_denied",
            Self::MissingTable => c"missing_table",
            Self::MissingColumn => c"missing_column",
            Self::BadValue => c"bad_value",
            Self::NotEmpty => c"not_empty",
            Self::DatabaseFailed => c"database_failed",
            Self::SnapshotFile => c"snapshot_file",
            Self::SnapshotDamaged => c"snapshot_damaged",
            Self::SnapshotTooLarge => c"snapshot_too_large",
            Self::SnapshotBusy => c"snapshot_busy",
            Self::BeforeSnapshot => c"before_snapshot",
            Self::NoSnapshot => c"no_snapshot",
            Self::MemoryLimit => c"memory_limit",
            Self::UnknownIndex => c"unknown_index",
            Self::TableLocked => c"table_locked",
            Self::NotPermitted => c"not_permitted",
            Self::NeedsOffline => c"needs_offline",
            Self::NoSpace => c"no_space",
            Self::ServerBusy => c"server_busy",
            Self::TimedOut => c"timed_out",
            Self::NullArgument => c"null_argument",
            Self::BadUtf8 => c"bad_utf8",
            Self::BadSize => c"bad_size",
            Self::ClosedHandle => c"closed_handle",
            Self::Forked => c"forked",
            Self::WrongRows => c"wrong_rows",
            Self::Internal => c"internal",
        }
    }
}

impl From<ErrorCode> for te_status {
    fn from(code: ErrorCode) -> Self {
        match code {
            ErrorCode::BadConfig => Self::BadConfig,
            ErrorCode::UnknownQuestion => Self::UnknownQuestion,
            ErrorCode::BadOption => Self::BadOption,
            ErrorCode::UnknownRange => Self::UnknownRange,
            ErrorCode::BadDate => Self::BadDate,
            ErrorCode::StartAfterEnd => Self::StartAfterEnd,
            ErrorCode::UnknownSort => Self::UnknownSort,
            ErrorCode::BadLimit => Self::BadLimit,
            ErrorCode::UnknownGroupBy => Self::UnknownGroupBy,
            ErrorCode::UnknownPath => Self::UnknownPath,
            ErrorCode::BadPlan => Self::BadPlan,
            ErrorCode::BadStoreAddress => Self::BadStoreAddress,
            ErrorCode::Unreachable => Self::Unreachable,
            ErrorCode::CannotOpen => Self::CannotOpen,
            ErrorCode::AccessDenied => Self::AccessDenied,
            ErrorCode::MissingTable => Self::MissingTable,
            ErrorCode::MissingColumn => Self::MissingColumn,
            ErrorCode::BadValue => Self::BadValue,
            ErrorCode::NotEmpty => Self::NotEmpty,
            ErrorCode::DatabaseFailed => Self::DatabaseFailed,
            ErrorCode::SnapshotFile => Self::SnapshotFile,
            ErrorCode::SnapshotDamaged => Self::SnapshotDamaged,
            ErrorCode::SnapshotTooLarge => Self::SnapshotTooLarge,
            ErrorCode::SnapshotBusy => Self::SnapshotBusy,
            ErrorCode::BeforeSnapshot => Self::BeforeSnapshot,
            ErrorCode::NoSnapshot => Self::NoSnapshot,
            ErrorCode::MemoryLimit => Self::MemoryLimit,
            ErrorCode::UnknownIndex => Self::UnknownIndex,
            ErrorCode::TableLocked => Self::TableLocked,
            ErrorCode::NotPermitted => Self::NotPermitted,
            ErrorCode::NeedsOffline => Self::NeedsOffline,
            ErrorCode::NoSpace => Self::NoSpace,
            ErrorCode::ServerBusy => Self::ServerBusy,
            ErrorCode::TimedOut => Self::TimedOut,
        }
    }
}

/// The name of a status, such as "bad_config"; the same word that other surfaces use for the same
/// failure, and "unknown" for a number that is no status. Never fails; the text lives as long as
/// the library.
#[unsafe(no_mangle)]
pub extern "C" fn te_status_name(status: i32) -> *const c_char {
    te_status::of_number(status).map_or(c"unknown", te_status::name).as_ptr()
}

/// 1 where the same call may succeed a little later, otherwise 0. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn te_status_is_retryable(status: i32) -> i32 {
    let code = te_status::of_number(status).and_then(te_status::code);
    i32::from(code.is_some_and(ErrorCode::is_retryable))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_engine_keep_their_names() {
        let mut seen = 0;
        for status in te_status::ALL {
            if let Some(code) = status.code() {
                assert_eq!(status.name().to_str(), Ok(code.as_str()));
                assert_eq!(te_status::from(code), status);
                seen += 1;
            }
        }
        assert_eq!(seen, te_status::ALL.len() - 8);
    }

    #[test]
    fn numbers_ascend_and_names_differ() {
        let numbers = te_status::ALL.map(|status| status as i32);
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
        let mut names = te_status::ALL.map(te_status::name);
        names.sort_unstable();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
        assert_eq!(te_status::of_number(99), None);
    }
}

package trafficengine

// #include <traffic_engine.h>
import "C"

// Status tells how a call ended. Later libraries may have statuses that have no constant here; they
// are failures, too. A Status is an error, so that errors.Is finds it in an [Error].
type Status int32

// What can fail. A number never changes its meaning.
const (
	// StatusOK is no failure.
	StatusOK Status = C.TE_STATUS_OK
	// StatusBadConfig is a configuration that cannot be understood.
	StatusBadConfig Status = C.TE_STATUS_BAD_CONFIG
	// StatusUnknownQuestion is a question that nobody knows.
	StatusUnknownQuestion Status = C.TE_STATUS_UNKNOWN_QUESTION
	// StatusBadOption is an option that cannot be understood.
	StatusBadOption Status = C.TE_STATUS_BAD_OPTION
	// StatusUnknownRange is a time range that no word of the vocabulary names.
	StatusUnknownRange Status = C.TE_STATUS_UNKNOWN_RANGE
	// StatusBadDate is a date that is not YYYY-MM-DD.
	StatusBadDate Status = C.TE_STATUS_BAD_DATE
	// StatusStartAfterEnd is a range that begins after it ends.
	StatusStartAfterEnd Status = C.TE_STATUS_START_AFTER_END
	// StatusUnknownSort is an order that the ranking does not know.
	StatusUnknownSort Status = C.TE_STATUS_UNKNOWN_SORT
	// StatusBadLimit is a limit that is neither a positive number nor "all".
	StatusBadLimit Status = C.TE_STATUS_BAD_LIMIT
	// StatusUnknownGroupBy is a grouping that aggregation does not know.
	StatusUnknownGroupBy Status = C.TE_STATUS_UNKNOWN_GROUP_BY
	// StatusUnknownPath is a way to answer that nobody knows.
	StatusUnknownPath Status = C.TE_STATUS_UNKNOWN_PATH
	// StatusBadPlan is a plan for made-up rows that cannot be carried out.
	StatusBadPlan Status = C.TE_STATUS_BAD_PLAN
	// StatusBadStoreAddress is a store address that cannot be understood.
	StatusBadStoreAddress Status = C.TE_STATUS_BAD_STORE_ADDRESS
	// StatusUnreachable is a database that does not answer.
	StatusUnreachable Status = C.TE_STATUS_UNREACHABLE
	// StatusCannotOpen is a file that is no database.
	StatusCannotOpen Status = C.TE_STATUS_CANNOT_OPEN
	// StatusAccessDenied is a login that the server refuses.
	StatusAccessDenied Status = C.TE_STATUS_ACCESS_DENIED
	// StatusMissingTable is a table that is missing or not readable.
	StatusMissingTable Status = C.TE_STATUS_MISSING_TABLE
	// StatusMissingColumn is a column that is missing.
	StatusMissingColumn Status = C.TE_STATUS_MISSING_COLUMN
	// StatusBadValue is a value that its column must not hold.
	StatusBadValue Status = C.TE_STATUS_BAD_VALUE
	// StatusNotEmpty is a store that should be empty and is not.
	StatusNotEmpty Status = C.TE_STATUS_NOT_EMPTY
	// StatusDatabaseFailed is an operation that the database refused or broke off.
	StatusDatabaseFailed Status = C.TE_STATUS_DATABASE_FAILED
	// StatusSnapshotFile is a file or folder of the data directory that cannot be used.
	StatusSnapshotFile Status = C.TE_STATUS_SNAPSHOT_FILE
	// StatusSnapshotDamaged is a file of the snapshot that is not what its writer left.
	StatusSnapshotDamaged Status = C.TE_STATUS_SNAPSHOT_DAMAGED
	// StatusSnapshotTooLarge is a snapshot that does not fit into the space it may take.
	StatusSnapshotTooLarge Status = C.TE_STATUS_SNAPSHOT_TOO_LARGE
	// StatusSnapshotBusy is a snapshot that another process has been building for too long.
	StatusSnapshotBusy Status = C.TE_STATUS_SNAPSHOT_BUSY
	// StatusBeforeSnapshot is a range that begins before the snapshot does.
	StatusBeforeSnapshot Status = C.TE_STATUS_BEFORE_SNAPSHOT
	// StatusNoSnapshot is a question that only the snapshot may answer, and there is none.
	StatusNoSnapshot Status = C.TE_STATUS_NO_SNAPSHOT
	// StatusMemoryLimit is a question that would take more memory than it may.
	StatusMemoryLimit Status = C.TE_STATUS_MEMORY_LIMIT
	// StatusUnknownIndex is an index that is not there, or that is the business of others.
	StatusUnknownIndex Status = C.TE_STATUS_UNKNOWN_INDEX
	// StatusTableLocked is a table on which somebody has been holding a lock for too long.
	StatusTableLocked Status = C.TE_STATUS_TABLE_LOCKED
	// StatusNotPermitted is a change that the login may not make, or that is not made there.
	StatusNotPermitted Status = C.TE_STATUS_NOT_PERMITTED
	// StatusNeedsOffline is a change that the database makes only while others wait.
	StatusNeedsOffline Status = C.TE_STATUS_NEEDS_OFFLINE
	// StatusNoSpace is a disk or file that is full.
	StatusNoSpace Status = C.TE_STATUS_NO_SPACE
	// StatusServerBusy is a server without room for another connection.
	StatusServerBusy Status = C.TE_STATUS_SERVER_BUSY
	// StatusTimedOut is a question that took longer than it may.
	StatusTimedOut Status = C.TE_STATUS_TIMED_OUT
	// StatusNullArgument is a pointer that must not be null and is.
	StatusNullArgument Status = C.TE_STATUS_NULL_ARGUMENT
	// StatusBadUTF8 is a text that is not UTF-8.
	StatusBadUTF8 Status = C.TE_STATUS_BAD_UTF8
	// StatusBadSize is a size or length that cannot be.
	StatusBadSize Status = C.TE_STATUS_BAD_SIZE
	// StatusClosedHandle is an engine that is closed or was never opened.
	StatusClosedHandle Status = C.TE_STATUS_CLOSED_HANDLE
	// StatusForked is an engine of the process that this one was forked from.
	StatusForked Status = C.TE_STATUS_FORKED
	// StatusWrongRows are rows that are asked for as rows of another kind.
	StatusWrongRows Status = C.TE_STATUS_WRONG_ROWS
	// StatusInternal is a defect of the library, or a system that is out of something.
	StatusInternal Status = C.TE_STATUS_INTERNAL
)

// String is the name of the status, such as "bad_config": the same word that the library's other
// surfaces use for the same failure, and "unknown" for a number that the library does not know.
func (status Status) String() string {
	return C.GoString(C.te_status_name(C.int32_t(status)))
}

// Error is the name of the status.
func (status Status) Error() string {
	return status.String()
}

// Retryable is true where the same call may succeed a little later.
func (status Status) Retryable() bool {
	return C.te_status_is_retryable(C.int32_t(status)) != 0
}

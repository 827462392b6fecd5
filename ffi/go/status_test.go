package trafficengine_test

import (
	"testing"

	"trafficengine"
)

// names are those of all statuses.
var names = map[trafficengine.Status]string{
	trafficengine.StatusOK:               "ok",
	trafficengine.StatusBadConfig:        "bad_config",
	trafficengine.StatusUnknownQuestion:  "unknown_question",
	trafficengine.StatusBadOption:        "bad_option",
	trafficengine.StatusUnknownRange:     "unknown_range",
	trafficengine.StatusBadDate:          "bad_date",
	trafficengine.StatusStartAfterEnd:    "start_after_end",
	trafficengine.StatusUnknownSort:      "unknown_sort",
	trafficengine.StatusBadLimit:         "bad_limit",
	trafficengine.StatusUnknownGroupBy:   "unknown_group_by",
	trafficengine.StatusUnknownPath:      "unknown_path",
	trafficengine.StatusBadPlan:          "bad_plan",
	trafficengine.StatusBadStoreAddress:  "bad_store_address",
	trafficengine.StatusUnreachable:      "unreachable",
	trafficengine.StatusCannotOpen:       "cannot_open",
	trafficengine.StatusAccessDenied:     "access_denied",
	trafficengine.StatusMissingTable:     "missing_table",
	trafficengine.StatusMissingColumn:    "missing_column",
	trafficengine.StatusBadValue:         "bad_value",
	trafficengine.StatusNotEmpty:         "not_empty",
	trafficengine.StatusDatabaseFailed:   "database_failed",
	trafficengine.StatusSnapshotFile:     "snapshot_file",
	trafficengine.StatusSnapshotDamaged:  "snapshot_damaged",
	trafficengine.StatusSnapshotTooLarge: "snapshot_too_large",
	trafficengine.StatusSnapshotBusy:     "snapshot_busy",
	trafficengine.StatusBeforeSnapshot:   "before_snapshot",
	trafficengine.StatusNoSnapshot:       "no_snapshot",
	trafficengine.StatusMemoryLimit:      "memory_limit",
	trafficengine.StatusUnknownIndex:     "unknown_index",
	trafficengine.StatusTableLocked:      "table_locked",
	trafficengine.StatusNotPermitted:     "not_permitted",
	trafficengine.StatusNeedsOffline:     "needs_offline",
	trafficengine.StatusNoSpace:          "no_space",
	trafficengine.StatusServerBusy:       "server_busy",
	trafficengine.StatusTimedOut:         "timed_out",
	trafficengine.StatusNullArgument:     "null_argument",
	trafficengine.StatusBadUTF8:          "bad_utf8",
	trafficengine.StatusBadSize:          "bad_size",
	trafficengine.StatusClosedHandle:     "closed_handle",
	trafficengine.StatusForked:           "forked",
	trafficengine.StatusWrongRows:        "wrong_rows",
	trafficengine.StatusInternal:         "internal",
}

// A status that the library has and this package lacks shows up as one without a name here.
func TestStatusesHaveNames(t *testing.T) {
	for status := trafficengine.Status(-1); status < 1000; status++ {
		want, known := names[status]
		if !known {
			want = "unknown"
		}
		if status.String() != want || status.Error() != want {
			t.Errorf("status %d is %v, want %q", int32(status), status, want)
		}
	}
}

func TestOnlyWhatMayPassIsRetryable(t *testing.T) {
	for status, want := range map[trafficengine.Status]bool{
		trafficengine.StatusUnreachable: true,
		trafficengine.StatusBadDate:     false,
		trafficengine.Status(12345):     false,
	} {
		failure := &trafficengine.Error{Status: status}
		if status.Retryable() != want || failure.Retryable() != want {
			t.Errorf("%v is retryable: %v, want %v", status, status.Retryable(), want)
		}
	}
}

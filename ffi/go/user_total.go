package trafficengine

// #include <traffic_engine.h>
import "C"

import "context"

// UserTotal is the usage of one listed user.
type UserTotal struct {
	// User id.
	UserID int64 `json:"user_id"`
	// Subscriber UUID.
	UUID string `json:"uuid"`
	// WHMCS service id.
	SID int64 `json:"sid"`
	// Bytes.
	TotalTraffic Sum `json:"total_traffic"`
	// Distinct nodes; merged days are none.
	UniqueNodes uint64 `json:"unique_nodes"`
	// Usage rows.
	TotalRecords uint64 `json:"total_records"`
	// Bytes by usage row, rounded to four decimals.
	AvgTrafficPerRecord Average `json:"avg_traffic_per_record"`
	// Time of the last usage row, in seconds since 1970 in UTC.
	LastActivity int64 `json:"last_activity"`
}

// AggregateByUser sums usage by user.
func (engine *Engine) AggregateByUser(ctx context.Context, period Period) ([]UserTotal, error) {
	return userTotals.summed(ctx, engine, period, "user")
}

var userTotals = rowKind[C.te_user_total, UserTotal]{
	next: func(rows C.te_rows, into *C.te_user_total, capacity C.size_t, count *C.size_t) C.te_status {
		return C.te_rows_next_user_totals(rows, into, C.sizeof_te_user_total, capacity, count)
	},
	row: userTotalOf,
}

func userTotalOf(raw *C.te_user_total, texts *textCopier) UserTotal {
	return UserTotal{
		UserID:              int64(raw.user_id),
		UUID:                texts.copied(&raw.uuid),
		SID:                 int64(raw.sid),
		TotalTraffic:        Sum{uint128Of(raw.total_traffic)},
		UniqueNodes:         uint64(raw.unique_nodes),
		TotalRecords:        uint64(raw.total_records),
		AvgTrafficPerRecord: Average(raw.avg_traffic_per_record),
		LastActivity:        int64(raw.last_activity),
	}
}

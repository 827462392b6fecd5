package trafficengine

// #include <traffic_engine.h>
import "C"

import "context"

// HourTotal is the usage of one hour.
type HourTotal struct {
	// Local full hour, YYYY-MM-DD HH:00:00.
	TimeHour string `json:"time_hour"`
	// When it began, in seconds since 1970 in UTC.
	TimestampHour int64 `json:"timestamp_hour"`
	// Bytes.
	TotalTraffic Sum `json:"total_traffic"`
	// Distinct user ids.
	UniqueUsers uint64 `json:"unique_users"`
	// Distinct nodes; merged days are none.
	UniqueNodes uint64 `json:"unique_nodes"`
	// Usage rows.
	TotalRecords uint64 `json:"total_records"`
}

// AggregateByHour sums usage hour by hour.
func (engine *Engine) AggregateByHour(ctx context.Context, period Period) ([]HourTotal, error) {
	return hourTotals.summed(ctx, engine, period, "time")
}

var hourTotals = rowKind[C.te_hour_total, HourTotal]{
	next: func(rows C.te_rows, into *C.te_hour_total, capacity C.size_t, count *C.size_t) C.te_status {
		return C.te_rows_next_hour_totals(rows, into, C.sizeof_te_hour_total, capacity, count)
	},
	row: hourTotalOf,
}

func hourTotalOf(raw *C.te_hour_total, texts *textCopier) HourTotal {
	return HourTotal{
		TimeHour:      texts.copied(&raw.time_hour),
		TimestampHour: int64(raw.timestamp_hour),
		TotalTraffic:  Sum{uint128Of(raw.total_traffic)},
		UniqueUsers:   uint64(raw.unique_users),
		UniqueNodes:   uint64(raw.unique_nodes),
		TotalRecords:  uint64(raw.total_records),
	}
}

package trafficengine

// #include <traffic_engine.h>
import "C"

import "context"

// HourOfDayTotal is the usage of one hour of the day, over all days.
type HourOfDayTotal struct {
	// 0–23, local.
	HourOfDay uint64 `json:"hour_of_day"`
	// Bytes.
	TotalTraffic Sum `json:"total_traffic"`
	// Distinct user ids.
	UniqueUsers uint64 `json:"unique_users"`
	// Distinct nodes; merged days are none.
	UniqueNodes uint64 `json:"unique_nodes"`
	// Bytes by usage row, rounded to four decimals.
	AvgTrafficPerRecord Average `json:"avg_traffic_per_record"`
}

// AggregateByHourOfDay sums usage by hour of the day, over all days.
func (engine *Engine) AggregateByHourOfDay(ctx context.Context, period Period) ([]HourOfDayTotal, error) {
	return hourOfDayTotals.summed(ctx, engine, period, "hourly")
}

var hourOfDayTotals = rowKind[C.te_hour_of_day_total, HourOfDayTotal]{
	next: func(rows C.te_rows, into *C.te_hour_of_day_total, capacity C.size_t, count *C.size_t) C.te_status {
		return C.te_rows_next_hour_of_day_totals(rows, into, C.sizeof_te_hour_of_day_total, capacity, count)
	},
	row: hourOfDayTotalOf,
}

func hourOfDayTotalOf(raw *C.te_hour_of_day_total, texts *textCopier) HourOfDayTotal {
	return HourOfDayTotal{
		HourOfDay:           uint64(raw.hour_of_day),
		TotalTraffic:        Sum{uint128Of(raw.total_traffic)},
		UniqueUsers:         uint64(raw.unique_users),
		UniqueNodes:         uint64(raw.unique_nodes),
		AvgTrafficPerRecord: Average(raw.avg_traffic_per_record),
	}
}

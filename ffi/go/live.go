package trafficengine

// #include <traffic_engine.h>
import "C"

import "context"

// LiveStats are live figures. Windows do not end at midnight and have no upper bound.
type LiveStats struct {
	// Listed users.
	TotalUsers uint64 `json:"total_users"`
	// Distinct user ids with usage rows, by window.
	ActiveUsers ActiveUsers `json:"active_users"`
	// Listed nodes.
	TotalNodes uint64 `json:"total_nodes"`
	// Nodes with a heartbeat in the last 600 s.
	OnlineNodes uint64 `json:"online_nodes"`
	// Bytes uploaded on the current local day.
	TodayUpload Uint128 `json:"today_upload"`
	// Bytes downloaded on the current local day.
	TodayDownload Uint128 `json:"today_download"`
	// Traffic by window.
	TrafficPeriods TrafficPeriods `json:"traffic_periods"`
	// When this was computed, in seconds since 1970 in UTC.
	LastUpdated int64 `json:"last_updated"`
}

// ActiveUsers are distinct user ids with usage rows, by window.
type ActiveUsers struct {
	// The last 300 s.
	Last5Min uint64 `json:"5min"`
	// The last 3 600 s.
	Last1Hour uint64 `json:"1hour"`
	// The last 14 400 s.
	Last4Hour uint64 `json:"4hour"`
	// The last 86 400 s.
	Last24Hours uint64 `json:"24hours"`
}

// TrafficPeriods is traffic by window.
type TrafficPeriods struct {
	// The last 300 s.
	Last5Min PeriodTraffic `json:"5min"`
	// The last 3 600 s.
	Last1Hour PeriodTraffic `json:"1hour"`
	// The last 14 400 s.
	Last4Hour PeriodTraffic `json:"4hour"`
	// Since the first of this month.
	Monthly PeriodTraffic `json:"monthly"`
}

// PeriodTraffic is bytes of a window.
type PeriodTraffic struct {
	// Uploaded.
	Upload Uint128 `json:"upload"`
	// Downloaded.
	Download Uint128 `json:"download"`
	// Both together.
	Total Uint128 `json:"total"`
}

// Live tells active users and recent traffic.
func (engine *Engine) Live(ctx context.Context) (LiveStats, error) {
	return ask(ctx, func() (answer[LiveStats], error) {
		given := newAnswer[LiveStats]()
		raw := C.te_live_stats{size: C.sizeof_te_live_stats}
		err := engine.call("live", func(engine C.te_engine) C.te_status {
			return C.te_live(engine, &raw, &given.source)
		})
		given.value = liveStatsOf(&raw)
		return given, err
	}, nil)
}

func liveStatsOf(raw *C.te_live_stats) LiveStats {
	return LiveStats{
		TotalUsers: uint64(raw.total_users),
		ActiveUsers: ActiveUsers{
			Last5Min:    uint64(raw.active_users_5min),
			Last1Hour:   uint64(raw.active_users_1hour),
			Last4Hour:   uint64(raw.active_users_4hour),
			Last24Hours: uint64(raw.active_users_24hours),
		},
		TotalNodes:    uint64(raw.total_nodes),
		OnlineNodes:   uint64(raw.online_nodes),
		TodayUpload:   uint128Of(raw.today_upload),
		TodayDownload: uint128Of(raw.today_download),
		TrafficPeriods: TrafficPeriods{
			Last5Min:  periodTrafficOf(&raw.traffic_5min),
			Last1Hour: periodTrafficOf(&raw.traffic_1hour),
			Last4Hour: periodTrafficOf(&raw.traffic_4hour),
			Monthly:   periodTrafficOf(&raw.traffic_monthly),
		},
		LastUpdated: int64(raw.last_updated),
	}
}

func periodTrafficOf(raw *C.te_period_traffic) PeriodTraffic {
	return PeriodTraffic{
		Upload:   uint128Of(raw.upload),
		Download: uint128Of(raw.download),
		Total:    uint128Of(raw.total),
	}
}

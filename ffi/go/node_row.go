package trafficengine

// #include <traffic_engine.h>
import "C"

import "context"

// NodeRow is a node in a ranking. Times are seconds since 1970 in UTC, traffic is in bytes and exact.
type NodeRow struct {
	// Node id.
	ID int64 `json:"id"`
	// Name.
	Name string `json:"name"`
	// Host name or address.
	Address string `json:"address"`
	// 1 enabled, 0 disabled.
	Enable int64 `json:"enable"`
	// Bytes used since the node's reset day, as the panel counts them.
	Statistics int64 `json:"statistics"`
	// Limit in GB of 10⁹ bytes; 0 is no limit.
	MaxTraffic int64 `json:"max_traffic"`
	// Last heartbeat.
	LastOnline int64 `json:"last_online"`
	// Country as written, nil for none.
	Country *string `json:"country"`
	// Protocol.
	Type string `json:"type"`
	// Speed limit once the quota is exceeded, empty for none.
	ExcessiveSpeedLimit string `json:"excessive_speed_limit"`
	// Speed limit, empty for none.
	SpeedLimit string `json:"speed_limit"`
	// Bytes uploaded in the range.
	TotalUpload Uint128 `json:"total_upload"`
	// Bytes downloaded in the range.
	TotalDownload Uint128 `json:"total_download"`
	// Both together.
	TotalTraffic Uint128 `json:"total_traffic"`
	// Bytes of the last 300 s, as far as they lie in the range.
	Traffic5Min Uint128 `json:"traffic_5min"`
	// Bytes of the last 3 600 s, as far as they lie in the range.
	Traffic1Hour Uint128 `json:"traffic_1hour"`
	// Bytes of the last 14 400 s, as far as they lie in the range.
	Traffic4Hour Uint128 `json:"traffic_4hour"`
	// Distinct user ids, deleted users included.
	UniqueUsers uint64 `json:"unique_users"`
	// Usage rows in the range.
	UsageRecords uint64 `json:"usage_records"`
	// Billing multiplier of the node.
	CountRate float64 `json:"count_rate"`
	// Bytes left of the limit, not below 0.
	RemainingTraffic Uint128 `json:"remaining_traffic"`
	// Per cent of the limit used, may exceed 100; 0 without a limit.
	TrafficUtilization float64 `json:"traffic_utilization"`
	// True within 600 s of the last heartbeat.
	IsOnline bool `json:"is_online"`
	// Whole minutes since the last heartbeat.
	LastSeenMinutes int64 `json:"last_seen_minutes"`
	// TotalTraffic by user; 0 without users.
	AvgTrafficPerUser float64 `json:"avg_traffic_per_user"`
}

// RankNodes ranks nodes: all of them unless the query has a limit.
func (engine *Engine) RankNodes(ctx context.Context, query Query) ([]NodeRow, error) {
	return nodeRows.ranked(ctx, engine, query, "rank_nodes", func(
		engine C.te_engine, options *C.te_rank_options, rows *C.te_rows, source *C.te_source,
	) C.te_status {
		return C.te_rank_nodes(engine, options, rows, source)
	})
}

var nodeRows = rowKind[C.te_node_row, NodeRow]{
	next: func(rows C.te_rows, into *C.te_node_row, capacity C.size_t, count *C.size_t) C.te_status {
		return C.te_rows_next_nodes(rows, into, C.sizeof_te_node_row, capacity, count)
	},
	row: nodeRowOf,
}

func nodeRowOf(raw *C.te_node_row, texts *textCopier) NodeRow {
	return NodeRow{
		ID:                  int64(raw.id),
		Name:                texts.copied(&raw.name),
		Address:             texts.copied(&raw.address),
		Enable:              int64(raw.enable),
		Statistics:          int64(raw.statistics),
		MaxTraffic:          int64(raw.max_traffic),
		LastOnline:          int64(raw.last_online),
		Country:             texts.copiedOrNil(&raw.country),
		Type:                texts.copied(&raw._type),
		ExcessiveSpeedLimit: texts.copied(&raw.excessive_speed_limit),
		SpeedLimit:          texts.copied(&raw.speed_limit),
		TotalUpload:         uint128Of(raw.total_upload),
		TotalDownload:       uint128Of(raw.total_download),
		TotalTraffic:        uint128Of(raw.total_traffic),
		Traffic5Min:         uint128Of(raw.traffic_5min),
		Traffic1Hour:        uint128Of(raw.traffic_1hour),
		Traffic4Hour:        uint128Of(raw.traffic_4hour),
		UniqueUsers:         uint64(raw.unique_users),
		UsageRecords:        uint64(raw.usage_records),
		CountRate:           float64(raw.count_rate),
		RemainingTraffic:    uint128Of(raw.remaining_traffic),
		TrafficUtilization:  float64(raw.traffic_utilization),
		IsOnline:            raw.is_online != 0,
		LastSeenMinutes:     int64(raw.last_seen_minutes),
		AvgTrafficPerUser:   float64(raw.avg_traffic_per_user),
	}
}

package trafficengine

// #include <traffic_engine.h>
import "C"

import "context"

// UserRow is a user in a ranking. Times are seconds since 1970 in UTC, traffic is in bytes and exact.
type UserRow struct {
	// User id.
	UserID int64 `json:"user_id"`
	// Subscriber UUID.
	UUID string `json:"uuid"`
	// WHMCS service id.
	SID int64 `json:"sid"`
	// Bytes uploaded in the quota period, as the panel counts them.
	TotalUploadUser uint64 `json:"total_upload_user"`
	// Bytes downloaded in the quota period, as the panel counts them.
	TotalDownloadUser uint64 `json:"total_download_user"`
	// Quota in bytes.
	TransferEnable int64 `json:"transfer_enable"`
	// 1 enabled, 0 disabled.
	Enable int64 `json:"enable"`
	// When the user was made.
	CreatedAt int64 `json:"created_at"`
	// Free text, nil for none.
	Remark *string `json:"remark"`
	// Speed limit, empty for none.
	SpeedLimitSS string `json:"speedlimitss"`
	// Speed limit of other protocols, empty for none.
	SpeedLimitOther string `json:"speedlimitother"`
	// Bytes uploaded in the range.
	PeriodUpload Uint128 `json:"period_upload"`
	// Bytes downloaded in the range.
	PeriodDownload Uint128 `json:"period_download"`
	// Both together.
	PeriodTraffic Uint128 `json:"period_traffic"`
	// Bytes of the last 300 s, as far as they lie in the range.
	Traffic5Min Uint128 `json:"traffic_5min"`
	// Bytes of the last 3 600 s, as far as they lie in the range.
	Traffic1Hour Uint128 `json:"traffic_1hour"`
	// Bytes of the last 14 400 s, as far as they lie in the range.
	Traffic4Hour Uint128 `json:"traffic_4hour"`
	// Distinct nodes; merged days are none.
	NodesUsed uint64 `json:"nodes_used"`
	// Usage rows in the range.
	UsageRecords uint64 `json:"usage_records"`
	// Time of the first usage row in the range, 0 without.
	FirstUsage int64 `json:"first_usage"`
	// Time of the last usage row in the range, 0 without.
	LastUsage int64 `json:"last_usage"`
	// TotalUploadUser and TotalDownloadUser together.
	UsedTraffic Uint128 `json:"used_traffic"`
	// Bytes left of the quota, not below 0.
	RemainingQuota uint64 `json:"remaining_quota"`
	// Per cent of the quota used, may exceed 100; 0 without a quota.
	QuotaUtilization float64 `json:"quota_utilization"`
	// True when a byte was moved in the range.
	HasActivity bool `json:"has_activity"`
	// PeriodTraffic by node used; 0 without nodes.
	AvgTrafficPerNode float64 `json:"avg_traffic_per_node"`
}

// RankUsers ranks users: all of them unless the query has a limit.
func (engine *Engine) RankUsers(ctx context.Context, query Query) ([]UserRow, error) {
	return userRows.ranked(ctx, engine, query, "rank_users", func(
		engine C.te_engine, options *C.te_rank_options, rows *C.te_rows, source *C.te_source,
	) C.te_status {
		return C.te_rank_users(engine, options, rows, source)
	})
}

var userRows = rowKind[C.te_user_row, UserRow]{
	next: func(rows C.te_rows, into *C.te_user_row, capacity C.size_t, count *C.size_t) C.te_status {
		return C.te_rows_next_users(rows, into, C.sizeof_te_user_row, capacity, count)
	},
	row: userRowOf,
}

func userRowOf(raw *C.te_user_row, texts *textCopier) UserRow {
	return UserRow{
		UserID:            int64(raw.user_id),
		UUID:              texts.copied(&raw.uuid),
		SID:               int64(raw.sid),
		TotalUploadUser:   uint64(raw.total_upload_user),
		TotalDownloadUser: uint64(raw.total_download_user),
		TransferEnable:    int64(raw.transfer_enable),
		Enable:            int64(raw.enable),
		CreatedAt:         int64(raw.created_at),
		Remark:            texts.copiedOrNil(&raw.remark),
		SpeedLimitSS:      texts.copied(&raw.speedlimitss),
		SpeedLimitOther:   texts.copied(&raw.speedlimitother),
		PeriodUpload:      uint128Of(raw.period_upload),
		PeriodDownload:    uint128Of(raw.period_download),
		PeriodTraffic:     uint128Of(raw.period_traffic),
		Traffic5Min:       uint128Of(raw.traffic_5min),
		Traffic1Hour:      uint128Of(raw.traffic_1hour),
		Traffic4Hour:      uint128Of(raw.traffic_4hour),
		NodesUsed:         uint64(raw.nodes_used),
		UsageRecords:      uint64(raw.usage_records),
		FirstUsage:        int64(raw.first_usage),
		LastUsage:         int64(raw.last_usage),
		UsedTraffic:       uint128Of(raw.used_traffic),
		RemainingQuota:    uint64(raw.remaining_quota),
		QuotaUtilization:  float64(raw.quota_utilization),
		HasActivity:       raw.has_activity != 0,
		AvgTrafficPerNode: float64(raw.avg_traffic_per_node),
	}
}

package trafficengine

// #include <traffic_engine.h>
import "C"

// Sort is the order of a ranking. Ties go to the smaller id.
type Sort string

// The orders. Those of one ranking only say so.
const (
	// SortTrafficDesc has most traffic first.
	SortTrafficDesc Sort = "traffic_desc"
	// SortTrafficAsc has least traffic first.
	SortTrafficAsc Sort = "traffic_asc"
	// SortRemainingDesc has most quota left first.
	SortRemainingDesc Sort = "remaining_desc"
	// SortRemainingAsc has least quota left first.
	SortRemainingAsc Sort = "remaining_asc"
	// SortNodesDesc has users with most nodes first.
	SortNodesDesc Sort = "nodes_desc"
	// SortRecentActivity has users that were active last first.
	SortRecentActivity Sort = "recent_activity"
	// SortUsersDesc has nodes with most users first.
	SortUsersDesc Sort = "users_desc"
	// SortNameAsc has nodes by name.
	SortNameAsc Sort = "name_asc"
)

// Period is the usage that counts: a word, two dates, or two timestamps. The zero Period is today.
//
// Dates may stand beside the word "custom", and timestamps beside "time_range", which say the same.
// Half a period, or two of them, such as "month" and two dates, end in StatusBadOption.
type Period struct {
	// TimeRange is a word: today, yesterday, week, halfmonth, month, current_month, last_6_hours,
	// 30min, all, …
	TimeRange string `json:"time_range,omitempty"`
	// StartDate is the first day as YYYY-MM-DD, in the engine's zone; with EndDate.
	StartDate string `json:"start_date,omitempty"`
	// EndDate is the last day as YYYY-MM-DD, in the engine's zone; with StartDate.
	EndDate string `json:"end_date,omitempty"`
	// StartTimestamp is the first second since 1970 in UTC, as Timestamp makes it of a time; with
	// EndTimestamp.
	StartTimestamp *int64 `json:"start_timestamp,omitempty"`
	// EndTimestamp is the last second since 1970 in UTC; with StartTimestamp.
	EndTimestamp *int64 `json:"end_timestamp,omitempty"`
}

// Query is what to rank. The zero Query asks for all of today's, most traffic first.
type Query struct {
	// TimeRange is as in Period, and so are the next four.
	TimeRange      string `json:"time_range,omitempty"`
	StartDate      string `json:"start_date,omitempty"`
	EndDate        string `json:"end_date,omitempty"`
	StartTimestamp *int64 `json:"start_timestamp,omitempty"`
	EndTimestamp   *int64 `json:"end_timestamp,omitempty"`
	// SortBy is the order, SortTrafficDesc where it is not given.
	SortBy Sort `json:"sort_by,omitempty"`
	// Limit is how many rows there are at most; all where it is 0.
	Limit uint64 `json:"limit,omitempty"`
}

// detached is the query with timestamps of its own. A question may still read them when the call has
// returned and the program changes those it gave.
func (query Query) detached() Query {
	query.StartTimestamp = detached(query.StartTimestamp)
	query.EndTimestamp = detached(query.EndTimestamp)
	return query
}

// detached is the period with timestamps of its own, as that of a query.
func (period Period) detached() Period {
	period.StartTimestamp = detached(period.StartTimestamp)
	period.EndTimestamp = detached(period.EndTimestamp)
	return period
}

func detached(timestamp *int64) *int64 {
	if timestamp == nil {
		return nil
	}
	copied := *timestamp
	return &copied
}

// options are the query as the library takes it; free gives back what they point to.
func (query Query) options() (options C.te_rank_options, free func()) {
	held := inC(query.TimeRange, query.StartDate, query.EndDate, string(query.SortBy))
	options = C.te_rank_options{
		size:       C.sizeof_te_rank_options,
		time_range: held.list[0],
		start_date: held.list[1],
		end_date:   held.list[2],
		sort_by:    held.list[3],
		limit:      C.uint64_t(query.Limit),
	}
	give(query.StartTimestamp, C.TE_GIVEN_START_TIMESTAMP, &options.start_timestamp, &options.given)
	give(query.EndTimestamp, C.TE_GIVEN_END_TIMESTAMP, &options.end_timestamp, &options.given)
	return options, held.free
}

// options are the period as the library takes it, to be summed by group; free gives back what they
// point to.
func (period Period) options(group string) (options C.te_aggregate_options, free func()) {
	held := inC(period.TimeRange, period.StartDate, period.EndDate, group)
	options = C.te_aggregate_options{
		size:       C.sizeof_te_aggregate_options,
		time_range: held.list[0],
		start_date: held.list[1],
		end_date:   held.list[2],
		group_by:   held.list[3],
	}
	give(period.StartTimestamp, C.TE_GIVEN_START_TIMESTAMP, &options.start_timestamp, &options.given)
	give(period.EndTimestamp, C.TE_GIVEN_END_TIMESTAMP, &options.end_timestamp, &options.given)
	return options, held.free
}

// give sets a timestamp that is given, and the bit that says so.
func give(timestamp *int64, bit C.uint64_t, to *C.int64_t, given *C.uint64_t) {
	if timestamp != nil {
		*to = C.int64_t(*timestamp)
		*given |= bit
	}
}

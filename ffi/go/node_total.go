package trafficengine

// #include <traffic_engine.h>
import "C"

import "context"

// NodeTotal is the usage of one node; merged days belong to none.
type NodeTotal struct {
	// Name of a listed node, otherwise the text of the usage rows.
	Node string `json:"node"`
	// Name of a listed node, nil for none.
	NodeName *string `json:"node_name"`
	// Bytes.
	TotalTraffic Sum `json:"total_traffic"`
	// Distinct user ids.
	UniqueUsers uint64 `json:"unique_users"`
	// Usage rows.
	TotalRecords uint64 `json:"total_records"`
	// Bytes by usage row, rounded to four decimals.
	AvgTrafficPerRecord Average `json:"avg_traffic_per_record"`
}

// AggregateByNode sums usage by node.
func (engine *Engine) AggregateByNode(ctx context.Context, period Period) ([]NodeTotal, error) {
	return nodeTotals.summed(ctx, engine, period, "node")
}

var nodeTotals = rowKind[C.te_node_total, NodeTotal]{
	next: func(rows C.te_rows, into *C.te_node_total, capacity C.size_t, count *C.size_t) C.te_status {
		return C.te_rows_next_node_totals(rows, into, C.sizeof_te_node_total, capacity, count)
	},
	row: nodeTotalOf,
}

func nodeTotalOf(raw *C.te_node_total, texts *textCopier) NodeTotal {
	return NodeTotal{
		Node:                texts.copied(&raw.node),
		NodeName:            texts.copiedOrNil(&raw.node_name),
		TotalTraffic:        Sum{uint128Of(raw.total_traffic)},
		UniqueUsers:         uint64(raw.unique_users),
		TotalRecords:        uint64(raw.total_records),
		AvgTrafficPerRecord: Average(raw.avg_traffic_per_record),
	}
}

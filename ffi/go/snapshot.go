package trafficengine

// #include <traffic_engine.h>
import "C"

import "context"

// RefreshOptions say how to refresh.
type RefreshOptions struct {
	// Verify compares every row with the database, instead of looking for new ones.
	Verify bool
}

// Refresh brings the snapshot up to date at once, whoever looked when, and tells which generation it
// is then.
func (engine *Engine) Refresh(ctx context.Context, options RefreshOptions) (Moment, error) {
	raw := C.te_refresh_options{size: C.sizeof_te_refresh_options}
	if options.Verify {
		raw.verify = 1
	}
	return await(ctx, func() (Moment, error) {
		source := C.te_source{size: C.sizeof_te_source}
		err := engine.call("refresh", func(engine C.te_engine) C.te_status {
			return C.te_refresh(engine, &raw, &source)
		})
		return sourceOf(&source).Moment, err
	}, nil)
}

// SnapshotStats is what the snapshot holds and costs.
type SnapshotStats struct {
	// The generation at hand.
	Moment Moment `json:"moment"`
	// Usage rows.
	Rows uint64 `json:"rows"`
	// Files of rows.
	Segments uint64 `json:"segments"`
	// Cells by user, node and hour.
	HourCells uint64 `json:"hour_cells"`
	// Cells by user, node and day.
	DayCells uint64 `json:"day_cells"`
	// Cells by user, node and month.
	MonthCells uint64 `json:"month_cells"`
	// Bytes of all files.
	Bytes uint64 `json:"bytes"`
	// Milliseconds the last comparison with the database took.
	VerifyMS float64 `json:"verify_ms"`
}

// Stats tells what the snapshot holds and costs, after a look for news if one is due. Without a data
// directory it fails with [StatusNoSnapshot].
func (engine *Engine) Stats(ctx context.Context) (SnapshotStats, error) {
	return await(ctx, func() (SnapshotStats, error) {
		raw := C.te_snapshot_stats{size: C.sizeof_te_snapshot_stats}
		err := engine.call("stats", func(engine C.te_engine) C.te_status {
			return C.te_stats(engine, &raw)
		})
		return snapshotStatsOf(&raw), err
	}, nil)
}

func snapshotStatsOf(raw *C.te_snapshot_stats) SnapshotStats {
	return SnapshotStats{
		Moment: Moment{
			Generation:    uint64(raw.generation),
			Watermark:     int64(raw.watermark),
			AgeMS:         uint64(raw.age_ms),
			VerifiedAgeMS: uint64(raw.verified_age_ms),
			DetailSince:   int64(raw.detail_since),
		},
		Rows:       uint64(raw.rows),
		Segments:   uint64(raw.segments),
		HourCells:  uint64(raw.hour_cells),
		DayCells:   uint64(raw.day_cells),
		MonthCells: uint64(raw.month_cells),
		Bytes:      uint64(raw.bytes),
		VerifyMS:   float64(raw.verify_ms),
	}
}

// SnapshotFailure tells why the last question was answered by the database although a snapshot is
// configured, or why the snapshot could not be compared in the background; nothing while all is
// well.
func (engine *Engine) SnapshotFailure() (string, error) {
	var failure C.te_string
	err := engine.call("snapshot_failure", func(engine C.te_engine) C.te_status {
		return C.te_snapshot_failure(engine, &failure)
	})
	if err != nil {
		return "", err
	}
	text, err := takeString("snapshot_failure", failure)
	return string(text), err
}

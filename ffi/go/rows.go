package trafficengine

// #include <traffic_engine.h>
import "C"

import (
	"context"
	"sync"
	"unsafe"
)

// batch is memory for rows of the library, of any kind: several hundred rows cross at once. Go takes
// it for numbers and looks for no pointers in it; those of the library are none of Go's.
type batch [16384]uint64

var batches = sync.Pool{New: func() any { return new(batch) }}

// rowKind is how rows of one kind are taken. Raw is the library's struct, Row is ours.
type rowKind[Raw, Row any] struct {
	// next takes the next rows, at most so many.
	next func(rows C.te_rows, into *Raw, capacity C.size_t, count *C.size_t) C.te_status
	// row copies a row.
	row func(raw *Raw, texts *textCopier) Row
}

// ranked gives the ranking that question answers with.
func (kind rowKind[Raw, Row]) ranked(
	ctx context.Context, engine *Engine, query Query, op string,
	question func(C.te_engine, *C.te_rank_options, *C.te_rows, *C.te_source) C.te_status,
) ([]Row, error) {
	query = query.detached()
	return ask(ctx, func() (answer[[]Row], error) {
		options, free := query.options()
		defer free()
		return kind.asked(engine, op, func(
			engine C.te_engine, rows *C.te_rows, source *C.te_source,
		) C.te_status {
			return question(engine, &options, rows, source)
		})
	}, nil)
}

// summed sums usage by group, whose totals are of this kind.
func (kind rowKind[Raw, Row]) summed(
	ctx context.Context, engine *Engine, period Period, group string,
) ([]Row, error) {
	period = period.detached()
	return ask(ctx, func() (answer[[]Row], error) {
		options, free := period.options(group)
		defer free()
		return kind.asked(engine, "aggregate", func(
			engine C.te_engine, rows *C.te_rows, source *C.te_source,
		) C.te_status {
			return C.te_aggregate(engine, &options, rows, source)
		})
	}, nil)
}

// asked gives the rows that question answers with.
func (kind rowKind[Raw, Row]) asked(
	engine *Engine, op string, question func(C.te_engine, *C.te_rows, *C.te_source) C.te_status,
) (answer[[]Row], error) {
	given := newAnswer[[]Row]()
	var rows C.te_rows
	err := engine.call(op, func(engine C.te_engine) C.te_status {
		return question(engine, &rows, &given.source)
	})
	if err != nil {
		return given, err
	}
	defer C.te_rows_free(rows)
	given.value, err = kind.all(op, rows)
	return given, err
}

// all copies all rows.
func (kind rowKind[Raw, Row]) all(op string, rows C.te_rows) ([]Row, error) {
	var count C.size_t
	if err := call(op, func() C.te_status { return C.te_rows_count(rows, &count) }); err != nil {
		return nil, err
	}
	all := make([]Row, 0, int(count))
	texts := newTextCopier(int(count))
	memory := batches.Get().(*batch)
	defer batches.Put(memory)
	for {
		raws, err := kind.some(op, rows, memory)
		if err != nil {
			return nil, err
		}
		if len(raws) == 0 {
			return all, nil
		}
		for at := range raws {
			all = append(all, kind.row(&raws[at], texts))
		}
	}
}

// some takes as many rows as are left and have room in memory; none after the last.
func (kind rowKind[Raw, Row]) some(op string, rows C.te_rows, memory *batch) ([]Raw, error) {
	var none Raw
	first := (*Raw)(unsafe.Pointer(memory))
	capacity := unsafe.Sizeof(*memory) / unsafe.Sizeof(none)
	var count C.size_t
	err := call(op, func() C.te_status { return kind.next(rows, first, C.size_t(capacity), &count) })
	return unsafe.Slice(first, int(count)), err
}

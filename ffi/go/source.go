package trafficengine

// #include <traffic_engine.h>
import "C"

import (
	"context"
	"math"
	"time"
)

// Moment is a generation of the snapshot, and how old it was when it was asked.
type Moment struct {
	// Generation is the number of the generation; later ones are greater.
	Generation uint64 `json:"generation"`
	// Watermark is the greatest row id the generation has seen.
	Watermark int64 `json:"watermark"`
	// AgeMS is how many milliseconds ago the database was known to hold just these rows, or at least
	// all of their last ones.
	AgeMS uint64 `json:"age_ms"`
	// VerifiedAgeMS is how many milliseconds ago it was known to hold just these rows.
	VerifiedAgeMS uint64 `json:"verified_age_ms"`
	// DetailSince is the local midnight, in unix seconds, from which on the nodes and hours behind
	// merged days are all known; 0 where nothing is hidden by them.
	DetailSince int64 `json:"detail_since"`
}

// Age is AgeMS as a duration.
func (moment Moment) Age() time.Duration {
	return durationOf(moment.AgeMS)
}

// VerifiedAge is VerifiedAgeMS as a duration.
func (moment Moment) VerifiedAge() time.Duration {
	return durationOf(moment.VerifiedAgeMS)
}

// durationOf is the longest duration for what is longer.
func durationOf(milliseconds uint64) time.Duration {
	if milliseconds > math.MaxInt64/uint64(time.Millisecond) {
		return math.MaxInt64
	}
	return time.Duration(milliseconds) * time.Millisecond
}

// Source is where an answer came from.
type Source struct {
	// Path is who answered.
	Path Path
	// Moment is zero unless the snapshot answered.
	Moment
}

type sourceKey struct{}

// WithSource is a context with which a question also tells where its answer came from: it is in
// source when the call returns without an error. Calls that are made at the same time need contexts
// of their own.
func WithSource(ctx context.Context, source *Source) context.Context {
	return context.WithValue(ctx, sourceKey{}, source)
}

// answer is what a question gives, and where it came from.
type answer[T any] struct {
	value  T
	source C.te_source
}

// newAnswer has room for the library to put the source.
func newAnswer[T any]() answer[T] {
	return answer[T]{source: C.te_source{size: C.sizeof_te_source}}
}

// ask gives what question answers, and tells the source to whoever wants to know it. It does so
// here and not where the question runs: when the context has ended the program's memory is not
// touched any more. As with await, discard may be nil.
func ask[T any](ctx context.Context, question func() (answer[T], error), discard func(answer[T])) (T, error) {
	given, err := await(ctx, question, discard)
	if wanted, ok := ctx.Value(sourceKey{}).(*Source); ok && wanted != nil && err == nil {
		*wanted = sourceOf(&given.source)
	}
	return given.value, err
}

func sourceOf(source *C.te_source) Source {
	return Source{Path: pathOf(source.path), Moment: Moment{
		Generation:    uint64(source.generation),
		Watermark:     int64(source.watermark),
		AgeMS:         uint64(source.age_ms),
		VerifiedAgeMS: uint64(source.verified_age_ms),
		DetailSince:   int64(source.detail_since),
	}}
}

package trafficengine

// #include <traffic_engine.h>
import "C"

import (
	"context"
	"runtime"
)

// call makes a call of the library and tells why it failed.
//
// The library keeps the reason for the thread that made the call, so the goroutine stays on its
// thread until it has read it.
func call(op string, do func() C.te_status) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	status := Status(do())
	if status == StatusOK {
		return nil
	}
	return &Error{Op: op, Status: status, Message: C.GoString(C.te_last_error())}
}

// outcome is what a call came to.
type outcome[T any] struct {
	value T
	err   error
}

// await gives what work comes to, or at once the context's error where that ends first.
//
// A call of the library cannot be broken off. Where the context can end, it runs on a goroutine of
// its own, and what it comes to when nobody waits any more goes to discard, which may be nil.
func await[T any](ctx context.Context, work func() (T, error), discard func(T)) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	if ctx.Done() == nil {
		return work()
	}
	done := make(chan outcome[T])
	go func() {
		value, err := work()
		select {
		case done <- outcome[T]{value, err}:
		case <-ctx.Done():
			// Nobody receives any more, or nobody will: what is not sent here is not taken.
			if err == nil && discard != nil {
				discard(value)
			}
		}
	}()
	select {
	case got := <-done:
		return got.value, got.err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

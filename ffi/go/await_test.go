package trafficengine

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

func TestWhatNobodyWaitsForIsDiscarded(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	begun, end := make(chan bool), make(chan bool)
	discarded := make(chan string)
	work := func() (string, error) {
		begun <- true
		<-end
		return "rows", nil
	}
	go func() {
		<-begun
		cancel()
	}()
	value, err := await(ctx, work, func(value string) { discarded <- value })
	if value != "" || !errors.Is(err, context.Canceled) {
		t.Fatalf("got %q and %v", value, err)
	}
	close(end)
	select {
	case value := <-discarded:
		if value != "rows" {
			t.Fatalf("%q was discarded", value)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the value was lost")
	}
}

func TestWhatIsWaitedForIsNotDiscarded(t *testing.T) {
	contexts := map[string]context.Context{"endless": context.Background()}
	ending, cancel := context.WithCancel(context.Background())
	defer cancel()
	contexts["ending"] = ending
	for name, ctx := range contexts {
		value, err := await(ctx, func() (string, error) { return "rows", nil }, func(value string) {
			t.Errorf("%s: %q was discarded", name, value)
		})
		if value != "rows" || err != nil {
			t.Errorf("%s: got %q and %v", name, value, err)
		}
	}
}

// Whoever is first, each value is given or discarded.
func TestNoValueIsLost(t *testing.T) {
	const rounds = 2000
	var begun, given, discarded atomic.Int64
	work := func() (bool, error) {
		begun.Add(1)
		return true, nil
	}
	for round := 0; round < rounds; round++ {
		ctx, cancel := context.WithCancel(context.Background())
		go cancel()
		if _, err := await(ctx, work, func(bool) { discarded.Add(1) }); err == nil {
			given.Add(1)
		} else if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	deadline := time.Now().Add(10 * time.Second)
	for given.Load()+discarded.Load() < begun.Load() && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	t.Logf("%d begun, %d given, %d discarded", begun.Load(), given.Load(), discarded.Load())
	if given.Load()+discarded.Load() != begun.Load() {
		t.Fatal("they do not add up")
	}
}

package trafficengine_test

import (
	"context"
	"errors"
	"math/rand"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"trafficengine"
)

// Many goroutines ask at random until they are refused; some lose patience, and one closes the engine
// in the midst of it.
func TestGoroutinesShareAnEngine(t *testing.T) {
	engine := newEngine(t, withSnapshot(t, smallConfig(t)))
	var calls []string
	for name := range questions {
		calls = append(calls, name)
	}
	const goroutines, callsBeforeClose = 32, 1000
	before := runtime.NumGoroutine()
	var made, answered, cancelled atomic.Int64
	enough := make(chan bool)
	var asking sync.WaitGroup
	asker := func(seed int64) {
		defer asking.Done()
		random := rand.New(rand.NewSource(seed))
		for {
			if made.Add(1) == callsBeforeClose {
				close(enough)
			}
			name := calls[random.Intn(len(calls))]
			err := impatiently(random, func(ctx context.Context) error { return questions[name](ctx, engine) })
			switch {
			case err == nil:
				answered.Add(1)
			case errors.Is(err, context.DeadlineExceeded):
				cancelled.Add(1)
			case errors.Is(err, trafficengine.StatusClosedHandle):
				return
			default:
				t.Errorf("%s: %v", name, err)
				return
			}
		}
	}
	for seed := int64(0); seed < goroutines; seed++ {
		asking.Add(1)
		go asker(seed)
	}
	<-enough
	if err := engine.Close(); err != nil {
		t.Error(err)
	}
	asking.Wait()
	t.Logf("%d calls: %d answered, %d cancelled", made.Load(), answered.Load(), cancelled.Load())
	if answered.Load() == 0 {
		t.Error("nothing was answered")
	}
	eventually(t, "calls that nobody waits for have ended", func() bool { return runtime.NumGoroutine() <= before })
}

// impatiently asks with a context that does not end, or soon, or late.
func impatiently(random *rand.Rand, ask func(context.Context) error) error {
	patience := []time.Duration{0, time.Millisecond, time.Minute}[random.Intn(3)]
	if patience == 0 {
		return ask(background)
	}
	ctx, cancel := context.WithTimeout(background, patience)
	defer cancel()
	return ask(ctx)
}

func TestOnlyOneCloseCloses(t *testing.T) {
	engine := smallEngine(t)
	var closed, refused atomic.Int64
	var closing sync.WaitGroup
	for closer := 0; closer < 8; closer++ {
		closing.Add(1)
		go func() {
			defer closing.Done()
			switch err := engine.Close(); {
			case err == nil:
				closed.Add(1)
			case errors.Is(err, trafficengine.StatusClosedHandle):
				refused.Add(1)
			}
		}()
	}
	closing.Wait()
	if closed.Load() != 1 || refused.Load() != 7 {
		t.Errorf("%d closed it and %d were refused", closed.Load(), refused.Load())
	}
}

func TestAnswersStayWhenTheEngineIsClosed(t *testing.T) {
	config := smallConfig(t)
	engine := newEngine(t, config)
	before, err := engine.RankUsers(background, trafficengine.Query{TimeRange: "month"})
	if err != nil {
		t.Fatal(err)
	}
	engine.Close()
	again, err := newEngine(t, config).QueryJSON(background, "rank_users", month)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, before, again)
}

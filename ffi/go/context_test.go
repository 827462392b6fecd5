package trafficengine_test

import (
	"context"
	"errors"
	"net"
	"runtime"
	"testing"
	"time"

	"trafficengine"
)

func TestAContextThatHasEndedAsksNothing(t *testing.T) {
	engine := smallEngine(t)
	cancelled, cancel := context.WithCancel(background)
	cancel()
	late, cancelLate := context.WithDeadline(background, time.Unix(0, 0))
	defer cancelLate()
	for name, question := range questions {
		if err := question(cancelled, engine); !errors.Is(err, context.Canceled) {
			t.Errorf("%s gives %v after the context was cancelled", name, err)
		}
		if err := question(late, engine); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s gives %v after the deadline", name, err)
		}
	}
}

func TestAContextThatDoesNotEndChangesNothing(t *testing.T) {
	engine := newEngine(t, withSnapshot(t, smallConfig(t)))
	open, cancel := context.WithCancel(background)
	defer cancel()
	for name, question := range questions {
		if err := question(open, engine); err != nil {
			t.Errorf("%s fails: %v", name, err)
		}
	}
}

func TestACancelledCallReturnsAtOnce(t *testing.T) {
	before := runtime.NumGoroutine()
	for name, question := range questions {
		t.Run(name, func(t *testing.T) {
			server := newSilentServer(t)
			engine := newEngine(t, trafficengine.Config{Store: server.store(), Timezone: "UTC", DataDir: t.TempDir()})
			ctx, cancel := context.WithCancel(background)
			failed := make(chan error)
			go func() { failed <- question(ctx, engine) }()
			server.waitForACall(t)
			cancel()
			select {
			case err := <-failed:
				if !errors.Is(err, context.Canceled) {
					t.Errorf("got %v", err)
				}
			case <-time.After(time.Second):
				t.Error("the call goes on after its context has ended")
			}
			if err := engine.Close(); err != nil {
				t.Error(err)
			}
			server.hangUp()
		})
	}
	// What the calls left running has ended, too, now that the server has hung up.
	eventually(t, "goroutines are as many as before", func() bool { return runtime.NumGoroutine() <= before })
}

func TestADeadlineEndsAWait(t *testing.T) {
	server := newSilentServer(t)
	defer server.hangUp()
	engine := newEngine(t, trafficengine.Config{Store: server.store(), Timezone: "UTC"})
	ctx, cancel := context.WithTimeout(background, 20*time.Millisecond)
	defer cancel()
	if _, err := engine.Live(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
}

// What a question is about is read before the call returns: the program may change it then.
func TestACancelledCallReadsNothingMore(t *testing.T) {
	engine := smallEngine(t)
	for round := 0; round < 200; round++ {
		ctx, cancel := context.WithCancel(background)
		from, to := trafficengine.Timestamp(now.AddDate(0, 0, -1)), trafficengine.Timestamp(now)
		go cancel()
		if round%2 == 0 {
			engine.RankUsers(ctx, trafficengine.Query{StartTimestamp: from, EndTimestamp: to})
		} else {
			engine.AggregateByHour(ctx, trafficengine.Period{StartTimestamp: from, EndTimestamp: to})
		}
		*from, *to = 0, 0
	}
}

// silentServer is a database that lets everybody wait.
type silentServer struct {
	listener net.Listener
	called   chan bool
}

func newSilentServer(t *testing.T) silentServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := silentServer{listener, make(chan bool, 1)}
	go server.serve()
	return server
}

func (server silentServer) serve() {
	var calls []net.Conn
	for {
		call, err := server.listener.Accept()
		if err != nil {
			break
		}
		calls = append(calls, call)
		select {
		case server.called <- true:
		default:
		}
	}
	for _, call := range calls {
		call.Close()
	}
}

func (server silentServer) store() string {
	return "mysql://ada@" + server.listener.Addr().String() + "/v2r?tls=off"
}

func (server silentServer) waitForACall(t *testing.T) {
	t.Helper()
	select {
	case <-server.called:
	case <-time.After(10 * time.Second):
		t.Fatal("nobody called the server")
	}
}

// hangUp ends all calls and takes no more.
func (server silentServer) hangUp() {
	server.listener.Close()
}

// eventually waits until it is so.
func eventually(t *testing.T, what string, isSo func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if isSo() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}

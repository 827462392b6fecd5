package trafficengine_test

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"trafficengine"
)

// diary keeps what the log is told.
type diary struct {
	lock  sync.Mutex
	lines []string
}

func (diary *diary) tell(level trafficengine.LogLevel, message string) {
	diary.lock.Lock()
	defer diary.lock.Unlock()
	diary.lines = append(diary.lines, level.String()+": "+message)
}

func (diary *diary) all() string {
	diary.lock.Lock()
	defer diary.lock.Unlock()
	return strings.Join(diary.lines, "\n")
}

func setLog(t *testing.T, told func(trafficengine.LogLevel, string), maxLevel trafficengine.LogLevel) {
	t.Helper()
	if err := trafficengine.SetLog(told, maxLevel); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { trafficengine.SetLog(nil, 0) })
}

func TestTheLogIsTold(t *testing.T) {
	var diary diary
	setLog(t, diary.tell, trafficengine.LogDebug)
	engine := smallEngine(t)
	if _, err := engine.QueryJSON(background, "why", nil); err == nil {
		t.Fatal("it was answered")
	}
	engine.Close()
	for _, want := range []string{"info: an engine was opened", `debug: unknown question "why"`, "info: an engine was closed"} {
		if !strings.Contains(diary.all(), want) {
			t.Errorf("%q is not in the log:\n%s", want, diary.all())
		}
	}
}

func TestTheLogIsToldUpToALevelAndNoLonger(t *testing.T) {
	var diary diary
	setLog(t, diary.tell, trafficengine.LogInfo)
	engine := smallEngine(t)
	if _, err := engine.QueryJSON(background, "why", nil); err == nil {
		t.Fatal("it was answered")
	}
	setLog(t, nil, 0)
	engine.Close()
	if got, want := diary.all(), "info: an engine was opened"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTheListenerMayBeReplacedWhileItIsTold(t *testing.T) {
	var told atomic.Int64
	setLog(t, func(trafficengine.LogLevel, string) { told.Add(1) }, trafficengine.LogDebug)
	engine := smallEngine(t)
	var asking, replacing sync.WaitGroup
	done := make(chan bool)
	replacing.Add(1)
	go func() {
		defer replacing.Done()
		for level := trafficengine.LogLevel(0); ; level = (level + 1) % 5 {
			select {
			case <-done:
				return
			default:
				trafficengine.SetLog(func(trafficengine.LogLevel, string) { told.Add(1) }, level)
				trafficengine.SetLog(nil, 0)
			}
		}
	}()
	for asker := 0; asker < 8; asker++ {
		asking.Add(1)
		go func() {
			defer asking.Done()
			for call := 0; call < 200; call++ {
				engine.QueryJSON(background, "why", nil)
			}
		}()
	}
	asking.Wait()
	close(done)
	replacing.Wait()
	t.Logf("%d messages", told.Load())
}

func TestTheListenerMayAsk(t *testing.T) {
	engine := smallEngine(t)
	var failures atomic.Int64
	setLog(t, func(trafficengine.LogLevel, string) {
		if _, err := engine.RankUsers(background, trafficengine.Query{}); err != nil {
			failures.Add(1)
		}
	}, trafficengine.LogDebug)
	engine.QueryJSON(background, "why", nil)
	if failures.Load() > 0 {
		t.Errorf("%d calls failed", failures.Load())
	}
}

// A listener that does not return ends the program, whoever recovers further up.
func TestAListenerThatDoesNotReturnEndsTheProgram(t *testing.T) {
	const variable = "TRAFFIC_ENGINE_TEST_LISTENER"
	listeners := map[string]func(){"panics": func() { panic("on purpose") }, "leaves": t.SkipNow}
	if how := os.Getenv(variable); how != "" {
		defer func() { recover() }()
		trafficengine.SetLog(func(trafficengine.LogLevel, string) { listeners[how]() }, trafficengine.LogDebug)
		trafficengine.OpenText("")
		return
	}
	for how := range listeners {
		command := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
		command.Env = append(os.Environ(), variable+"="+how)
		output, err := command.CombinedOutput()
		if err == nil || !strings.Contains(string(output), "the function given to SetLog did not return") {
			t.Errorf("the program whose listener %s ended with %v:\n%s", how, err, output)
		}
	}
}

func TestLevelsHaveNames(t *testing.T) {
	for level, want := range map[trafficengine.LogLevel]string{
		trafficengine.LogError: "error", trafficengine.LogWarn: "warn", trafficengine.LogInfo: "info",
		trafficengine.LogDebug: "debug", 0: "unknown", 9: "unknown",
	} {
		if level.String() != want {
			t.Errorf("level %d is %q, want %q", int32(level), level, want)
		}
	}
}

package trafficengine_test

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"trafficengine"
)

// footprint is what a process holds.
type footprint struct {
	goroutines, threads, files, residentKB int
}

func footprintNow(t *testing.T) footprint {
	t.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("there is no /proc here: ", err)
	}
	return footprint{
		goroutines: runtime.NumGoroutine(),
		threads:    ownStatus(t, "Threads"),
		files:      len(files),
		residentKB: ownStatus(t, "VmRSS"),
	}
}

// ownStatus is a number of /proc/self/status.
func ownStatus(t *testing.T, name string) int {
	t.Helper()
	status, err := os.Open("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	defer status.Close()
	for lines := bufio.NewScanner(status); lines.Scan(); {
		if line := lines.Text(); strings.HasPrefix(line, name+":") {
			var value int
			fmt.Sscan(strings.TrimPrefix(line, name+":"), &value)
			return value
		}
	}
	t.Fatalf("/proc/self/status does not tell %s", name)
	return 0
}

func TestOpeningAskingAndClosingLeavesNothing(t *testing.T) {
	config := newConfig(t, "UTC", "--rows", "200", "--users", "100")
	cycles := func(count int) footprint {
		for cycle := 0; cycle < count; cycle++ {
			openAskClose(t, config)
		}
		runtime.GC()
		return footprintNow(t)
	}
	before := cycles(200)
	after := cycles(2000)
	t.Logf("before %+v, after %+v", before, after)
	if after.goroutines > before.goroutines || after.files > before.files {
		t.Error("goroutines or files are left")
	}
	// Answers that stayed would be more than 100 KB a cycle with all their rows, 200 MB in the end.
	const boundKB = 8 * 1024
	if after.threads > before.threads+4 || after.residentKB > before.residentKB+boundKB {
		t.Error("threads or memory are left")
	}
}

func openAskClose(t *testing.T, config trafficengine.Config) {
	engine, err := trafficengine.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := engine.RankUsers(background, trafficengine.Query{TimeRange: "month"}); err != nil {
		t.Fatal(err)
	}
	if _, err := engine.QueryJSON(background, "live", nil); err != nil {
		t.Fatal(err)
	}
	if err := engine.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAForgottenEngineIsClosed(t *testing.T) {
	var closed atomic.Int64
	setLog(t, func(_ trafficengine.LogLevel, message string) {
		if message == "an engine was closed" {
			closed.Add(1)
		}
	}, trafficengine.LogInfo)
	config := smallConfig(t)
	const engines = 10
	for engine := 0; engine < engines; engine++ {
		if _, err := trafficengine.Open(config); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "all engines are closed", func() bool {
		runtime.GC()
		return closed.Load() == engines
	})
}

// A closed engine is not closed again when it is forgotten, which the log would tell.
func TestAClosedEngineIsForgottenInSilence(t *testing.T) {
	var refused atomic.Int64
	setLog(t, func(level trafficengine.LogLevel, _ string) {
		if level == trafficengine.LogDebug {
			refused.Add(1)
		}
	}, trafficengine.LogDebug)
	openAskClose(t, smallConfig(t))
	for collection := 0; collection < 3; collection++ {
		runtime.GC()
	}
	if refused.Load() > 0 {
		t.Errorf("%d calls were refused", refused.Load())
	}
}

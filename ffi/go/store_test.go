package trafficengine_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"trafficengine"
)

// now is the moment that all tests are made and asked as of.
var now = time.Date(2023, time.November, 14, 22, 13, 20, 0, time.UTC)

// generate makes a SQLite database of made-up usage in folder, the same one each time, and gives its
// address.
func generate(folder, zone string, plan ...string) (store string, err error) {
	binary := os.Getenv("TRAFFIC_ENGINE_BINARY")
	if binary == "" {
		return "", errors.New("TRAFFIC_ENGINE_BINARY is not set; it must name the program " +
			"traffic-engine, which makes the test databases")
	}
	store = "sqlite://" + filepath.Join(folder, "usage.db")
	arguments := []string{"--store", store, "--tz", zone, "--now", now.Format(time.RFC3339)}
	arguments = append(append(arguments, "generate", "--seed", "1"), plan...)
	output, err := exec.Command(binary, arguments...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s generate: %w\n%s", binary, err, output)
	}
	return store, nil
}

// newConfig is that of an engine without a snapshot, on a new database.
func newConfig(t testing.TB, zone string, plan ...string) trafficengine.Config {
	t.Helper()
	store, err := generate(t.TempDir(), zone, plan...)
	if err != nil {
		t.Fatal(err)
	}
	return trafficengine.Config{Store: store, Timezone: zone, Now: trafficengine.Timestamp(now)}
}

// smallConfig is newConfig with few rows.
func smallConfig(t testing.TB) trafficengine.Config {
	t.Helper()
	return newConfig(t, "UTC", "--rows", "2000", "--users", "150")
}

// withSnapshot is config with a snapshot in a folder that is the test's.
func withSnapshot(t testing.TB, config trafficengine.Config) trafficengine.Config {
	t.Helper()
	config.DataDir = t.TempDir()
	config.Path = trafficengine.PathSnapshot
	config.RefreshInterval = trafficengine.Interval(0)
	return config
}

// newEngine is an engine that the test closes, or its end.
func newEngine(t testing.TB, config trafficengine.Config) *trafficengine.Engine {
	t.Helper()
	engine, err := trafficengine.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	return engine
}

func smallEngine(t testing.TB) *trafficengine.Engine {
	t.Helper()
	return newEngine(t, smallConfig(t))
}

var background = context.Background()

// month is the range in which all rows lie.
var month = trafficengine.Period{TimeRange: "month"}

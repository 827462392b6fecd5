package trafficengine_test

import (
	"os"
	"testing"
	"time"

	"trafficengine"
)

// BenchmarkCrossing is what a call of the library costs that does nothing.
func BenchmarkCrossing(b *testing.B) {
	for call := 0; call < b.N; call++ {
		trafficengine.ABIVersion()
	}
}

func BenchmarkRankUsers100(b *testing.B) {
	benchmarkRanking(b, trafficengine.Query{TimeRange: "month", Limit: 100})
}

// BenchmarkRows has all users cross.
func BenchmarkRows(b *testing.B) {
	benchmarkRanking(b, trafficengine.Query{TimeRange: "month"})
}

func benchmarkRanking(b *testing.B, query trafficengine.Query) {
	engine := newBenchEngine(b)
	b.ReportAllocs()
	b.ResetTimer()
	begun, rows := time.Now(), 0
	for call := 0; call < b.N; call++ {
		users, err := engine.RankUsers(background, query)
		if err != nil {
			b.Fatal(err)
		}
		rows += len(users)
	}
	b.ReportMetric(float64(time.Since(begun).Nanoseconds())/float64(rows), "ns/row")
	b.ReportMetric(float64(rows)/float64(b.N), "rows/op")
}

// BenchmarkQueryJSON has the same users cross as JSON.
func BenchmarkQueryJSON(b *testing.B) {
	engine := newBenchEngine(b)
	b.ReportAllocs()
	b.ResetTimer()
	bytes := 0
	for call := 0; call < b.N; call++ {
		answer, err := engine.QueryJSON(background, "rank_users", month)
		if err != nil {
			b.Fatal(err)
		}
		bytes += len(answer)
	}
	b.SetBytes(int64(bytes / b.N))
}

// newBenchEngine answers as the configuration file says that the environment names, else from the
// snapshot of a small store. Nobody compares that meanwhile.
func newBenchEngine(b *testing.B) *trafficengine.Engine {
	b.Helper()
	if path := os.Getenv("TRAFFIC_ENGINE_BENCH_CONFIG"); path != "" {
		engine, err := trafficengine.OpenFile(path)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { engine.Close() })
		return engine
	}
	config := withSnapshot(b, newConfig(b, "UTC", "--rows", "20000", "--users", "2000"))
	config.RefreshInterval = trafficengine.Interval(time.Hour)
	config.VerifyInterval = trafficengine.Interval(time.Hour)
	engine := newEngine(b, config)
	if _, err := engine.Refresh(background, trafficengine.RefreshOptions{}); err != nil {
		b.Fatal(err)
	}
	return engine
}

package trafficengine_test

import (
	"context"
	"encoding/json"
	"math"
	"testing"
	"time"

	"trafficengine"
)

func TestQuestionsTellTheirSource(t *testing.T) {
	config := smallConfig(t)
	for _, path := range []trafficengine.Path{trafficengine.PathPushDown, trafficengine.PathRows, trafficengine.PathSnapshot} {
		config := withSnapshot(t, config)
		config.Path = path
		engine := newEngine(t, config)
		for name, question := range questions {
			if name == "Refresh" || name == "Stats" {
				continue
			}
			var source trafficengine.Source
			if err := question(trafficengine.WithSource(background, &source), engine); err != nil {
				t.Fatal(err)
			}
			if source.Path != path {
				t.Errorf("%s was answered by %q, want %q", name, source.Path, path)
			}
			if hasMoment := source.Generation > 0 && source.Watermark > 0; hasMoment != (path == trafficengine.PathSnapshot) {
				t.Errorf("%s was answered by %q as of %+v", name, path, source.Moment)
			}
		}
	}
}

func TestWhatNeedsNoRowsHasNoSource(t *testing.T) {
	source := trafficengine.Source{Path: trafficengine.PathRows}
	if _, err := smallEngine(t).QueryJSON(trafficengine.WithSource(background, &source), "range", nil); err != nil {
		t.Fatal(err)
	}
	if source != (trafficengine.Source{Path: trafficengine.PathNone}) {
		t.Errorf("got %+v", source)
	}
}

func TestAFailedQuestionLeavesTheSource(t *testing.T) {
	before := trafficengine.Source{Path: trafficengine.PathRows}
	after := before
	cancelled, cancel := context.WithCancel(trafficengine.WithSource(background, &after))
	engine := smallEngine(t)
	if _, err := engine.RankUsers(cancelled, trafficengine.Query{SortBy: "luck"}); err == nil {
		t.Fatal("it was answered")
	}
	cancel()
	if _, err := engine.RankUsers(cancelled, trafficengine.Query{}); err == nil {
		t.Fatal("it was answered")
	}
	if after != before {
		t.Errorf("got %+v", after)
	}
}

func TestRefreshAndStatsTellTheGeneration(t *testing.T) {
	engine := newEngine(t, withSnapshot(t, smallConfig(t)))
	first, err := engine.Refresh(background, trafficengine.RefreshOptions{})
	if err != nil || first.Generation == 0 {
		t.Fatalf("got %+v and %v", first, err)
	}
	verified, err := engine.Refresh(background, trafficengine.RefreshOptions{Verify: true})
	if err != nil || verified.Watermark != first.Watermark {
		t.Fatalf("got %+v and %v after %+v", verified, err, first)
	}
	stats, err := engine.Stats(background)
	if err != nil || stats.Rows != 2000 || stats.Bytes == 0 || stats.Moment.Watermark != first.Watermark {
		t.Fatalf("got %+v and %v", stats, err)
	}
	failure, err := engine.SnapshotFailure()
	if err != nil || failure != "" {
		t.Fatalf("got %q and %v", failure, err)
	}
}

func TestTheSnapshotIsTheJSON(t *testing.T) {
	config := withSnapshot(t, smallConfig(t))
	// Nobody looks for news between two calls.
	config.RefreshInterval = trafficengine.Interval(time.Hour)
	config.VerifyInterval = trafficengine.Interval(time.Hour)
	engine := newEngine(t, config)
	var refreshed trafficengine.Moment
	askInto(t, engine, "refresh", &refreshed)
	stats, err := engine.Stats(background)
	if err != nil {
		t.Fatal(err)
	}
	var read trafficengine.SnapshotStats
	askInto(t, engine, "stats", &read)
	read.Moment.AgeMS, read.Moment.VerifiedAgeMS = stats.Moment.AgeMS, stats.Moment.VerifiedAgeMS
	if read != stats {
		t.Errorf("got %+v, JSON is %+v", stats, read)
	}
	refreshed.AgeMS, refreshed.VerifiedAgeMS = stats.Moment.AgeMS, stats.Moment.VerifiedAgeMS
	if refreshed != stats.Moment {
		t.Errorf("got %+v, JSON is %+v", stats.Moment, refreshed)
	}
}

// askInto reads the JSON that answers a question.
func askInto(t *testing.T, engine *trafficengine.Engine, question string, into any) {
	t.Helper()
	answer, err := engine.QueryJSON(background, question, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(answer, into); err != nil {
		t.Fatal(err)
	}
}

func TestASnapshotThatFailsSaysWhy(t *testing.T) {
	config := withSnapshot(t, smallConfig(t))
	config.DataDir = "/dev/null/snapshot"
	config.Path = trafficengine.PathAuto
	engine := newEngine(t, config)
	if _, err := engine.Live(background); err != nil {
		t.Fatal(err)
	}
	failure, err := engine.SnapshotFailure()
	if err != nil || failure == "" {
		t.Fatalf("got %q and %v", failure, err)
	}
}

func TestAgesAreDurations(t *testing.T) {
	for milliseconds, want := range map[uint64]time.Duration{0: 0, 1500: 1500 * time.Millisecond, math.MaxUint64: math.MaxInt64} {
		moment := trafficengine.Moment{AgeMS: milliseconds, VerifiedAgeMS: milliseconds}
		if moment.Age() != want || moment.VerifiedAge() != want {
			t.Errorf("%d ms are %v and %v, want %v", milliseconds, moment.Age(), moment.VerifiedAge(), want)
		}
	}
}

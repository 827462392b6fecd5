package trafficengine_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"trafficengine"
)

func seconds(first, last int64) (*int64, *int64) {
	return &first, &last
}

func TestTwoDatesAreAPeriod(t *testing.T) {
	engine := smallEngine(t)
	dates := trafficengine.Query{StartDate: "2023-11-01", EndDate: "2023-11-08"}
	today, err := engine.RankUsers(background, trafficengine.Query{})
	if err != nil {
		t.Fatal(err)
	}
	ranked, err := engine.RankUsers(background, dates)
	if err != nil {
		t.Fatal(err)
	}
	dates.TimeRange = "custom"
	custom, err := engine.RankUsers(background, dates)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(ranked, custom) {
		t.Error("dates mean another period than custom does")
	}
	if reflect.DeepEqual(ranked, today) {
		t.Error("dates rank today")
	}
}

func TestTwoTimestampsAreAPeriod(t *testing.T) {
	engine := smallEngine(t)
	var period trafficengine.Period
	period.StartTimestamp, period.EndTimestamp = seconds(now.AddDate(0, 0, -3).Unix(), now.Unix())
	bare, err := engine.AggregateByUser(background, period)
	if err != nil {
		t.Fatal(err)
	}
	period.TimeRange = "time_range"
	named, err := engine.AggregateByUser(background, period)
	if err != nil {
		t.Fatal(err)
	}
	if len(bare) == 0 || !reflect.DeepEqual(bare, named) {
		t.Errorf("got %d and %d rows", len(bare), len(named))
	}
}

func TestHalfAPeriodAndTwoOfThemAreRefused(t *testing.T) {
	engine := smallEngine(t)
	first, last := seconds(0, now.Unix())
	dates := trafficengine.Query{StartDate: "2023-11-01", EndDate: "2023-11-08"}
	monthAndDates, customAndSeconds, both := dates, trafficengine.Query{StartTimestamp: first, EndTimestamp: last}, dates
	monthAndDates.TimeRange = "month"
	customAndSeconds.TimeRange = "custom"
	both.StartTimestamp, both.EndTimestamp = first, last
	for name, query := range map[string]trafficengine.Query{
		"month and dates":       monthAndDates,
		"custom and timestamps": customAndSeconds,
		"dates and timestamps":  both,
		"custom alone":          {TimeRange: "custom"},
		"time_range alone":      {TimeRange: "time_range"},
		"one date":              {StartDate: "2023-11-01"},
		"the other date":        {EndDate: "2023-11-01"},
		"one timestamp":         {StartTimestamp: first},
		"the other timestamp":   {EndTimestamp: last},
	} {
		if _, err := engine.RankUsers(background, query); !errors.Is(err, trafficengine.StatusBadOption) {
			t.Errorf("%s: got %v", name, err)
		}
		if _, err := engine.QueryJSON(background, "traffic", onlyThePeriod(t, query)); !errors.Is(err, trafficengine.StatusBadOption) {
			t.Errorf("%s as JSON: got %v", name, err)
		}
	}
}

// onlyThePeriod is a query as other questions take it.
func onlyThePeriod(t *testing.T, query trafficengine.Query) json.RawMessage {
	t.Helper()
	text, err := json.Marshal(query)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

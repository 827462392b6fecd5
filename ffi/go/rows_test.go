package trafficengine_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math/big"
	"os"
	"reflect"
	"strings"
	"testing"

	"trafficengine"
)

// zones cut days at midnight, eight hours earlier, and three and a half hours later.
var zones = []string{"UTC", "Asia/Shanghai", "America/St_Johns"}

// typed are the calls that give Go values, and the question that asks the same.
var typed = map[string]struct {
	rows     func(context.Context, *trafficengine.Engine) (any, error)
	question string
	options  any
}{
	"users": {
		func(ctx context.Context, engine *trafficengine.Engine) (any, error) {
			return engine.RankUsers(ctx, trafficengine.Query{TimeRange: "month"})
		}, "rank_users", month,
	},
	"limited users": {
		func(ctx context.Context, engine *trafficengine.Engine) (any, error) {
			return engine.RankUsers(ctx, limited)
		},
		"rank_users", limited,
	},
	"dated users": {
		func(ctx context.Context, engine *trafficengine.Engine) (any, error) {
			return engine.RankUsers(ctx, dated)
		},
		"rank_users", dated,
	},
	"nodes": {
		func(ctx context.Context, engine *trafficengine.Engine) (any, error) {
			return engine.RankNodes(ctx, trafficengine.Query{TimeRange: "month"})
		}, "rank_nodes", month,
	},
	"user totals": {
		func(ctx context.Context, engine *trafficengine.Engine) (any, error) {
			return engine.AggregateByUser(ctx, month)
		}, "aggregate", grouped{month, "user"},
	},
	"node totals": {
		func(ctx context.Context, engine *trafficengine.Engine) (any, error) {
			return engine.AggregateByNode(ctx, month)
		}, "aggregate", grouped{month, "node"},
	},
	"hour totals": {
		func(ctx context.Context, engine *trafficengine.Engine) (any, error) {
			return engine.AggregateByHour(ctx, month)
		}, "aggregate", grouped{month, "time"},
	},
	"hour of day totals": {
		func(ctx context.Context, engine *trafficengine.Engine) (any, error) {
			return engine.AggregateByHourOfDay(ctx, month)
		}, "aggregate", grouped{month, "hourly"},
	},
	"live": {
		func(ctx context.Context, engine *trafficengine.Engine) (any, error) { return engine.Live(ctx) },
		"live", nil,
	},
}

// dated and limited set every field of a query, each those that go together.
var dated = trafficengine.Query{
	TimeRange: "custom",
	StartDate: "2023-11-01",
	EndDate:   "2023-11-02",
	SortBy:    trafficengine.SortTrafficAsc,
	Limit:     7,
}

var limited = trafficengine.Query{
	TimeRange:      "time_range",
	StartTimestamp: trafficengine.Timestamp(now.AddDate(0, 0, -3)),
	EndTimestamp:   trafficengine.Timestamp(now),
	SortBy:         trafficengine.SortRecentActivity,
	Limit:          7,
}

type grouped struct {
	trafficengine.Period
	GroupBy string `json:"group_by"`
}

func TestRowsAreTheJSON(t *testing.T) {
	for _, zone := range zones {
		config := newConfig(t, zone, "--rows", "5000", "--users", "700", "--merged")
		removeANode(t, config)
		engines := map[string]*trafficengine.Engine{
			"database": newEngine(t, config),
			"snapshot": newEngine(t, withSnapshot(t, config)),
		}
		for name, engine := range engines {
			for kind, it := range typed {
				t.Run(zone+"/"+name+"/"+kind, func(t *testing.T) {
					rows, err := it.rows(background, engine)
					if err != nil {
						t.Fatal(err)
					}
					answer, err := engine.QueryJSON(background, it.question, it.options)
					if err != nil {
						t.Fatal(err)
					}
					if value := reflect.ValueOf(rows); value.Kind() == reflect.Slice && value.Len() == 0 {
						t.Fatal("there are no rows to compare")
					}
					compare(t, rows, answer)
				})
			}
		}
	}
}

// removeANode renames the node of the last usage row, where it lies in the file, to one that nobody
// lists. Rows of such nodes have no name, which no generated ones lack.
func removeANode(t *testing.T, config trafficengine.Config) {
	t.Helper()
	path := strings.TrimPrefix(config.Store, "sqlite://")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	listed, unlisted := []byte("Singapore 02"), []byte("Singapore 99")
	last := bytes.LastIndex(content, listed)
	if last < 0 || bytes.Count(content, listed) < 2 {
		t.Fatal("there is no usage of a node in Singapore")
	}
	copy(content[last:], unlisted)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// compare compares what Go makes of rows with the library's JSON, and both with what Go reads from
// that.
func compare(t *testing.T, rows any, answer json.RawMessage) {
	t.Helper()
	written, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := decoded(t, written), decoded(t, answer); !equal(got, want) {
		t.Fatalf("rows are\n%s\nJSON is\n%s", written, answer)
	}
	read := reflect.New(reflect.TypeOf(rows))
	if err := json.Unmarshal(answer, read.Interface()); err != nil {
		t.Fatal(err)
	}
	if again := read.Elem().Interface(); !reflect.DeepEqual(again, rows) {
		t.Fatalf("rows are\n%+v\nread from JSON they are\n%+v", rows, again)
	}
}

func decoded(t *testing.T, text []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// equal compares numbers as numbers: 0.0 is 0.
func equal(one, other any) bool {
	switch one := one.(type) {
	case json.Number:
		other, ok := other.(json.Number)
		return ok && number(one).Cmp(number(other)) == 0
	case []any:
		other, ok := other.([]any)
		return ok && equalLists(one, other)
	case map[string]any:
		other, ok := other.(map[string]any)
		return ok && equalObjects(one, other)
	default:
		return one == other
	}
}

func equalLists(one, other []any) bool {
	for at := range one {
		if at >= len(other) || !equal(one[at], other[at]) {
			return false
		}
	}
	return len(one) == len(other)
}

func equalObjects(one, other map[string]any) bool {
	for key := range one {
		value, ok := other[key]
		if !ok || !equal(one[key], value) {
			return false
		}
	}
	return len(one) == len(other)
}

// number is exact for whole numbers; the others are what a float64 holds.
func number(text json.Number) *big.Rat {
	if !strings.ContainsAny(text.String(), ".eE") {
		value, _ := new(big.Rat).SetString(text.String())
		return value
	}
	value, _ := text.Float64()
	return new(big.Rat).SetFloat64(value)
}

func TestRowsHaveAllThereIs(t *testing.T) {
	engine := newEngine(t, newConfig(t, "UTC", "--rows", "3000", "--users", "1000"))
	users, err := engine.RankUsers(background, trafficengine.Query{TimeRange: "month"})
	if err != nil {
		t.Fatal(err)
	}
	// More than have room in one crossing.
	if len(users) != 1000 {
		t.Fatalf("%d users, want 1000", len(users))
	}
	remarks := 0
	for at, user := range users {
		if len(user.UUID) != 36 {
			t.Fatalf("user %d has the UUID %q", user.UserID, user.UUID)
		}
		if at > 0 && user.PeriodTraffic.Cmp(users[at-1].PeriodTraffic) > 0 {
			t.Fatalf("user %d is behind one with less traffic", user.UserID)
		}
		if user.Remark != nil {
			remarks++
		}
	}
	if remarks == 0 || remarks == len(users) {
		t.Fatalf("%d of %d users have a remark, want some", remarks, len(users))
	}
}

func TestNothingIsAnEmptyList(t *testing.T) {
	engine := smallEngine(t)
	period := trafficengine.Period{TimeRange: "custom", StartDate: "2001-01-01", EndDate: "2001-01-02"}
	hours, err := engine.AggregateByHour(background, period)
	if err != nil || hours == nil || len(hours) != 0 {
		t.Fatalf("got %v and %v, want an empty list", hours, err)
	}
}

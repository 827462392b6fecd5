package trafficengine_test

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"trafficengine"
)

// secret must show up in no error.
const secret = "hunter2"

// refusal is a call that must fail, and how.
type refusal struct {
	name string
	want trafficengine.Status
	call func() error
}

func check(t *testing.T, refusals []refusal) {
	t.Helper()
	for _, refusal := range refusals {
		t.Run(refusal.name, func(t *testing.T) {
			err := refusal.call()
			if !errors.Is(err, refusal.want) {
				t.Fatalf("got %v, want %v", err, refusal.want)
			}
			var failure *trafficengine.Error
			if !errors.As(err, &failure) || failure.Message == "" || failure.Op == "" {
				t.Fatalf("%#v does not say what failed and why", err)
			}
			if strings.Contains(err.Error(), secret) {
				t.Fatalf("the password is in %q", err)
			}
		})
	}
}

func TestConfigurationsThatAreRefused(t *testing.T) {
	open := func(change func(*trafficengine.Config)) func() error {
		return func() error {
			config := trafficengine.Config{
				Store:    "mysql://ada@db.example/v2r",
				Password: trafficengine.NewSecret(secret),
				Timezone: "UTC",
			}
			change(&config)
			_, err := trafficengine.Open(config)
			return err
		}
	}
	text := func(text string) func() error {
		return func() error {
			_, err := trafficengine.OpenText(text)
			return err
		}
	}
	file := func(path string) func() error {
		return func() error {
			_, err := trafficengine.OpenFile(path)
			return err
		}
	}
	check(t, []refusal{
		{"no store", trafficengine.StatusBadConfig, open(func(c *trafficengine.Config) { c.Store = "" })},
		{"no zone", trafficengine.StatusBadConfig, open(func(c *trafficengine.Config) { c.Timezone = "" })},
		{"unknown zone", trafficengine.StatusBadConfig, open(func(c *trafficengine.Config) { c.Timezone = "Atlantis" })},
		{"unknown store", trafficengine.StatusBadStoreAddress, open(func(c *trafficengine.Config) { c.Store = "mysql:ada:" + secret + "@db" })},
		{"unknown path", trafficengine.StatusUnknownPath, open(func(c *trafficengine.Config) { c.Path = "detour" })},
		{"negative interval", trafficengine.StatusBadConfig, open(func(c *trafficengine.Config) { c.RefreshInterval = trafficengine.Interval(-time.Second) })},
		{"limit beyond 63 bits", trafficengine.StatusBadConfig, open(func(c *trafficengine.Config) { c.SizeLimitMB = 1 << 63 })},
		{"store is not UTF-8", trafficengine.StatusBadUTF8, open(func(c *trafficengine.Config) { c.Store = "sqlite:///\xff" })},
		{"password is not UTF-8", trafficengine.StatusBadUTF8, open(func(c *trafficengine.Config) { c.Password = trafficengine.NewSecret(secret + "\xff") })},
		{"text with an unknown key", trafficengine.StatusBadConfig, text(`store = "sqlite://x.db"` + "\ncolour = 1")},
		{"text that is nothing", trafficengine.StatusBadConfig, text(`password = "` + secret)},
		{"empty text", trafficengine.StatusBadConfig, text("")},
		{"text that is not UTF-8", trafficengine.StatusBadUTF8, text("store = '\xff'")},
		{"no file", trafficengine.StatusBadConfig, file(filepath.Join(t.TempDir(), "none.toml"))},
		{"path of a file is empty", trafficengine.StatusBadConfig, file("")},
		{"path of a file is not UTF-8", trafficengine.StatusBadUTF8, file("/\xff")},
	})
}

func TestQuestionsThatAreRefused(t *testing.T) {
	engine := smallEngine(t)
	rank := func(query trafficengine.Query) func() error {
		return func() error {
			_, err := engine.RankUsers(background, query)
			return err
		}
	}
	ask := func(question string, options any) func() error {
		return func() error {
			_, err := engine.QueryJSON(background, question, options)
			if written := engine.WriteJSON(background, io.Discard, question, options); !same(err, written) {
				t.Errorf("QueryJSON fails with %v and WriteJSON with %v", err, written)
			}
			return err
		}
	}
	early := trafficengine.Timestamp(time.Unix(0, 0))
	late := trafficengine.Timestamp(now)
	check(t, []refusal{
		{"unknown range", trafficengine.StatusUnknownRange, rank(trafficengine.Query{TimeRange: "epoch"})},
		{"bad date", trafficengine.StatusBadDate, rank(trafficengine.Query{StartDate: "14.11.2023", EndDate: "2023-11-14"})},
		{"start after end", trafficengine.StatusStartAfterEnd, rank(trafficengine.Query{StartTimestamp: late, EndTimestamp: early})},
		{"unknown sort", trafficengine.StatusUnknownSort, rank(trafficengine.Query{SortBy: "luck"})},
		{"sort of nodes", trafficengine.StatusUnknownSort, rank(trafficengine.Query{SortBy: trafficengine.SortNameAsc})},
		{"sort is not UTF-8", trafficengine.StatusBadUTF8, rank(trafficengine.Query{SortBy: "\xff"})},
		{"sort of users", trafficengine.StatusUnknownSort, func() error {
			_, err := engine.RankNodes(background, trafficengine.Query{SortBy: trafficengine.SortNodesDesc})
			return err
		}},
		{"bad date of a sum", trafficengine.StatusBadDate, func() error {
			_, err := engine.AggregateByHour(background, trafficengine.Period{StartDate: "today"})
			return err
		}},
		{"statistics without a snapshot", trafficengine.StatusNoSnapshot, func() error {
			_, err := engine.Stats(background)
			return err
		}},
		{"refresh without a snapshot", trafficengine.StatusNoSnapshot, func() error {
			_, err := engine.Refresh(background, trafficengine.RefreshOptions{})
			return err
		}},
		{"unknown question", trafficengine.StatusUnknownQuestion, ask("why", nil)},
		{"question is empty", trafficengine.StatusUnknownQuestion, ask("", nil)},
		{"question is not UTF-8", trafficengine.StatusBadUTF8, ask("\xff", nil)},
		{"unknown option", trafficengine.StatusBadOption, ask("live", map[string]any{"limit": 1})},
		{"missing option", trafficengine.StatusBadOption, ask("user_details", nil)},
		{"option of a wrong kind", trafficengine.StatusBadOption, ask("user_details", map[string]any{"user_id": true})},
		{"options are a list", trafficengine.StatusBadOption, ask("rank_users", []int{1})},
		{"options are no JSON", trafficengine.StatusBadOption, ask("rank_users", map[string]any{"limit": make(chan int)})},
		{"option is not UTF-8", trafficengine.StatusBadUTF8, ask("usage_records", map[string]any{"uuid": "\xff"})},
		{"name of an option is not UTF-8", trafficengine.StatusBadUTF8, ask("usage_records", map[string]any{"\xff": 1})},
		{"field is not UTF-8", trafficengine.StatusBadUTF8, ask("rank_users", &trafficengine.Query{StartDate: "\xff"})},
		{"bad limit", trafficengine.StatusBadLimit, ask("rank_users", map[string]any{"limit": "many"})},
		{"unknown group", trafficengine.StatusUnknownGroupBy, ask("aggregate", map[string]any{"group_by": "mood"})},
	})
}

func same(one, other error) bool {
	return (one == nil) == (other == nil) && (one == nil || one.Error() == other.Error())
}

func TestStoresThatDoNotAnswer(t *testing.T) {
	ask := func(store string) func() error {
		return func() error {
			engine := newEngine(t, trafficengine.Config{Store: store, Password: trafficengine.NewSecret(secret), Timezone: "UTC"})
			_, err := engine.Live(background)
			return err
		}
	}
	check(t, []refusal{
		{"no file", trafficengine.StatusCannotOpen, ask("sqlite://" + filepath.Join(t.TempDir(), "none.db"))},
		{"nobody listens", trafficengine.StatusUnreachable, ask("mysql://ada@127.0.0.1:1/v2r")},
	})
}

func TestClosedEnginesAreRefused(t *testing.T) {
	closed := smallEngine(t)
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	for name, engine := range map[string]*trafficengine.Engine{"closed": closed, "zero": {}, "nil": nil} {
		t.Run(name, func(t *testing.T) { check(t, refusalsOf(engine)) })
	}
}

// refusalsOf are all calls with an engine that is closed.
func refusalsOf(engine *trafficengine.Engine) []refusal {
	calls := map[string]func() error{
		"Close":           engine.Close,
		"SnapshotFailure": func() error { _, err := engine.SnapshotFailure(); return err },
	}
	for name, question := range questions {
		question := question
		calls[name] = func() error { return question(background, engine) }
	}
	var refusals []refusal
	for name, call := range calls {
		refusals = append(refusals, refusal{name, trafficengine.StatusClosedHandle, call})
	}
	return refusals
}

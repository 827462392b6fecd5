package trafficengine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"trafficengine"
)

func Example() {
	engine, err := trafficengine.Open(trafficengine.Config{
		Store:    exampleStore,
		Timezone: "Asia/Shanghai",
		Now:      trafficengine.Timestamp(now), // Only tests fix the moment.
	})
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Close()

	users, err := engine.RankUsers(context.Background(), trafficengine.Query{TimeRange: "month", Limit: 3})
	if err != nil {
		log.Fatal(err)
	}
	for _, user := range users {
		fmt.Printf("user %d: %v bytes through %d nodes\n", user.UserID, user.PeriodTraffic, user.NodesUsed)
	}
	// Output:
	// user 40: 21170658653 bytes through 20 nodes
	// user 189: 13310333634 bytes through 20 nodes
	// user 159: 5030980717 bytes through 20 nodes
}

func ExampleOpenText() {
	engine, err := trafficengine.OpenText(`
		store = "mysql://reader@db.example/v2r"
		password = "…"
		timezone = "Asia/Shanghai"
	`)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(engine.Close())
	fmt.Println(engine.Close())
	// Output:
	// <nil>
	// trafficengine: close: this engine is closed or was never open; close each once, after its last use
}

func ExampleConfig() {
	config := trafficengine.Config{
		Store:           "mysql://reader@db.example/v2r",
		Password:        trafficengine.NewSecret("correct horse"),
		Timezone:        "UTC",
		RefreshInterval: trafficengine.Interval(5 * time.Second),
	}
	fmt.Println(config)
	// Output:
	// trafficengine.Config{"store":"mysql://(hidden)","password":"(hidden)","timezone":"UTC","refresh_interval_ms":5000}
}

func ExampleError() {
	engine := openExample()
	defer engine.Close()

	_, err := engine.RankNodes(context.Background(), trafficengine.Query{SortBy: "luck"})
	fmt.Println(errors.Is(err, trafficengine.StatusUnknownSort))
	var failure *trafficengine.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.Op, failure.Status, failure.Retryable())
	}
	// Output:
	// true
	// rank_nodes unknown_sort false
}

func ExampleWithSource() {
	engine := openExample()
	defer engine.Close()

	var source trafficengine.Source
	hours, err := engine.AggregateByHourOfDay(
		trafficengine.WithSource(context.Background(), &source),
		trafficengine.Period{TimeRange: "custom", StartDate: "2023-11-01", EndDate: "2023-11-07"},
	)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(hours), "hours, answered by", source.Path)
	// Output:
	// 24 hours, answered by push_down
}

func ExampleEngine_QueryJSON() {
	engine := openExample()
	defer engine.Close()

	answer, err := engine.QueryJSON(context.Background(), "range", map[string]any{"time_range": "week"})
	if err != nil {
		log.Fatal(err)
	}
	var seconds struct{ Start, End int64 }
	if err := json.Unmarshal(answer, &seconds); err != nil {
		log.Fatal(err)
	}
	fmt.Println((seconds.End-seconds.Start+1)/86400, "days")
	// Output:
	// 7 days
}

func ExampleEngine_WriteJSON() {
	engine := openExample()
	defer engine.Close()

	period := trafficengine.Period{TimeRange: "custom", StartDate: "2001-01-01", EndDate: "2001-01-01"}
	if err := engine.WriteJSON(context.Background(), os.Stdout, "usage_records", period); err != nil {
		log.Fatal(err)
	}
	// Output:
	// []
}

func ExampleSetLog() {
	told := func(level trafficengine.LogLevel, message string) { fmt.Printf("%v: %s\n", level, message) }
	if err := trafficengine.SetLog(told, trafficengine.LogInfo); err != nil {
		log.Fatal(err)
	}
	defer trafficengine.SetLog(nil, 0)
	openExample().Close()
	// Output:
	// info: an engine was opened
	// info: an engine was closed
}

func openExample() *trafficengine.Engine {
	engine, err := trafficengine.Open(trafficengine.Config{
		Store:    exampleStore,
		Timezone: "UTC",
		Path:     trafficengine.PathPushDown,
		Now:      trafficengine.Timestamp(now),
	})
	if err != nil {
		log.Fatal(err)
	}
	return engine
}

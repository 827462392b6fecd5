// Command conformance answers questions for the conformance tests as ../answers.c does, by the Go
// package.
//
// Usage: conformance CONFIG_FILE
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"

	"trafficengine"
)

// The fields of a question, in their order.
const (
	kind = iota
	question
	options
	timeRange
	startDate
	endDate
	start
	end
	sortOrGroup
	limit
	fieldCount
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: conformance CONFIG_FILE")
	}
	engine, err := trafficengine.OpenFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		if len(fields) != fieldCount {
			log.Fatalf("a question has %d fields, not %d", fieldCount, len(fields))
		}
		tell(answer(engine, fields))
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
	if err := engine.Close(); err != nil {
		log.Fatal(err)
	}
}

// tell writes a status and, where there is one, the answer.
func tell(answer any, err error) {
	var status trafficengine.Status
	switch {
	case errors.As(err, &status):
		fmt.Printf("%s\t\n", status)
	case err != nil:
		log.Fatal(err)
	default:
		text, err := json.Marshal(answer)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("ok\t%s\n", text)
	}
}

func answer(engine *trafficengine.Engine, fields []string) (any, error) {
	ctx := context.Background()
	if fields[kind] == "json" {
		return engine.QueryJSON(ctx, fields[question], json.RawMessage(fields[options]))
	}
	switch fields[question] {
	case "rank_users":
		return engine.RankUsers(ctx, query(fields))
	case "rank_nodes":
		return engine.RankNodes(ctx, query(fields))
	case "aggregate":
		return aggregate(ctx, engine, fields)
	default:
		return engine.Live(ctx)
	}
}

func aggregate(ctx context.Context, engine *trafficengine.Engine, fields []string) (any, error) {
	period := trafficengine.Period{TimeRange: fields[timeRange]}
	switch fields[sortOrGroup] {
	case "node":
		return engine.AggregateByNode(ctx, period)
	case "time":
		return engine.AggregateByHour(ctx, period)
	case "hourly":
		return engine.AggregateByHourOfDay(ctx, period)
	default:
		return engine.AggregateByUser(ctx, period)
	}
}

func query(fields []string) trafficengine.Query {
	rows, _ := strconv.ParseUint(fields[limit], 10, 64)
	return trafficengine.Query{
		TimeRange:      fields[timeRange],
		StartDate:      fields[startDate],
		EndDate:        fields[endDate],
		StartTimestamp: timestamp(fields[start]),
		EndTimestamp:   timestamp(fields[end]),
		SortBy:         trafficengine.Sort(fields[sortOrGroup]),
		Limit:          rows,
	}
}

// timestamp is nil where none is given.
func timestamp(field string) *int64 {
	seconds, err := strconv.ParseInt(field, 10, 64)
	if err != nil {
		return nil
	}
	return &seconds
}

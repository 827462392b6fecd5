package trafficengine_test

import (
	"context"
	"io"

	"trafficengine"
)

// questions are all calls that take a context, each with a context and an engine.
var questions = map[string]func(context.Context, *trafficengine.Engine) error{
	"RankUsers": func(ctx context.Context, engine *trafficengine.Engine) error {
		_, err := engine.RankUsers(ctx, trafficengine.Query{TimeRange: "month"})
		return err
	},
	"RankNodes": func(ctx context.Context, engine *trafficengine.Engine) error {
		_, err := engine.RankNodes(ctx, trafficengine.Query{TimeRange: "month"})
		return err
	},
	"AggregateByUser": func(ctx context.Context, engine *trafficengine.Engine) error {
		_, err := engine.AggregateByUser(ctx, month)
		return err
	},
	"AggregateByNode": func(ctx context.Context, engine *trafficengine.Engine) error {
		_, err := engine.AggregateByNode(ctx, month)
		return err
	},
	"AggregateByHour": func(ctx context.Context, engine *trafficengine.Engine) error {
		_, err := engine.AggregateByHour(ctx, month)
		return err
	},
	"AggregateByHourOfDay": func(ctx context.Context, engine *trafficengine.Engine) error {
		_, err := engine.AggregateByHourOfDay(ctx, month)
		return err
	},
	"Live": func(ctx context.Context, engine *trafficengine.Engine) error {
		_, err := engine.Live(ctx)
		return err
	},
	"Refresh": func(ctx context.Context, engine *trafficengine.Engine) error {
		_, err := engine.Refresh(ctx, trafficengine.RefreshOptions{})
		return err
	},
	"Stats": func(ctx context.Context, engine *trafficengine.Engine) error {
		_, err := engine.Stats(ctx)
		return err
	},
	"QueryJSON": func(ctx context.Context, engine *trafficengine.Engine) error {
		_, err := engine.QueryJSON(ctx, "rank_users", month)
		return err
	},
	"WriteJSON": func(ctx context.Context, engine *trafficengine.Engine) error {
		return engine.WriteJSON(ctx, io.Discard, "rank_users", month)
	},
}

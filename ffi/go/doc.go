// Package trafficengine answers who used how much traffic, where and when. It reads the usage rows
// of a MySQL, MariaDB or SQLite database, and offers the library libtraffic_engine to Go.
//
// An [Engine] is opened, asked and closed:
//
//	engine, err := trafficengine.Open(trafficengine.Config{
//		Store:    "mysql://reader@db.example/v2r",
//		Password: trafficengine.NewSecret(os.Getenv("DB_PASSWORD")),
//		Timezone: "Asia/Shanghai",
//		DataDir:  "/var/lib/traffic-engine",
//	})
//	if err != nil {
//		return err
//	}
//	defer engine.Close()
//	users, err := engine.RankUsers(ctx, trafficengine.Query{TimeRange: "month", Limit: 100})
//
// # Goroutines
//
// Everything may be used by any goroutine at any time; an engine is made to be shared. Close may be
// called while others ask.
//
// # Contexts
//
// The library cannot be interrupted. A call whose context can end runs on a goroutine of its own,
// and when the context ends first, the call returns the context's error at once. The library goes on
// until it has the answer, which is thrown away; until then a thread is busy with it. A call whose
// context cannot end, such as context.Background(), runs where it is made.
//
// # Errors
//
// Calls that the library refuses fail with an [Error], in which errors.Is finds the [Status].
//
// # JSON
//
// What rankings, aggregations, Live and Refresh give becomes the JSON that QueryJSON answers, and is
// read from it again.
package trafficengine

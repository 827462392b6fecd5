package trafficengine

// #include <traffic_engine.h>
import "C"

import (
	"io"
	"runtime"
)

// Engine answers questions about the usage rows of one store. All goroutines may use one at the
// same time. The zero Engine is closed.
type Engine struct {
	opened *opened
}

var _ io.Closer = (*Engine)(nil)

// opened is what the library opened. It is apart from the Engine, which a program may copy, so that
// it is closed once the last copy is gone.
type opened struct {
	engine C.te_engine
}

// Open opens an engine. Nothing is connected before the first question, so that a database which is
// down fails that and not Open.
func Open(config Config) (*Engine, error) {
	text, err := config.text()
	if err != nil {
		return nil, err
	}
	return OpenText(text)
}

// OpenText opens an engine with a configuration in TOML, or a JSON object, whose keys are those of
// [Config]: store, password, timezone, data_dir, path, refresh_interval_ms, verify_interval_ms,
// memory_limit_mb, read_timeout_ms, query_timeout_ms, retention_days, history_days, size_limit_mb,
// background and now, and those of the cache: redis, redis_password, redis_wait_ms, cache_entries, cache_mb and cache_namespace.
func OpenText(config string) (*Engine, error) {
	return open(config, func(config C.te_text, engine *C.te_engine) C.te_status {
		return C.te_open(config, engine)
	})
}

// OpenFile opens an engine with the configuration in a file, as [OpenText] takes it. A data_dir that
// is not absolute lies beside the file. Whoever may read the file may read a password in it.
func OpenFile(path string) (*Engine, error) {
	return open(path, func(path C.te_text, engine *C.te_engine) C.te_status {
		return C.te_open_file(path, engine)
	})
}

func open(text string, open func(C.te_text, *C.te_engine) C.te_status) (*Engine, error) {
	held := inC(text)
	defer held.free()
	it := new(opened)
	if err := call("open", func() C.te_status { return open(held.list[0], &it.engine) }); err != nil {
		return nil, err
	}
	runtime.SetFinalizer(it, (*opened).forgotten)
	return &Engine{it}, nil
}

// Close closes the engine and waits for what it does in the background. Calls that are under way go
// on; later ones fail with [StatusClosedHandle], and so does a second Close, which does nothing
// else. What the engine has answered stays.
//
// An engine that is never closed is closed some time after it became unreachable. That is a safety
// net: until then its connections and threads stay, and nobody is told of failures.
func (engine *Engine) Close() error {
	if engine != nil && engine.opened != nil {
		runtime.SetFinalizer(engine.opened, nil)
	}
	return engine.call("close", func(engine C.te_engine) C.te_status { return C.te_close(engine) })
}

// call makes a call with the engine, which is not closed as unreachable meanwhile.
func (engine *Engine) call(op string, do func(C.te_engine) C.te_status) error {
	if engine == nil || engine.opened == nil {
		return call(op, func() C.te_status { return do(C.te_engine{}) })
	}
	defer runtime.KeepAlive(engine.opened)
	return call(op, func() C.te_status { return do(engine.opened.engine) })
}

// forgotten closes what became unreachable. Other finalizers are not held up meanwhile: closing
// waits for the engine's threads.
func (it *opened) forgotten() {
	engine := it.engine
	go call("close", func() C.te_status { return C.te_close(engine) })
}

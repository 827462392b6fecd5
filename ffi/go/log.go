package trafficengine

// #include <traffic_engine.h>
//
// extern void trafficEngineTold(int32_t level, char *message, size_t length);
//
// /* Go stops a program that has the address of an empty text on its stack: it points nowhere. */
// static void told(te_log_level level, te_text message, void *unused) {
//   (void)unused;
//   trafficEngineTold(level, message.length > 0 ? (char *)message.data : NULL, message.length);
// }
//
// static te_status listen(int32_t max_level) { return te_set_log(told, NULL, max_level); }
//
// static te_status listen_no_more(void) { return te_set_log(NULL, NULL, 0); }
import "C"

import (
	"sync"
	"sync/atomic"
)

// LogLevel is how much a message matters.
type LogLevel int32

// The levels.
const (
	// LogError is a defect.
	LogError LogLevel = C.TE_LOG_LEVEL_ERROR
	// LogWarn is something in trouble that somebody should look at.
	LogWarn LogLevel = C.TE_LOG_LEVEL_WARN
	// LogInfo is something that began or ended.
	LogInfo LogLevel = C.TE_LOG_LEVEL_INFO
	// LogDebug is a call that was refused.
	LogDebug LogLevel = C.TE_LOG_LEVEL_DEBUG
)

// String is the name of the level, such as "warn".
func (level LogLevel) String() string {
	switch level {
	case LogError:
		return "error"
	case LogWarn:
		return "warn"
	case LogInfo:
		return "info"
	case LogDebug:
		return "debug"
	default:
		return "unknown"
	}
}

// listener is what SetLog was given. The library knows one function that stays, so that replacing
// the listener leaves nothing behind that a call under way could still use.
var (
	setting  sync.Mutex
	listener atomic.Pointer[func(LogLevel, string)]
)

// SetLog has told be called with what goes on, up to a level; nil ends that. There is one such
// function for the process, which may be replaced at any time. Several goroutines may call it at
// once. No message holds a password.
//
// The call that a message is about waits for it, so it should be quick. It may use this package: a
// Close inside it does not wait for what the engine does in the background, which ends soon after;
// a Close elsewhere waits for it, so it must not wait for that one. It must not panic, nor end its
// goroutine: both end the program, since the library cannot be unwound.
func SetLog(told func(level LogLevel, message string), maxLevel LogLevel) error {
	setting.Lock()
	defer setting.Unlock()
	if told == nil {
		err := call("set_log", func() C.te_status { return C.listen_no_more() })
		listener.Store(nil)
		return err
	}
	listener.Store(&told)
	return call("set_log", func() C.te_status { return C.listen(C.int32_t(maxLevel)) })
}

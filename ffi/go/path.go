package trafficengine

// #include <traffic_engine.h>
import "C"

// Path is a way to answer.
type Path string

// The ways to answer.
const (
	// PathAuto is the snapshot where a data directory is given and can be used, else the database.
	// Only a Config has it.
	PathAuto Path = "auto"
	// PathSnapshot is a generation of the snapshot.
	PathSnapshot Path = "snapshot"
	// PathPushDown has the database sum the rows.
	PathPushDown Path = "push_down"
	// PathRows has the database deliver the rows, which are summed here.
	PathRows Path = "rows"
	// PathNone needs no rows. Only a Source has it.
	PathNone Path = "none"
	// PathUnknown is one that this package is too old to know. Only a Source has it.
	PathUnknown Path = "unknown"
)

func pathOf(number C.int64_t) Path {
	switch number {
	case C.TE_PATH_NONE:
		return PathNone
	case C.TE_PATH_PUSH_DOWN:
		return PathPushDown
	case C.TE_PATH_ROWS:
		return PathRows
	case C.TE_PATH_SNAPSHOT:
		return PathSnapshot
	default:
		return PathUnknown
	}
}

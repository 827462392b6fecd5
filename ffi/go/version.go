package trafficengine

// #include <traffic_engine.h>
import "C"

// Version is the version of the library that the program runs with, such as "0.1.0".
func Version() string {
	return C.GoString(C.te_version())
}

// ABIVersion is the major number of the library's C interface.
func ABIVersion() uint32 {
	return uint32(C.te_abi_version())
}

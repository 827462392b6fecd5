package trafficengine

// Usually pkg-config says where the library is, and the program finds libtraffic_engine.so.1 again
// when it starts. The tags traffic_engine_static and traffic_engine_vendored change that; the
// README says how. The static library comes first and satisfies everything, so that the shared one,
// which pkg-config names nevertheless, is not needed and left out.

/*
#cgo !traffic_engine_vendored,!traffic_engine_static pkg-config: traffic_engine
#cgo !traffic_engine_vendored,traffic_engine_static LDFLAGS: -l:libtraffic_engine.a -Wl,--as-needed
#cgo !traffic_engine_vendored,traffic_engine_static pkg-config: --static traffic_engine
#cgo traffic_engine_vendored CFLAGS: -I${SRCDIR}/vendored/include
#cgo traffic_engine_vendored LDFLAGS: -L${SRCDIR}/vendored/lib
#cgo traffic_engine_vendored,!traffic_engine_static LDFLAGS: -ltraffic_engine -Wl,-rpath,${SRCDIR}/vendored/lib
#cgo traffic_engine_vendored,traffic_engine_static LDFLAGS: -l:libtraffic_engine.a
#cgo traffic_engine_vendored LDFLAGS: -Wl,--as-needed -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc
*/
import "C"

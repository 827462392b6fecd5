module conformance

go 1.19

require trafficengine v0.0.0

replace trafficengine => ../../../ffi/go

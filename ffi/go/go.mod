module trafficengine

go 1.19

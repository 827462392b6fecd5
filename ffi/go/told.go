package trafficengine

// #include <traffic_engine.h>
import "C"

import (
	"fmt"
	"runtime/debug"
	"unsafe"
)

// trafficEngineTold is what the library calls. It is in a file of its own: where cgo exports a
// function, the C above must not define any.
//
//export trafficEngineTold
func trafficEngineTold(level C.int32_t, message *C.char, length C.size_t) {
	told := listener.Load()
	if told == nil {
		return
	}
	text := string(unsafe.Slice((*byte)(unsafe.Pointer(message)), int(length)))
	returned := false
	defer func() {
		if !returned {
			endProgram(recover())
		}
	}()
	(*told)(LogLevel(level), text)
	returned = true
}

// endProgram ends the program as a panic does that nobody recovers. Somebody further up might, and
// then the library would be left in the middle of a call, with its locks held.
func endProgram(reason any) {
	stack := debug.Stack()
	go panic(fmt.Sprintf("trafficengine: the function given to SetLog did not return: %v\n\n%s", reason, stack))
	select {}
}

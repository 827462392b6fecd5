package trafficengine

// #include <stdlib.h>
// #include <traffic_engine.h>
import "C"

import "unsafe"

// texts are texts in memory of C: a struct that C reads must not point to Go's.
type texts struct {
	memory unsafe.Pointer
	list   []C.te_text
}

// inC copies texts to memory of C, all in one piece. An empty one has no data, which means that it
// is not given.
func inC(all ...string) texts {
	held := texts{list: make([]C.te_text, len(all))}
	length := 0
	for _, text := range all {
		length += len(text)
	}
	if length == 0 {
		return held
	}
	held.memory = C.malloc(C.size_t(length))
	rest := unsafe.Slice((*byte)(held.memory), length)
	for at, text := range all {
		if text != "" {
			held.list[at] = C.te_text{data: (*C.char)(unsafe.Pointer(&rest[0])), length: C.size_t(len(text))}
			rest = rest[copy(rest, text):]
		}
	}
	return held
}

// free gives the memory back.
func (held texts) free() {
	C.free(held.memory)
}

// isGiven is false for a text that is none, which an empty one is not.
//
// The pointer is looked at as a number: that of an empty text points nowhere, and Go stops a program
// that has such a pointer on its stack.
func isGiven(text *C.te_text) bool {
	return *(*uintptr)(unsafe.Pointer(&text.data)) != 0
}

// bytesOf are the bytes of a text where they lie, for as long as the library keeps them.
func bytesOf(text *C.te_text) []byte {
	if text.length == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(text.data)), int(text.length))
}

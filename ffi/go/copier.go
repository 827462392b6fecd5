package trafficengine

// #include <traffic_engine.h>
import "C"

import "strings"

// Texts of rows share memory: a chunk for some hundred texts instead of an allocation for each. A
// program that keeps a single row keeps one chunk with it.
const (
	chunkBytesMax    = 8192
	chunkBytesPerRow = 64
)

// textCopier copies texts of rows to memory of Go.
type textCopier struct {
	chunk      strings.Builder
	chunkBytes int
}

// newTextCopier copies texts of so many rows.
func newTextCopier(rows int) *textCopier {
	if rows > chunkBytesMax/chunkBytesPerRow {
		return &textCopier{chunkBytes: chunkBytesMax}
	}
	return &textCopier{chunkBytes: rows * chunkBytesPerRow}
}

// copied is the text, which stays when the library's is gone.
func (copier *textCopier) copied(text *C.te_text) string {
	bytes := bytesOf(text)
	if copier.chunk.Cap()-copier.chunk.Len() < len(bytes) {
		copier.begin(len(bytes))
	}
	start := copier.chunk.Len()
	copier.chunk.Write(bytes)
	return copier.chunk.String()[start:]
}

// copiedOrNil is the text, nil where there is none.
func (copier *textCopier) copiedOrNil(text *C.te_text) *string {
	if !isGiven(text) {
		return nil
	}
	copied := copier.copied(text)
	return &copied
}

// begin begins a chunk that has room for a text of so many bytes.
func (copier *textCopier) begin(bytes int) {
	if bytes < copier.chunkBytes {
		bytes = copier.chunkBytes
	}
	copier.chunk.Reset()
	copier.chunk.Grow(bytes)
}

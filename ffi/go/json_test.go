package trafficengine_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"trafficengine"
)

func TestPiecesAreTheJSON(t *testing.T) {
	engine := newEngine(t, newConfig(t, "UTC", "--rows", "3000", "--users", "1000"))
	for question, options := range map[string]any{"rank_users": month, "rank_nodes": nil, "range": &month} {
		whole, err := engine.QueryJSON(background, question, options)
		if err != nil {
			t.Fatal(err)
		}
		var pieces bytes.Buffer
		if err := engine.WriteJSON(background, &pieces, question, options); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(whole, pieces.Bytes()) {
			t.Errorf("%s is %d bytes as a whole and %d in pieces", question, len(whole), pieces.Len())
		}
	}
}

func TestOptionsThatAreNilAreNone(t *testing.T) {
	engine := smallEngine(t)
	for _, none := range []any{nil, map[string]any(nil), (*trafficengine.Query)(nil)} {
		if _, err := engine.QueryJSON(background, "live", none); err != nil {
			t.Errorf("%#v: %v", none, err)
		}
	}
}

// countingWriter counts pieces, and does something after each.
type countingWriter struct {
	pieces int
	then   func() error
}

func (writer *countingWriter) Write(piece []byte) (int, error) {
	writer.pieces++
	return len(piece), writer.then()
}

func TestWritingEndsWithTheWriterOrTheContext(t *testing.T) {
	engine := newEngine(t, newConfig(t, "UTC", "--rows", "3000", "--users", "1000"))
	full := errors.New("full")
	ctx, cancel := context.WithCancel(background)
	defer cancel()
	for _, it := range []struct {
		want error
		then func() error
	}{
		{full, func() error { return full }},
		{context.Canceled, func() error { cancel(); return nil }},
	} {
		writer := &countingWriter{then: it.then}
		err := engine.WriteJSON(ctx, writer, "rank_users", month)
		if !errors.Is(err, it.want) || writer.pieces != 1 {
			t.Errorf("got %v after %d pieces, want %v after one", err, writer.pieces, it.want)
		}
	}
}

package trafficengine

// #include <traffic_engine.h>
import "C"

import (
	"context"
	"encoding/json"
	"io"
)

// QueryJSON answers any question as JSON. Questions are rank_users, rank_nodes, aggregate,
// user_chart, node_chart, live, today, total, peak, nodes, node_table, user_details, node_details,
// usage_records, traffic, grouped_traffic, day_traffic, range, refresh, stats, schema_plan,
// schema_status, schema_apply, schema_drop, cache_stats, cache_invalidate, rollup_update,
// rollup_backfill, rollup_prune and rollup_status. The options are what encoding/json makes an
// object of texts, lists of texts, numbers and switches: a map, a [Query], a [Period], a struct that
// embeds one; nil for none.
func (engine *Engine) QueryJSON(ctx context.Context, question string, options any) (json.RawMessage, error) {
	op := "query " + question
	text, err := jsonText(op, "the options", options)
	if err != nil {
		return nil, err
	}
	return ask(ctx, func() (answer[json.RawMessage], error) {
		given := newAnswer[json.RawMessage]()
		held := inC(question, text)
		defer held.free()
		var reply C.te_string
		err := engine.call(op, func(engine C.te_engine) C.te_status {
			return C.te_query_json(engine, held.list[0], held.list[1], &reply, &given.source)
		})
		if err != nil {
			return given, err
		}
		given.value, err = takeString(op, reply)
		return given, err
	}, nil)
}

// takeString copies a string of the library and gives it back.
func takeString(op string, from C.te_string) ([]byte, error) {
	defer C.te_string_free(from)
	var text C.te_text
	err := call(op, func() C.te_status { return C.te_string_text(from, &text) })
	return append([]byte(nil), bytesOf(&text)...), err
}

// WriteJSON writes the answer that QueryJSON gives, in pieces of some 64 KB, so that large ones are
// never held as one text. An error of the writer is given as it is. Once the context has ended
// nothing more is written.
func (engine *Engine) WriteJSON(ctx context.Context, writer io.Writer, question string, options any) error {
	op := "query " + question
	text, err := jsonText(op, "the options", options)
	if err != nil {
		return err
	}
	pieces, err := ask(ctx, func() (answer[C.te_pieces], error) {
		given := newAnswer[C.te_pieces]()
		held := inC(question, text)
		defer held.free()
		err := engine.call(op, func(engine C.te_engine) C.te_status {
			return C.te_query_pieces(engine, held.list[0], held.list[1], &given.value, &given.source)
		})
		return given, err
	}, func(unwanted answer[C.te_pieces]) { C.te_pieces_free(unwanted.value) })
	if err != nil {
		return err
	}
	defer C.te_pieces_free(pieces)
	return writePieces(ctx, writer, op, pieces)
}

// writePieces writes copies: a writer that kept what it was given would otherwise read memory that
// is the library's again.
func writePieces(ctx context.Context, writer io.Writer, op string, pieces C.te_pieces) error {
	var piece C.te_text
	var copied []byte
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := call(op, func() C.te_status { return C.te_pieces_next(pieces, &piece) }); err != nil {
			return err
		}
		if piece.length == 0 {
			return nil
		}
		copied = append(copied[:0], bytesOf(&piece)...)
		if _, err := writer.Write(copied); err != nil {
			return err
		}
	}
}

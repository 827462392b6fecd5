//! Answers as JSON, and the strings and pieces they come in.

use crate::failure::Failure;
use crate::guard::guard;
use crate::handle::{self, te_engine, te_pieces, te_string};
use crate::out::{Out, Place};
use crate::source::te_source;
use crate::status::te_status;
use crate::text::te_text;
use std::sync::{Mutex, PoisonError};
use traffic_engine::{EngineError, JsonPieces, Options};

/// Pieces that are yet to be taken, and the one that was taken last.
pub(crate) struct Pieces(Mutex<(JsonPieces, Vec<u8>)>);

/// # Safety
/// The text is what [`te_text::read`] asks for.
unsafe fn options_of(json: te_text) -> Result<Options, Failure> {
    // SAFETY: as the caller says.
    let json = unsafe { json.read("options") }?;
    Ok(Options::from_json(json).map_err(EngineError::from)?)
}

/// Answers any question as JSON.
///
/// `question` is one of rank_users, rank_nodes, aggregate, user_chart, node_chart, live, today,
/// total, peak, nodes, node_table, user_details, node_details, usage_records, traffic,
/// grouped_traffic, day_traffic, range, refresh, stats, schema_plan, schema_status, schema_apply,
/// schema_drop, cache_stats, cache_invalidate, rollup_update, rollup_backfill, rollup_prune and
/// rollup_status; `options` is a JSON object, or empty for none.
/// Names, options and answers are those of the PHP class TrafficEngine\Engine, which says more about
/// them. `source_out` may be null. te_string_free gives the string back.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_query_json(
    engine: te_engine,
    question: te_text,
    options: te_text,
    json_out: *mut te_string,
    source_out: *mut te_source,
) -> te_status {
    guard(|| {
        let engine = handle::find(engine)?;
        // SAFETY: the header asks for it.
        let (question, options, json_out, source_out) = unsafe {
            let places = (Out::of(json_out, "json_out")?, Place::optional(source_out)?);
            (question.read("question")?, options_of(options)?, places.0, places.1)
        };
        let reply = engine.ask(|engine| engine.ask_by_name(question, &options))?;
        json_out.put(handle::give(reply.json));
        if let Some(source_out) = source_out {
            source_out.put(&reply.source.into());
        }
        Ok(())
    })
}

/// The text of a string. It stays until the string is freed.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_string_text(string: te_string, text_out: *mut te_text) -> te_status {
    guard(|| {
        let string = handle::find(string)?;
        // SAFETY: the header asks for it.
        unsafe { Out::of(text_out, "text_out") }?.put(te_text::of(&string));
        Ok(())
    })
}

/// Frees a string; texts of it are gone.
#[unsafe(no_mangle)]
pub extern "C" fn te_string_free(string: te_string) -> te_status {
    guard(|| handle::close(string))
}

/// As te_query_json, for answers too large to hold as one text: joined, the pieces are the JSON.
/// Only the rows are held, not their text. te_pieces_free gives the pieces back.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_query_pieces(
    engine: te_engine,
    question: te_text,
    options: te_text,
    pieces_out: *mut te_pieces,
    source_out: *mut te_source,
) -> te_status {
    guard(|| {
        let engine = handle::find(engine)?;
        // SAFETY: the header asks for it.
        let (question, options, pieces_out, source_out) = unsafe {
            let places = (Out::of(pieces_out, "pieces_out")?, Place::optional(source_out)?);
            (question.read("question")?, options_of(options)?, places.0, places.1)
        };
        let pieces = engine.ask(|engine| engine.ask_in_pieces(question, &options))?;
        let source = pieces.source;
        pieces_out.put(handle::give(Pieces(Mutex::new((pieces, Vec::new())))));
        if let Some(source_out) = source_out {
            source_out.put(&source.into());
        }
        Ok(())
    })
}

/// The next piece, of some 64 KB; of no length after the last. It stays until the next call with
/// these pieces, so that one thread at a time takes them.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_pieces_next(pieces: te_pieces, piece_out: *mut te_text) -> te_status {
    guard(|| {
        let pieces = handle::find(pieces)?;
        // SAFETY: the header asks for it.
        let piece_out = unsafe { Out::of(piece_out, "piece_out") }?;
        let mut pieces = pieces.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (rest, taken) = &mut *pieces;
        *taken = rest.next().unwrap_or_default();
        piece_out.put(te_text::of_bytes(taken));
        Ok(())
    })
}

/// Frees pieces, whether or not all were taken.
#[unsafe(no_mangle)]
pub extern "C" fn te_pieces_free(pieces: te_pieces) -> te_status {
    guard(|| handle::close(pieces))
}

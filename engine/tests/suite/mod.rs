//! What every store promises, each promise written once and held against both.

pub(crate) mod indexes;
pub(crate) mod scans;
pub(crate) mod schema;
pub(crate) mod sums;
pub(crate) mod texts;
pub(crate) mod values;
pub(crate) mod view;

use crate::support::ask;
use crate::support::json::Json;
use crate::support::place::{Place, engine_by};
use crate::support::question::Question;
use traffic_engine::EngineError;
use traffic_engine::store::StoreError;

/// The answer to `question`, which must have one, the same by every path.
pub(crate) fn answer(place: &dyn Place, question: &Question) -> Json {
    Json::parse(&by_every_path(place, question).expect("an answer"))
}

/// The store's refusal of `question`, the same by every path.
pub(crate) fn refusal(place: &dyn Place, question: &Question) -> StoreError {
    match by_every_path(place, question) {
        Err(EngineError::Store(error)) => error,
        other => panic!("want an error of the store, got {other:?}"),
    }
}

fn by_every_path(place: &dyn Place, question: &Question) -> Result<String, EngineError> {
    let answers = ask::PATHS.map(|path| ask::answer(&engine_by(path, place), question));
    let shown = answers.each_ref().map(|answer| answer.as_ref().map_err(ToString::to_string));
    for (path, answer) in ask::PATHS.iter().zip(&shown) {
        assert_eq!(*answer, shown[0], "{path:?} of {question:?}");
    }
    let [answer, ..] = answers;
    answer
}

/// The values under `key` of a list of maps.
pub(crate) fn column(rows: &Json, key: &str) -> Vec<Json> {
    rows.entries().iter().map(|row| row.get(key).expect(key).clone()).collect()
}

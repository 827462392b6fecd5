//! What every store promises, each promise written once and held against both.

pub(crate) mod scans;
pub(crate) mod schema;
pub(crate) mod texts;
pub(crate) mod values;
pub(crate) mod view;

use crate::support::ask;
use crate::support::json::Json;
use crate::support::place::{Place, engine};
use crate::support::question::Question;
use traffic_engine::EngineError;
use traffic_engine::store::StoreError;

/// The answer to `question`, which must have one.
pub(crate) fn answer(place: &dyn Place, question: &Question) -> Json {
    Json::parse(&ask::answer(&engine(place), question).expect("an answer"))
}

/// The store's refusal of `question`.
pub(crate) fn refusal(place: &dyn Place, question: &Question) -> StoreError {
    match ask::answer(&engine(place), question) {
        Err(EngineError::Store(error)) => error,
        other => panic!("want an error of the store, got {other:?}"),
    }
}

/// The values under `key` of a list of maps.
pub(crate) fn column(rows: &Json, key: &str) -> Vec<Json> {
    rows.entries().iter().map(|row| row.get(key).expect(key).clone()).collect()
}

//! Questions by name, answered as JSON.

use super::cache_options::Forget;
use super::requests::FromOptions;
use crate::cache::Invalidated;
use crate::engine::{Answer, Engine, Source};
use crate::error::EngineError;
use crate::options::{Options, UnknownQuestion};
use crate::query::rows::{TrafficFilter, TrafficRow, UsageRecord, UsageRecords};
use serde::Serialize;
use std::ops::ControlFlow;

/// An answer as JSON text.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The JSON.
    pub json: String,
    /// Where it came from; nowhere for what needs no rows.
    pub source: Option<Source>,
}

/// The names of all questions.
pub const NAMES: [&str; 30] = [
    "rank_users",
    "rank_nodes",
    "aggregate",
    "user_chart",
    "node_chart",
    "live",
    "today",
    "total",
    "peak",
    "nodes",
    "node_table",
    "user_details",
    "node_details",
    "usage_records",
    "traffic",
    "grouped_traffic",
    "day_traffic",
    "range",
    "refresh",
    "stats",
    "schema_plan",
    "schema_status",
    "schema_apply",
    "schema_drop",
    "cache_stats",
    "cache_invalidate",
    "rollup_update",
    "rollup_backfill",
    "rollup_prune",
    "rollup_status",
];

impl Engine {
    /// The answer to the question `name` as JSON, from the cache where one is configured and has
    /// it.
    ///
    /// # Errors
    /// [`EngineError::Question`] for a name that is none of [`NAMES`], [`EngineError::Option`] for
    /// options that cannot be understood, else those of the question itself.
    pub fn ask_by_name(&self, name: &str, options: &Options) -> Result<Reply, EngineError> {
        self.through_cache(name, options, Self::ask_anew)
    }

    /// What the cache forgets by `forget`.
    ///
    /// # Errors
    /// [`EngineError::Cache`] where none is configured.
    pub fn cache_forget(&self, forget: &Forget) -> Result<Invalidated, EngineError> {
        match forget {
            Forget::Pattern(pattern) => self.cache_invalidate(pattern),
            Forget::Trigger(trigger) => self.cache_trigger(*trigger),
        }
    }

    fn ask_anew(&self, name: &str, options: &Options) -> Result<Reply, EngineError> {
        match name {
            "rank_users" => told(self.rank_users(&read(options)?)),
            "rank_nodes" => told(self.rank_nodes(&read(options)?)),
            "aggregate" => told(self.aggregate(&read(options)?)),
            "user_chart" => told(self.user_chart(&read(options)?)),
            "node_chart" => told(self.node_chart(&read(options)?)),
            "live" => read(options).and_then(|()| told(self.live())),
            "today" => read(options).and_then(|()| told(self.today())),
            "total" => read(options).and_then(|()| told(self.total())),
            "peak" => read(options).and_then(|()| told(self.peak())),
            "nodes" => read(options).and_then(|()| told(self.all_nodes())),
            "node_table" => read(options).and_then(|()| told(self.node_table())),
            "user_details" => told(self.user_details(read(options)?)),
            "node_details" => told(self.node_details(read(options)?)),
            "usage_records" => told(self.usage_record_list(&read(options)?)),
            "traffic" => told(self.traffic_list(&read(options)?)),
            "grouped_traffic" => told(self.grouped_traffic(&read(options)?)),
            "day_traffic" => told(self.day_traffic(&read(options)?)),
            "range" => Ok(without_rows(&self.period(&read(options)?)?)),
            "refresh" => {
                let moment = self.refresh(read(options)?)?;
                Ok(Reply { json: json(&moment), source: Some(Source::Snapshot(moment)) })
            }
            "stats" => {
                read::<()>(options)?;
                let stats = self.snapshot_stats()?;
                Ok(Reply { json: json(&stats), source: Some(Source::Snapshot(stats.moment)) })
            }
            "schema_plan" => read(options).and_then(|()| Ok(without_rows(&self.schema_plan()?))),
            "schema_status" => {
                read(options).and_then(|()| Ok(without_rows(&self.schema_status()?)))
            }
            "schema_apply" => Ok(without_rows(&self.schema_apply(&read(options)?)?)),
            "schema_drop" => Ok(without_rows(&self.schema_drop(&read(options)?)?)),
            "cache_stats" => read(options).and_then(|()| Ok(without_rows(&self.cache_stats()?))),
            "cache_invalidate" => Ok(without_rows(&self.cache_forget(&read(options)?)?)),
            "rollup_update" => Ok(without_rows(&self.rollup_update(&read(options)?)?)),
            "rollup_backfill" => Ok(without_rows(&self.rollup_backfill(&read(options)?)?)),
            "rollup_prune" => Ok(without_rows(&self.rollup_prune(&read(options)?)?)),
            "rollup_status" => Ok(without_rows(&self.rollup_status(&read(options)?)?)),
            _ => Err(UnknownQuestion { name: name.to_owned(), known: &NAMES }.into()),
        }
    }

    /// The rows of [`Engine::usage_records`], all at once.
    ///
    /// # Errors
    /// Those of [`Engine::usage_records`].
    pub fn usage_record_list(
        &self,
        request: &UsageRecords,
    ) -> Result<Answer<Vec<UsageRecord>>, EngineError> {
        collected(|sink| Ok(self.usage_records(request, sink)?.source))
    }

    /// The rows of [`Engine::traffic`], all at once.
    ///
    /// # Errors
    /// Those of [`Engine::traffic`].
    pub fn traffic_list(
        &self,
        filter: &TrafficFilter,
    ) -> Result<Answer<Vec<TrafficRow>>, EngineError> {
        collected(|sink| Ok(self.traffic(filter, sink)?.source))
    }
}

/// All rows that `stream` passes on, and where they came from.
fn collected<T>(
    stream: impl FnOnce(&mut dyn FnMut(T) -> ControlFlow<()>) -> Result<Source, EngineError>,
) -> Result<Answer<Vec<T>>, EngineError> {
    let mut rows = Vec::new();
    let source = stream(&mut |row| {
        rows.push(row);
        ControlFlow::Continue(())
    })?;
    Ok(Answer { value: rows, source })
}

pub(super) fn read<T: FromOptions>(options: &Options) -> Result<T, EngineError> {
    T::from_options(options)
}

fn told<T: Serialize>(answer: Result<Answer<T>, EngineError>) -> Result<Reply, EngineError> {
    let Answer { value, source } = answer?;
    Ok(Reply { json: json(&value), source: Some(source) })
}

fn without_rows(value: &impl Serialize) -> Reply {
    Reply { json: json(value), source: None }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("answers have texts for keys and numbers that JSON knows")
}

//! The class `TrafficEngine\Engine`.

use crate::config::Config;
use crate::exceptions::{Failure, caught};
use crate::floats::{DETAILS, NONE, RECORDS, SUMS};
use crate::zval::{Array, MaybeArray};
use crate::{engines, log, requests};
use ext_php_rs::prelude::*;
use ext_php_rs::types::ZendHashTable;
use serde::Serialize;
use std::cell::Cell;
use std::ops::ControlFlow;
use std::sync::Arc;
use traffic_engine::{Answer, Engine as Inner, Reader, Refresh, Source, TrafficRow, UsageRecord};

/// Answers questions about the usage rows of one store.
#[php_class]
#[php(name = "TrafficEngine\\Engine")]
#[php(flags = ext_php_rs::flags::ClassFlags::Final)]
pub struct Engine {
    inner: Arc<Inner>,
    /// Where the last answer came from.
    source: Cell<Option<Source>>,
}

type Options<'a> = Option<&'a ZendHashTable>;

/// A question by its two names: one that gives PHP values, one that gives JSON.
macro_rules! questions {
    ($($array:ident, $json:ident, $shape:ty, $floats:expr => $ask:expr;)*) => {
        #[php_impl]
        impl Engine {
            /// The engine with this configuration, kept by this process from request to request.
            pub fn open(config: &ZendHashTable) -> PhpResult<Self> {
                caught(|| {
                    log::begin();
                    let inner = engines::get(Config::read(config)?)?;
                    Ok(Self { inner, source: Cell::new(None) })
                })
            }

            $(
                #[php(optional = options)]
                pub fn $array(&self, options: Option<&ZendHashTable>) -> PhpResult<$shape> {
                    let ask: fn(&Self, Options<'_>) -> Result<_, Failure> = $ask;
                    caught(|| <$shape>::of(&ask(self, options)?, $floats))
                }

                #[php(optional = options)]
                pub fn $json(&self, options: Option<&ZendHashTable>) -> PhpResult<String> {
                    let ask: fn(&Self, Options<'_>) -> Result<_, Failure> = $ask;
                    caught(|| json(&ask(self, options)?))
                }
            )*

            /// Where the last answer came from.
            pub fn last_source(&self) -> PhpResult<MaybeArray> {
                Ok(MaybeArray::of(&self.source.get(), NONE)?)
            }

            /// Why the snapshot did not answer, or could not be compared; null while all is well.
            pub fn snapshot_failure(&self) -> Option<String> {
                self.inner.snapshot_failure()
            }

            /// The version of the extension.
            pub fn version() -> &'static str {
                env!("CARGO_PKG_VERSION")
            }
        }
    };
}

questions! {
    rank_users, rank_users_json, Array, SUMS => |it, options| {
        it.told(it.inner.rank_users(&requests::rank_users(options)?))
    };
    rank_nodes, rank_nodes_json, Array, SUMS => |it, options| {
        it.told(it.inner.rank_nodes(&requests::rank_nodes(options)?))
    };
    aggregate, aggregate_json, Array, NONE => |it, options| {
        it.told(it.inner.aggregate(&requests::aggregate(options)?))
    };
    user_chart, user_chart_json, Array, SUMS => |it, options| {
        it.told(it.inner.user_chart(&requests::user_chart(options)?))
    };
    node_chart, node_chart_json, Array, SUMS => |it, options| {
        it.told(it.inner.node_chart(&requests::node_chart(options)?))
    };
    live, live_json, Array, SUMS => |it, options| {
        requests::nothing(options)?;
        it.told(it.inner.live())
    };
    today, today_json, Array, SUMS => |it, options| {
        requests::nothing(options)?;
        it.told(it.inner.today())
    };
    total, total_json, Array, SUMS => |it, options| {
        requests::nothing(options)?;
        it.told(it.inner.total())
    };
    peak, peak_json, Array, SUMS => |it, options| {
        requests::nothing(options)?;
        it.told(it.inner.peak())
    };
    nodes, nodes_json, Array, SUMS => |it, options| {
        requests::nothing(options)?;
        it.told(it.inner.all_nodes())
    };
    node_table, node_table_json, Array, NONE => |it, options| {
        requests::nothing(options)?;
        it.told(it.inner.node_table())
    };
    user_details, user_details_json, MaybeArray, DETAILS => |it, options| {
        it.told(it.inner.user_details(requests::user(options)?))
    };
    node_details, node_details_json, MaybeArray, DETAILS => |it, options| {
        it.told(it.inner.node_details(requests::node(options)?))
    };
    usage_records, usage_records_json, Array, RECORDS => |it, options| it.usage_record_list(options);
    traffic, traffic_json, Array, NONE => |it, options| it.traffic_list(options);
    grouped_traffic, grouped_traffic_json, Array, SUMS => |it, options| {
        it.told(it.inner.grouped_traffic(&requests::traffic(options)?))
    };
    day_traffic, day_traffic_json, Array, SUMS => |it, options| {
        it.told(it.inner.day_traffic(&requests::day_traffic(options)?))
    };
    range, range_json, Array, NONE => |it, options| {
        let window = it.inner.resolve_range(&requests::period(options)?, Reader::Ranking)?;
        Ok(Period { start: window.start, end: window.end })
    };
    refresh, refresh_json, Array, NONE => |it, options| {
        let how = if requests::verify(options)? { Refresh::Verify } else { Refresh::Tail };
        Ok(it.inner.refresh(how)?)
    };
    stats, stats_json, Array, NONE => |it, options| {
        requests::nothing(options)?;
        Ok(it.inner.snapshot_stats()?)
    };
}

/// First and last second of a period; null where there is none.
#[derive(Serialize)]
struct Period {
    start: Option<i64>,
    end: Option<i64>,
}

impl Engine {
    /// The answer alone; where it came from is remembered.
    fn told<T>(
        &self,
        answer: Result<Answer<T>, traffic_engine::EngineError>,
    ) -> Result<T, Failure> {
        let Answer { value, source } = answer?;
        self.source.set(Some(source));
        Ok(value)
    }

    fn usage_record_list(&self, options: Options<'_>) -> Result<Vec<UsageRecord>, Failure> {
        let request = requests::usage_records(options)?;
        let mut rows = Vec::new();
        let answer = self.inner.usage_records(&request, &mut |row| {
            rows.push(row);
            ControlFlow::Continue(())
        });
        self.told(answer)?;
        Ok(rows)
    }

    fn traffic_list(&self, options: Options<'_>) -> Result<Vec<TrafficRow>, Failure> {
        let request = requests::traffic(options)?;
        let mut rows = Vec::new();
        let answer = self.inner.traffic(&request, &mut |row| {
            rows.push(row);
            ControlFlow::Continue(())
        });
        self.told(answer)?;
        Ok(rows)
    }
}

fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::Internal(error.to_string()))
}

//! The class `TrafficEngine\Engine`.

use crate::exceptions::{Failure, caught};
use crate::floats::{DETAILS, NONE, RECORDS, SUMS};
use crate::pieces::JsonPieces;
use crate::zval::{Array, MaybeArray};
use crate::{basedir, config, engines, log, options};
use ext_php_rs::binary_slice::BinarySlice;
use ext_php_rs::prelude::*;
use ext_php_rs::types::ZendHashTable;
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use traffic_engine::{Answer, Engine as Inner, EngineError, FromOptions, Source};

/// Answers questions about the usage rows of one store.
#[php_class]
#[php(name = "TrafficEngine\\Engine")]
#[php(flags = ext_php_rs::flags::ClassFlags::Final)]
pub struct Engine {
    inner: Arc<Inner>,
    /// Where the last answer came from; nowhere where no rows were needed for it.
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
                    let options = config::read(config)?;
                    // Also of one that is kept: another script, with other rights, may have opened it.
                    basedir::check_engine(&options)?;
                    let inner = engines::get(options)?;
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
                    caught(|| {
                        let reply = self.inner.ask_by_name(stringify!($array), &options::read(options)?)?;
                        self.source.set(reply.source);
                        Ok(reply.json)
                    })
                }
            )*

            /// The answer to a question as JSON in pieces, for answers too large to be held as one text.
            #[php(optional = options)]
            pub fn json_pieces(
                &self,
                question: BinarySlice<u8>,
                options: Option<&ZendHashTable>,
            ) -> PhpResult<JsonPieces> {
                caught(|| {
                    let question = options::argument("question", &question)?;
                    let pieces = self.inner.ask_in_pieces(question, &options::read(options)?)?;
                    self.source.set(pieces.source);
                    Ok(JsonPieces { rest: RefCell::new(pieces) })
                })
            }

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
    rank_users, rank_users_json, Array, SUMS => |it, options| it.told(it.inner.rank_users(&read(options)?));
    rank_nodes, rank_nodes_json, Array, SUMS => |it, options| it.told(it.inner.rank_nodes(&read(options)?));
    aggregate, aggregate_json, Array, NONE => |it, options| it.told(it.inner.aggregate(&read(options)?));
    user_chart, user_chart_json, Array, SUMS => |it, options| it.told(it.inner.user_chart(&read(options)?));
    node_chart, node_chart_json, Array, SUMS => |it, options| it.told(it.inner.node_chart(&read(options)?));
    live, live_json, Array, SUMS => |it, options| {
        read::<()>(options)?;
        it.told(it.inner.live())
    };
    today, today_json, Array, SUMS => |it, options| {
        read::<()>(options)?;
        it.told(it.inner.today())
    };
    total, total_json, Array, SUMS => |it, options| {
        read::<()>(options)?;
        it.told(it.inner.total())
    };
    peak, peak_json, Array, SUMS => |it, options| {
        read::<()>(options)?;
        it.told(it.inner.peak())
    };
    nodes, nodes_json, Array, SUMS => |it, options| {
        read::<()>(options)?;
        it.told(it.inner.all_nodes())
    };
    node_table, node_table_json, Array, NONE => |it, options| {
        read::<()>(options)?;
        it.told(it.inner.node_table())
    };
    user_details, user_details_json, MaybeArray, DETAILS => |it, options| it.told(it.inner.user_details(read(options)?));
    node_details, node_details_json, MaybeArray, DETAILS => |it, options| it.told(it.inner.node_details(read(options)?));
    usage_records, usage_records_json, Array, RECORDS => |it, options| it.told(it.inner.usage_record_list(&read(options)?));
    traffic, traffic_json, Array, NONE => |it, options| it.told(it.inner.traffic_list(&read(options)?));
    grouped_traffic, grouped_traffic_json, Array, SUMS => |it, options| it.told(it.inner.grouped_traffic(&read(options)?));
    day_traffic, day_traffic_json, Array, SUMS => |it, options| it.told(it.inner.day_traffic(&read(options)?));
    range, range_json, Array, NONE => |it, options| it.plain(it.inner.period(&read(options)?));
    refresh, refresh_json, Array, NONE => |it, options| {
        let moment = it.inner.refresh(read(options)?)?;
        it.source.set(Some(Source::Snapshot(moment)));
        Ok(moment)
    };
    stats, stats_json, Array, NONE => |it, options| {
        read::<()>(options)?;
        let stats = it.inner.snapshot_stats()?;
        it.source.set(Some(Source::Snapshot(stats.moment)));
        Ok(stats)
    };
    schema_plan, schema_plan_json, Array, NONE => |it, options| {
        read::<()>(options)?;
        it.plain(it.inner.schema_plan())
    };
    schema_status, schema_status_json, Array, NONE => |it, options| {
        read::<()>(options)?;
        it.plain(it.inner.schema_status())
    };
    schema_apply, schema_apply_json, Array, NONE => |it, options| it.plain(it.inner.schema_apply(&read(options)?));
    schema_drop, schema_drop_json, Array, NONE => |it, options| it.plain(it.inner.schema_drop(&read(options)?));
    cache_stats, cache_stats_json, Array, NONE => |it, options| {
        read::<()>(options)?;
        it.plain(it.inner.cache_stats())
    };
    cache_invalidate, cache_invalidate_json, Array, NONE => |it, options| it.plain(it.inner.cache_forget(&read(options)?));
    rollup_update, rollup_update_json, Array, NONE => |it, options| it.plain(it.inner.rollup_update(&read(options)?));
    rollup_backfill, rollup_backfill_json, Array, NONE => |it, options| it.plain(it.inner.rollup_backfill(&read(options)?));
    rollup_prune, rollup_prune_json, Array, NONE => |it, options| it.plain(it.inner.rollup_prune(&read(options)?));
    rollup_status, rollup_status_json, Array, NONE => |it, options| it.plain(it.inner.rollup_status(&read(options)?));
}

impl Engine {
    /// An answer that needed no rows, and so came from nowhere.
    fn plain<T>(&self, answer: Result<T, EngineError>) -> Result<T, Failure> {
        let answer = answer?;
        self.source.set(None);
        Ok(answer)
    }

    /// The answer alone; where it came from is remembered.
    fn told<T>(&self, answer: Result<Answer<T>, EngineError>) -> Result<T, Failure> {
        let Answer { value, source } = answer?;
        self.source.set(Some(source));
        Ok(value)
    }
}

fn read<T: FromOptions>(table: Option<&ZendHashTable>) -> Result<T, Failure> {
    Ok(T::from_options(&options::read(table)?)?)
}

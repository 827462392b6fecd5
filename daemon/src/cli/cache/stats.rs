//! `cache stats`.

use super::{Opened, Place};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Field, Reply, bytes};
use traffic_engine::cache::CacheStats;

/// Show hits, misses and sizes over all processes, by tier
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine cache stats --redis redis://127.0.0.1 --store mysql://user@db/v2raysocks"
)]
pub(super) struct Stats {
    #[command(flatten)]
    place: Place,
}

impl Stats {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let stats = match self.place.cache(context)? {
            Opened::Engine(engine) => engine.cache_stats()?,
            Opened::Cache(cache) => cache.stats(),
        };
        context.output().object(&stats, |_| fields(&stats))
    }
}

fn fields(stats: &CacheStats) -> Vec<Field> {
    let mut fields = vec![
        Field::new("hits", stats.hits),
        Field::new("of them stale", stats.stale_hits),
        Field::new("misses", stats.misses),
        Field::new("hit ratio", format!("{:.2} %", stats.hit_ratio * 100.0)),
        Field::new("sets", stats.sets),
        Field::new("invalidations", stats.invalidations),
        Field::new("processes", stats.processes),
        Field::new("hits in memory", stats.memory.hits),
        Field::new("entries in memory", stats.memory.entries),
        Field::new("size in memory", bytes(stats.memory.bytes)),
    ];
    if let Some(redis) = &stats.redis {
        fields.extend([
            Field::new("Redis", &redis.address),
            Field::new("state", redis.problem.as_deref().unwrap_or("well")),
            Field::new("hits in Redis", redis.hits),
            Field::new("entries in Redis", redis.entries),
            Field::new("size in Redis", bytes(redis.bytes)),
            Field::new("refused", redis.refused),
        ]);
    }
    fields
}

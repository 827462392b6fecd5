//! `cache clear`.

use super::{Opened, Place};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Field, Reply};
use traffic_engine::EngineError;
use traffic_engine::ask::Forget;
use traffic_engine::cache::{Pattern, Trigger};

/// Forget kept answers, in all processes within a second
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine cache clear --redis redis://127.0.0.1 --store mysql://user@db/v2raysocks --pattern 'user_*'"
)]
pub(super) struct Clear {
    #[command(flatten)]
    place: Place,
    /// Those whose names this means: * is any text, ? a character, [abc] one of several
    #[arg(long, value_name = "GLOB", default_value = "*")]
    pattern: String,
    /// Those that this makes worthless: user_update, node_update, traffic_update,
    /// large_dataset_complete or database_optimize
    #[arg(long, value_name = "NAME", conflicts_with = "pattern")]
    trigger: Option<String>,
}

impl Clear {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let forget = match self.trigger {
            Some(trigger) => {
                Forget::Trigger(trigger.parse::<Trigger>().map_err(EngineError::from)?)
            }
            None => Forget::Pattern(Pattern::new(&self.pattern).map_err(EngineError::from)?),
        };
        let removed = match (self.place.cache(context)?, &forget) {
            (Opened::Engine(engine), forget) => engine.cache_forget(forget)?,
            (Opened::Cache(cache), Forget::Pattern(pattern)) => cache.invalidate(pattern),
            (Opened::Cache(cache), Forget::Trigger(trigger)) => cache.trigger(*trigger),
        };
        if removed.is_late {
            return Err(Failure::RedisAway);
        }
        context.output().object(&removed, |_| vec![Field::new("entries removed", removed.redis)])
    }
}

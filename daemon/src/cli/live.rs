//! `live`.

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Field, Reply, bytes};
use traffic_engine::LiveStats;

/// Active users, online nodes and recent traffic
#[derive(clap::Args)]
#[command(after_help = "Example:\n  traffic-engine live --format json\n\n\
    CSV is one line with dotted names, such as active_users.5min.")]
pub(super) struct Live {}

impl Live {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let live = context.value(context.engine()?.live()?);
        context.output().object(&live, |place| fields(&live, place.time(live.last_updated)))
    }
}

fn fields(live: &LiveStats, updated: String) -> Vec<Field> {
    let (active, recent) = (&live.active_users, &live.traffic_periods);
    vec![
        Field::new("users", live.total_users),
        Field::new("active in 5 minutes", active.min5),
        Field::new("active in 1 hour", active.hour1),
        Field::new("active in 4 hours", active.hour4),
        Field::new("active in 24 hours", active.hours24),
        Field::new("nodes", live.total_nodes),
        Field::new("nodes online", live.online_nodes),
        Field::new("upload today", bytes(live.today_upload)),
        Field::new("download today", bytes(live.today_download)),
        Field::new("traffic in 5 minutes", bytes(recent.min5.total)),
        Field::new("traffic in 1 hour", bytes(recent.hour1.total)),
        Field::new("traffic in 4 hours", bytes(recent.hour4.total)),
        Field::new("traffic this month", bytes(recent.monthly.total)),
        Field::new("as of", updated),
    ]
}

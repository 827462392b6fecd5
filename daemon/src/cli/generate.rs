//! `generate`.

use super::ids;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Field, Reply};
use serde::Serialize;
use traffic_engine::Plan;

/// Fill an empty store with made-up usage; the same seed at the same --now gives the same rows
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine generate --store sqlite://demo.db --rows 500000 --merged"
)]
pub(super) struct Generate {
    /// Usage rows
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    #[arg(value_parser = ids::number::<u64>, allow_negative_numbers = true)]
    rows: u64,
    /// Users
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    #[arg(value_parser = ids::number::<u64>, allow_negative_numbers = true)]
    users: u64,
    /// Nodes
    #[arg(long, value_name = "N", default_value_t = 20)]
    #[arg(value_parser = ids::number::<u64>, allow_negative_numbers = true)]
    nodes: u64,
    /// Days that the rows spread over, today included
    #[arg(long, value_name = "N", default_value_t = 30)]
    #[arg(value_parser = ids::number::<u64>, allow_negative_numbers = true)]
    days: u64,
    /// Seed of all randomness
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = ids::number::<u64>, allow_negative_numbers = true)]
    seed: u64,
    /// Merge past days into one DAY row a user, as V2RaySocks does after midnight
    #[arg(long)]
    merged: bool,
}

/// What was made.
#[derive(Serialize)]
struct Made {
    users: u64,
    nodes: u64,
    rows: u64,
}

impl Generate {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let Self { rows, users, nodes, days, seed, merged } = self;
        let generated =
            context.engine()?.generate(&Plan { rows, users, nodes, days, merged, seed })?;
        let made = Made { users: generated.users, nodes: generated.nodes, rows: generated.rows };
        context.output().object(&made, |_| {
            vec![
                Field::new("users", made.users),
                Field::new("nodes", made.nodes),
                Field::new("usage rows", made.rows),
            ]
        })
    }
}

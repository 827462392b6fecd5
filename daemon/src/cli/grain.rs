//! The option that says how long the buckets of a chart are.

use clap::ValueEnum;
use traffic_engine::ChartGrain;

/// How long the buckets are.
#[derive(clap::Args)]
pub(super) struct GrainOption {
    /// Length of the buckets; what suits the period where it is not given
    #[arg(long, value_enum, value_name = "GRAIN")]
    grain: Option<Grain>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Grain {
    /// An hour
    Hour,
    /// A day
    Day,
}

impl GrainOption {
    /// As the engine has it.
    pub(super) fn chosen(&self) -> Option<ChartGrain> {
        self.grain.map(|grain| match grain {
            Grain::Hour => ChartGrain::Hour,
            Grain::Day => ChartGrain::Day,
        })
    }
}

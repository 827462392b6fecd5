//! How long the buckets of a chart are.

/// How long the buckets of a chart are, where the period is not to decide it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartGrain {
    /// An hour.
    Hour,
    /// A local day.
    Day,
}

//! What can be wrong with pre-aggregates.

use thiserror::Error;

/// A failure of pre-aggregation.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RollupError {
    /// A sum that its column cannot hold.
    #[error(
        "{day}, {of}: `{column}` would be {value}, which its column cannot hold; correct or delete \
         the rows behind it. Nothing of that day was written"
    )]
    TooLarge {
        /// The local day.
        day: String,
        /// Whose sum it is.
        of: String,
        /// The column.
        column: &'static str,
        /// The sum.
        value: u128,
    },
    /// Another process keeps the tables in another zone.
    #[error(
        "another process began to keep the pre-aggregates in the zone {theirs}, and this one is \
         configured for {ours}; configure one zone for all"
    )]
    OtherZone {
        /// The zone of the tables.
        theirs: String,
        /// The zone of this engine.
        ours: String,
    },
}

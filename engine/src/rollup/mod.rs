//! What belongs into the pre-aggregates: pure functions from a day's rows, and what was stored of it
//! before, to what is to be written.
//!
//! Totals of users always equal the database. Nodes and hours are detail, which the database merges
//! away after a while: what was seen of a node before is its *base* and is kept, and no hour gets
//! less, while merged rows are there.

mod change;
mod due;
mod error;
mod fit;
mod keys;
mod nodes;
mod sums;

pub(crate) use change::{Moment, change};
pub(crate) use due::{Run, is_due, runs, spans};
pub use error::RollupError;
pub(crate) use sums::{DaySums, RunSums};

//! Answers as pure functions of rows and request: no I/O, no clock, no order of arrival.
//!
//! Each question has a kernel. A kernel is fed batches of columns in any order and then finished
//! into typed rows whose fields carry the names of the module's contract, in its order.

pub mod aggregate;
pub mod chart;
pub mod chart_grain;
pub mod deadline;
pub mod decimal;
pub mod details;
mod distinct;
pub mod format;
pub mod group;
pub mod live;
pub mod memory;
mod mergeable;
mod node_sets;
pub mod nodes;
pub mod rank_nodes;
pub mod rank_users;
mod recent;
mod recent_sums;
mod renumbering;
pub mod rows;
pub mod slots;
pub mod sort;
mod span;
mod time_slots;
pub mod totals;
mod user_slots;
mod user_sums;

pub use mergeable::Mergeable;

use crate::column::{Cells, Columns, Detail, Totals};
use crate::store::Grain;

/// Consumes usage by column.
pub trait Kernel {
    /// How finely it must tell rows apart.
    fn grain(&self) -> Grain;

    /// Takes in all of `cells`, which are at least as fine.
    fn add(&mut self, cells: &Cells<'_>);

    /// Whether totals of users will do, that is, whether nodes are only counted.
    fn takes_totals(&self) -> bool {
        false
    }

    /// Takes in all of `totals`, whose rows lie on one side of each cut.
    ///
    /// # Panics
    /// When totals will not do.
    fn add_totals(&mut self, _totals: &Totals<'_>) {
        panic!("totals are only for kernels that take them");
    }

    /// What it wants to know of rows that the database has merged away.
    fn detail(&self) -> Detail {
        Detail::None
    }

    /// Takes note of which nodes the users of `cells` used, and of nothing else.
    ///
    /// # Panics
    /// When it does not want to know.
    fn add_nodes_used(&mut self, _cells: &Cells<'_>) {
        panic!("nodes alone are only for kernels that want them");
    }

    /// Takes in all of `columns`.
    fn take(&mut self, columns: &Columns<'_>) {
        match columns {
            Columns::Cells(cells) => self.add(cells),
            Columns::Totals(totals) => self.add_totals(totals),
            Columns::NodesUsed(cells) => self.add_nodes_used(cells),
        }
    }

    /// Bytes that it holds in the end at least, as far as that is known before it is fed.
    fn memory_foreseen(&self) -> usize {
        self.memory()
    }

    /// Bytes it holds at present, about; cheap enough to ask after every batch.
    fn memory(&self) -> usize;
}

/// Cells from which on it pays to feed a kernel on several threads, merging included.
///
/// Measured by `make bench-kernels` with 50 000 users and 100 nodes, one thread against two, in ms:
///
/// | cells | users ranked | nodes ranked | summed by hour |
/// |---|---|---|---|
/// | 65 536 | 0.7, 1.1 | 0.25, 0.16 | 0.6, 0.5 |
/// | 262 144 | 1.7, 1.7 | 1.0, 0.7 | 2.2, 1.5 |
/// | 1 048 576 | 5.5, 3.6 | 4.1, 2.2 | 7.5, 4.7 |
/// | 4 194 304 | 23, 13 | 22, 11 | 34, 20 |
pub const PARALLEL_CELLS_MIN: usize = 1 << 18;

/// Bytes in the GB of charts and limits.
pub const GB: u64 = 1_000_000_000;

/// A node counts as online for this long after its last heartbeat.
pub const ONLINE_S: i64 = 600;

/// `part / whole`, or 0 where there is nothing to divide by.
pub(crate) fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// The entry at `at` of sums by slot, which grow as slots are met.
#[inline]
fn entry<T: Clone + Default>(sums: &mut Vec<T>, at: usize) -> &mut T {
    if at >= sums.len() {
        sums.resize(at + 1, T::default());
    }
    &mut sums[at]
}

//! The pre-aggregates: tables of ours beside those of V2RaySocks, and how they are read and written.
//!
//! What belongs into them is decided elsewhere (`crate::rollup`). Here is one connection that holds
//! a transaction: the sums are read and written by the same one, after a lock that whoever writes
//! takes first, so that nobody writes older sums over newer ones.

mod connection;
mod migrate;
mod reading;
mod rows;
mod statements;
mod tables;
mod writing;

pub use rows::{Base, Changed, DayChange, DaySpan, Hour, Measures, NodeKey, StoredDay, SummedDay};
pub use tables::{Form, RollupTable};
pub(super) use writing::Writing;

use super::{StoreError, View};
use crate::units::UnixSeconds;
use std::collections::BTreeMap;

/// What a connection to the pre-aggregates may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Read.
    Read,
    /// Read, write, and make tables.
    Write,
}

/// Days of the daily tables and seconds of `hourly_stats` before which rows are to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    /// First day to keep, in local days since 1970-01-01.
    pub day: i64,
    /// First second to keep.
    pub hour: UnixSeconds,
}

/// A connection to the pre-aggregates. A transaction that is not committed is undone when the
/// connection is dropped; errors leave nothing else to do with one.
pub trait Rollup {
    /// The tables and what there is of them.
    ///
    /// # Errors
    /// [`StoreError`] when reading fails or a table has one of our names and other columns.
    fn tables(&mut self) -> Result<Vec<RollupTable>, StoreError>;

    /// Makes the tables that are missing and brings older ones into their present form; tells which
    /// ones that were. What a run that was cut short has left is completed. `zone` is what a first
    /// lock says.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn prepare(&mut self, zone: &str) -> Result<Vec<&'static str>, StoreError>;

    /// Begins a view of one moment.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn begin_reading(&mut self) -> Result<(), StoreError>;

    /// Begins a transaction that holds the lock; what it reads is from then on. Tells the zone of
    /// the tables.
    ///
    /// # Errors
    /// [`StoreError`] when somebody holds the lock for too long, or the database refuses.
    fn begin_writing(&mut self) -> Result<String, StoreError>;

    /// Ends either.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses; nothing is written then.
    fn commit(&mut self) -> Result<(), StoreError>;

    /// Undoes what was written since it began.
    ///
    /// # Errors
    /// [`StoreError`] when the connection is lost, by which it is undone too.
    fn roll_back(&mut self) -> Result<(), StoreError>;

    /// What else can be read meanwhile.
    fn view(&mut self) -> &mut dyn View;

    /// The zone of the tables; nothing before the first lock.
    ///
    /// # Errors
    /// [`StoreError`] when reading fails.
    fn zone(&mut self) -> Result<Option<String>, StoreError>;

    /// What the days from `first` to `last` were made of, by day.
    ///
    /// # Errors
    /// [`StoreError`] when reading fails.
    fn summed(&mut self, first: i64, last: i64) -> Result<BTreeMap<i64, SummedDay>, StoreError>;

    /// Days from `first` on that have rows by user or node, ascending.
    ///
    /// # Errors
    /// [`StoreError`] when reading fails.
    fn days(&mut self, first: i64) -> Result<Vec<i64>, StoreError>;

    /// Number of nodes' days of which something is kept that was merged since.
    ///
    /// # Errors
    /// [`StoreError`] when reading fails.
    fn base_rows(&mut self) -> Result<u64, StoreError>;

    /// All that is stored of a day.
    ///
    /// # Errors
    /// [`StoreError`] when reading fails.
    fn stored(&mut self, span: &DaySpan) -> Result<StoredDay, StoreError>;

    /// Changes what is stored of a day.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn write(&mut self, change: &DayChange) -> Result<(), StoreError>;

    /// Notes that days were found to be as they are stored.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn note_checked(&mut self, days: &[i64], at: UnixSeconds) -> Result<(), StoreError>;

    /// Makes `zone` that of the tables, and deletes what cannot be used in it: everything but the
    /// users' days, which are written anew one by one.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn change_zone(&mut self, zone: &str) -> Result<(), StoreError>;

    /// What was told of the listed nodes last; nothing where nobody has.
    ///
    /// # Errors
    /// [`StoreError`] when reading fails.
    fn node_list(&mut self) -> Result<Option<String>, StoreError>;

    /// Notes which nodes are listed. Where it were others before, days that have rows beside merged
    /// ones are due again: their texts may mean other nodes.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn note_nodes(&mut self, list: &str) -> Result<(), StoreError>;

    /// Rows of the three tables that are to go.
    ///
    /// # Errors
    /// [`StoreError`] when reading fails.
    fn expired(&mut self, before: &Expiry) -> Result<u64, StoreError>;

    /// Deletes some of them, and what belongs to their days; tells how many, 0 when none is left.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn delete_expired(&mut self, before: &Expiry) -> Result<u64, StoreError>;
}

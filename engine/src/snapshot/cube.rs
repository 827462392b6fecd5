//! Cells of a run of rows: by user, node and hour, and by user, node and day.

use crate::calendar::LocalTime;
use crate::column::{CellBatch, Cells, Rows};
use crate::units::UnixSeconds;
use std::collections::HashMap;
use std::ops::Range;

/// Bits that a user, a node or a row of a segment is numbered with.
const NUMBER_BITS: u32 = 19;
/// A day of 25 hours, cut once more by a change of clocks of half an hour.
const HOURS_MAX: usize = 1 << HOUR_BITS;
const HOUR_BITS: u32 = 5;

/// Rows a cube can be made of at once.
pub(super) const CUBE_ROWS_MAX: usize = 1 << NUMBER_BITS;

/// Cells of one run in both grains, where they can be made.
pub(super) struct RunCells {
    pub(super) hours: CellBatch,
    pub(super) days: CellBatch,
}

/// Sums the rows of one day. `None` for runs with too many users, nodes or hours to number: those
/// of days that hold more than a day.
pub(super) fn cells_of(rows: &Rows<'_>, local: &mut LocalTime) -> Option<RunCells> {
    let order = order(rows, local)?;
    let rows = &rows.cells();
    let (mut hours, mut days) = (CellBatch::default(), CellBatch::default());
    let (mut hour_key, mut day_key) = (None, None);
    for key in order {
        let row = (key & mask(NUMBER_BITS)) as usize;
        let hour = key >> NUMBER_BITS;
        let day = hour >> HOUR_BITS;
        add(&mut hours, rows, row, hour_key.replace(hour) == Some(hour));
        add(&mut days, rows, row, day_key.replace(day) == Some(day));
    }
    Some(RunCells { hours, days })
}

/// Rows by user id, node and hour, as numbers that sort so: from the lowest bits up the row, its
/// hour, its node and its user. Kernels then meet users in the order of their own lists.
fn order(rows: &Rows<'_>, local: &mut LocalTime) -> Option<Vec<u64>> {
    if rows.len() > CUBE_ROWS_MAX || rows.texts.len() > CUBE_ROWS_MAX {
        return None;
    }
    let users = Ranks::of(rows.user_id);
    let mut hours = Hours::default();
    let mut order = Vec::with_capacity(rows.len());
    for row in 0..rows.len() {
        let hour = hours.number(rows.t[row], local)?;
        let key = (users.rank(row) << NUMBER_BITS) | u64::from(rows.node[row]);
        order.push((((key << HOUR_BITS) | hour) << NUMBER_BITS) | row as u64);
    }
    order.sort_unstable();
    Some(order)
}

/// The place of each row's user among the distinct users, by id.
struct Ranks {
    /// Numbers of users as they are met, by row.
    met: Vec<u32>,
    /// Their ranks.
    rank_of: Vec<u32>,
}

impl Ranks {
    fn of(ids: &[i64]) -> Self {
        let mut numbers: HashMap<i64, u32, foldhash::fast::RandomState> = HashMap::default();
        let mut distinct = Vec::new();
        let mut number = |&id: &i64| {
            *numbers.entry(id).or_insert_with(|| {
                distinct.push(id);
                distinct.len() as u32 - 1
            })
        };
        let met = ids.iter().map(&mut number).collect();
        let mut by_id: Vec<u32> = (0..distinct.len() as u32).collect();
        by_id.sort_unstable_by_key(|&number| distinct[number as usize]);
        let mut rank_of = vec![0; by_id.len()];
        for (rank, number) in (0..).zip(by_id) {
            rank_of[number as usize] = rank;
        }
        Self { met, rank_of }
    }

    fn rank(&self, row: usize) -> u64 {
        self.rank_of[self.met[row] as usize].into()
    }
}

fn mask(bits: u32) -> u64 {
    (1 << bits) - 1
}

/// Numbers the hours of a day as they are met.
#[derive(Default)]
struct Hours {
    starts: Vec<UnixSeconds>,
    current: usize,
    /// Seconds known to lie in the current hour.
    known: Range<UnixSeconds>,
}

impl Hours {
    fn number(&mut self, t: UnixSeconds, local: &mut LocalTime) -> Option<u64> {
        if !self.known.contains(&t) {
            let start = local.hour_start(t);
            self.known = start..t + 1;
            self.current = match self.starts.iter().position(|&it| it == start) {
                Some(at) => at,
                None => {
                    self.starts.push(start);
                    self.starts.len() - 1
                }
            };
        }
        (self.current < HOURS_MAX).then_some(self.current as u64)
    }
}

/// Adds a row to the last cell when it `continues` it and the sums still fit, else as a new one.
fn add(batch: &mut CellBatch, rows: &Cells<'_>, row: usize, continues: bool) {
    let last = batch.len().checked_sub(1).filter(|_| continues);
    if !last.is_some_and(|last| batch.add(last, rows, row)) {
        batch.push(rows, row, rows.node[row]);
    }
}

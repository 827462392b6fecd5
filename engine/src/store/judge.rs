//! Which values the tables hold that their columns must not: every column that is read, by the same
//! rules as when it is read for a question.

use super::cell::{Cell, Cells, Lenient, Row, bytes, float, int, maybe, text, time};
use super::entity;
use super::scan::{Dialect, Statement};
use super::schema::{NODE_COLUMNS, Schema, USAGE_COLUMNS, USER_COLUMNS};
use super::stream::{Room, RowTaker, Streams};
use super::{Fault, StoreError, Table};
use crate::calendar::UNIX_SECONDS_MAX;
use std::ops::ControlFlow;

/// What a column holds that it must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadValues {
    /// Rows with such a value.
    pub rows: u64,
    /// Primary key of the first one, as text.
    pub first: String,
    /// Its value.
    pub fault: Fault,
}

/// The columns of `table` that hold what they must not, in their order.
///
/// Users and nodes are read whole. Of usage rows a server that can judge them delivers the bad ones
/// alone.
pub(super) fn bad_values(
    view: &mut impl Streams,
    table: Table,
) -> Result<Vec<BadValues>, StoreError> {
    let schema = view.schema();
    let sql = match table {
        Table::User => entity::select(table, &USER_COLUMNS, &schema),
        Table::Node => entity::select(table, &NODE_COLUMNS, &schema),
        Table::UserUsage => usage_sql(view)?,
    };
    let mut judging = Judging { table, schema: &schema, found: Vec::new() };
    view.stream(Statement { sql, params: Vec::new() }, "checking values", &mut judging)?;
    let place =
        |bad: &BadValues| columns(table).iter().position(|column| *column == bad.fault.column);
    judging.found.sort_by_key(place);
    Ok(judging.found)
}

fn usage_sql<S: Streams>(view: &mut S) -> Result<String, StoreError> {
    let all = "SELECT id, user_id, t, u, d, node, count_rate FROM user_usage";
    let fit = match S::DIALECT {
        // Any row may hold anything there, and is read as quickly as it is judged.
        Dialect::Sqlite => None,
        Dialect::Mysql if view.compares_in_sql()? => view.fit_condition()?,
        Dialect::Mysql => None,
    };
    Ok(fit.map_or_else(
        || all.to_owned(),
        |fit| format!("{all} WHERE ({fit}) IS NOT TRUE OR t < 0 OR t > {UNIX_SECONDS_MAX}"),
    ))
}

fn columns(table: Table) -> &'static [&'static str] {
    match table {
        Table::User => &USER_COLUMNS,
        Table::Node => &NODE_COLUMNS,
        Table::UserUsage => &USAGE_COLUMNS,
    }
}

struct Judging<'a> {
    table: Table,
    schema: &'a Schema,
    found: Vec<BadValues>,
}

impl Judging<'_> {
    fn faults(&self, cells: &[Cell<'_>]) -> Result<Vec<Fault>, StoreError> {
        let decoded = match self.table {
            Table::User => entity::user(cells).map(|user| user.faults),
            Table::Node => entity::node(cells, self.schema).map(|node| node.faults),
            Table::UserUsage => return Ok(usage_faults(cells)),
        };
        match decoded {
            Ok(faults) => Ok(faults.iter().cloned().collect()),
            Err(StoreError::BadValue { column, value, expected, .. }) => {
                Ok(vec![Fault { column, value, expected }])
            }
            Err(error) => Err(error),
        }
    }

    fn note(&mut self, fault: Fault, row: &Cell<'_>) {
        match self.found.iter_mut().find(|bad| bad.fault.column == fault.column) {
            Some(bad) => bad.rows += 1,
            None => self.found.push(BadValues { rows: 1, first: row.shown(), fault }),
        }
    }
}

impl RowTaker for Judging<'_> {
    fn take<R: Row + ?Sized>(&mut self, row: &R) -> Result<Room, StoreError> {
        let cells = row.cells();
        for fault in self.faults(&cells)? {
            self.note(fault, &cells[0]);
        }
        Ok(Room::Left)
    }

    fn pass_on(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn usage_faults(cells: &[Cell<'_>]) -> Vec<Fault> {
    let row = Cells { table: Table::UserUsage, columns: &USAGE_COLUMNS, cells };
    let mut row = Lenient::new(row);
    row.take(0, int);
    row.take(1, int);
    row.take(2, time);
    row.take(3, bytes);
    row.take(4, bytes);
    row.take(5, text);
    row.take(6, |cell| maybe(float, cell));
    row.faults.iter().cloned().collect()
}

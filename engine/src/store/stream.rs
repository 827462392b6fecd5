//! A view from what every database can do: run a statement and hand over its rows.

use super::cell::{Cell, Cells, Row};
use super::compare;
use super::entity;
use super::scan::{self, Batches, Dialect, Param, Statement};
use super::schema::{NODE_COLUMNS, Schema, USER_COLUMNS};
use super::sums::{self, SumTaker};
use super::users::{CHUNK_TEXT_BYTES, CHUNK_USERS};
use super::{
    CellSink, DayCut, Extent, Fingerprint, Grain, Mark, Node, Record, RowSink, StoreError, Summed,
    Table, UsageScan, User, UserSink, View,
};
use crate::calendar::Calendar;
use crate::units::UnixSeconds;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

const SUMMING: &str = "summing user_usage";

/// Takes the rows of a statement. Taking and passing on are two steps, so that nothing of a
/// database's machinery is at work while somebody else handles the rows.
pub(super) trait RowTaker {
    /// Takes a row.
    fn take<R: Row + ?Sized>(&mut self, row: &R) -> Result<Room, StoreError>;

    /// Passes on what was taken, when there is no room for more and when rows are at their end;
    /// tells whether more are wanted.
    fn pass_on(&mut self) -> ControlFlow<()>;
}

/// Whether a taker has room for another row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    Left,
    Full,
}

/// A consistent view on one connection.
pub(super) trait Streams {
    /// The words this database uses where databases differ.
    const DIALECT: Dialect;

    /// The store, as errors call it.
    fn store_name(&self) -> String;

    /// The columns the database has.
    fn schema(&self) -> Arc<Schema>;

    /// The condition that holds for usage rows without a bad value; nothing where columns hold
    /// values that SQL would take for something else than they are.
    fn fit_condition(&mut self) -> Result<Option<String>, StoreError>;

    /// True when the columns of usage rows are of kinds that SQL writes out as we do, so that the
    /// database may compute fingerprints.
    fn compares_in_sql(&mut self) -> Result<bool, StoreError>;

    /// Gives the rows of `statement` to `taker`.
    fn stream(
        &mut self,
        statement: Statement,
        doing: &'static str,
        taker: &mut impl RowTaker,
    ) -> Result<(), StoreError>;

    /// See [`View::mark`].
    fn read_mark(&mut self) -> Result<Option<Mark>, StoreError>;

    /// The rows of `statement` with the names of their columns.
    fn whole_rows(&mut self, statement: Statement) -> Result<Vec<Record>, StoreError>;

    /// The rows of a small table, decoded.
    fn entities<T>(
        &mut self,
        sql: String,
        decode: impl Fn(&[Cell<'_>]) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.collected(Statement { sql, params: Vec::new() }, "reading a table", decode)
    }

    /// The rows of `statement`, decoded.
    fn collected<T>(
        &mut self,
        statement: Statement,
        doing: &'static str,
        decode: impl Fn(&[Cell<'_>]) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut all = Collecting { rows: Vec::new(), decode };
        self.stream(statement, doing, &mut all)?;
        Ok(all.rows)
    }
}

/// Keeps every row.
struct Collecting<T, D> {
    rows: Vec<T>,
    decode: D,
}

impl<T, D: Fn(&[Cell<'_>]) -> Result<T, StoreError>> RowTaker for Collecting<T, D> {
    fn take<R: Row + ?Sized>(&mut self, row: &R) -> Result<Room, StoreError> {
        self.rows.push((self.decode)(&row.cells())?);
        Ok(Room::Left)
    }

    fn pass_on(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Passes users on, some at once.
struct UserTaker<'s, 'f> {
    users: Vec<User>,
    text_bytes: usize,
    sink: &'s mut UserSink<'f>,
}

impl RowTaker for UserTaker<'_, '_> {
    fn take<R: Row + ?Sized>(&mut self, row: &R) -> Result<Room, StoreError> {
        let user = entity::user(&row.cells())?;
        self.text_bytes += user.uuid.len() + user.remark.as_ref().map_or(0, String::len);
        self.text_bytes += user.faults.iter().map(|fault| fault.value.len()).sum::<usize>();
        self.users.push(user);
        let is_full = self.users.len() >= CHUNK_USERS || self.text_bytes >= CHUNK_TEXT_BYTES;
        Ok(if is_full { Room::Full } else { Room::Left })
    }

    fn pass_on(&mut self) -> ControlFlow<()> {
        let flow = if self.users.is_empty() {
            ControlFlow::Continue(())
        } else {
            (self.sink)(&self.users)
        };
        self.text_bytes = 0;
        self.users.clear();
        flow
    }
}

impl<S: Streams> View for S {
    fn users(&mut self, sink: &mut UserSink<'_>) -> Result<(), StoreError> {
        let sql = entity::select(Table::User, &USER_COLUMNS, &self.schema());
        let mut taker = UserTaker { users: Vec::new(), text_bytes: 0, sink };
        self.stream(Statement { sql, params: Vec::new() }, "reading a table", &mut taker)
    }

    fn nodes(&mut self) -> Result<Arc<[Node]>, StoreError> {
        let schema = self.schema();
        let sql = entity::select(Table::Node, &NODE_COLUMNS, &schema);
        Ok(self.entities(sql, |cells| entity::node(cells, &schema))?.into())
    }

    fn scan(&mut self, scan: &UsageScan, sink: &mut RowSink<'_>) -> Result<(), StoreError> {
        if scan.users.as_ref().is_some_and(Vec::is_empty) {
            return Ok(());
        }
        let statement = scan::statement(scan, S::DIALECT);
        self.stream(statement, "reading user_usage", &mut Batches::new(scan, sink))
    }

    fn sums(
        &mut self,
        scan: &UsageScan,
        grain: &Grain,
        calendar: &Calendar,
        sink: &mut CellSink<'_>,
    ) -> Result<Summed, StoreError> {
        let fit = if sums::can_sum(scan) { self.fit_condition()? } else { None };
        let Some(fit) = fit else {
            self.scan(scan, &mut |rows| {
                sink(&rows.cells());
                ControlFlow::Continue(())
            })?;
            return Ok(Summed::ByRow);
        };
        let statement = sums::statement(scan, grain, calendar, S::DIALECT, &fit);
        let mut taker = SumTaker::new(S::DIALECT, sink);
        self.stream(statement, SUMMING, &mut taker)?;
        if taker.met_unfit() {
            return Err(unfit_row(self, scan)?);
        }
        Ok(Summed::ByDatabase)
    }

    fn sums_pay(&self, grain: &Grain) -> bool {
        sums::pays(grain, S::DIALECT)
    }

    fn mark(&mut self) -> Result<Option<Mark>, StoreError> {
        self.read_mark()
    }

    fn last_id(&mut self) -> Result<Option<i64>, StoreError> {
        let found = self.entities("SELECT MAX(id) FROM user_usage".to_owned(), |cells| {
            Cells { table: Table::UserUsage, columns: &["id"], cells }.maybe_int(0)
        })?;
        Ok(found.into_iter().next().flatten())
    }

    fn extent(&mut self) -> Result<Extent, StoreError> {
        let sql = "SELECT (SELECT MAX(id) FROM user_usage), (SELECT COUNT(*) FROM `user`), \
                   (SELECT COUNT(*) FROM node)";
        let found = self.entities(sql.to_owned(), |cells| {
            let row = Cells { table: Table::UserUsage, columns: &["id", "users", "nodes"], cells };
            Ok(Extent { last_id: row.maybe_int(0)?, users: row.bytes(1)?, nodes: row.bytes(2)? })
        })?;
        // Every database gives one row; what merely poses as one may not.
        found.into_iter().next().ok_or_else(|| StoreError::Failed {
            store: self.store_name(),
            doing: "reading a table",
            reason: "no answer came".to_owned(),
        })
    }

    fn fingerprints(
        &mut self,
        days: &DayCut,
        since: Option<UnixSeconds>,
    ) -> Result<BTreeMap<i64, Fingerprint>, StoreError> {
        if !self.compares_in_sql()? {
            return compare::from_rows(self, days, since);
        }
        let mut all = Collecting {
            rows: Vec::new(),
            decode: |cells: &[Cell<'_>]| Ok(compare::decode(cells)),
        };
        self.stream(compare::statement(days, since), "comparing user_usage", &mut all)?;
        Ok(all.rows.into_iter().collect())
    }

    fn records(&mut self, table: Table, id: Option<i64>) -> Result<Vec<Record>, StoreError> {
        let condition = if id.is_some() { " WHERE id = ?" } else { "" };
        let sql = format!("SELECT * FROM `{table}`{condition} ORDER BY id");
        self.whole_rows(Statement { sql, params: id.map(Param::Int).into_iter().collect() })
    }
}

/// The error of the first row of `scan` with a bad value, which a group cannot name.
fn unfit_row(view: &mut impl Streams, scan: &UsageScan) -> Result<StoreError, StoreError> {
    view.scan(scan, &mut |_| ControlFlow::Continue(()))?;
    let reason = "a sum is none, though every row is in order".to_owned();
    Ok(StoreError::Failed { store: view.store_name(), doing: SUMMING, reason })
}

//! A consistent view: one read transaction on one connection.

use super::{SqliteStore, cell, columns, mark};
use crate::store::cell::Cell;
use crate::store::scan::{Dialect, Param, Statement};
use crate::store::schema::Schema;
use crate::store::stream::{Room, RowTaker, Streams};
use crate::store::{Mark, Record, StoreError};
use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{Connection, Row, ToSql, params_from_iter};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Any column holds values of any type.
const FIT: &str = "typeof(id) = 'integer' AND typeof(user_id) = 'integer' \
     AND typeof(t) = 'integer' AND typeof(u) = 'integer' AND u >= 0 \
     AND typeof(d) = 'integer' AND d >= 0 AND typeof(node) IN ('text', 'blob')";

pub(super) struct SqliteView<'a> {
    pub(super) store: &'a SqliteStore,
    pub(super) conn: Connection,
    schema: Arc<Schema>,
}

impl<'a> SqliteView<'a> {
    pub(super) fn open(store: &'a SqliteStore) -> Result<Self, StoreError> {
        let view = Self::on(store, store.connect_to_read()?)?;
        view.conn.execute_batch("BEGIN").map_err(store.failed("beginning to read"))?;
        Ok(view)
    }

    /// A view whose beginning and end its owner sets.
    pub(super) fn on(store: &'a SqliteStore, conn: Connection) -> Result<Self, StoreError> {
        let schema = store.schema.get_or_read(&store.name(), || columns(store, &conn))?;
        Ok(Self { store, conn, schema })
    }
}

impl Streams for SqliteView<'_> {
    const DIALECT: Dialect = Dialect::Sqlite;

    fn store_name(&self) -> String {
        self.store.name()
    }

    fn schema(&self) -> Arc<Schema> {
        Arc::clone(&self.schema)
    }

    fn fit_condition(&mut self) -> Result<Option<String>, StoreError> {
        let unfit = format!("SELECT EXISTS (SELECT 1 FROM user_usage WHERE ({FIT}) IS NOT TRUE)");
        let found = self.conn.query_row(&unfit, [], |row| row.get(0));
        let is_unfit: bool = found.map_err(self.store.failed("summing user_usage"))?;
        // Reading the rows tells which are bad, and which only look so.
        Ok((!is_unfit).then(|| FIT.to_owned()))
    }

    fn compares_in_sql(&mut self) -> Result<bool, StoreError> {
        Ok(false)
    }

    fn stream(
        &mut self,
        statement: Statement,
        doing: &'static str,
        taker: &mut impl RowTaker,
    ) -> Result<(), StoreError> {
        let failed = |error| self.store.failed(doing)(error);
        let mut prepared = self.conn.prepare(&statement.sql).map_err(failed)?;
        let width = prepared.column_count();
        let mut rows = prepared.query(params_from_iter(&statement.params)).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let room = match width {
                // The widths of usage rows, without an allocation for each of them.
                6 => taker.take(&cells::<6>(row).map_err(failed)?[..])?,
                7 => taker.take(&cells::<7>(row).map_err(failed)?[..])?,
                _ => {
                    let cells: rusqlite::Result<Vec<_>> =
                        (0..width).map(|at| row.get_ref(at).map(cell)).collect();
                    taker.take(&cells.map_err(failed)?[..])?
                }
            };
            if room == Room::Full && taker.pass_on().is_break() {
                return Ok(());
            }
        }
        // Whether more are wanted does not matter any longer.
        let _: ControlFlow<()> = taker.pass_on();
        Ok(())
    }

    fn read_mark(&mut self) -> Result<Option<Mark>, StoreError> {
        Ok(mark::read(&self.store.path))
    }

    fn whole_rows(&mut self, statement: Statement) -> Result<Vec<Record>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Record>> {
            let mut prepared = self.conn.prepare(&statement.sql)?;
            let names: Vec<_> = prepared.column_names().map(str::to_owned).collect();
            let record = |row: &Row<'_>| {
                let pair = |(at, name): (usize, &String)| {
                    Ok((name.clone(), cell(row.get_ref(at)?).to_datum()))
                };
                names.iter().enumerate().map(pair).collect::<rusqlite::Result<_>>().map(Record)
            };
            prepared.query_map(params_from_iter(&statement.params), record)?.collect()
        };
        read().map_err(self.store.failed("reading a table"))
    }
}

fn cells<'r, const WIDTH: usize>(row: &'r Row<'_>) -> rusqlite::Result<[Cell<'r>; WIDTH]> {
    let mut cells = [Cell::Null; WIDTH];
    for (at, slot) in cells.iter_mut().enumerate() {
        *slot = cell(row.get_ref(at)?);
    }
    Ok(cells)
}

impl ToSql for Param {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Int(value) => ToSqlOutput::Owned(Value::Integer(*value)),
            Self::Text(text) => ToSqlOutput::from(text.as_str()),
        })
    }
}

//! A view from what every database can do: run a statement and hand over its rows.

use super::cell::Cell;
use super::entity;
use super::scan::{self, Batches, Dialect, Param, Statement};
use super::schema::{NODE_COLUMNS, Schema, USER_COLUMNS};
use super::{BatchSink, Node, Record, StoreError, Table, UsageScan, User, View};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Takes a row; tells whether more rows are wanted.
pub(super) type RowSink<'a> = dyn FnMut(&[Cell<'_>]) -> Result<ControlFlow<()>, StoreError> + 'a;

/// A consistent view on one connection.
pub(super) trait Streams {
    /// The words this database uses where databases differ.
    const DIALECT: Dialect;

    /// The columns the database has.
    fn schema(&self) -> Arc<Schema>;

    /// Hands the rows of `statement` to `take`, one at a time.
    fn stream(
        &mut self,
        statement: Statement,
        doing: &'static str,
        take: &mut RowSink<'_>,
    ) -> Result<(), StoreError>;

    /// The rows of `statement` with the names of their columns.
    fn whole_rows(&mut self, statement: Statement) -> Result<Vec<Record>, StoreError>;

    /// The rows of a small table, decoded.
    fn entities<T>(
        &mut self,
        sql: String,
        decode: impl Fn(&[Cell<'_>]) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        let statement = Statement { sql, params: Vec::new() };
        self.stream(statement, "reading a table", &mut |cells| {
            rows.push(decode(cells)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(rows)
    }
}

impl<S: Streams> View for S {
    fn users(&mut self) -> Result<Vec<User>, StoreError> {
        let sql = entity::select(Table::User, &USER_COLUMNS, &self.schema());
        self.entities(sql, entity::user)
    }

    fn nodes(&mut self) -> Result<Vec<Node>, StoreError> {
        let schema = self.schema();
        let sql = entity::select(Table::Node, &NODE_COLUMNS, &schema);
        self.entities(sql, |cells| entity::node(cells, &schema))
    }

    fn scan(&mut self, scan: &UsageScan, sink: &mut BatchSink<'_>) -> Result<(), StoreError> {
        if scan.users.as_ref().is_some_and(Vec::is_empty) {
            return Ok(());
        }
        let statement = scan::statement(scan, S::DIALECT);
        let mut batches = Batches::new(scan, sink);
        self.stream(statement, "reading user_usage", &mut |cells| batches.push(cells))?;
        // Whether the sink wants more does not matter any longer.
        let _: ControlFlow<()> = batches.flush();
        Ok(())
    }

    fn records(&mut self, table: Table, id: Option<i64>) -> Result<Vec<Record>, StoreError> {
        let condition = if id.is_some() { " WHERE id = ?" } else { "" };
        let sql = format!("SELECT * FROM `{table}`{condition} ORDER BY id");
        self.whole_rows(Statement { sql, params: id.map(Param::Int).into_iter().collect() })
    }
}

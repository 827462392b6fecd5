//! A consistent view: one transaction on one connection.

use super::connect::{Link, cell, connect, owned_text};
use super::{MysqlStore, Schema};
use crate::store::scan::{Dialect, Param, Statement};
use crate::store::stream::{RowSink, Streams};
use crate::store::{Datum, Record, StoreError, Table};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Params, Row, Value};
use std::sync::Arc;

const COLUMNS_SQL: &str = "SELECT LOWER(table_name), column_name FROM information_schema.columns \
     WHERE table_schema = DATABASE() AND LOWER(table_name) IN ('user', 'node', 'user_usage')";

pub(super) struct MysqlView<'a> {
    store: &'a MysqlStore,
    link: Link,
    schema: Arc<Schema>,
}

impl<'a> MysqlView<'a> {
    pub(super) fn open(store: &'a MysqlStore) -> Result<Self, StoreError> {
        let mut link = connect(store)?;
        let schema = match store.schema.get() {
            Some(schema) => Arc::clone(schema),
            None => {
                let found = columns(store, &mut link)?;
                let schema = Arc::new(Schema::check(&store.name(), found)?);
                Arc::clone(store.schema.get_or_init(|| schema))
            }
        };
        let begin = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";
        let begun = link.runtime.block_on(link.conn.query_drop(begin));
        begun.map_err(store.failed("beginning to read"))?;
        Ok(Self {
            store,
            link,
            schema,
        })
    }
}

impl Streams for MysqlView<'_> {
    const DIALECT: Dialect = Dialect::Mysql;

    fn schema(&self) -> Arc<Schema> {
        Arc::clone(&self.schema)
    }

    fn stream(
        &mut self,
        statement: Statement,
        doing: &'static str,
        take: &mut RowSink<'_>,
    ) -> Result<(), StoreError> {
        let Link { runtime, conn } = &mut self.link;
        let failed = |error| self.store.failed(doing)(error);
        runtime.block_on(async {
            let mut result = conn
                .exec_iter(statement.sql, params(statement.params))
                .await
                .map_err(failed)?;
            while let Some(row) = result.next().await.map_err(failed)? {
                let values = row.unwrap();
                let flow = match values.as_slice() {
                    // The widths of usage rows, without an allocation for each of them.
                    [a, b, c, d, e, f] => take(&[a, b, c, d, e, f].map(cell))?,
                    [a, b, c, d, e, f, g] => take(&[a, b, c, d, e, f, g].map(cell))?,
                    values => take(&values.iter().map(cell).collect::<Vec<_>>())?,
                };
                if flow.is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    fn whole_rows(&mut self, statement: Statement) -> Result<Vec<Record>, StoreError> {
        let Link { runtime, conn } = &mut self.link;
        let read = conn.exec::<Row, _, _>(statement.sql, params(statement.params));
        let rows = runtime
            .block_on(read)
            .map_err(self.store.failed("reading a table"))?;
        Ok(rows.into_iter().map(record).collect())
    }
}

/// Names of tables and columns that exist and are readable.
pub(super) fn columns(
    store: &MysqlStore,
    link: &mut Link,
) -> Result<Vec<(Table, String)>, StoreError> {
    let Link { runtime, conn } = link;
    let read = Conn::query::<(String, String), _>(conn, COLUMNS_SQL);
    let found = runtime
        .block_on(read)
        .map_err(store.failed("reading the catalogue"))?;
    let table = |name: &str| Table::ALL.into_iter().find(|table| table.name() == name);
    Ok(found
        .into_iter()
        .filter_map(|(of, column)| Some((table(&of)?, column)))
        .collect())
}

fn params(params: Vec<Param>) -> Params {
    let value = |param| match param {
        Param::Int(value) => Value::Int(value),
        Param::Text(text) => Value::Bytes(text.into_bytes()),
    };
    match params.is_empty() {
        true => Params::Empty,
        false => Params::Positional(params.into_iter().map(value).collect()),
    }
}

fn record(row: Row) -> Record {
    let names: Vec<_> = row
        .columns_ref()
        .iter()
        .map(|it| it.name_str().into_owned())
        .collect();
    let datum = |value: Value| match owned_text(&value) {
        Some(text) => Datum::Text(text),
        None => cell(&value).to_datum(),
    };
    Record(
        names
            .into_iter()
            .zip(row.unwrap().into_iter().map(datum))
            .collect(),
    )
}

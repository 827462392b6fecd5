//! A consistent view: one transaction on one connection.

use super::connect::{Link, cell_of, connect, owned_text};
use super::wait::Progress;
use super::{MysqlStore, fit, mark};
use crate::store::cell::{self, Cell};
use crate::store::scan::{Dialect, Param, Statement};
use crate::store::schema::Schema;
use crate::store::stream::{Room, RowTaker, Streams};
use crate::store::{Datum, Mark, Record, StoreError, Table};
use mysql_async::consts::ColumnType;
use mysql_async::prelude::Queryable;
use mysql_async::{BinaryProtocol, Conn, Params, QueryResult, Row, Value};
use std::sync::Arc;

const BEGIN_SQL: &str = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

/// A server that tells `User` from `user` has no table `user` where it has `User`.
const COLUMNS_SQL: &str = "SELECT LOWER(table_name), column_name, LOWER(data_type) \
     FROM information_schema.columns WHERE table_schema = DATABASE() \
     AND IF(@@lower_case_table_names = 0, BINARY table_name, LOWER(table_name)) \
     IN ('user', 'node', 'user_usage')";

const VIEWS_SQL: &str = "SELECT LOWER(table_name) FROM information_schema.tables \
     WHERE table_schema = DATABASE() AND table_type LIKE '%VIEW' \
     AND IF(@@lower_case_table_names = 0, BINARY table_name, LOWER(table_name)) \
     IN ('user', 'node', 'user_usage')";

/// Kinds of columns that hold no numbers.
const MOMENTS: [&str; 4] = ["date", "datetime", "time", "timestamp"];

pub(super) struct MysqlView<'a> {
    pub(super) store: &'a MysqlStore,
    /// Taken back when the view is dropped.
    link: Option<Link>,
    schema: Arc<Schema>,
    /// An answer was not read to its end, or an error came instead.
    unfinished: bool,
    /// Something went wrong while an answer was read.
    broken: bool,
    /// The connection is closed with the view, and what it has not committed undone.
    apart: bool,
}

impl<'a> MysqlView<'a> {
    pub(super) fn open(store: &'a MysqlStore) -> Result<Self, StoreError> {
        let begin = async |conn: &mut Conn| conn.query_drop(BEGIN_SQL).await;
        let (mut link, ()) = first_of(store, "beginning to read", begin)?;
        let schema = store.schema.get_or_read(&store.name(), || usable(store, &mut link))?;
        Ok(Self { store, link: Some(link), schema, unfinished: false, broken: false, apart: false })
    }

    /// A view whose beginning and end its owner sets, on a connection that nobody else gets.
    pub(super) fn on(store: &'a MysqlStore, mut link: Link) -> Result<Self, StoreError> {
        let schema = store.schema.get_or_read(&store.name(), || usable(store, &mut link))?;
        Ok(Self { store, link: Some(link), schema, unfinished: false, broken: false, apart: true })
    }

    pub(super) fn link(&mut self) -> &mut Link {
        self.link.as_mut().expect("only dropping the view takes its link")
    }
}

impl Drop for MysqlView<'_> {
    fn drop(&mut self) {
        let Some(mut link) = self.link.take() else {
            return;
        };
        if self.broken {
            link.leave();
        }
        // Rows that nobody wants would have to be read before the connection is of use again.
        let is_of_use = link.is_sound() && !self.unfinished && !self.apart;
        if is_of_use && link.run_briefly(async |conn| conn.query_drop("COMMIT").await).is_ok() {
            self.store.idle.give(link);
        }
    }
}

/// Does the first piece of work on a connection: the kept one, or a new one where that has died
/// meanwhile.
pub(super) fn first_of<T>(
    store: &MysqlStore,
    doing: &'static str,
    work: impl AsyncFn(&mut Conn) -> mysql_async::Result<T>,
) -> Result<(Link, T), StoreError> {
    if let Some(mut link) = store.idle.take() {
        link.waits_as(store);
        match link.run(&work) {
            Ok(done) => return Ok((link, done)),
            Err(trouble) if trouble.is_of_others() => return Err(store.failed(doing)(trouble)),
            // Servers close what is idle for long.
            Err(_) => {}
        }
    }
    let mut link = connect(store)?;
    let done = link.run(&work).map_err(store.failed(doing))?;
    Ok((link, done))
}

impl Streams for MysqlView<'_> {
    const DIALECT: Dialect = Dialect::Mysql;

    fn store_name(&self) -> String {
        self.store.name()
    }

    fn schema(&self) -> Arc<Schema> {
        Arc::clone(&self.schema)
    }

    fn fit_condition(&mut self) -> Result<Option<String>, StoreError> {
        fit::condition(self.store, self.link())
    }

    fn compares_in_sql(&mut self) -> Result<bool, StoreError> {
        fit::is_plain(self.store, self.link())
    }

    fn stream(
        &mut self,
        statement: Statement,
        doing: &'static str,
        taker: &mut impl RowTaker,
    ) -> Result<(), StoreError> {
        let store = self.store;
        let failed = |error| store.failed(doing)(error);
        if self.broken {
            self.link().leave();
        }
        // Until the last row was read, or no more are wanted.
        (self.unfinished, self.broken) = (true, true);
        let (waiting, conn) = self.link().sound_parts().map_err(failed)?;
        let (id, progress) = (conn.id(), Progress::default());
        let begin = conn.exec_iter(statement.sql, bound(statement.params));
        let mut result = waiting.patiently(id, &progress, begin).map_err(failed)?;
        loop {
            let filling = fill(taker, &mut result, &progress);
            let filled = waiting.patiently(id, &progress, filling).map_err(failed)?;
            let rows = match filled {
                Ok(rows) => rows,
                Err(error) => {
                    drop(result);
                    self.broken = false;
                    return Err(error);
                }
            };
            let wanted = taker.pass_on().is_continue();
            if rows == Rows::AtEnd {
                break;
            }
            if !wanted {
                drop(result);
                self.broken = false;
                return Ok(());
            }
        }
        drop(result);
        (self.unfinished, self.broken) = (false, false);
        Ok(())
    }

    fn read_mark(&mut self) -> Result<Option<Mark>, StoreError> {
        let store = self.store;
        mark::read_on(store, self.link())
    }

    fn whole_rows(&mut self, statement: Statement) -> Result<Vec<Record>, StoreError> {
        let Statement { sql, params } = statement;
        let read = async |conn: &mut Conn| conn.exec(sql, bound(params)).await;
        let rows = self.link().run(read);
        self.unfinished |= rows.is_err();
        let rows: Vec<Row> = rows.map_err(self.store.failed("reading a table"))?;
        Ok(rows.into_iter().map(record).collect())
    }
}

/// Whether a result has more rows.
#[derive(PartialEq, Eq)]
enum Rows {
    MayFollow,
    AtEnd,
}

/// Gives rows to `taker` until it is full or they are at their end.
async fn fill(
    taker: &mut impl RowTaker,
    result: &mut QueryResult<'_, '_, BinaryProtocol>,
    progress: &Progress,
) -> mysql_async::Result<Result<Rows, StoreError>> {
    while let Some(row) = result.next().await? {
        progress.made();
        match taker.take(&Received(row)) {
            Ok(Room::Left) => {}
            Ok(Room::Full) => return Ok(Ok(Rows::MayFollow)),
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(Rows::AtEnd))
}

/// A row as the driver hands it over.
struct Received(Row);

impl cell::Row for Received {
    #[inline]
    fn width(&self) -> usize {
        self.0.len()
    }

    #[inline]
    fn cell(&self, at: usize) -> Cell<'_> {
        match self.0.as_ref(at) {
            // Sent as bytes, most significant first.
            Some(Value::Bytes(bits)) if is_bits(&self.0, at) => Cell::UInt(number_of(bits)),
            value => value.map_or(Cell::Null, cell_of),
        }
    }
}

/// Names of tables and columns that exist and are readable.
pub(super) fn columns(
    store: &MysqlStore,
    link: &mut Link,
) -> Result<Vec<(Table, String)>, StoreError> {
    let found = catalogue(store, link)?.into_iter();
    Ok(found.map(|(table, column, _)| (table, column)).collect())
}

/// The same, where times are numbers: compared with seconds, dates would find no row, or the wrong
/// ones, without a word.
fn usable(store: &MysqlStore, link: &mut Link) -> Result<Vec<(Table, String)>, StoreError> {
    let mut columns = Vec::new();
    for (table, column, kind) in catalogue(store, link)? {
        let is_time = table == Table::UserUsage && column.eq_ignore_ascii_case("t");
        if is_time && MOMENTS.contains(&kind.as_str()) {
            return Err(StoreError::NotSeconds { store: store.name(), table, column: "t", kind });
        }
        columns.push((table, column));
    }
    Ok(columns)
}

/// Tables, columns and what kind they are of.
fn catalogue(
    store: &MysqlStore,
    link: &mut Link,
) -> Result<Vec<(Table, String, String)>, StoreError> {
    let read = async |conn: &mut Conn| conn.query(COLUMNS_SQL).await;
    let found: Vec<(String, String, String)> =
        link.run(read).map_err(store.failed("reading the catalogue"))?;
    let known =
        |(of, column, kind): (String, String, String)| Some((table_named(&of)?, column, kind));
    Ok(found.into_iter().filter_map(known).collect())
}

/// Those of our tables that are views.
pub(super) fn views(store: &MysqlStore, link: &mut Link) -> Result<Vec<Table>, StoreError> {
    let read = async |conn: &mut Conn| conn.query(VIEWS_SQL).await;
    let found: Vec<String> = link.run(read).map_err(store.failed("reading the catalogue"))?;
    Ok(found.iter().filter_map(|name| table_named(name)).collect())
}

fn table_named(name: &str) -> Option<Table> {
    Table::ALL.into_iter().find(|table| table.name() == name)
}

pub(super) fn bound(params: Vec<Param>) -> Params {
    let value = |param| match param {
        Param::Int(value) => Value::Int(value),
        Param::Text(text) => Value::Bytes(text.into_bytes()),
    };
    match params.is_empty() {
        true => Params::Empty,
        false => Params::Positional(params.into_iter().map(value).collect()),
    }
}

fn is_bits(row: &Row, at: usize) -> bool {
    row.columns_ref()[at].column_type() == ColumnType::MYSQL_TYPE_BIT
}

/// At most eight bytes.
fn number_of(bits: &[u8]) -> u64 {
    bits.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn record(row: Row) -> Record {
    let row = Received(row);
    let names = row.0.columns_ref().iter().map(|column| column.name_str().into_owned());
    let datum = |at: usize| match row.0.as_ref(at).and_then(owned_text) {
        Some(text) => Datum::Text(text),
        None => cell::Row::cell(&row, at).to_datum(),
    };
    Record(names.enumerate().map(|(at, name)| (name, datum(at))).collect())
}

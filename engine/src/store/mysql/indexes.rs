//! The indexes of a server.

use super::MysqlStore;
use super::connect::{Link, connect, reason};
use crate::store::schema::{Altering, Catalogue, Index, IndexSql};
use crate::store::{Store, StoreError, Table};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error};
use std::time::Duration;
use tokio::time::timeout;

/// One line a column; functional indexes have none, and part of a column is not the column.
const INDEXES_SQL: &str = "SELECT LOWER(table_name), index_name, \
     CASE WHEN column_name IS NULL THEN '(expression)' \
     WHEN sub_part IS NOT NULL THEN CONCAT('(', column_name, ')') ELSE column_name END \
     FROM information_schema.statistics WHERE table_schema = DATABASE() \
     AND LOWER(table_name) IN ('user', 'node', 'user_usage') AND index_name <> 'PRIMARY' \
     ORDER BY 1, 2, seq_in_index";

/// How far our own statement is; MySQL has no such column.
const PROGRESS_SQL: &str = "SELECT progress FROM information_schema.processlist WHERE id = ?";

/// How often the server is asked how far it is.
const PROGRESS_EVERY: Duration = Duration::from_millis(500);

/// ER_LOCK_WAIT_TIMEOUT.
const LOCKED: u16 = 1205;
/// ER_DUP_KEYNAME: somebody else made it meanwhile.
const THERE_ALREADY: u16 = 1061;
/// ER_CANT_DROP_FIELD_OR_KEY: somebody else dropped it meanwhile.
const GONE_ALREADY: u16 = 1091;
/// ER_ALTER_OPERATION_NOT_SUPPORTED and the same with a reason.
const NOT_ONLINE: [u16; 2] = [1845, 1846];

const DOING: &str = "changing the indexes";

/// As servers write it. CREATE INDEX asks for the privilege INDEX alone, where ALTER TABLE asks for
/// three.
pub(super) struct Sql {
    pub(super) offline: bool,
}

impl Sql {
    /// Others go on reading and writing. A server that cannot do that refuses, rather than keep them
    /// waiting.
    fn online(&self) -> &'static str {
        if self.offline { "" } else { " ALGORITHM=INPLACE LOCK=NONE" }
    }
}

impl IndexSql for Sql {
    fn create(&self, index: &Index) -> String {
        let columns = index.columns.iter().map(|column| quoted(column)).collect::<Vec<_>>();
        let (name, table, columns) = (quoted(&index.name), index.table, columns.join(", "));
        format!("CREATE INDEX {name} ON `{table}` ({columns}){}", self.online())
    }

    fn drop(&self, index: &Index) -> String {
        // Servers do it beside others unasked, and MariaDB takes no word about it.
        format!("DROP INDEX {} ON `{}`", quoted(&index.name), index.table)
    }
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

pub(super) fn catalogue(store: &MysqlStore) -> Result<Catalogue, StoreError> {
    let mut link = connect(store)?;
    let found = super::view::columns(store, &mut link)?;
    let there = Table::ALL.into_iter().filter(|table| found.iter().any(|(of, _)| of == table));
    let counts = there.map(|table| (table, format!("SELECT COUNT(*) FROM `{table}`")));
    let read = async |conn: &mut Conn| {
        let lines: Vec<(String, String, String)> = conn.query(INDEXES_SQL).await?;
        let mut rows = Vec::new();
        for (table, sql) in counts {
            let count: Option<u64> = conn.query_first(sql).await?;
            rows.push((table, count.unwrap_or_default()));
        }
        Ok(Catalogue { indexes: gathered(lines), rows })
    };
    link.run(read).map_err(store.failed("reading the indexes"))
}

/// Indexes from a line for each of their columns.
fn gathered(lines: Vec<(String, String, String)>) -> Vec<Index> {
    let mut indexes: Vec<Index> = Vec::new();
    for (table, name, column) in lines {
        let Some(table) = Table::ALL.into_iter().find(|it| it.name() == table) else {
            continue;
        };
        match indexes.last_mut().filter(|last| last.table == table && last.name == name) {
            Some(last) => last.columns.push(column),
            None => indexes.push(Index { table, name, columns: vec![column] }),
        }
    }
    indexes
}

pub(super) fn create(
    store: &MysqlStore,
    index: &Index,
    how: Altering,
    progress: &dyn Fn(u64),
) -> Result<(), StoreError> {
    let sql = Sql { offline: how.offline }.create(index);
    let (mut link, mut other) = (ready(store, how)?, connect(store)?);
    let (runtime, conn) = link.parts();
    let (_, other) = other.parts();
    let id = conn.id();
    let making = async {
        let mut making = Box::pin(conn.query_drop(sql));
        loop {
            match timeout(PROGRESS_EVERY, making.as_mut()).await {
                Ok(outcome) => return outcome,
                // MySQL does not tell, and then nobody is told.
                Err(_) => {
                    if let Some(done) = per_cent(other, id).await {
                        progress(done);
                    }
                }
            }
        }
    };
    outcome(store, index.table, how, runtime.block_on(making), THERE_ALREADY)
}

async fn per_cent(conn: &mut Conn, id: u32) -> Option<u64> {
    let done: Option<f64> = conn.exec_first(PROGRESS_SQL, (id,)).await.ok()?;
    done.map(|done| done as u64)
}

pub(super) fn drop_index(
    store: &MysqlStore,
    index: &Index,
    how: Altering,
) -> Result<(), StoreError> {
    let sql = store.index_sql().drop(index);
    let dropped = ready(store, how)?.run(async |conn| conn.query_drop(sql).await);
    outcome(store, index.table, how, dropped, GONE_ALREADY)
}

/// A connection that waits for locks as long as it may.
fn ready(store: &MysqlStore, how: Altering) -> Result<Link, StoreError> {
    let mut link = connect(store)?;
    // Zero is no wait to some servers and an error to others.
    let sql = format!("SET SESSION lock_wait_timeout = {}", how.lock_wait_s.max(1));
    link.run(async |conn| conn.query_drop(sql).await).map_err(store.failed(DOING))?;
    Ok(link)
}

fn outcome(
    store: &MysqlStore,
    table: Table,
    how: Altering,
    outcome: Result<(), Error>,
    as_good: u16,
) -> Result<(), StoreError> {
    let Err(error) = outcome else {
        return Ok(());
    };
    let code = match &error {
        Error::Server(server) => server.code,
        _ => 0,
    };
    let reason = match code {
        code if code == as_good => return Ok(()),
        LOCKED => format!(
            "somebody has been holding a lock on `{table}` for {} s; end the transaction that does, or \
             allow more time",
            how.lock_wait_s
        ),
        code if NOT_ONLINE.contains(&code) => format!(
            "{}; this table can only be changed while others wait: choose a quiet hour and allow it",
            reason(&error)
        ),
        _ => reason(&error),
    };
    Err(StoreError::Failed { store: store.name(), doing: DOING, reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_catalogue_become_indexes() {
        let line = |table: &str, name: &str, column: &str| {
            (table.to_owned(), name.to_owned(), column.to_owned())
        };
        let indexes = gathered(vec![
            line("user", "a", "sid"),
            line("user", "b", "sid"),
            line("user", "b", "(uuid)"),
            line("user_usage", "b", "t"),
        ]);
        let columns: Vec<_> = indexes.iter().map(|index| index.columns.join(",")).collect();
        assert_eq!(columns, ["sid", "sid,(uuid)", "t"]);
    }

    #[test]
    fn names_cannot_end_their_quotes() {
        let index = Index {
            table: Table::User,
            name: "x` ON `node".to_owned(),
            columns: vec!["si`d".to_owned()],
        };
        let sql = Sql { offline: true }.create(&index);
        assert_eq!(sql, "CREATE INDEX `x`` ON ``node` ON `user` (`si``d`)");
    }
}

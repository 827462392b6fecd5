//! The indexes of a server.

use super::MysqlStore;
use super::connect::{Link, connect};
use super::refused::refused;
use super::wait::{Progress, Trouble};
use crate::store::schema::{Altering, Index, IndexSql};
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
     AND IF(@@lower_case_table_names = 0, BINARY table_name, LOWER(table_name)) \
     IN ('user', 'node', 'user_usage') AND index_name <> 'PRIMARY' \
     ORDER BY 1, 2, seq_in_index";

/// How far our own statement is, as MariaDB tells it, and as MySQL does where its operator has
/// switched on the consumer events_stages_current and lets us read it.
const PROGRESS_SQL: [&str; 2] = [
    "SELECT progress FROM information_schema.processlist WHERE id = ?",
    "SELECT 100 * s.work_completed / s.work_estimated \
     FROM performance_schema.events_stages_current s \
     JOIN performance_schema.threads t ON t.thread_id = s.thread_id WHERE t.processlist_id = ?",
];

const READING: &str = "reading the indexes";

const DOING: &str = "changing the indexes";

/// How often the server is asked how far it is.
const PROGRESS_EVERY: Duration = Duration::from_millis(500);

/// ER_DUP_KEYNAME: somebody else made it meanwhile.
const THERE_ALREADY: u16 = 1061;
/// ER_CANT_DROP_FIELD_OR_KEY: somebody else dropped it meanwhile.
const GONE_ALREADY: u16 = 1091;
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

pub(super) fn list(store: &MysqlStore, lock_wait_s: u32) -> Result<Vec<Index>, StoreError> {
    let read = async |conn: &mut Conn| conn.query(INDEXES_SQL).await;
    let lines = ready(store, lock_wait_s)?.run(read).map_err(store.failed(READING))?;
    Ok(gathered(lines))
}

pub(super) fn row_count(
    store: &MysqlStore,
    table: Table,
    lock_wait_s: u32,
) -> Result<Option<u64>, StoreError> {
    let mut link = ready(store, lock_wait_s)?;
    let found = super::view::columns(store, &mut link)?;
    let is_there = found.iter().any(|(of, _)| *of == table);
    if !is_there || super::view::views(store, &mut link)?.contains(&table) {
        return Ok(None);
    }
    let sql = format!("SELECT COUNT(*) FROM `{table}`");
    let counted = link.run(async |conn| conn.query_first(sql).await);
    counted.map_err(|trouble| refused(store, READING, table, lock_wait_s, trouble))
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
    let (mut link, mut other) = (ready(store, how.lock_wait_s)?, connect(store)?);
    let (waiting, conn) = link.sound_parts().map_err(store.failed(DOING))?;
    let (_, other) = other.sound_parts().map_err(store.failed(DOING))?;
    let id = conn.id();
    let making = async {
        let mut making = Box::pin(conn.query_drop(sql));
        loop {
            match timeout(PROGRESS_EVERY, making.as_mut()).await {
                Ok(outcome) => return outcome,
                // Where the server does not tell, nobody is told.
                Err(_) => {
                    if let Ok(Some(done)) = timeout(PROGRESS_EVERY, per_cent(other, id)).await {
                        progress(done);
                    }
                }
            }
        }
    };
    let made = waiting.patiently(id, &Progress::default(), making);
    outcome(store, index.table, how, made, THERE_ALREADY)
}

async fn per_cent(conn: &mut Conn, id: u32) -> Option<u64> {
    for sql in PROGRESS_SQL {
        if let Ok(done) = conn.exec_first::<Option<f64>, _, _>(sql, (id,)).await {
            return done.flatten().map(|done| done as u64);
        }
    }
    None
}

pub(super) fn drop_index(
    store: &MysqlStore,
    index: &Index,
    how: Altering,
) -> Result<(), StoreError> {
    let sql = store.index_sql().drop(index);
    let dropped = ready(store, how.lock_wait_s)?.run(async |conn| conn.query_drop(sql).await);
    outcome(store, index.table, how, dropped, GONE_ALREADY)
}

/// A connection that waits for locks as long as it may.
fn ready(store: &MysqlStore, lock_wait_s: u32) -> Result<Link, StoreError> {
    let mut link = connect(store)?;
    // Zero is no wait to some servers and an error to others.
    let sql = format!("SET SESSION lock_wait_timeout = {}", lock_wait_s.max(1));
    link.waits_for_locks(lock_wait_s);
    link.run(async |conn| conn.query_drop(sql).await).map_err(store.failed(DOING))?;
    Ok(link)
}

/// What came of a statement; the error `as_good` says that somebody else was first.
fn outcome(
    store: &MysqlStore,
    table: Table,
    how: Altering,
    outcome: Result<(), Trouble>,
    as_good: u16,
) -> Result<(), StoreError> {
    match outcome {
        Err(Trouble::Driver(Error::Server(error))) if error.code == as_good => Ok(()),
        Err(trouble) => Err(refused(store, DOING, table, how.lock_wait_s, trouble)),
        Ok(()) => Ok(()),
    }
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

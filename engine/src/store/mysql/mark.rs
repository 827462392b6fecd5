//! What a server's counters prove.

use super::connect::Link;
use super::{MysqlStore, view};
use crate::store::{Mark, ServerRun, StoreError, Writes};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row};
use std::collections::HashMap;
use std::sync::PoisonError;
use std::time::{SystemTime, UNIX_EPOCH};

/// The position in the redo log, which moves with every write of InnoDB; Handler counters, which
/// count the rows of all statements; and statements that change tables without touching rows.
const STATUS_SQL: &str = "SHOW GLOBAL STATUS WHERE Variable_name IN ('Uptime', \
     'Innodb_lsn_current', 'Innodb_redo_log_current_lsn', \
     'Handler_write', 'Handler_update', 'Handler_delete', 'Com_alter_table', \
     'Com_create_table', 'Com_drop_table', 'Com_rename_table', 'Com_truncate', 'Com_drop_db')";

/// What tells a server from others. A proxy may send each statement to another one, so the counters
/// are only those of a server that says so in the same statement.
macro_rules! identity {
    () => {
        "CONCAT_WS('|', @@hostname, @@port, @@datadir, @@server_id, @@version)"
    };
}
const IDENTITY_SQL: &str = concat!("SELECT ", identity!());
const OF_IDENTITY_SQL: &str = concat!(" AND ", identity!(), " = ");

const LSN: [&str; 2] = ["innodb_lsn_current", "innodb_redo_log_current_lsn"];
const CHANGES: [&str; 8] = [
    "handler_update",
    "handler_delete",
    "com_alter_table",
    "com_create_table",
    "com_drop_table",
    "com_rename_table",
    "com_truncate",
    "com_drop_db",
];

/// What statements that change tables as a whole say, or those that run others.
const TABLE_CHANGES: [&str; 7] =
    ["alter", "create", "drop", "rename", "truncate", "call", "execute"];

/// Tables that write no redo, and foreign keys, whose cascades no counter counts.
const BLIND_SPOTS_SQL: &str = "SELECT \
     (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() \
      AND LOWER(table_name) IN ('user', 'node', 'user_usage') \
      AND (engine IS NULL OR engine <> 'InnoDB')), \
     (SELECT COUNT(*) FROM information_schema.referential_constraints \
      WHERE constraint_schema = DATABASE() \
      AND LOWER(table_name) IN ('user', 'node', 'user_usage'))";

const DOING: &str = "reading the server's counters";

/// What the counters can be trusted with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trust {
    state: bool,
    writes: bool,
}

/// Reads the counters, and where asked for also whether writes are settled.
pub(super) fn read(store: &MysqlStore, ask_settled: bool) -> Result<Option<Mark>, StoreError> {
    let ask = async |conn: &mut Conn| status(store, conn).await;
    let (mut link, status) = view::first_of(store, DOING, ask)?;
    let mark = mark(store, &mut link, status, ask_settled)?;
    store.idle.give(link);
    Ok(mark)
}

/// The counters alone, on a connection in use.
pub(super) fn read_on(store: &MysqlStore, link: &mut Link) -> Result<Option<Mark>, StoreError> {
    let ask = async |conn: &mut Conn| status(store, conn).await;
    let status = link.run(ask).map_err(store.failed(DOING))?;
    mark(store, link, status, false)
}

/// The counters of a server, and which one.
struct Status {
    identity: String,
    counters: HashMap<String, u64>,
}

impl Status {
    fn get(&self, name: &str) -> Option<u64> {
        self.counters.get(name).copied()
    }

    /// When this run of the server began, by our clock, in which two readings are compared.
    fn run(&self) -> Option<ServerRun> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
        let started = now.checked_sub(self.get("uptime")?)?.cast_signed();
        Some(ServerRun { identity: self.identity.clone(), started })
    }
}

/// Asks the server we know by name first, so that one statement is enough.
async fn status(store: &MysqlStore, conn: &mut Conn) -> mysql_async::Result<Status> {
    let known = store.identity.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(identity) = known {
        let counters = counters(&identity, conn).await?;
        if !counters.is_empty() {
            return Ok(Status { identity, counters });
        }
    }
    let identity: String = conn.query_first(IDENTITY_SQL).await?.unwrap_or_default();
    let counters = counters(&identity, conn).await?;
    *store.identity.lock().unwrap_or_else(PoisonError::into_inner) = Some(identity.clone());
    Ok(Status { identity, counters })
}

/// The counters, where it is the server of that name who answers; else nothing.
async fn counters(identity: &str, conn: &mut Conn) -> mysql_async::Result<HashMap<String, u64>> {
    let quoted = mysql_async::Value::from(identity).as_sql(false);
    let sql = format!("{STATUS_SQL}{OF_IDENTITY_SQL}{quoted}");
    let rows: Vec<(String, String)> = conn.query(sql).await?;
    let count =
        |(name, value): (String, String)| Some((name.to_ascii_lowercase(), value.parse().ok()?));
    Ok(rows.into_iter().filter_map(count).collect())
}

fn mark(
    store: &MysqlStore,
    link: &mut Link,
    status: Status,
    ask_settled: bool,
) -> Result<Option<Mark>, StoreError> {
    let trust = trust(store, link)?;
    if !trust.state {
        return Ok(None);
    }
    let lsn = LSN.iter().find_map(|name| status.get(name));
    let state = lsn.map(|lsn| format!("lsn {lsn}"));
    let writes = writes(&status).filter(|_| trust.writes);
    let mut mark = Mark { run: status.run(), state, writes };
    if ask_settled && mark.writes.is_some() {
        settle(store, link, &mut mark);
    }
    Ok(Some(mark))
}

/// Finds out whether all that is counted can be seen: asked once while nothing is written.
fn settle(store: &MysqlStore, link: &mut Link, mark: &mut Mark) {
    let mut settled = store.settled.lock().unwrap_or_else(PoisonError::into_inner);
    let known = settled.as_ref().is_some_and(|it| mark.proves_equal(it) && it.is_still(mark));
    if !known && !is_settled(link) {
        return;
    }
    mark.settle();
    *settled = Some(mark.clone());
}

fn writes(status: &Status) -> Option<Writes> {
    let changes: Option<Vec<u64>> = CHANGES.into_iter().map(|name| status.get(name)).collect();
    Some(Writes {
        inserted: status.get("handler_write")?,
        changed: changes?.into_iter().sum(),
        settled: false,
    })
}

/// True when no transaction is under way that has written a row or is about to, and no statement that
/// changes a table as a whole. The table
/// `innodb_trx` would be simpler to ask, but InnoDB answers from a copy that is a tenth of a second
/// old.
fn is_settled(link: &mut Link) -> bool {
    let ask = async |conn: &mut Conn| {
        conn.query_first::<(String, String, String), _>("SHOW ENGINE INNODB STATUS").await
    };
    // Without the right PROCESS nobody tells us, and then nothing is certain.
    let (Ok(Some((_, _, report))), Ok(statements)) = (link.run(ask), link.run(statements)) else {
        return false;
    };
    tells_of_no_writer(&report) && !statements.iter().any(|it| may_change_tables(it))
}

/// The beginnings of all statements under way.
async fn statements(conn: &mut Conn) -> mysql_async::Result<Vec<String>> {
    let threads: Vec<Row> = conn.query("SHOW PROCESSLIST").await?;
    let info = |thread: &Row| thread.get::<Option<Vec<u8>>, _>("Info").flatten();
    let statements = threads.iter().filter_map(info);
    Ok(statements.map(|it| String::from_utf8_lossy(&it).into_owned()).collect())
}

/// True for a statement that may change tables as a whole. It is counted when it begins, and then
/// waits until nobody uses the table, without anything in the report of InnoDB.
fn may_change_tables(statement: &str) -> bool {
    let is_hidden = ["/*", "--", "#"].iter().any(|it| statement.trim_start().starts_with(it));
    let mut words = statement.split(|it: char| !it.is_alphanumeric() && it != '_');
    is_hidden || words.any(|word| TABLE_CHANGES.iter().any(|it| word.eq_ignore_ascii_case(it)))
}

fn tells_of_no_writer(report: &str) -> bool {
    let complete = !report.contains("truncated") && !report.contains("FAIL TO OBTAIN");
    // Sections above it tell of transactions long gone, such as the last deadlock.
    let Some((_, transactions)) = report.split_once("\nTRANSACTIONS\n") else {
        return false;
    };
    // A row is counted before it is written, and may wait for a lock in between: by then its
    // statement has locked its table.
    let locks = transactions.split(", locked ").skip(1).any(|it| !it.starts_with('0'));
    complete && !locks && !transactions.contains("undo log entries")
}

fn trust(store: &MysqlStore, link: &mut Link) -> Result<Trust, StoreError> {
    if let Some(trust) = store.trust.get() {
        return Ok(*trust);
    }
    let ask = async |conn: &mut Conn| conn.query_first::<(u64, u64), _>(BLIND_SPOTS_SQL).await;
    let found = link.run(ask).map_err(store.failed("reading the catalogue"))?;
    let (other_engines, foreign_keys) = found.unwrap_or((1, 1));
    let state = other_engines == 0;
    Ok(*store.trust.get_or_init(|| Trust { state, writes: state && foreign_keys == 0 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(deadlock: &str, transaction: &str) -> String {
        format!(
            "LATEST DETECTED DEADLOCK\n------------\n{deadlock}\n------------\nTRANSACTIONS\n\
             ------------\nTrx id counter 41\n{transaction}\n--------\nFILE I/O\n"
        )
    }

    #[test]
    fn writers_are_told_from_readers_and_from_what_was() {
        let deadlock = "2 lock struct(s), 1 row lock(s), undo log entries 1";
        let reading = "---TRANSACTION 5, ACTIVE 0 sec\nmysql tables in use 1, locked 0";
        assert!(tells_of_no_writer(&report(deadlock, reading)));
        for writing in [
            "---TRANSACTION 6, ACTIVE 2 sec\n1 lock struct(s), 1 row lock(s), undo log entries 1",
            "---TRANSACTION 7, ACTIVE 2 sec inserting\nmysql tables in use 1, locked 1\nLOCK WAIT",
        ] {
            assert!(!tells_of_no_writer(&report("", writing)), "{writing}");
        }
    }

    #[test]
    fn statements_that_change_tables_are_told_from_others() {
        for changing in [
            "TRUNCATE TABLE user_usage",
            "drop table a",
            "ALTER\nTABLE a",
            "/* nightly */ SELECT 1",
            "CALL merge()",
        ] {
            assert!(may_change_tables(changing), "{changing}");
        }
        for other in ["SELECT created_at FROM node", "INSERT INTO a VALUES (1)", "SHOW PROCESSLIST"]
        {
            assert!(!may_change_tables(other), "{other}");
        }
    }

    #[test]
    fn a_report_that_is_cut_tells_nothing() {
        assert!(!tells_of_no_writer(""));
        assert!(!tells_of_no_writer(&report("", "... truncated...")));
    }
}

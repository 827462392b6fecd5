//! What a server's counters prove.

use super::connect::Link;
use super::{MysqlStore, view};
use crate::store::{Mark, StoreError, Writes};
use mysql_async::Conn;
use mysql_async::prelude::Queryable;
use std::collections::HashMap;
use std::sync::PoisonError;
use std::time::{SystemTime, UNIX_EPOCH};

/// The position in the redo log, which moves with every write of InnoDB; Handler counters, which
/// count the rows of all statements; and statements that change tables without touching rows.
const STATUS_SQL: &str = "SHOW GLOBAL STATUS WHERE Variable_name IN ('Uptime', \
     'Innodb_lsn_current', 'Innodb_redo_log_current_lsn', \
     'Handler_write', 'Handler_update', 'Handler_delete', 'Com_alter_table', \
     'Com_create_table', 'Com_drop_table', 'Com_rename_table', 'Com_truncate', 'Com_drop_db')";

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
    let (mut link, status) = view::first_of(store, DOING, status)?;
    let mark = mark(store, &mut link, status, ask_settled)?;
    store.idle.give(link);
    Ok(mark)
}

/// The counters alone, on a connection in use.
pub(super) fn read_on(store: &MysqlStore, link: &mut Link) -> Result<Option<Mark>, StoreError> {
    let status = link.run(status).map_err(store.failed(DOING))?;
    mark(store, link, status, false)
}

type Status = HashMap<String, u64>;

async fn status(conn: &mut Conn) -> mysql_async::Result<Status> {
    let rows: Vec<(String, String)> = conn.query(STATUS_SQL).await?;
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
    let lsn = LSN.iter().find_map(|name| status.get(*name));
    let state = lsn.map(|lsn| format!("lsn {lsn}"));
    let mut mark = Mark { state, writes: writes(&status).filter(|_| trust.writes) };
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
    let count = |name: &str| status.get(name).copied();
    let changes: Option<Vec<u64>> = CHANGES.into_iter().map(count).collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    Some(Writes {
        started: now.checked_sub(count("uptime")?)?.cast_signed(),
        inserted: count("handler_write")?,
        changed: changes?.into_iter().sum(),
        settled: false,
    })
}

/// True when no transaction is under way that has written a row or is about to. The table
/// `innodb_trx` would be simpler to ask, but InnoDB answers from a copy that is a tenth of a second
/// old.
fn is_settled(link: &mut Link) -> bool {
    let ask = async |conn: &mut Conn| {
        conn.query_first::<(String, String, String), _>("SHOW ENGINE INNODB STATUS").await
    };
    // Without the right PROCESS nobody tells us, and then nothing is certain.
    matches!(link.run(ask), Ok(Some((_, _, report))) if tells_of_no_writer(&report))
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
    fn a_report_that_is_cut_tells_nothing() {
        assert!(!tells_of_no_writer(""));
        assert!(!tells_of_no_writer(&report("", "... truncated...")));
    }
}

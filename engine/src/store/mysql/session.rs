//! What a session needs, whatever the server's settings say.
//!
//! A connection inherits its settings from the server, and an administrator may have set any of
//! them for the sake of other programs: one that cuts results after a thousand rows, or that lets a
//! transaction see several moments, makes our sums wrong without a word. So every connection sets
//! all that an answer depends on, in one round trip. The list was made by going through
//! `SHOW VARIABLES`; the addon's `Sql/Session.php` has the same.

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error, Result};

/// Which servers know a setting. They tell themselves, by comments that they execute.
enum Since {
    Always,
    /// Six digits of a version of MariaDB, which ignores those of MySQL.
    MariaDb(u32),
    /// Five digits of a version of MySQL, which ignores those of MariaDB.
    Mysql(u32),
}

use Since::{Always, MariaDb, Mysql};

/// What an answer depends on: a server that refuses one of these is not asked.
const NEEDED: [(Since, &str); 8] = [
    // Servers may ignore what a client asks for as it logs in, and `init_connect` may undo it.
    (Always, "NAMES utf8mb4 COLLATE utf8mb4_general_ci"),
    (Always, "SESSION autocommit = 1"),
    (Always, "SESSION sql_mode = 'STRICT_ALL_TABLES'"),
    (Always, "SESSION sql_select_limit = 18446744073709551615"),
    (Always, "SESSION completion_type = 0"),
    (Always, "SESSION time_zone = '+00:00'"),
    // Texts are told apart by so many of their bytes.
    (Always, "SESSION max_sort_length = 1024"),
    // Tables that keep their history show what they hold now.
    (MariaDb(100_304), "SESSION system_versioning_asof = DEFAULT"),
];

/// What lets more questions be answered, or has them refused in time.
const WANTED: [(Since, &str); 14] = [
    // Else a day, and on MySQL a year: who alters a table makes everybody wait.
    (Always, "SESSION lock_wait_timeout = 5"),
    (Always, "SESSION innodb_lock_wait_timeout = 5"),
    // Large tables take what they take; who asks may set a limit of his own.
    (MariaDb(100_101), "SESSION max_statement_time = 0"),
    (Mysql(50_708), "SESSION max_execution_time = 0"),
    (Always, "SESSION sql_big_selects = 1"),
    (Always, "SESSION sql_safe_updates = 0"),
    (Always, "SESSION sql_auto_is_null = 0"),
    (Always, "SESSION sql_buffer_result = 0"),
    (Always, "SESSION foreign_key_checks = 1"),
    (Always, "SESSION unique_checks = 1"),
    // Whoever takes the rows may pause for longer than servers like.
    (Always, "SESSION net_write_timeout = 600"),
    (Always, "SESSION wait_timeout = 600"),
    (MariaDb(100_300), "SESSION idle_transaction_timeout = 0"),
    (MariaDb(100_300), "SESSION idle_readonly_transaction_timeout = 0"),
];

/// ER_UNKNOWN_SYSTEM_VARIABLE.
const UNKNOWN: u16 = 1193;

/// The same, ER_WRONG_VALUE_FOR_VAR, ER_WRONG_TYPE_FOR_VAR, ER_LOCAL_VARIABLE, ER_GLOBAL_VARIABLE,
/// ER_INCORRECT_GLOBAL_LOCAL_VAR, ER_SPECIFIC_ACCESS_DENIED_ERROR, ER_OPTION_PREVENTS_STATEMENT.
const UNSETTABLE: [u16; 8] = [UNKNOWN, 1231, 1232, 1228, 1229, 1238, 1227, 1290];

/// ER_EMPTY_QUERY: a setting of other servers alone.
const OF_OTHERS: u16 = 1065;

/// Sets all that a session needs.
///
/// # Errors
/// What the server says to a setting that an answer depends on.
pub(super) async fn prepare(conn: &mut Conn) -> Result<()> {
    let database = conn.opts().db_name().unwrap_or_default().to_owned();
    match conn.query_drop(all(&database)).await {
        Err(Error::Server(error)) if UNSETTABLE.contains(&error.code) => {
            one_by_one(conn, &database).await
        }
        outcome => outcome,
    }
}

/// For a server that lacks one of them or does not let us set it.
async fn one_by_one(conn: &mut Conn, database: &str) -> Result<()> {
    conn.query_drop(place_and_isolation(database)).await?;
    for setting in &NEEDED {
        match conn.query_drop(alone(setting)).await {
            // What a server does not know changes nothing there.
            Err(Error::Server(error)) if [OF_OTHERS, UNKNOWN].contains(&error.code) => {}
            outcome => outcome?,
        }
    }
    for setting in &WANTED {
        match conn.query_drop(alone(setting)).await {
            Err(Error::Server(_)) | Ok(()) => {}
            broken => broken?,
        }
    }
    Ok(())
}

/// All settings as one text of statements.
fn all(database: &str) -> String {
    let mut sql = format!("{}; SET ", place_and_isolation(database));
    sql.extend(NEEDED.iter().chain(&WANTED).map(within));
    // Those of some servers have a comma of their own, so one of all has to come last.
    sql + "@traffic_engine = 1"
}

/// `init_connect` may have chosen another database.
fn place_and_isolation(database: &str) -> String {
    format!(
        "USE `{}`; SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE",
        database.replace('`', "``")
    )
}

/// A setting in a list.
fn within((since, setting): &(Since, &str)) -> String {
    match since {
        Always => format!("{setting}, "),
        MariaDb(version) => format!("/*M!{version} {setting}, */ "),
        Mysql(version) => format!("/*!{version} {setting}, */ "),
    }
}

/// A setting as a statement, which is empty for other servers.
fn alone((since, setting): &(Since, &str)) -> String {
    match since {
        Always => format!("SET {setting}"),
        MariaDb(version) => format!("/*M!{version} SET {setting} */"),
        Mysql(version) => format!("/*!{version} SET {setting} */"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_some_servers_are_hidden_from_the_others() {
        let sql = all("v`2r");
        assert!(sql.starts_with("USE `v``2r`; SET SESSION TRANSACTION"), "{sql}");
        assert!(sql.contains("/*M!100101 SESSION max_statement_time = 0, */ "), "{sql}");
        assert!(sql.contains("/*!50708 SESSION max_execution_time = 0, */ "), "{sql}");
        assert!(sql.contains("*/ SESSION sql_big_selects = 1, SESSION sql_safe"), "{sql}");
        let [.., alone_of_maria] = WANTED.each_ref().map(alone);
        assert!(alone_of_maria.starts_with("/*M!100300 SET SESSION idle_"), "{alone_of_maria}");
    }
}

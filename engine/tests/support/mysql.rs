//! Made-up databases on the MySQL or MariaDB server of the environment, dropped after the test.

use super::database::Database;
use super::tables::{Table, Value};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, OptsBuilder, Params, Row};
use std::env;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::runtime::{Builder, Runtime};
use traffic_engine::Location;

const SERVER: &str = "TRAFFIC_ENGINE_TEST_MYSQL";
const REQUIRE: &str = "TRAFFIC_ENGINE_REQUIRE_SERVERS";
const AUTHORITY: &str = "TRAFFIC_ENGINE_TEST_MYSQL_CA";

/// The address of the server, `mysql://user:password@host:port`; `None`, with a word about it,
/// where the tests have none and need not have one.
pub(crate) fn server() -> Option<String> {
    match env::var(SERVER) {
        Ok(address) => Some(address.trim_end_matches('/').to_owned()),
        Err(_) if env::var(REQUIRE).is_ok_and(|value| value == "1") => {
            panic!("{REQUIRE} is set, but {SERVER} names no server; run scripts/with-mariadb")
        }
        Err(_) => {
            say(&format!("skipped: {SERVER} names no MySQL server; try scripts/with-mariadb"));
            None
        }
    }
}

/// The file of the authority that signed the server's certificate.
pub(crate) fn authority() -> Option<String> {
    let authority = env::var(AUTHORITY).ok();
    if authority.is_none() {
        say(&format!("skipped: {AUTHORITY} names no certificate"));
    }
    authority
}

#[expect(clippy::print_stderr, reason = "a test that did not run should say so")]
fn say(text: &str) {
    eprintln!("{text}");
}

/// A database of its own on the server; dropped with it, also when the test panics.
pub(crate) struct Mysql {
    runtime: Runtime,
    conn: Option<Conn>,
    server: String,
    pub(crate) name: String,
}

impl Mysql {
    /// A database on `server` that holds `database`.
    pub(crate) fn holding(server: &str, database: &Database) -> Self {
        let mut mysql = Self::empty(server);
        mysql.create(&database.tables());
        mysql
    }

    /// A database without tables on `server`.
    pub(crate) fn empty(server: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("traffic_engine_test_{}_{number}", std::process::id());
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let options = OptsBuilder::from_opts(Opts::from_url(server).expect("a server address"))
            .prefer_socket(false);
        let conn = runtime.block_on(Conn::new(options)).expect("a connection");
        let mut mysql = Self { runtime, conn: Some(conn), server: server.to_owned(), name };
        mysql.run(&format!("DROP DATABASE IF EXISTS `{}`", mysql.name));
        mysql.run(&format!("CREATE DATABASE `{0}` CHARACTER SET utf8mb4", mysql.name));
        mysql.run(&format!("USE `{}`", mysql.name));
        mysql
    }

    /// The address that a person would write.
    pub(crate) fn address(&self) -> String {
        format!("{}/{}", self.server, self.name)
    }

    pub(crate) fn location(&self) -> Location {
        Location::parse(&self.address()).expect("a store address")
    }

    /// Creates and fills tables.
    pub(crate) fn create(&mut self, tables: &[Table]) {
        for table in tables {
            self.run(&ddl(table));
            self.insert(table);
        }
    }

    /// Adds rows to a table there is.
    pub(crate) fn insert(&mut self, table: &Table) {
        let marks = vec!["?"; table.columns.len()].join(", ");
        let sql = format!("INSERT INTO `{}` VALUES ({marks})", table.name);
        let rows: Vec<Params> = table.rows.iter().map(|row| params(row)).collect();
        let (runtime, conn) = self.parts();
        runtime.block_on(conn.exec_batch(sql, rows)).expect("rows");
    }

    /// Replaces whatever tables there are by those of `database`.
    pub(crate) fn replace(&mut self, database: &Database) {
        self.run("DROP TABLE IF EXISTS `user`, `node`, `user_usage`");
        self.create(&database.tables());
    }

    /// Runs a statement.
    pub(crate) fn run(&mut self, sql: &str) {
        let (runtime, conn) = self.parts();
        runtime.block_on(conn.query_drop(sql)).expect(sql);
    }

    /// The one value a query gives, as text.
    pub(crate) fn value(&mut self, sql: &str) -> String {
        let (runtime, conn) = self.parts();
        runtime.block_on(conn.query_first(sql)).expect(sql).expect("a value")
    }

    /// The rows of a query, as text.
    pub(crate) fn rows(&mut self, sql: &str) -> Vec<Vec<String>> {
        let (runtime, conn) = self.parts();
        let rows: Vec<Row> = runtime.block_on(conn.query(sql)).expect(sql);
        // The text protocol gives bytes for everything but NULL.
        let text = |value| match value {
            mysql_async::Value::Bytes(bytes) => String::from_utf8(bytes).expect("UTF-8"),
            _ => "NULL".to_owned(),
        };
        rows.into_iter().map(|row| row.unwrap().into_iter().map(text).collect()).collect()
    }

    fn parts(&mut self) -> (&Runtime, &mut Conn) {
        (&self.runtime, self.conn.as_mut().expect("connected until dropped"))
    }
}

impl Drop for Mysql {
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take() else {
            return;
        };
        let name = &self.name;
        let database = format!("DROP DATABASE IF EXISTS `{name}`");
        // Tests that need a login of their own name it like the database.
        let login = format!("DROP USER IF EXISTS '{name}'@'%'");
        // A failure here must not hide the one that ended the test.
        let _ = self.runtime.block_on(async {
            conn.query_drop(database).await?;
            conn.query_drop(login).await?;
            conn.disconnect().await
        });
    }
}

fn ddl(table: &Table) -> String {
    let columns = table.columns.iter();
    let columns: Vec<_> =
        columns.map(|(name, definition)| format!("`{name}` {definition}")).collect();
    format!(
        "CREATE TABLE `{}` ({}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci",
        table.name,
        columns.join(", "),
    )
}

fn params(row: &[Value]) -> Params {
    let value = |value: &Value| match value {
        Value::Null => mysql_async::Value::NULL,
        Value::Int(value) => (*value).into(),
        Value::Float(value) => (*value).into(),
        Value::Text(text) => text.as_str().into(),
    };
    Params::Positional(row.iter().map(value).collect())
}

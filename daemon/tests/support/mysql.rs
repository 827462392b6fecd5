//! MySQL or MariaDB databases to ask.

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, OptsBuilder, Row};
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::runtime::{Builder, Runtime};

/// Where the server for tests is: `mysql://user:password@host:port`.
const SERVER: &str = "TRAFFIC_ENGINE_TEST_MYSQL";
/// Set to 1 where tests must not be left out.
const REQUIRED: &str = "TRAFFIC_ENGINE_REQUIRE_SERVERS";

/// Held while the server takes no writes of plain users, and by tests that need it to.
pub(crate) static WRITERS: Mutex<()> = Mutex::new(());

/// The address of the server, unless there is none; then says that `test` is skipped.
pub(crate) fn server(test: &str) -> Option<String> {
    let server = std::env::var(SERVER).ok().filter(|address| !address.is_empty());
    if server.is_none() {
        assert!(std::env::var(REQUIRED).as_deref() != Ok("1"), "{test} needs {SERVER}");
        say(&format!("skipped {test}: {SERVER} names no server; try scripts/with-mariadb"));
    }
    server.map(|address| address.trim_end_matches('/').to_owned())
}

/// A line that the test runner does not swallow.
pub(crate) fn say(line: &str) {
    writeln!(std::io::stderr(), "{line}").expect("standard error");
}

/// A database of its own, dropped in the end.
pub(crate) struct Database {
    server: String,
    name: String,
    runtime: Runtime,
}

impl Database {
    pub(crate) fn create(server: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("traffic_engine_cli_{}_{count}", std::process::id());
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let database = Self { server: server.to_owned(), name, runtime };
        database.on_server(&format!("CREATE DATABASE `{}` CHARACTER SET utf8mb4", database.name));
        database
    }

    /// The store address with its password.
    pub(crate) fn url(&self) -> String {
        format!("{}/{}", self.server, self.name)
    }

    /// The store address without its password, and the password.
    pub(crate) fn url_and_password(&self) -> (String, String) {
        let url = self.url();
        let (login, place) = url.split_once('@').expect("a user in the server's address");
        let (user, password) = login.rsplit_once(':').expect("a password in the server's address");
        (format!("{user}@{place}"), password.to_owned())
    }

    /// Runs statements.
    pub(crate) fn execute(&self, sql: &str) {
        self.runtime.block_on(async {
            let mut conn = connect(&self.url()).await;
            conn.query_drop(sql).await.expect("a statement the server takes");
            conn.disconnect().await.expect("a polite goodbye");
        });
    }

    /// Rows of a statement, as text.
    pub(crate) fn rows(&self, sql: &str) -> Vec<Row> {
        self.runtime.block_on(async {
            let mut conn = connect(&self.url()).await;
            let rows = conn.query(sql).await.expect("a statement the server takes");
            conn.disconnect().await.expect("a polite goodbye");
            rows
        })
    }

    /// Does `work` while somebody keeps `table` to themselves.
    pub(crate) fn while_locking(&self, table: &str, work: impl FnOnce()) {
        let mut conn = self.runtime.block_on(connect(&self.url()));
        let lock = format!("LOCK TABLES `{table}` WRITE");
        self.runtime.block_on(conn.query_drop(lock)).expect("a statement the server takes");
        work();
        self.runtime.block_on(conn.disconnect()).expect("a polite goodbye");
    }

    /// Does `work` while a transaction that reads `table` is open.
    pub(crate) fn while_reading(&self, table: &str, work: impl FnOnce()) {
        self.while_holding(
            &["START TRANSACTION", &format!("SELECT COUNT(*) FROM `{table}`")],
            work,
        );
    }

    /// Does `work` while a connection holds what `statements` give it.
    pub(crate) fn while_holding(&self, statements: &[&str], work: impl FnOnce()) {
        let mut conn = self.runtime.block_on(connect(&self.url()));
        for sql in statements {
            self.runtime.block_on(conn.query_drop(*sql)).expect("a statement the server takes");
        }
        work();
        self.runtime.block_on(conn.disconnect()).expect("a polite goodbye");
    }

    fn on_server(&self, sql: &str) {
        self.runtime.block_on(async {
            let mut conn = connect(&self.server).await;
            conn.query_drop(sql).await.expect("a statement the server takes");
            conn.disconnect().await.expect("a polite goodbye");
        });
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.on_server(&format!("DROP DATABASE `{}`", self.name));
    }
}

async fn connect(url: &str) -> Conn {
    let opts = OptsBuilder::from_opts(Opts::from_url(url).expect("a MySQL address"));
    Conn::new(opts.prefer_socket(false)).await.expect("the server for tests answers")
}

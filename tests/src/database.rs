//! Databases of a test's own, on either kind of store, changed by plain SQL.

use crate::rows::{NODES, Row, Rows, USERS};
use crate::say;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, OptsBuilder};
use rusqlite::Connection;
use std::env;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

const SERVER: &str = "TRAFFIC_ENGINE_TEST_MYSQL";
const REQUIRE: &str = "TRAFFIC_ENGINE_REQUIRE_SERVERS";

/// Somebody else's table on the same server.
pub const OTHER_TABLE: &str = "other";

/// A database of the test's own; dropped with it, also when the test panics.
pub enum Database {
    /// A file.
    Sqlite {
        /// Holds the file.
        folder: TempDir,
        /// To change it.
        conn: Connection,
    },
    /// On the server of the environment.
    Mysql(Mysql),
}

/// A database on a server.
pub struct Mysql {
    session: Session,
    server: String,
    name: String,
}

/// A connection to a server.
pub struct Session {
    runtime: Runtime,
    conn: Conn,
}

/// The address of the server; `None`, with a word about it, where the tests have none and need not
/// have one.
///
/// # Panics
/// When they need one.
pub fn server() -> Option<String> {
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

impl Session {
    fn new(address: &str) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let options = OptsBuilder::from_opts(Opts::from_url(address).expect("a server address"))
            .prefer_socket(false);
        let conn = runtime.block_on(Conn::new(options)).expect("a connection");
        Self { runtime, conn }
    }

    /// Runs a statement.
    pub fn run(&mut self, sql: &str) {
        self.runtime.block_on(self.conn.query_drop(sql)).expect(sql);
    }

    /// The first row of a query, as two texts.
    pub fn pair(&mut self, sql: &str) -> (String, String) {
        self.runtime.block_on(self.conn.query_first(sql)).expect(sql).expect("a row")
    }

    /// Value of a global status variable.
    pub fn status(&mut self, name: &str) -> u64 {
        let sql = format!("SHOW GLOBAL STATUS LIKE '{name}'");
        self.pair(&sql).1.parse().expect("a number")
    }
}

impl Database {
    /// A SQLite file with tables, users and nodes, and these rows.
    pub fn sqlite(rows: &Rows) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let conn = Connection::open(folder.path().join("usage.db")).expect("a file");
        conn.pragma_update(None, "synchronous", "off").expect("a pragma");
        conn.busy_timeout(Duration::from_secs(60)).expect("a timeout");
        let mut database = Self::Sqlite { folder, conn };
        database.fill(include_str!("../../sql/v2raysocks/sqlite.sql"), rows);
        database
    }

    /// The same on `server`.
    pub fn mysql(server: &str, rows: &Rows) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("traffic_engine_faults_{}_{number}", std::process::id());
        let mut session = Session::new(server);
        session.run(&format!("DROP DATABASE IF EXISTS `{name}`"));
        session.run(&format!("CREATE DATABASE `{name}` CHARACTER SET utf8mb4"));
        session.run(&format!("USE `{name}`"));
        let mut database = Self::Mysql(Mysql { session, server: server.to_owned(), name });
        database.fill(include_str!("../../sql/v2raysocks/mysql.sql"), rows);
        database
    }

    fn fill(&mut self, tables: &str, rows: &Rows) {
        let without_comments = tables.lines().filter(|line| !line.starts_with("--"));
        let tables = without_comments.collect::<Vec<_>>().join("\n");
        tables.split(";\n").filter(|it| !it.trim().is_empty()).for_each(|sql| self.run(sql));
        self.run(&format!("CREATE TABLE {OTHER_TABLE} (id integer PRIMARY KEY, n int)"));
        self.run(&format!("INSERT INTO {OTHER_TABLE} VALUES (1, 1)"));
        for id in 1..=USERS {
            self.run(&user(id));
        }
        for (id, name) in (1..).zip(NODES) {
            self.run(&format!(
                "INSERT INTO node (id, name, address, client_port, backend_port, port_range, \
                 allow_reset_port, statistics_reset_day) \
                 VALUES ({id}, '{name}', 'h{id}', '1', 1, '', 0, 1)"
            ));
        }
        insert(rows).iter().for_each(|sql| self.run(sql));
    }

    /// The address that a person would write.
    pub fn address(&self) -> String {
        match self {
            Self::Sqlite { folder, .. } => {
                format!("sqlite://{}", folder.path().join("usage.db").display())
            }
            Self::Mysql(it) => format!("{}/{}", it.server, it.name),
        }
    }

    /// Runs a statement.
    pub fn run(&mut self, sql: &str) {
        match self {
            Self::Sqlite { conn, .. } => conn.execute_batch(sql).expect(sql),
            Self::Mysql(it) => it.session.run(sql),
        }
    }

    /// Empties the usage rows in one statement that changes the table as a whole, where there is
    /// one.
    pub fn truncate(&mut self) {
        match self {
            Self::Sqlite { .. } => self.run("DELETE FROM user_usage"),
            Self::Mysql(_) => self.run("TRUNCATE TABLE user_usage"),
        }
    }

    /// The server's side.
    ///
    /// # Panics
    /// For a file.
    pub fn server_side(&mut self) -> &mut Mysql {
        match self {
            Self::Mysql(it) => it,
            Self::Sqlite { .. } => panic!("a file has no server"),
        }
    }
}

impl Mysql {
    /// The connection that changes things.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// A further connection to the same database.
    pub fn another(&self) -> Session {
        let mut session = Session::new(&self.server);
        session.run(&format!("USE `{}`", self.name));
        session
    }

    /// The address of a login that may read the tables and nothing else.
    pub fn address_without_privileges(&mut self) -> String {
        let name = &self.name;
        for sql in [
            format!("CREATE OR REPLACE USER '{name}'@'%' IDENTIFIED BY 'no-secret'"),
            format!("GRANT SELECT ON `{name}`.* TO '{name}'@'%'"),
        ] {
            self.session.run(&sql);
        }
        let host = self.server.rsplit_once('@').expect("an address with a login").1;
        format!("mysql://{name}:no-secret@{host}/{name}")
    }
}

impl Drop for Mysql {
    fn drop(&mut self) {
        let (runtime, conn) = (&self.session.runtime, &mut self.session.conn);
        let database = format!("DROP DATABASE IF EXISTS `{}`", self.name);
        let login = format!("DROP USER IF EXISTS '{}'@'%'", self.name);
        // A failure here must not hide the one that ended the test.
        let _ = runtime.block_on(async {
            // A test that failed may have left a transaction open.
            conn.query_drop("ROLLBACK").await?;
            conn.query_drop(database).await?;
            conn.query_drop(login).await
        });
    }
}

/// A listed user.
pub fn user(id: i64) -> String {
    format!(
        "INSERT INTO `user` (id, uuid, u, d, transfer_enable, created_at, updated_at, sid) \
         VALUES ({id}, 'uuid-{id}', 1, 2, 1000, 1700000000, 1700000000, {id})"
    )
}

/// Statements that insert `rows`.
pub fn insert(rows: &Rows) -> Vec<String> {
    let rows: Vec<String> = rows.iter().map(values).collect();
    let statement = |rows: &[String]| {
        format!(
            "INSERT INTO user_usage (id, user_id, t, u, d, node, count_rate) VALUES {}",
            rows.join(", ")
        )
    };
    rows.chunks(500).map(statement).collect()
}

fn values((id, row): (&i64, &Row)) -> String {
    let Row { user, t, u, d, node } = row;
    format!("({id}, {user}, {t}, {u}, {d}, '{node}', 1.0)")
}

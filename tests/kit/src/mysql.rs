//! Made-up databases on the MySQL or MariaDB server of the environment, dropped after the test.

use crate::database::Database;
use crate::tables::{Table, Value};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error, Opts, OptsBuilder, Params, Row};
use std::cell::RefCell;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::runtime::{Builder, Runtime};
use traffic_engine::Location;

/// A connection to a server.
pub struct Session {
    runtime: Runtime,
    conn: RefCell<Conn>,
}

/// A database of its own on the server; dropped with it, also when the test panics.
pub struct Mysql {
    session: Session,
    server: String,
    pub name: String,
}

impl Session {
    /// A connection to the server at `address`.
    pub fn open(address: &str) -> Self {
        let options = OptsBuilder::from_opts(Opts::from_url(address).expect("a server address"));
        Self::by(options.prefer_socket(false)).expect("a connection")
    }

    /// A connection of whatever kind.
    pub fn by(options: OptsBuilder) -> Result<Self, Error> {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let conn = RefCell::new(runtime.block_on(Conn::new(options))?);
        Ok(Self { runtime, conn })
    }

    /// Runs statements.
    pub fn run(&self, sql: &str) {
        self.try_to_run(sql).expect(sql);
    }

    /// Runs statements that may fail.
    pub fn try_to_run(&self, sql: &str) -> Result<(), Error> {
        self.runtime.block_on(self.conn.borrow_mut().query_drop(sql))
    }

    /// The rows of a query, each value as text, NULL as none.
    pub fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let rows: Vec<Row> = self.runtime.block_on(self.conn.borrow_mut().query(sql)).expect(sql);
        // The text protocol gives bytes for everything but NULL.
        let text = |value| match value {
            mysql_async::Value::Bytes(bytes) => Some(String::from_utf8(bytes).expect("UTF-8")),
            _ => None,
        };
        rows.into_iter().map(|row| row.unwrap().into_iter().map(text).collect()).collect()
    }

    /// The first row of a query, as two texts.
    pub fn pair(&self, sql: &str) -> (String, String) {
        self.runtime.block_on(self.conn.borrow_mut().query_first(sql)).expect(sql).expect("a row")
    }

    /// Value of a global status variable.
    pub fn status(&self, name: &str) -> u64 {
        let sql = format!("SHOW GLOBAL STATUS LIKE '{name}'");
        self.pair(&sql).1.parse().expect("a number")
    }

    fn insert(&self, table: &Table) {
        let marks = vec!["?"; table.columns.len()].join(", ");
        let sql = format!("INSERT INTO `{}` VALUES ({marks})", table.name);
        let rows: Vec<Params> = table.rows.iter().map(|row| params(row)).collect();
        self.runtime.block_on(self.conn.borrow_mut().exec_batch(sql, rows)).expect("rows");
    }
}

impl Mysql {
    /// A database on `server` that holds `database`.
    pub fn holding(server: &str, database: &Database) -> Self {
        let mysql = Self::empty(server);
        mysql.create(&database.tables());
        mysql
    }

    /// A database without tables on `server`.
    pub fn empty(server: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("traffic_engine_test_{}_{number}", std::process::id());
        let mysql = Self { session: Session::open(server), server: server.to_owned(), name };
        mysql.run(&format!("DROP DATABASE IF EXISTS `{}`", mysql.name));
        mysql.run(&format!("CREATE DATABASE `{}` CHARACTER SET utf8mb4", mysql.name));
        mysql.run(&format!("USE `{}`", mysql.name));
        mysql
    }

    /// The address that a person would write.
    pub fn address(&self) -> String {
        format!("{}/{}", self.server, self.name)
    }

    /// The address for another login.
    pub fn address_for(&self, user: &str, password: &str) -> String {
        let host = self.server.rsplit_once('@').expect("an address with a login").1;
        format!("mysql://{user}:{password}@{host}/{}", self.name)
    }

    /// The address without its password, and the password.
    pub fn address_and_password(&self) -> (String, String) {
        let address = self.address();
        let (login, place) = address.rsplit_once('@').expect("an address with a login");
        let (user, password) = login.rsplit_once(':').expect("an address with a password");
        (format!("{user}@{place}"), password.to_owned())
    }

    pub fn location(&self) -> Location {
        Location::parse(&self.address()).expect("a store address")
    }

    /// The connection that all this goes by.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// A further connection to the same database.
    pub fn another(&self) -> Session {
        Session::open(&self.address())
    }

    /// Does `work` while somebody keeps `table` to themselves.
    pub fn while_locking(&self, table: &str, work: impl FnOnce()) {
        self.while_holding(&[&format!("LOCK TABLES `{table}` WRITE")], work);
    }

    /// Does `work` while a transaction that reads `table` is open.
    pub fn while_reading(&self, table: &str, work: impl FnOnce()) {
        let read = format!("SELECT COUNT(*) FROM `{table}`");
        self.while_holding(&["START TRANSACTION", &read], work);
    }

    /// Does `work` while a connection holds what `statements` give it.
    pub fn while_holding(&self, statements: &[&str], work: impl FnOnce()) {
        let holder = self.another();
        statements.iter().for_each(|sql| holder.run(sql));
        work();
        holder.run("UNLOCK TABLES");
        holder.run("ROLLBACK");
    }

    /// Creates and fills tables.
    pub fn create(&self, tables: &[Table]) {
        for table in tables {
            self.run(&ddl(table));
            self.insert(table);
        }
    }

    /// Adds rows to a table there is.
    pub fn insert(&self, table: &Table) {
        self.session.insert(table);
    }

    /// Replaces whatever tables there are by those of `database`.
    pub fn replace(&self, database: &Database) {
        self.run("DROP TABLE IF EXISTS `user`, `node`, `user_usage`");
        self.create(&database.tables());
    }

    /// Runs statements.
    pub fn run(&self, sql: &str) {
        self.session.run(sql);
    }

    /// The one value a query gives, as text.
    pub fn value(&self, sql: &str) -> String {
        let value = self.session.rows(sql).into_iter().flatten().next();
        value.flatten().expect("a value")
    }

    /// The rows of a query, as text.
    pub fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let shown = |value: Option<String>| value.unwrap_or_else(|| "NULL".to_owned());
        let rows = self.session.rows(sql).into_iter();
        rows.map(|row| row.into_iter().map(shown).collect()).collect()
    }
}

impl Drop for Mysql {
    fn drop(&mut self) {
        for sql in [
            // A test that failed may have left a transaction open.
            "ROLLBACK".to_owned(),
            format!("DROP DATABASE IF EXISTS `{}`", self.name),
            // Tests that need a login of their own name it like the database.
            format!("DROP USER IF EXISTS '{}'@'%'", self.name),
        ] {
            // A failure here must not hide the one that ended the test.
            let _ = self.session.try_to_run(&sql);
        }
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

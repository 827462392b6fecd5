//! Databases of a test's own, on either kind of store, changed by plain SQL.

use crate::rows::{NODES, Row, Rows, USERS};
use rusqlite::Connection;
use std::time::Duration;
use traffic_engine_testkit::mysql::Mysql;
use traffic_engine_testkit::sqlite::Sqlite;

/// Somebody else's table on the same server.
pub const OTHER_TABLE: &str = "other";

/// A database of the test's own; dropped with it, also when the test panics.
pub enum Database {
    /// A file.
    Sqlite {
        /// Holds the file.
        file: Sqlite,
        /// To change it, in transactions of several statements.
        conn: Connection,
    },
    /// On the server of the environment.
    Mysql(Mysql),
}

impl Database {
    /// A SQLite file with tables, users and nodes, and these rows.
    pub fn sqlite(rows: &Rows) -> Self {
        let file = Sqlite::empty();
        let conn = file.connection();
        conn.busy_timeout(Duration::from_secs(60)).expect("a timeout");
        let mut database = Self::Sqlite { file, conn };
        database.fill(include_str!("../../sql/v2raysocks/sqlite.sql"), rows);
        database
    }

    /// The same on `server`.
    pub fn mysql(server: &str, rows: &Rows) -> Self {
        let mut database = Self::Mysql(Mysql::empty(server));
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
            Self::Sqlite { file, .. } => file.location().to_string(),
            Self::Mysql(it) => it.address(),
        }
    }

    /// Runs a statement.
    pub fn run(&mut self, sql: &str) {
        match self {
            Self::Sqlite { conn, .. } => conn.execute_batch(sql).expect(sql),
            Self::Mysql(it) => it.run(sql),
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
    pub fn server_side(&self) -> &Mysql {
        match self {
            Self::Mysql(it) => it,
            Self::Sqlite { .. } => panic!("a file has no server"),
        }
    }

    /// The address of a login of the server that may read the tables and nothing else.
    ///
    /// # Panics
    /// For a file.
    pub fn address_without_privileges(&self) -> String {
        let mysql = self.server_side();
        let name = &mysql.name;
        mysql.run(&format!("CREATE OR REPLACE USER '{name}'@'%' IDENTIFIED BY 'no-secret'"));
        mysql.run(&format!("GRANT SELECT ON `{name}`.* TO '{name}'@'%'"));
        mysql.address_for(name, "no-secret")
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

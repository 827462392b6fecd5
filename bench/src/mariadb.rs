//! A session of the private server.

use crate::Result;
use crate::question::Rows;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, Row, Value};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use traffic_engine::Location;

/// The server stopped a statement that ran into its time limit.
const STATEMENT_TIMEOUT: u16 = 1969;

/// Temporary tables of every candidate stay in memory, whatever it has to count.
const SESSION: &str = "SET tmp_table_size = 1073741824, max_heap_table_size = 1073741824";

/// The server's address without a database, from the environment: arguments show in `ps`.
fn server_address() -> Result<String> {
    Ok(std::env::var("TRAFFIC_ENGINE_TEST_MYSQL")
        .map_err(|_| "no server to measure; run `make bench`, which starts one")?)
}

/// Where the engine finds `database`.
pub(crate) fn address(database: &str) -> Result<Location> {
    Ok(Location::parse(&format!("{}/{database}", server_address()?))?)
}

pub(crate) struct Server {
    runtime: Runtime,
    conn: Conn,
}

impl Server {
    pub(crate) fn connect() -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let conn = runtime.block_on(Conn::new(Opts::from_url(&server_address()?)?))?;
        let mut server = Self { runtime, conn };
        server.execute(SESSION)?;
        Ok(server)
    }

    pub(crate) fn execute(&mut self, sql: &str) -> Result<()> {
        Ok(self.runtime.block_on(self.conn.query_drop(sql))?)
    }

    pub(crate) fn number(&mut self, sql: &str) -> Result<i64> {
        let number: Option<i64> = self.runtime.block_on(self.conn.query_first(sql))?;
        Ok(number.ok_or_else(|| format!("no answer to: {sql}"))?)
    }

    pub(crate) fn text(&mut self, sql: &str) -> Result<String> {
        let text: Option<String> = self.runtime.block_on(self.conn.query_first(sql))?;
        Ok(text.ok_or_else(|| format!("no answer to: {sql}"))?)
    }

    pub(crate) fn version(&mut self) -> Result<String> {
        let version: Option<String> =
            self.runtime.block_on(self.conn.query_first("SELECT VERSION()"))?;
        Ok(version.unwrap_or_default())
    }

    pub(crate) fn answer(&mut self, sql: &str) -> Result<Vec<Row>> {
        Ok(self.runtime.block_on(self.conn.query(sql))?)
    }

    /// The answer, unless it takes longer than `limit`.
    pub(crate) fn answer_within(&mut self, sql: &str, limit: Duration) -> Result<Option<Vec<Row>>> {
        let limit_s = limit.as_secs_f64();
        let sql = format!("SET STATEMENT max_statement_time = {limit_s:.3} FOR {sql}");
        match self.runtime.block_on(self.conn.query(sql)) {
            Ok(rows) => Ok(Some(rows)),
            Err(mysql_async::Error::Server(error)) if error.code == STATEMENT_TIMEOUT => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Receives every usage row whole, as the engine does to build a snapshot, and keeps none;
    /// returns how many there were.
    pub(crate) fn stream(&mut self) -> Result<u64> {
        let sql = "SELECT id, user_id, t, u, d, node, count_rate FROM user_usage";
        let counting = async {
            let mut result = self.conn.exec_iter(sql, ()).await?;
            let mut rows = 0;
            while result.next().await?.is_some() {
                rows += 1;
            }
            Ok::<u64, mysql_async::Error>(rows)
        };
        Ok(self.runtime.block_on(counting)?)
    }

    /// Writes the answer to `sql` as CSV; NULL is an empty field, text is quoted.
    pub(crate) fn export(&mut self, sql: &str, path: &Path) -> Result<()> {
        let mut file = BufWriter::new(std::fs::File::create(path)?);
        let exporting = async {
            let mut result = self.conn.query_iter(sql).await?;
            while let Some(row) = result.next().await? {
                let fields: Vec<String> = row.unwrap().into_iter().map(csv_field).collect();
                writeln!(file, "{}", fields.join(","))?;
            }
            Ok::<(), mysql_async::Error>(())
        };
        self.runtime.block_on(exporting)?;
        Ok(file.flush()?)
    }
}

fn csv_field(value: Value) -> String {
    match value {
        Value::NULL => String::new(),
        value => format!("\"{}\"", text(value).replace('"', "\"\"")),
    }
}

/// Rows as they are compared.
pub(crate) fn comparable(rows: Vec<Row>) -> Rows {
    rows.into_iter().map(|row| row.unwrap().into_iter().map(text).collect()).collect()
}

/// A value of the text protocol, which is bytes or NULL.
fn text(value: Value) -> String {
    match value {
        Value::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Value::NULL => String::new(),
        other => other.as_sql(true),
    }
}

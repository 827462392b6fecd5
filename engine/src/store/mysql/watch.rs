//! Asking a server what it is doing for us.

use super::connect::log_in;
use super::refused::is_full;
use crate::store::MysqlLocation;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error, Row, Value};

/// What a server does for one of our connections.
pub(super) enum Verdict {
    /// It works, or at least it lives.
    Working,
    /// It waits for somebody's lock.
    Locked(String),
    /// It waits for us.
    Idle,
    /// It cannot be asked.
    Away,
}

/// A second connection to the server of another.
pub(super) struct Watch<'a> {
    location: &'a MysqlLocation,
    id: u32,
    conn: Option<Conn>,
}

impl<'a> Watch<'a> {
    /// A watch over connection `id`; nothing is connected before it is asked.
    pub(super) fn new(location: &'a MysqlLocation, id: u32) -> Self {
        Self { location, id, conn: None }
    }

    /// True when the server has told something.
    pub(super) fn has_heard(&self) -> bool {
        self.conn.is_some()
    }

    /// What the server is doing.
    pub(super) async fn ask(&mut self) -> Verdict {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => match log_in(self.location).await {
                Ok(conn) => conn,
                // It has no room for another connection, so it lives.
                Err(Error::Server(error)) if is_full(error.code) => return Verdict::Working,
                Err(_) => return Verdict::Away,
            },
        };
        // Everybody may see his own connections.
        let rows: Vec<Row> = match conn.query("SHOW PROCESSLIST").await {
            Ok(rows) => rows,
            Err(_) => return Verdict::Away,
        };
        let verdict = judged(&rows, self.id, conn.id());
        self.conn = Some(conn);
        verdict
    }

    /// Ends the statement of the other connection.
    pub(super) async fn kill(&mut self) -> mysql_async::Result<()> {
        match &mut self.conn {
            Some(conn) => conn.query_drop(format!("KILL QUERY {}", self.id)).await,
            None => Ok(()),
        }
    }
}

fn judged(rows: &[Row], theirs: u32, own: u32) -> Verdict {
    let of = |id: u32| rows.iter().find(|row| text(row, "Id") == id.to_string());
    let Some(row) = of(theirs) else {
        // Behind a proxy numbers mean other connections, and nothing is known.
        return if of(own).is_some() { Verdict::Idle } else { Verdict::Working };
    };
    let state = text(row, "State");
    if state.starts_with("Waiting for ") && state.contains("lock")
        || state == "Waiting for table flush"
    {
        return Verdict::Locked(state);
    }
    // What it has been sending for so long does not arrive.
    let sends = ["Writing to net", "Sending to client"].contains(&state.as_str());
    if sends || text(row, "Command") == "Sleep" { Verdict::Idle } else { Verdict::Working }
}

fn text(row: &Row, name: &str) -> String {
    let at = row.columns_ref().iter().position(|column| column.name_str() == name);
    match at.and_then(|at| row.as_ref(at)) {
        Some(Value::Bytes(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    }
}

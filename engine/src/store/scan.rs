//! A scan as SQL, and its rows as batches.

use super::cell::{Cells, Row};
use super::schema::USAGE_COLUMNS;
use super::stream::{Room, RowTaker};
use super::{Cursor, NodeHint, RowSink, ScanOrder, StoreError, Table, UsageScan};
use crate::column::{BATCH_ROWS_MAX, NodeTexts, UsageBatch};
use crate::units::{UnixSeconds, UserId, Window};
use std::collections::{BTreeSet, HashSet};
use std::ops::ControlFlow;

/// Users named in the statement at most; more are filtered here, because servers are slow with
/// long lists and limit their number.
const USERS_IN_SQL_MAX: usize = 500;

/// The words of a kind of database, where they differ.
#[derive(Debug, Clone, Copy)]
pub(super) enum Dialect {
    Mysql,
    Sqlite,
}

impl Dialect {
    /// The text of column `node`, equal only to the same bytes of UTF-8: the column may be of a
    /// character set that cannot hold what it is compared with.
    pub(super) fn node_bytes(self) -> &'static str {
        match self {
            Self::Mysql => "CAST(CONVERT(node USING utf8mb4) AS BINARY)",
            Self::Sqlite => "node COLLATE BINARY",
        }
    }

    fn node_without_leading_zeros(self) -> &'static str {
        match self {
            Self::Mysql => "CAST(TRIM(LEADING '0' FROM CONVERT(node USING utf8mb4)) AS BINARY)",
            Self::Sqlite => "ltrim(node, '0')",
        }
    }
}

/// A value to bind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Param {
    Int(i64),
    Text(String),
}

/// A statement with `?` for each parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) sql: String,
    pub(super) params: Vec<Param>,
}

/// The statement that reads at least the rows of `scan`; [`Batches`] decides about the rest.
pub(super) fn statement(scan: &UsageScan, dialect: Dialect) -> Statement {
    let mut conditions = conditions(scan, dialect);
    let tail = match scan.order {
        ScanOrder::Any => String::new(),
        ScanOrder::NewestFirst { after, limit } => {
            if let Some(Cursor { t, id }) = after {
                let params = [t, t, id].map(Param::Int);
                conditions.push("(t < ? OR (t = ? AND id > ?))".to_owned(), params);
            }
            let limit = limit.filter(|_| users_are_in_sql(scan));
            // SQLite takes a larger number for a float and refuses it.
            let most = |rows: u64| format!(" LIMIT {}", rows.min(i64::MAX as u64));
            let limit = limit.map_or_else(String::new, most);
            format!(" ORDER BY t DESC, id{limit}")
        }
    };
    let count_rate = if scan.with_count_rate { ", count_rate" } else { "" };
    let sql = format!(
        "SELECT id, user_id, t, u, d, node{count_rate} FROM user_usage{}{tail}",
        conditions.clause(),
    );
    Statement { sql, params: conditions.params }
}

/// What rows of `scan` fulfil, as far as a database can tell, in any order.
pub(super) fn conditions(scan: &UsageScan, dialect: Dialect) -> Conditions {
    let mut conditions = Conditions::default();
    conditions.push_window(scan.window, dialect);
    conditions.push_ids(scan);
    if let Some(users) = users_for_sql(scan) {
        let ids = users.iter().map(|user| Param::Int(user.0));
        conditions.push(format!("user_id IN ({})", marks(users.len())), ids);
    }
    if let Some(hint) = &scan.nodes {
        conditions.push_hint(hint, dialect);
    }
    conditions
}

fn users_for_sql(scan: &UsageScan) -> Option<&Vec<UserId>> {
    scan.users.as_ref().filter(|users| users.len() <= USERS_IN_SQL_MAX)
}

/// True when the conditions pick out the users, so that nothing is left to do here.
pub(super) fn users_are_in_sql(scan: &UsageScan) -> bool {
    scan.users.is_none() || users_for_sql(scan).is_some()
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

/// Terms of a WHERE clause and their parameters.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    terms: Vec<String>,
    pub(super) params: Vec<Param>,
}

impl Conditions {
    fn push(&mut self, term: String, params: impl IntoIterator<Item = Param>) {
        self.terms.push(term);
        self.params.extend(params);
    }

    /// Rows inside, and those whose time is none: they are let through to be refused by name
    /// instead of going unnoticed. Servers drop the test for NULL where the column is NOT NULL, and
    /// use an index on `t` all the same.
    fn push_window(&mut self, window: Window, dialect: Dialect) {
        let bounds = [(">= ?", window.start), ("<= ?", window.end)];
        let (terms, params): (Vec<_>, Vec<_>) =
            bounds.into_iter().filter_map(|(term, t)| Some((term, Param::Int(t?)))).unzip();
        if terms.is_empty() {
            return;
        }
        let inside = |t: &str| {
            terms.iter().map(|term| format!("{t} {term}")).collect::<Vec<_>>().join(" AND ")
        };
        let either = format!("{} OR t IS NULL OR t < 0", inside("t"));
        match dialect {
            Dialect::Mysql => self.push(format!("({either})"), params),
            Dialect::Sqlite => {
                let of_text = inside("CAST(t AS INTEGER)");
                // Texts come after all numbers there, and an index finds them. Digits are taken by
                // their value, other texts are refused.
                let texts = format!("t >= '' AND ({of_text} OR t <> CAST(t AS INTEGER) || '')");
                self.push(format!("({either} OR {texts})"), [params.clone(), params].concat());
            }
        }
    }

    /// Rows by their primary key, which servers find without reading others.
    fn push_ids(&mut self, scan: &UsageScan) {
        let (mut either, mut params) = (Vec::new(), Vec::new());
        if let Some(id) = scan.after_id {
            either.push("id > ?");
            params.push(Param::Int(id));
        }
        for &(first, last) in &scan.ids {
            either.push("id BETWEEN ? AND ?");
            params.extend([first, last].map(Param::Int));
        }
        match either.as_slice() {
            [] => {}
            [one] => self.push((*one).to_owned(), params),
            some => self.push(format!("({})", some.join(" OR ")), params),
        }
    }

    fn push_hint(&mut self, hint: &NodeHint, dialect: Dialect) {
        let mut either = vec![format!("{} IN ({})", dialect.node_bytes(), marks(hint.texts.len()))];
        self.params.extend(hint.texts.iter().cloned().map(Param::Text));
        if let Some(id) = hint.id {
            either.push(format!("{} = ?", dialect.node_without_leading_zeros()));
            let digits = id.to_string();
            self.params.push(Param::Text(digits.trim_start_matches('0').to_owned()));
        }
        self.terms.push(format!("({})", either.join(" OR ")));
    }

    pub(super) fn clause(&self) -> String {
        if self.terms.is_empty() {
            return String::new();
        }
        format!(" WHERE {}", self.terms.join(" AND "))
    }
}

/// Collects rows into batches and hands them to a sink.
pub(super) struct Batches<'s, 'f> {
    sink: &'s mut RowSink<'f>,
    batch: UsageBatch,
    texts: NodeTexts,
    users: Option<HashSet<i64>>,
    window: Window,
    rows_left: u64,
    /// Times of rows with bad values, `i64::MIN` for none; without it such a row is an error.
    skipped: Option<BTreeSet<i64>>,
}

/// A row as its columns hold it.
struct Decoded {
    id: i64,
    user_id: i64,
    t: UnixSeconds,
    upload: u64,
    download: u64,
    count_rate: Option<f64>,
}

impl<'s, 'f> Batches<'s, 'f> {
    pub(super) fn new(scan: &UsageScan, sink: &'s mut RowSink<'f>) -> Self {
        let users = scan.users.as_ref().filter(|_| !users_are_in_sql(scan));
        let rows_left = match scan.order {
            ScanOrder::NewestFirst { limit: Some(limit), .. } => limit,
            _ => u64::MAX,
        };
        Self {
            sink,
            batch: UsageBatch::default(),
            texts: NodeTexts::default(),
            users: users.map(|users| users.iter().map(|user| user.0).collect()),
            window: scan.window,
            rows_left,
            skipped: None,
        }
    }

    /// Leaves out rows with bad values instead of refusing them.
    pub(super) fn skipping(scan: &UsageScan, sink: &'s mut RowSink<'f>) -> Self {
        Self { skipped: Some(BTreeSet::new()), ..Self::new(scan, sink) }
    }

    /// Times of the rows that were left out, `i64::MIN` for those that have none.
    pub(super) fn skipped(self) -> BTreeSet<i64> {
        self.skipped.unwrap_or_default()
    }

    /// A row, unless somebody asked for other users or times.
    #[inline]
    fn decode<R: Row + ?Sized>(&self, row: &Cells<'_, R>) -> Result<Option<Decoded>, StoreError> {
        let user_id = row.int(1)?;
        if self.users.as_ref().is_some_and(|users| !users.contains(&user_id)) {
            return Ok(None);
        }
        let (id, t) = (row.int(0)?, row.time(2)?);
        // Databases compare texts with numbers in their own ways.
        if !self.window.holds(t) {
            return Ok(None);
        }
        let (upload, download) = (row.bytes(3)?, row.bytes(4)?);
        let has_rate = row.cells.width() > 6;
        let count_rate =
            if has_rate { Some(row.maybe_float(6)?.unwrap_or(f64::NAN)) } else { None };
        Ok(Some(Decoded { id, user_id, t, upload, download, count_rate }))
    }

    /// The code of a row's node.
    #[inline]
    fn node<R: Row + ?Sized>(&mut self, row: &Cells<'_, R>) -> Result<u32, StoreError> {
        // A text met before was valid UTF-8 then.
        match self.texts.code(row.raw_text(5)?) {
            Some(code) => Ok(code),
            None => Ok(self.texts.encode(row.text(5)?)),
        }
    }
}

impl RowTaker for Batches<'_, '_> {
    /// Takes a row as [`statement`] selects it.
    #[inline]
    fn take<R: Row + ?Sized>(&mut self, cells: &R) -> Result<Room, StoreError> {
        let row = Cells { table: Table::UserUsage, columns: &USAGE_COLUMNS, cells };
        let decoded = match self.decode(&row) {
            Ok(None) => return Ok(Room::Left),
            Ok(Some(decoded)) => self.node(&row).map(|node| (decoded, node)),
            Err(error) => Err(error),
        };
        let (decoded, node) = match (decoded, &mut self.skipped) {
            (Ok(decoded), _) => decoded,
            (Err(_), Some(skipped)) => {
                skipped.insert(row.time(2).unwrap_or(i64::MIN));
                return Ok(Room::Left);
            }
            (Err(error), None) => return Err(error),
        };
        let batch = &mut self.batch;
        batch.count_rate.extend(decoded.count_rate);
        batch.id.push(decoded.id);
        batch.user_id.push(decoded.user_id);
        batch.t.push(decoded.t);
        batch.upload.push(decoded.upload);
        batch.download.push(decoded.download);
        batch.node.push(node);
        self.rows_left -= 1;
        let full = self.batch.len() >= BATCH_ROWS_MAX || self.rows_left == 0;
        Ok(if full { Room::Full } else { Room::Left })
    }

    fn pass_on(&mut self) -> ControlFlow<()> {
        if self.batch.is_empty() {
            return ControlFlow::Continue(());
        }
        let flow = (self.sink)(&self.batch.rows(&self.texts));
        self.batch.clear();
        if self.rows_left == 0 { ControlFlow::Break(()) } else { flow }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::NodeId;

    #[test]
    fn an_unlimited_scan_reads_the_table() {
        let statement = statement(&UsageScan::default(), Dialect::Sqlite);
        assert_eq!(statement.sql, "SELECT id, user_id, t, u, d, node FROM user_usage");
        assert!(statement.params.is_empty());
    }

    #[test]
    fn conditions_and_parameters_keep_the_same_order() {
        let scan = UsageScan {
            window: Window::between(10, 20),
            after_id: Some(4),
            ids: Vec::new(),
            users: Some(vec![UserId(1), UserId(2)]),
            nodes: Some(NodeHint { texts: vec!["Tokyo".to_owned()], id: Some(NodeId(70)) }),
            with_count_rate: true,
            order: ScanOrder::NewestFirst { after: Some(Cursor { t: 15, id: 3 }), limit: Some(5) },
        };
        let Statement { sql, params } = statement(&scan, Dialect::Mysql);
        assert_eq!(
            sql,
            "SELECT id, user_id, t, u, d, node, count_rate FROM user_usage \
             WHERE (t >= ? AND t <= ? OR t IS NULL OR t < 0) AND id > ? AND user_id IN (?, ?) \
             AND (CAST(CONVERT(node USING utf8mb4) AS BINARY) IN (?) \
             OR CAST(TRIM(LEADING '0' FROM CONVERT(node USING utf8mb4)) AS BINARY) = ?) \
             AND (t < ? OR (t = ? AND id > ?)) ORDER BY t DESC, id LIMIT 5",
        );
        let text = |text: &str| Param::Text(text.to_owned());
        let int = Param::Int;
        let expected = [
            int(10),
            int(20),
            int(4),
            int(1),
            int(2),
            text("Tokyo"),
            text("70"),
            int(15),
            int(15),
            int(3),
        ];
        assert_eq!(params, expected);
    }

    #[test]
    fn ids_are_ranges_and_whatever_comes_after() {
        let where_clause = |after_id, ids: &[(i64, i64)]| {
            let scan = UsageScan { after_id, ids: ids.to_vec(), ..UsageScan::default() };
            let Statement { sql, params } = statement(&scan, Dialect::Mysql);
            assert_eq!(params.len(), sql.matches('?').count());
            sql.split_once(" WHERE ").map(|(_, clause)| clause.to_owned())
        };
        assert_eq!(where_clause(None, &[]), None);
        assert_eq!(where_clause(Some(7), &[]).as_deref(), Some("id > ?"));
        assert_eq!(where_clause(None, &[(3, 5)]).as_deref(), Some("id BETWEEN ? AND ?"));
        assert_eq!(
            where_clause(Some(7), &[(3, 5)]).as_deref(),
            Some("(id > ? OR id BETWEEN ? AND ?)")
        );
    }

    #[test]
    fn a_limit_waits_for_users_that_are_filtered_here() {
        let users = (0..=USERS_IN_SQL_MAX as i64).map(UserId).collect();
        let order = ScanOrder::NewestFirst { after: None, limit: Some(5) };
        let scan = UsageScan { users: Some(users), order, ..UsageScan::default() };
        let statement = statement(&scan, Dialect::Sqlite);
        assert!(!statement.sql.contains("LIMIT") && statement.params.is_empty());
    }
}

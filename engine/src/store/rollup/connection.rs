//! The pre-aggregates by what every database can do.

use super::reading::{self, number, numbers};
use super::rows::{DayChange, DaySpan, Measures, NodeKey, StoredDay, SummedDay};
use super::statements::{BASE, HOURS, NODES, ROWS_MAX, SUMMED, USERS, delete};
use super::tables::RollupTable;
use super::writing::{
    DOING, Writing, apply, bare, base_values, date, hour_values, measures, put, summed_values,
};
use super::{Expiry, Rollup, migrate};
use crate::calendar::format_day;
use crate::store::scan::{Dialect, Param, Statement};
use crate::store::{Expected, StoreError, Table, View};
use crate::units::UnixSeconds;
use std::collections::BTreeMap;

/// What the tables are like; those that a later release made are none of ours to write.
const VERSION: i64 = 1;

/// Rows that one transaction of a prune deletes from a table.
const EXPIRED_MAX: usize = 5_000;

/// Characters of a node's text in the tables of a server.
const NODE_CHARS_MAX: usize = 50;

const LOCKING: &str = "locking the pre-aggregates";

impl<W: Writing> Rollup for W {
    fn tables(&mut self) -> Result<Vec<RollupTable>, StoreError> {
        reading::found(self)?.forms(|| self.store_name())
    }

    fn prepare(&mut self, zone: &str) -> Result<Vec<&'static str>, StoreError> {
        let changed = migrate::prepare(self)?;
        if self.zone()?.is_none() {
            let ignore = match W::DIALECT {
                Dialect::Mysql => "INSERT IGNORE",
                Dialect::Sqlite => "INSERT OR IGNORE",
            };
            let sql = format!(
                "{ignore} INTO traffic_engine_rollup_state (id, zone, version) VALUES (1, ?, ?)"
            );
            let params = vec![Param::Text(zone.to_owned()), Param::Int(VERSION)];
            self.execute(Statement { sql, params }, DOING)?;
        }
        Ok(changed)
    }

    fn begin_reading(&mut self) -> Result<(), StoreError> {
        let sql = match W::DIALECT {
            Dialect::Mysql => "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
            Dialect::Sqlite => "BEGIN",
        };
        self.script(sql, "beginning to read")
    }

    fn begin_writing(&mut self) -> Result<String, StoreError> {
        let sql = match W::DIALECT {
            Dialect::Mysql => "START TRANSACTION",
            Dialect::Sqlite => "BEGIN IMMEDIATE",
        };
        self.script(sql, "beginning to write")?;
        let state = reading::lock(self)?;
        let failed = |reason: &str| StoreError::Failed {
            store: self.store_name(),
            doing: LOCKING,
            reason: reason.to_owned(),
        };
        match state {
            Some((zone, VERSION)) => Ok(zone),
            Some(_) => Err(failed("a later release made these tables; use that one")),
            None => Err(failed("the row to lock is gone; do it again, and it will be made")),
        }
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.script("COMMIT", DOING)
    }

    fn roll_back(&mut self) -> Result<(), StoreError> {
        self.script("ROLLBACK", DOING)
    }

    fn view(&mut self) -> &mut dyn View {
        self
    }

    fn zone(&mut self) -> Result<Option<String>, StoreError> {
        reading::zone(self)
    }

    fn summed(&mut self, first: i64, last: i64) -> Result<BTreeMap<i64, SummedDay>, StoreError> {
        reading::summed(self, first, last)
    }

    fn days(&mut self, first: i64) -> Result<Vec<i64>, StoreError> {
        reading::days(self, first)
    }

    fn base_rows(&mut self) -> Result<u64, StoreError> {
        number(self, bare(format!("SELECT COUNT(*) FROM {}", BASE.table)))
    }

    fn stored(&mut self, span: &DaySpan) -> Result<StoredDay, StoreError> {
        Ok(StoredDay {
            summed: self.summed(span.day, span.day)?.remove(&span.day),
            users: reading::users(self, span.day)?,
            nodes: reading::nodes(self, span.day)?,
            base: reading::base(self, span.day)?,
            hours: reading::hours(self, span)?,
        })
    }

    fn write(&mut self, change: &DayChange) -> Result<(), StoreError> {
        // A server says which column is too short, and neither day nor node.
        write(self, change).map_err(|error| match error {
            StoreError::Failed { .. } => too_long(change).unwrap_or(error),
            error => error,
        })
    }

    fn note_checked(&mut self, days: &[i64], at: UnixSeconds) -> Result<(), StoreError> {
        for days in days.chunks(ROWS_MAX) {
            let marks = vec!["?"; days.len()].join(", ");
            let sql = format!(
                "UPDATE traffic_engine_rollup_days SET checked_at = ? \
                 WHERE checked_at < ? AND date IN ({marks})"
            );
            let mut params = vec![Param::Int(at), Param::Int(at)];
            params.extend(days.iter().map(|&day| date(day)));
            self.execute(Statement { sql, params }, DOING)?;
        }
        Ok(())
    }

    fn change_zone(&mut self, zone: &str) -> Result<(), StoreError> {
        for table in [NODES.table, HOURS.table, BASE.table, SUMMED.table] {
            self.execute(bare(format!("DELETE FROM {table}")), DOING)?;
        }
        let sql = "UPDATE traffic_engine_rollup_state SET zone = ? WHERE id = 1".to_owned();
        self.execute(Statement { sql, params: vec![Param::Text(zone.to_owned())] }, DOING)
    }

    fn node_list(&mut self) -> Result<Option<String>, StoreError> {
        reading::node_list(self)
    }

    fn note_nodes(&mut self, list: &str) -> Result<(), StoreError> {
        if self.node_list()?.is_some_and(|before| before != list) {
            let only_merged = match W::DIALECT {
                Dialect::Mysql => "CONCAT(day_records, ':%')",
                Dialect::Sqlite => "day_records || ':%'",
            };
            let sql = format!(
                "UPDATE traffic_engine_rollup_days SET fingerprint = '', checked_at = 0 \
                 WHERE fingerprint NOT LIKE {only_merged}"
            );
            self.execute(bare(sql), DOING)?;
        }
        let sql = "UPDATE traffic_engine_rollup_state SET node_list = ? WHERE id = 1".to_owned();
        self.execute(Statement { sql, params: vec![Param::Text(list.to_owned())] }, DOING)
    }

    fn expired(&mut self, before: &Expiry) -> Result<u64, StoreError> {
        let mut rows = 0;
        for (table, column, bound) in expiring(before) {
            let sql = format!("SELECT COUNT(*) FROM {table} WHERE {column} < ?");
            rows += number(self, Statement { sql, params: vec![bound] })?;
        }
        Ok(rows)
    }

    fn delete_expired(&mut self, before: &Expiry) -> Result<u64, StoreError> {
        let mut deleted = 0;
        for (table, column, bound) in expiring(before) {
            let sql = format!("SELECT id FROM {table} WHERE {column} < ? LIMIT {EXPIRED_MAX}");
            let ids = numbers(self, Statement { sql, params: vec![bound] })?;
            deleted += ids.len() as u64;
            for ids in ids.chunks(ROWS_MAX) {
                self.execute(delete(table, ids), DOING)?;
            }
        }
        for table in [BASE.table, SUMMED.table] {
            let sql = format!("DELETE FROM {table} WHERE date < ?");
            self.execute(Statement { sql, params: vec![date(before.day)] }, DOING)?;
        }
        Ok(deleted)
    }
}

fn write<W: Writing>(on: &mut W, change: &DayChange) -> Result<(), StoreError> {
    let day = || date(change.day);
    let user = |user: &i64, it: &Measures| [vec![Param::Int(*user), day()], measures(it)].concat();
    apply(on, &USERS, &change.users, user)?;
    let node = |node: &NodeKey, it: &Measures| {
        [vec![Param::Int(node.id), Param::Text(node.text.clone()), day()], measures(it)].concat()
    };
    apply(on, &NODES, &change.nodes, node)?;
    apply(on, &HOURS, &change.hours, |start, hour| hour_values(*start, hour))?;
    if let Some(base) = &change.base {
        let sql = "DELETE FROM traffic_engine_rollup_nodes WHERE date = ?".to_owned();
        on.execute(Statement { sql, params: vec![day()] }, DOING)?;
        let rows = base.iter().map(|(node, base)| base_values(day(), node, base)).collect();
        put(on, rows, |dialect, rows| BASE.insert(dialect, rows))?;
    }
    let summed = vec![summed_values(change)];
    put(on, summed, |dialect, rows| SUMMED.insert(dialect, rows))
}

/// The text of a node that the tables of a server have no room for, if there is one.
fn too_long(change: &DayChange) -> Option<StoreError> {
    let new = change.nodes.new.iter().map(|(node, _)| &node.text);
    let altered = change.nodes.altered.iter().map(|(_, node, _)| &node.text);
    let merged = change.base.iter().flat_map(BTreeMap::keys);
    let mut texts = new.chain(altered).chain(merged);
    let text = texts.find(|text| text.chars().count() > NODE_CHARS_MAX)?;
    Some(StoreError::BadValue {
        table: Table::UserUsage,
        row: format!("of {}", format_day(change.day)),
        column: "node",
        value: format!("{:?}", text.chars().take(60).collect::<String>()),
        expected: Expected::ShortText,
    })
}

fn expiring(before: &Expiry) -> [(&'static str, &'static str, Param); 3] {
    [
        (USERS.table, "date", date(before.day)),
        (NODES.table, "date", date(before.day)),
        (HOURS.table, "hour_timestamp", Param::Int(before.hour)),
    ]
}

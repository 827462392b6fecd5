//! The data sets.

use crate::Result;
use crate::mariadb::{Server, address};
use crate::moments::NOW;
use crate::original;
use crate::ours;
use crate::progress::{self, RowsLine};
use traffic_engine::{Engine, EngineConfig, FixedClock, Plan};

/// Rows that arrive between two answers.
pub(crate) const NEW_ROWS: u64 = 5_000;

/// How much data, and what it is called.
#[derive(Debug)]
pub(crate) struct Size {
    pub(crate) name: &'static str,
    pub(crate) database: &'static str,
    pub(crate) plan: Plan,
}

impl Size {
    pub(crate) const SMALL: Self = Self {
        name: "500k",
        database: "traffic_engine_bench_500k",
        plan: Plan { rows: 500_000, users: 5_000, nodes: 30, days: 30, merged: false, seed: 1 },
    };
    pub(crate) const LARGE: Self = Self {
        name: "5m",
        database: "traffic_engine_bench_5m",
        plan: Plan { rows: 5_000_000, users: 50_000, nodes: 100, days: 30, merged: false, seed: 1 },
    };
}

/// An index over all columns that the questions read, so that no row is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Covering {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static str,
}

/// One led by each column that a question groups or limits by. The first is the original's.
pub(crate) const COVERING: [Covering; 3] = [
    Covering { name: "idx_user_usage_large_data", columns: "t, user_id, node, u, d" },
    Covering { name: "bench_by_user", columns: "user_id, t, node, u, d" },
    Covering { name: "bench_by_node", columns: "node, user_id, t, u, d" },
];

/// Makes the rows, then the indexes, which is quicker than keeping indexes up row by row.
pub(crate) fn build(server: &mut Server, size: &Size) -> Result<()> {
    server.execute(&format!("CREATE DATABASE {}", size.database))?;
    server.execute(&format!("USE {}", size.database))?;
    let line = RowsLine::new();
    let engine = Engine::open(EngineConfig {
        clock: std::sync::Arc::new(FixedClock(NOW)),
        observer: Some(line.observer()),
        ..EngineConfig::new(address(size.database)?, ours::zone())
    });
    engine.generate(&size.plan)?;
    line.done();
    progress::say("building the original's indexes and ours for SQL")?;
    for statement in original::index_statements() {
        server.execute(&statement)?;
    }
    let ours =
        COVERING[1..].iter().map(|index| format!("ADD INDEX {} ({})", index.name, index.columns));
    server.execute(&format!("ALTER TABLE user_usage {}", ours.collect::<Vec<_>>().join(", ")))?;
    server.execute("ANALYZE TABLE user_usage, `user`, node")
}

/// Adds rows of the last minute; returns the greatest id there was before.
pub(crate) fn insert_new_rows(server: &mut Server) -> Result<i64> {
    let before = server.number("SELECT MAX(id) FROM user_usage")?;
    // The server copies old rows, so that no memory of ours is spent on new ones.
    server.execute(&format!(
        "INSERT INTO user_usage (user_id, t, u, d, node, count_rate) \
         SELECT user_id, {NOW} - id % 60, u, d, node, count_rate FROM user_usage \
         ORDER BY id LIMIT {NEW_ROWS}"
    ))?;
    Ok(before)
}

/// Takes back what [`insert_new_rows`] added.
pub(crate) fn delete_new_rows(server: &mut Server, before: i64) -> Result<()> {
    server.execute(&format!("DELETE FROM user_usage WHERE id > {before}"))
}

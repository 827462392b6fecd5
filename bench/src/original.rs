//! The original module's user ranking and indexes, as its contract describes them.

use crate::Result;
use crate::mariadb::Server;
use crate::moments::{Moments, NOW};
use std::time::{Duration, Instant};

/// It takes seconds to minutes, so a few rounds tell enough.
pub(crate) const ROUNDS_MAX: u64 = 3;

/// After this it is reported as slower.
pub(crate) const LIMIT: Duration = Duration::from_secs(120);

/// Users of one of its batches.
const BATCH_USERS: u64 = 5_000;

/// Its ten indexes: table, name, columns.
const INDEXES: [(&str, &str, &str); 10] = [
    ("user_usage", "idx_user_usage_user_time", "user_id, t"),
    ("user_usage", "idx_user_usage_node_time", "node, t"),
    ("user_usage", "idx_user_usage_time_traffic", "t, u, d"),
    ("user_usage", "idx_user_usage_large_data", "t, user_id, node, u, d"),
    ("user", "idx_user_sid", "sid"),
    ("user", "idx_user_uuid", "uuid"),
    ("user", "idx_user_enable", "enable"),
    ("user", "idx_user_enable_transfer", "enable, transfer_enable, u, d"),
    ("node", "idx_node_name", "name"),
    ("node", "idx_node_id_name", "id, name"),
];

/// Statements that create the indexes, one pass over each table.
pub(crate) fn index_statements() -> impl Iterator<Item = String> {
    ["user_usage", "user", "node"].into_iter().map(|table| {
        let indexes: Vec<String> = INDEXES
            .iter()
            .filter(|(on, ..)| *on == table)
            .map(|(_, name, columns)| format!("ADD INDEX {name} ({columns})"))
            .collect();
        format!("ALTER TABLE `{table}` {}", indexes.join(", "))
    })
}

/// Leaves out the indexes that only this measurement adds.
const NO_OTHER_INDEX: &str = "IGNORE INDEX (bench_by_user, bench_by_node)";

/// Columns of `user` that it selects and groups by.
const USER_COLUMNS: &str = "user.id, user.uuid, user.sid, user.u, user.d, user.transfer_enable, \
    user.enable, user.created_at, user.remark, user.speedlimitss, user.speedlimitother";

/// What it asks the server for a ranking.
#[derive(Debug)]
pub(crate) struct Original {
    moments: Moments,
    users: u64,
}

impl Original {
    pub(crate) fn new(moments: Moments, users: u64) -> Self {
        Self { moments, users }
    }

    /// Its ranking of all users in one statement, of which the first hundred are asked for.
    pub(crate) fn ranking(&self) -> Vec<String> {
        vec![format!("{} ORDER BY period_traffic DESC LIMIT 100", self.grouped())]
    }

    /// What its ranking page does for a month: it counts the rows and the users, then fetches all
    /// users in batches, to be sorted in PHP.
    pub(crate) fn page(&self) -> Vec<String> {
        let (first, last) = self.moments.ranking;
        let counts = ["COUNT(*)", "COUNT(DISTINCT user_id)"].map(|count| {
            format!(
                "SELECT {count} FROM user_usage {NO_OTHER_INDEX} WHERE t BETWEEN {first} AND {last}"
            )
        });
        let batches = (0..self.users).step_by(BATCH_USERS as usize).map(|offset| {
            format!("{} ORDER BY user.id LIMIT {BATCH_USERS} OFFSET {offset}", self.grouped())
        });
        counts.into_iter().chain(batches).collect()
    }

    fn grouped(&self) -> String {
        let (first, last) = self.moments.ranking;
        let recent = [300, 3_600, 14_400].map(|seconds| {
            let start = NOW - seconds;
            format!("COALESCE(SUM(CASE WHEN uu.t >= {start} THEN uu.u + uu.d ELSE 0 END), 0)")
        });
        format!(
            "SELECT {USER_COLUMNS}, COALESCE(SUM(uu.u), 0) AS period_upload, \
             COALESCE(SUM(uu.d), 0) AS period_download, \
             COALESCE(SUM(uu.u + uu.d), 0) AS period_traffic, {}, \
             COUNT(DISTINCT uu.node) AS nodes_used, COUNT(uu.id) AS usage_records, \
             MIN(uu.t) AS first_usage, MAX(uu.t) AS last_usage \
             FROM user LEFT JOIN user_usage uu {NO_OTHER_INDEX} \
             ON user.id = uu.user_id AND uu.t BETWEEN {first} AND {last} GROUP BY {USER_COLUMNS}",
            recent.join(", ")
        )
    }
}

/// True when all of `statements` were answered within the limit.
pub(crate) fn answered(server: &mut Server, statements: &[String]) -> Result<bool> {
    let deadline = Instant::now() + LIMIT;
    for statement in statements {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || server.answer_within(statement, left)?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

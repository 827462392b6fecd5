//! The tables as rows of text, and how an engine on them is opened.

use traffic_engine::{Engine, RollupReport, RollupWork};
use traffic_engine_testkit::ask;
use traffic_engine_testkit::database::Database;
use traffic_engine_testkit::place::Place;
use traffic_engine_testkit::sample::{node, user};

/// Rows of the three tables and of the base, in a fixed order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tables {
    pub(crate) users: Vec<Vec<String>>,
    pub(crate) nodes: Vec<Vec<String>>,
    pub(crate) hours: Vec<Vec<String>>,
    pub(crate) base: Vec<Vec<String>>,
}

/// All there is at `place`.
pub(crate) fn tables(place: &mut dyn Place) -> Tables {
    let mut read = |sql: &str| {
        let mut rows = place.rows(sql);
        rows.sort();
        rows
    };
    Tables {
        users: read(
            "SELECT date, user_id, total_upload, total_download, total_traffic, unique_nodes, \
             usage_records FROM daily_user_traffic",
        ),
        nodes: read(
            "SELECT date, node_id, RTRIM(node), total_upload, total_download, total_traffic, \
             unique_users, usage_records FROM daily_node_traffic",
        ),
        hours: read(
            "SELECT hour_timestamp, total_users, active_users, total_nodes, active_nodes, \
             total_traffic, peak_traffic FROM hourly_stats",
        ),
        base: read(
            "SELECT date, RTRIM(node), merged_upload, merged_download, merged_users, merged_records \
             FROM traffic_engine_rollup_nodes",
        ),
    }
}

/// Two users and the node 7, Tokyo, without rows.
pub(crate) fn people() -> Database {
    Database { users: vec![user(1), user(2)], nodes: vec![node(7, "Tokyo")], ..Database::default() }
}

pub(crate) fn engine(place: &dyn Place, zone: &str, now: i64) -> Engine {
    ask::open(place.location(), zone, now)
}

/// An update as it usually is.
pub(crate) fn update(engine: &Engine) -> RollupReport {
    engine.rollup_update(&RollupWork::default()).expect("an update")
}

/// What an update wrote and deleted.
pub(crate) fn changed(report: &RollupReport) -> (u64, u64, u64) {
    (report.days_summed, report.rows_written, report.rows_deleted)
}

/// Adds rows: id, user, time, bytes up, bytes down, node.
pub(crate) fn add(place: &mut dyn Place, rows: &[(i64, i64, i64, i64, i64, &str)]) {
    for (id, user, t, u, d, node) in rows {
        place.run(&format!(
            "INSERT INTO user_usage (id, user_id, t, u, d, node, count_rate) \
             VALUES ({id}, {user}, {t}, {u}, {d}, '{node}', 1.0)"
        ));
    }
}

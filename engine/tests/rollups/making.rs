//! Tables that are missing, old, or somebody else's.

use super::tables::{add, changed, engine, people, tables, update};
use traffic_engine::store::Form;
use traffic_engine::{Engine, ErrorCode, RollupStatus, RollupWork};
use traffic_engine_testkit::place::Place;
use traffic_engine_testkit::sample::NOW;

const DAY_S: i64 = 86_400;

/// A table of nodes of before, with ids of this type.
fn old_table(place: &mut dyn Place, id: &str) {
    place.run(&format!(
        "CREATE TABLE daily_node_traffic (id integer PRIMARY KEY {}, node_id {id} NOT NULL, \
         date date NOT NULL, total_upload bigint DEFAULT 0, total_download bigint DEFAULT 0, \
         total_traffic bigint DEFAULT 0, unique_users int DEFAULT 0, usage_records int DEFAULT 0, \
         created_at timestamp DEFAULT CURRENT_TIMESTAMP, \
         updated_at timestamp DEFAULT CURRENT_TIMESTAMP{})",
        if is_server(place) { "AUTO_INCREMENT" } else { "" },
        if is_server(place) {
            ", UNIQUE KEY unique_node_date (node_id, date), KEY idx_date (date), \
             KEY idx_node_id (node_id), KEY idx_traffic (total_traffic)"
        } else {
            ", UNIQUE (node_id, date)"
        },
    ));
}

fn old_row(place: &mut dyn Place, node: &str, date: &str, bytes: i64) {
    place.run(&format!(
        "INSERT INTO daily_node_traffic (node_id, date, total_upload, total_traffic, unique_users, \
         usage_records) VALUES ('{node}', '{date}', {bytes}, {bytes}, 2, 3)"
    ));
}

fn is_server(place: &dyn Place) -> bool {
    place.location().to_string().starts_with("mysql")
}

fn status(engine: &Engine) -> RollupStatus {
    engine.rollup_status(&RollupWork::default()).expect("a status")
}

fn nodes(place: &mut dyn Place) -> Vec<Vec<String>> {
    place.rows(
        "SELECT date, node_id, node, total_traffic, unique_users, usage_records \
         FROM daily_node_traffic ORDER BY date, node_id, node",
    )
}

fn row(of: [&str; 6]) -> Vec<String> {
    of.map(str::to_owned).to_vec()
}

pub(crate) fn tables_are_made_and_a_second_run_writes_nothing(place: &mut dyn Place) {
    place.create(&people().tables());
    let (t, before) = (NOW - 60, NOW - 2 * DAY_S);
    let rows = [(1, 1, t, 3, 4, "Tokyo"), (2, 2, t, 1, 1, "gone "), (3, 1, before, 9, 9, "DAY")];
    add(place, &rows);
    let engine = engine(place, "UTC", NOW);
    let report = update(&engine);
    assert_eq!(report.tables_made.len(), 6);
    // Two users today and one before, two nodes, one hour; the day in between has none.
    assert_eq!((report.days_looked_at, changed(&report)), (3, (3, 6, 0)));
    let texts = place.rows("SELECT node_id, node FROM daily_node_traffic ORDER BY node_id");
    assert_eq!(texts, [["0", "gone "], ["7", "7"]]);
    let filled = tables(place);
    let again = update(&engine);
    assert!(again.tables_made.is_empty());
    assert_eq!((again.days_looked_at, changed(&again)), (3, (0, 0, 0)));
    assert_eq!(tables(place), filled);
}

pub(crate) fn tables_of_the_original_are_brought_into_form(place: &mut dyn Place) {
    place.create(&people().tables());
    // A run that is killed between two statements leaves what those before it made.
    let steps: &[&str] = &[
        "ALTER TABLE daily_node_traffic ADD COLUMN node varchar(50) CHARACTER SET utf8mb4 \
         COLLATE utf8mb4_bin NULL AFTER node_id",
        "ALTER TABLE daily_node_traffic DROP INDEX unique_node_date",
        "UPDATE daily_node_traffic SET node = CAST(node_id AS CHAR) WHERE node IS NULL",
    ];
    let steps = if is_server(place) { steps } else { &[] };
    for done in 0..=steps.len() {
        place.run("DROP TABLE IF EXISTS daily_node_traffic");
        old_table(place, "int");
        old_row(place, "7", "2025-01-02", 5);
        old_row(place, "9", "2025-01-02", 6);
        steps[..done].iter().for_each(|sql| place.run(sql));
        prepared(place);
        let kept = nodes(place);
        let want = [("7", "5"), ("9", "6")]
            .map(|(id, bytes)| row(["2025-01-02", id, id, bytes, "2", "3"]));
        assert_eq!(kept, want, "after {done} steps");
    }
}

pub(crate) fn our_tables_of_before_are_brought_into_form(place: &mut dyn Place) {
    place.create(&people().tables());
    let steps: &[&str] = &[
        "ALTER TABLE daily_node_traffic ADD COLUMN node varchar(50) CHARACTER SET utf8mb4 \
         COLLATE utf8mb4_bin NULL AFTER node_id",
        "ALTER TABLE daily_node_traffic DROP INDEX unique_node_date",
        "UPDATE daily_node_traffic SET node = node_id, node_id = CASE WHEN node_id = '7' \
         THEN node_id ELSE '0' END WHERE node IS NULL",
    ];
    let steps = if is_server(place) { steps } else { &[] };
    for done in 0..=steps.len() {
        place.run("DROP TABLE IF EXISTS daily_node_traffic");
        let on_server = "varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
        let text = if is_server(place) { on_server } else { "varchar(50)" };
        old_table(place, text);
        for (node, bytes) in [("7", 5), ("9", 6), ("gone", 7), ("99999999999999999999", 8), ("", 9)]
        {
            old_row(place, node, "2025-01-02", bytes);
        }
        steps[..done].iter().for_each(|sql| place.run(sql));
        prepared(place);
        let kept = |id, node, bytes| row(["2025-01-02", id, node, bytes, "2", "3"]);
        let want = [
            kept("0", "", "9"),
            kept("0", "9", "6"),
            kept("0", "99999999999999999999", "8"),
            kept("0", "gone", "7"),
            kept("7", "7", "5"),
        ];
        assert_eq!(nodes(place), want, "after {done} steps");
    }
}

/// Brings the tables into form and touches no row.
fn prepared(place: &mut dyn Place) {
    let engine = engine(place, "UTC", NOW);
    assert!(status(&engine).tables.iter().any(|table| table.form == Form::Old));
    engine.rollup_prune(&RollupWork::default()).expect("nothing so old");
    assert!(status(&engine).is_ready);
}

pub(crate) fn a_table_of_somebody_else_is_left_alone(place: &mut dyn Place) {
    place.create(&people().tables());
    place.run("CREATE TABLE hourly_stats (id int, hour_timestamp int)");
    let engine = engine(place, "UTC", NOW);
    let error = engine.rollup_update(&RollupWork::default()).expect_err("not ours");
    assert_eq!(error.code(), ErrorCode::MissingColumn);
    assert!(error.to_string().contains("`hourly_stats`"), "{error}");
    assert!(place.rows("SELECT * FROM hourly_stats").is_empty());
}

pub(crate) fn status_tells_what_there_is_and_what_is_due(place: &mut dyn Place) {
    place.create(&people().tables());
    add(place, &[(1, 1, NOW - 60, 3, 4, "Tokyo"), (2, 1, NOW - 3 * DAY_S, 3, 4, "Tokyo")]);
    let open = engine(place, "UTC", NOW);
    let before = status(&open);
    assert!(!before.is_ready && before.tables.iter().all(|it| it.form == Form::Missing));
    assert_eq!((before.days, before.days_due), (0, 4));
    update(&open);
    add(place, &[(3, 1, NOW - 2 * DAY_S, 1, 1, "Tokyo")]);
    let after = status(&open);
    assert!(after.is_ready);
    assert_eq!((after.days, after.days_due, after.base_rows), (4, 1, 0));
    assert_eq!(after.zone.as_deref(), Some("UTC"));
    assert_eq!(after.first_day.as_deref(), Some("2025-08-17"));
    assert_eq!(after.last_day.as_deref(), Some("2025-08-20"));
    assert_eq!(after.last_checked_at, Some(NOW));
    let elsewhere = status(&engine(place, "Asia/Shanghai", NOW));
    assert_eq!(elsewhere.configured_zone, "Asia/Shanghai");
    assert!(elsewhere.days_due >= 4, "{elsewhere:?}");
}

//! Values that a column must not hold, and the largest it may.

use super::{answer, column, refusal};
use traffic_engine::store::StoreError;
use traffic_engine_testkit::json::Json;
use traffic_engine_testkit::place::Place;
use traffic_engine_testkit::question::{Question, Range};
use traffic_engine_testkit::sample::{NOW, all_records, rank_nodes, rank_users, row, small};
use traffic_engine_testkit::tables::{Table, Value};

/// Column, a definition that lets the value in, the value, and how a message shows it.
type Bad = (&'static str, &'static str, fn() -> Value, &'static str);

const NULL: fn() -> Value = || Value::Null;
const MINUS: fn() -> Value = || Value::Int(-1);
const WORDS: fn() -> Value = || Value::Text("12 bytes".to_owned());
const HALF: fn() -> Value = || Value::Float(0.5);

pub(crate) fn a_bad_value_of_a_usage_row_is_an_error_that_names_it(place: &mut dyn Place) {
    let bad: [Bad; 13] = [
        ("user_id", "int", NULL, "NULL"),
        ("user_id", "varchar(20)", WORDS, "12 bytes"),
        ("t", "int", NULL, "NULL"),
        ("t", "int", MINUS, "-1"),
        ("t", "varchar(20)", WORDS, "12 bytes"),
        ("u", "bigint", NULL, "NULL"),
        ("u", "bigint", MINUS, "-1"),
        ("u", "varchar(20)", WORDS, "12 bytes"),
        ("u", "double", HALF, "0.5"),
        ("d", "bigint", NULL, "NULL"),
        ("d", "bigint", MINUS, "-1"),
        ("d", "varchar(20)", WORDS, "12 bytes"),
        ("node", "varchar(50)", NULL, "NULL"),
    ];
    for bad in bad {
        // Totals read every row there is, whatever its time.
        check(place, "user_usage", bad, &Question::Total);
    }
}

pub(crate) fn a_time_that_is_none_is_refused_in_bounded_ranges_too(place: &mut dyn Place) {
    for bad in [("t", "int", NULL, "NULL"), ("t", "int", MINUS, "-1")] {
        check(place, "user_usage", bad, &rank_users());
    }
}

pub(crate) fn a_bad_value_of_a_user_is_an_error_that_names_it(place: &mut dyn Place) {
    let bad: [Bad; 7] = [
        ("uuid", "varchar(36)", NULL, "NULL"),
        ("sid", "int", NULL, "NULL"),
        ("u", "bigint", MINUS, "-1"),
        ("d", "bigint", NULL, "NULL"),
        ("transfer_enable", "varchar(20)", WORDS, "12 bytes"),
        ("enable", "int", NULL, "NULL"),
        ("created_at", "int", NULL, "NULL"),
    ];
    for bad in bad {
        check(place, "user", bad, &rank_users());
    }
}

pub(crate) fn a_bad_value_of_a_node_is_an_error_that_names_it(place: &mut dyn Place) {
    let bad: [Bad; 5] = [
        ("name", "varchar(100)", NULL, "NULL"),
        ("address", "varchar(100)", NULL, "NULL"),
        ("max_traffic", "varchar(20)", WORDS, "12 bytes"),
        ("enable", "int", NULL, "NULL"),
        ("statistics", "varchar(20)", WORDS, "12 bytes"),
    ];
    for bad in bad {
        check(place, "node", bad, &rank_nodes());
    }
}

fn check(place: &mut dyn Place, name: &str, bad: Bad, question: &Question) {
    let (column, definition, value, shown) = bad;
    let spoil = |table: Table| {
        if table.name != name {
            return table;
        }
        table.defining(column, definition).holding(column, value())
    };
    place.create(&small().tables().into_iter().map(spoil).collect::<Vec<_>>());
    let error = refusal(place, question);
    assert!(matches!(error, StoreError::BadValue { .. }), "{name}.{column}: {error:?}");
    let message = error.to_string();
    let id = if name == "node" { "7" } else { "1" };
    for part in [name, column, shown, id] {
        assert!(message.contains(part), "{part:?} is not in: {message}");
    }
    for table in ["user", "node", "user_usage"] {
        place.run(&format!("DROP TABLE `{table}`"));
    }
}

pub(crate) fn sums_beyond_64_bits_are_exact(place: &mut dyn Place) {
    let mut database = small();
    database.usage = (1..=4).map(|id| row(id, NOW - id, "Tokyo")).collect();
    for row in &mut database.usage {
        (row.u, row.d) = (i64::MAX, i64::MAX - 1);
    }
    place.create(&database.tables());
    let most = i128::from(i64::MAX);
    let users = answer(place, &rank_users());
    assert_eq!(column(&users, "period_upload"), [Json::Int(4 * most)]);
    assert_eq!(column(&users, "period_traffic"), [Json::Int(8 * most - 4)]);
    let total = answer(place, &Question::Total);
    assert_eq!(total.get("total_traffic"), Some(&Json::Int(8 * most - 4)));
    let by_node = Question::Aggregate { by: "node", range: Range::named("all") };
    let total = column(&answer(place, &by_node), "total_traffic");
    assert_eq!(total, [(8 * most - 4).to_string().into()]);
}

pub(crate) fn count_rates_keep_the_digits_they_were_written_with(place: &mut dyn Place) {
    let rates = [Some(1.1), Some(0.1), Some(1.0), Some(2.5), Some(0.333), Some(0.0), None];
    let mut database = small();
    database.usage = (1..).zip(rates).map(|(id, _)| row(id, NOW - id, "Tokyo")).collect();
    for (row, rate) in database.usage.iter_mut().zip(rates) {
        row.count_rate = rate;
    }
    database.nodes[0].traffic_rate = Some(1.1);
    place.create(&database.tables());
    let shown = [1.1, 0.1, 1.0, 2.5, 0.333, 1.0, 1.0].map(Json::Float);
    assert_eq!(column(&answer(place, &all_records()), "count_rate"), shown);
    assert_eq!(column(&answer(place, &rank_nodes()), "count_rate"), [1.1.into()]);
    assert_eq!(column(&answer(place, &Question::NodeTable), "traffic_rate"), [1.1.into()]);
    let details = answer(place, &Question::NodeDetails(7));
    let rate = details.get("node").and_then(|node| node.get("traffic_rate"));
    assert_eq!(rate, Some(&1.1.into()));
}

//! Tables as real panels have them: columns of other kinds, and values that only some questions need.

use super::{answer, column, refusal};
use secrecy::ExposeSecret;
use traffic_engine::Location;
use traffic_engine::store::StoreError;
use traffic_engine_testkit::ask;
use traffic_engine_testkit::json::Json;
use traffic_engine_testkit::place::{Place, engine};
use traffic_engine_testkit::question::{Question, Range, Records, Traffic};
use traffic_engine_testkit::sample::{
    NOW, all_records, node, rank_nodes, rank_users, row, small, user,
};
use traffic_engine_testkit::tables::{Table, Value};

/// Creates the small database with another kind of column that holds `value`.
fn with(place: &mut dyn Place, table: &str, columns: &[(&'static str, &'static str, Value)]) {
    let change = |mut it: Table| {
        if it.name == table {
            for (column, kind, value) in columns {
                it = it.defining(column, kind).holding(column, value.clone());
            }
        }
        it
    };
    place.create(&small().tables().into_iter().map(change).collect::<Vec<_>>());
}

fn drop_all(place: &mut dyn Place) {
    for table in ["user", "node", "user_usage"] {
        place.run(&format!("DROP TABLE `{table}`"));
    }
}

fn all_traffic() -> Question {
    Question::Traffic(Traffic { range: Range::named("all"), ..Traffic::default() })
}

fn text(text: &str) -> Value {
    text.into()
}

pub(crate) fn whole_numbers_of_any_kind_of_column_are_exact(place: &mut dyn Place) {
    let large = "9007199254740993";
    for (kind, value, bytes) in [
        ("decimal(20,0)", text(large), 9_007_199_254_740_993),
        ("decimal(20,2)", text("100.00"), 100),
        ("varchar(30)", text(large), 9_007_199_254_740_993),
        ("double", Value::Float(4_503_599_627_370_496.0), 4_503_599_627_370_496),
    ] {
        let columns = [("u", kind, value.clone()), ("d", kind, value)];
        with(place, "user_usage", &columns);
        let ranks = answer(place, &rank_users());
        assert_eq!(column(&ranks, "period_traffic"), [Json::Int(2 * bytes)], "{kind}");
        let total = answer(place, &Question::Total);
        assert_eq!(total.get("total_traffic"), Some(&Json::Int(2 * bytes)), "{kind}");
        assert_eq!(column(&answer(place, &all_records()), "u"), [Json::Int(bytes)], "{kind}");
        drop_all(place);
    }
}

pub(crate) fn times_and_ids_of_other_kinds_are_read(place: &mut dyn Place) {
    let time = (NOW - 60).to_string();
    for kind in ["decimal(12,0)", "varchar(20)", "bigint unsigned"] {
        let columns = [("t", kind, text(&time)), ("user_id", kind, text("1"))];
        with(place, "user_usage", &columns);
        let range = Range::named("today");
        let ranks = Question::RankUsers { range, sort: "traffic_desc", limit: Some(5) };
        assert_eq!(column(&answer(place, &ranks), "period_traffic"), [Json::Int(3)], "{kind}");
        let range = Range::named("yesterday");
        let records = Records { range, limit: Some(5), ..Records::default() };
        let records = answer(place, &Question::Records(records));
        assert_eq!(column(&records, "id"), [], "{kind}");
        drop_all(place);
    }
}

pub(crate) fn rates_of_other_kinds_keep_their_digits(place: &mut dyn Place) {
    for kind in ["decimal(10,2)", "varchar(10)"] {
        with(place, "user_usage", &[("count_rate", kind, text("1.50"))]);
        assert_eq!(column(&answer(place, &all_records()), "count_rate"), [1.5.into()]);
        drop_all(place);
        with(place, "node", &[("traffic_rate", kind, text("1.50"))]);
        assert_eq!(column(&answer(place, &rank_nodes()), "count_rate"), [1.5.into()]);
        drop_all(place);
    }
}

pub(crate) fn a_quota_of_all_bits_is_a_quota(place: &mut dyn Place) {
    let most = i128::from(u64::MAX);
    for kind in ["bigint unsigned", "decimal(20,0)", "varchar(30)"] {
        if !kind.starts_with("varchar") && place.is_sqlite() {
            continue; // Its numbers end before.
        }
        with(place, "user", &[("transfer_enable", kind, text("18446744073709551615"))]);
        let ranks = answer(place, &rank_users());
        assert_eq!(column(&ranks, "transfer_enable"), [Json::Int(most)], "{kind}");
        assert_eq!(column(&ranks, "remaining_quota"), [Json::Int(most - 30)], "{kind}");
        let rows = answer(place, &all_traffic());
        assert_eq!(column(&rows, "transfer_enable"), [Json::Int(most)], "{kind}");
        drop_all(place);
    }
}

pub(crate) fn bits_are_numbers(place: &mut dyn Place) {
    let kind = if place.is_sqlite() { "tinyint" } else { "bit(1)" };
    with(place, "user", &[("enable", kind, Value::Int(1))]);
    assert_eq!(column(&answer(place, &rank_users()), "enable"), [Json::Int(1)]);
    drop_all(place);
    with(place, "node", &[("enable", kind, Value::Int(1))]);
    assert_eq!(column(&answer(place, &rank_nodes()), "enable"), [Json::Int(1)]);
    assert_eq!(column(&answer(place, &Question::NodeTable), "enable"), [Json::Int(1)]);
}

pub(crate) fn no_limit_of_a_node_is_none(place: &mut dyn Place) {
    with(place, "node", &[("max_traffic", "int", Value::Null)]);
    let ranks = answer(place, &rank_nodes());
    assert_eq!(column(&ranks, "max_traffic"), [Json::Int(0)]);
    assert_eq!(column(&ranks, "traffic_utilization"), [Json::Float(0.0)]);
}

/// The questions that show nothing of a user but the id.
fn without_users() -> [Question; 5] {
    let by = |by| Question::Aggregate { by, range: Range::named("all") };
    [rank_nodes(), by("node"), by("time"), Question::Total, Question::Live]
}

pub(crate) fn a_bad_value_of_a_user_refuses_only_who_needs_it(place: &mut dyn Place) {
    for (column, kind, value) in [
        ("u", "bigint", Value::Int(-5)),
        ("created_at", "int", Value::Null),
        ("uuid", "varchar(36)", Value::Null),
        ("illegal", "int", Value::Null),
        ("transfer_enable", "varchar(20)", text("a lot")),
    ] {
        with(place, "user", &[(column, kind, value)]);
        for question in without_users() {
            answer(place, &question);
        }
        if column != "uuid" {
            answer(place, &all_records());
        }
        let needs = if column == "illegal" {
            answer(place, &rank_users());
            all_traffic()
        } else {
            rank_users()
        };
        let error = refusal(place, &needs);
        assert!(matches!(error, StoreError::BadValue { .. }), "{column}: {error:?}");
        let message = error.to_string();
        assert!(message.contains(column) && message.contains("id 1"), "{message}");
        assert!(!message.contains("delete"), "{message}");
        drop_all(place);
    }
}

pub(crate) fn a_bad_value_of_a_node_refuses_only_who_needs_it(place: &mut dyn Place) {
    for (column, kind) in [("statistics", "varchar(20)"), ("max_traffic", "varchar(20)")] {
        with(place, "node", &[(column, kind, text("a lot"))]);
        answer(place, &rank_users());
        answer(place, &all_records());
        answer(place, &Question::NodeChart { node: 7, range: Range::named("today") });
        let error = refusal(place, &rank_nodes()).to_string();
        assert!(error.contains(column) && error.contains("id 7"), "{error}");
        drop_all(place);
    }
}

pub(crate) fn rows_that_are_not_shown_refuse_nothing(place: &mut dyn Place) {
    let mut database = small();
    database.users.push(user(2));
    database.users[1].u = -5;
    database.usage.push(row(2, NOW - 60, "Tokyo"));
    database.nodes.push(node(9, "Oslo"));
    place.create(&database.tables());
    let first = |sort| Question::RankUsers { range: Range::named("all"), sort, limit: Some(1) };
    answer(place, &first("traffic_desc"));
    assert!(refusal(place, &first("remaining_desc")).to_string().contains("id 2"));
    let of = |user| {
        let range = Range::named("all");
        Question::Traffic(Traffic { user: Some(user), range, ..Traffic::default() })
    };
    answer(place, &of(1));
    place.run("UPDATE user_usage SET user_id = 2 WHERE id = 2");
    assert!(refusal(place, &of(2)).to_string().contains("column `u` holds -5"));
}

pub(crate) fn doctor_checks_every_column_and_counts(place: &mut dyn Place) {
    let mut database = small();
    database.users.extend([user(2), user(3)]);
    (database.users[1].u, database.users[2].u) = (-5, -6);
    database.usage.extend([row(2, NOW - 60, "Tokyo"), row(3, -1, "Tokyo")]);
    database.usage[1].u = -1;
    let tables = database.tables().into_iter().map(|table| match table.name {
        "node" => table
            .defining("statistics", "varchar(20)")
            .holding("statistics", text("a lot"))
            .defining("traffic_rate", "varchar(20)")
            .holding("traffic_rate", text("double")),
        "user" => table.defining("created_at", "int"),
        _ => table.defining("count_rate", "varchar(9)"),
    });
    place.create(&tables.collect::<Vec<_>>());
    place.run("UPDATE user_usage SET count_rate = 'x' WHERE id = 1");
    place.run("UPDATE `user` SET created_at = NULL WHERE id = 1");
    let checks = engine(place).doctor().expect("checks");
    let check = |name: &str| checks.iter().find(|it| it.check == name).expect("a check");
    let user = check("values of user");
    assert_eq!(
        user.detail,
        "u of 2 rows must be 0 or more, and of id 2 is -5; \
         created_at of 1 rows must be a whole number, and of id 1 is NULL",
    );
    assert!(!user.advice.contains("delete"), "{}", user.advice);
    let node = &check("values of node").detail;
    assert!(node.contains("statistics of 1 rows"), "{node}");
    assert!(node.contains("traffic_rate of 1 rows must be a number, and of id 7"), "{node}");
    assert_eq!(
        check("values of user_usage").detail,
        "t of 1 rows must be unix seconds from 0 to the year 9999, and of id 3 is -1; \
         u of 1 rows must be 0 or more, and of id 2 is -1; \
         count_rate of 1 rows must be a number, and of id 1 is \"x\"",
    );
}

pub(crate) fn doctor_has_nothing_to_say_of_odd_but_good_kinds(place: &mut dyn Place) {
    let columns = [("u", "decimal(20,0)", text("7")), ("count_rate", "decimal(4,2)", text("1.50"))];
    with(place, "user_usage", &columns);
    let checks = engine(place).doctor().expect("checks");
    let values: Vec<_> = checks.iter().filter(|it| it.check.starts_with("values of")).collect();
    assert_eq!(values.len(), 3);
    assert!(values.iter().all(|it| it.advice.is_empty()), "{values:?}");
}

pub(crate) fn localhost_goes_by_the_socket(place: &mut dyn Place) {
    place.create(&small().tables());
    let Location::Mysql(here) = place.location() else { return };
    let socket = place.rows("SELECT @@socket").remove(0).remove(0);
    let password = here.password.as_ref().map_or("", |it| it.expose_secret());
    let address = format!("mysql://{}:{password}@localhost/{}", here.user, here.database);
    let by_socket = Location::parse(&address).expect("an address").with_local_socket(socket.into());
    // Nobody listens at the usual port.
    let engine = ask::open(by_socket, "UTC", NOW);
    assert_eq!(engine.total().expect("an answer").value.total_records, 1);
    let doctor = engine.doctor().expect("checks");
    assert!(doctor.iter().any(|it| it.detail.contains("not needed on this machine")));
}

pub(crate) fn views_are_asked_and_lack_no_index(place: &mut dyn Place) {
    place.create(&small().tables());
    for table in ["user", "node", "user_usage"] {
        place.run(&format!("ALTER TABLE `{table}` RENAME TO `base_{table}`"));
        let columns = if table == "user_usage" {
            "id, user_id, t, u * 1.0 AS u, d, node, count_rate"
        } else {
            "*"
        };
        place.run(&format!("CREATE VIEW `{table}` AS SELECT {columns} FROM `base_{table}`"));
    }
    let many = if place.is_sqlite() {
        "INSERT INTO base_user_usage (user_id, t, u, d, node) WITH RECURSIVE n(i) AS \
         (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) \
         SELECT 9, i, 0, 0, 'x' FROM n"
    } else {
        "INSERT INTO base_user_usage (user_id, t, u, d, node) \
         SELECT 9, seq, 0, 0, 'x' FROM seq_1_to_100000"
    };
    place.run(many);
    assert_eq!(column(&answer(place, &rank_users()), "period_traffic"), [Json::Int(3)]);
    let engine = engine(place);
    assert_eq!(engine.schema_plan().expect("a plan").create, []);
    let checks = engine.doctor().expect("checks");
    let index = checks.iter().find(|it| it.check == "index").expect("a check");
    assert!(index.advice.is_empty(), "{index:?}");
}

pub(crate) fn tables_of_other_letters_are_others_where_the_server_tells_them_apart(
    place: &mut dyn Place,
) {
    place.create(&small().tables());
    place.run("ALTER TABLE `user` RENAME TO `Us`");
    place.run("ALTER TABLE `Us` RENAME TO `User`");
    if place.is_sqlite() || place.rows("SELECT @@lower_case_table_names") != [["0"]] {
        answer(place, &rank_users());
        return;
    }
    let error = refusal(place, &rank_users());
    assert!(matches!(error, StoreError::MissingTable { .. }), "{error:?}");
    assert!(error.to_string().contains("no readable table `user`"), "{error}");
    assert!(
        engine(place)
            .doctor()
            .expect("checks")
            .iter()
            .any(|it| it.check == "table user" && it.detail == "missing or not readable")
    );
}

pub(crate) fn a_time_of_dates_is_refused_by_name(place: &mut dyn Place) {
    with(place, "user_usage", &[("t", "datetime", text("2025-08-20 11:59:00"))]);
    let range = Range::named("today");
    let ranks = Question::RankUsers { range, sort: "traffic_desc", limit: None };
    for question in [ranks, Question::Total, all_records()] {
        let error = refusal(place, &question).to_string();
        let wanted = if place.is_sqlite() { "a whole number" } else { "unix seconds" };
        assert!(error.contains("`t`") && error.contains(wanted), "{error}");
    }
    if !place.is_sqlite() {
        let checks = engine(place).doctor().expect("checks");
        let table = checks.iter().find(|it| it.check == "table user_usage").expect("a check");
        assert!(table.detail.contains("t is of the kind datetime"), "{table:?}");
    }
}

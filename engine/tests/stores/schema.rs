//! Tables and columns that are missing, optional or strange.

use super::{answer, refusal};
use traffic_engine::store::StoreError;
use traffic_engine_testkit::json::Json;
use traffic_engine_testkit::place::{Place, engine};
use traffic_engine_testkit::question::Question;
use traffic_engine_testkit::sample::{NOW, all_records, rank_nodes, rank_users, row, small};
use traffic_engine_testkit::tables::Table;

pub(crate) fn a_missing_table_is_named(place: &mut dyn Place) {
    place.create(&small().tables());
    for name in ["user", "node", "user_usage"] {
        place.run(&format!("ALTER TABLE `{name}` RENAME TO `elsewhere`"));
        match refusal(place, &Question::Live) {
            StoreError::MissingTable { table, .. } => assert_eq!(table.name(), name),
            other => panic!("{other:?}"),
        }
        place.run(&format!("ALTER TABLE `elsewhere` RENAME TO `{name}`"));
    }
}

pub(crate) fn a_database_without_tables_says_so(place: &mut dyn Place) {
    // A SQLite file comes into being with its first table.
    place.run("CREATE TABLE unrelated (id int)");
    assert!(matches!(refusal(place, &Question::Total), StoreError::MissingTable { .. }));
}

pub(crate) fn a_missing_column_is_named_with_its_table(place: &mut dyn Place) {
    for (table, column) in [
        ("user", "uuid"),
        ("user", "transfer_enable"),
        ("user", "sid"),
        ("node", "name"),
        ("node", "max_traffic"),
        ("node", "last_online"),
        ("user_usage", "t"),
        ("user_usage", "node"),
        ("user_usage", "count_rate"),
    ] {
        create(place, |it| if it.name == table { it.without(column) } else { it });
        match refusal(place, &Question::Live) {
            StoreError::MissingColumn { table: of, column: named, .. } => {
                assert_eq!((of.name(), named.to_string().as_str()), (table, column));
            }
            other => panic!("{table}.{column}: {other:?}"),
        }
        drop_tables(place);
    }
}

pub(crate) fn optional_columns_of_nodes_may_be_missing(place: &mut dyn Place) {
    let ranked = |place: &dyn Place| {
        let row = answer(place, &rank_nodes()).entries()[0].clone();
        ["count_rate", "speed_limit", "excessive_speed_limit"].map(|key| row.get(key).cloned())
    };
    let text = |text: &str| Some(Json::from(text));
    for (missing, expected) in [
        ("", [Some(1.5.into()), text("500"), text("200")]),
        ("traffic_rate", [Some(1.0.into()), text("500"), text("200")]),
        ("speed_limit", [Some(1.5.into()), text(""), text("")]),
        ("excessive_speed_limit", [Some(1.5.into()), text(""), text("")]),
    ] {
        let has = |it: &Table| it.columns.iter().any(|(name, _)| *name == missing);
        create(place, |it| if has(&it) { it.without(missing) } else { it });
        assert_eq!(ranked(place), expected, "without {missing:?}");
        drop_tables(place);
    }
}

pub(crate) fn further_columns_and_tables_do_no_harm(place: &mut dyn Place) {
    place.create(&small().tables());
    for table in ["user", "node", "user_usage"] {
        place.run(&format!("ALTER TABLE `{table}` ADD COLUMN `further` varchar(9) DEFAULT 'x'"));
    }
    place.run("CREATE TABLE settings (offline_node_mins varchar(10))");
    assert_eq!(answer(place, &rank_users()).entries().len(), 1);
    let details = answer(place, &Question::UserDetails(1));
    let user = details.get("user").expect("the user's columns");
    assert_eq!(user.get("further"), Some(&"x".into()));
    assert_eq!(user.keys().last(), Some(&"further"));
}

pub(crate) fn an_empty_database_has_answers(place: &mut dyn Place) {
    let mut database = small();
    (database.users, database.nodes, database.usage) = Default::default();
    place.create(&database.tables());
    for question in [rank_users(), rank_nodes(), all_records()] {
        assert_eq!(answer(place, &question), Json::List(Vec::new()), "{question:?}");
    }
    let peak = answer(place, &Question::Peak);
    assert_eq!(peak.get("peak_date"), Some(&Json::Null));
    assert_eq!(peak.get("peak_traffic"), Some(&0.into()));
}

pub(crate) fn tables_that_appear_later_are_found_by_the_same_engine(place: &mut dyn Place) {
    place.run("CREATE TABLE unrelated (id int)");
    let engine = engine(place);
    engine.live().expect_err("no tables yet");
    place.create(&small().tables());
    assert_eq!(engine.live().expect("tables").total_users, 1);
    place.run(&insertion(2));
    assert_eq!(engine.total().expect("tables").total_records, 2);
}

/// A statement that adds a row with this id.
pub(crate) fn insertion(id: i64) -> String {
    let row = row(id, NOW - 1, "Tokyo");
    format!(
        "INSERT INTO user_usage (id, user_id, t, u, d, node) VALUES ({id}, {}, {}, {}, {}, '{}')",
        row.user_id, row.t, row.u, row.d, row.node
    )
}

fn create(place: &mut dyn Place, change: impl Fn(Table) -> Table) {
    let tables: Vec<Table> = small().tables().into_iter().map(change).collect();
    place.create(&tables);
}

fn drop_tables(place: &mut dyn Place) {
    for table in ["user", "node", "user_usage"] {
        place.run(&format!("DROP TABLE `{table}`"));
    }
}

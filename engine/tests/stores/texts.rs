//! Node texts are told apart by every byte, whatever the database's collation says.

use super::{answer, column};
use traffic_engine::UserId;
use traffic_engine_testkit::json::Json;
use traffic_engine_testkit::place::{Place, engine};
use traffic_engine_testkit::question::{Question, Range, Records, Traffic};
use traffic_engine_testkit::sample::{NOW, all_records, node, rank_nodes, rank_users, row, small};

/// Texts that some collation takes for equal, or that need quoting.
const TEXTS: [&str; 14] = [
    "🇯🇵 Japan",
    "🇩🇪 Japan",
    "Tokyo",
    "tokyo",
    "Tokyo ",
    "Zürich",
    "Zurich",
    "O'Brien",
    "a\"b`c",
    "back\\slash",
    "50%_off",
    "a -- b; DROP TABLE user",
    "台湾",
    "",
];

fn fill(place: &mut dyn Place) {
    let mut database = small();
    database.nodes = (11..).zip(TEXTS).map(|(id, name)| node(id, name)).collect();
    database.usage = (1..).zip(TEXTS).map(|(id, text)| row(id, NOW - id, text)).collect();
    place.create(&database.tables());
}

pub(crate) fn every_byte_of_a_node_name_counts(place: &mut dyn Place) {
    fill(place);
    let nodes = answer(place, &rank_nodes());
    assert_eq!(nodes.entries().len(), TEXTS.len());
    assert_eq!(column(&nodes, "usage_records"), vec![Json::Int(1); TEXTS.len()]);
    assert_eq!(column(&nodes, "name"), TEXTS.map(Json::from));
    let records = answer(place, &all_records());
    assert_eq!(column(&records, "node"), TEXTS.map(Json::from));
    assert_eq!(column(&records, "node_name"), TEXTS.map(Json::from));
}

pub(crate) fn a_node_filter_lets_exactly_its_text_through(place: &mut dyn Place) {
    fill(place);
    let range = Range::named("all");
    for (id, text) in (1_i64..).zip(TEXTS) {
        let node = Some(text.to_owned());
        let records = Records {
            node: node.clone(),
            range: range.clone(),
            // What a collation takes for equal must not use it up.
            limit: Some(1),
            ..Records::default()
        };
        let traffic = Traffic { node, range: range.clone(), ..Traffic::default() };
        for question in [Question::Records(records), Question::Traffic(traffic)] {
            let found = column(&answer(place, &question), "id");
            assert_eq!(found, [Json::from(id)], "{question:?}");
        }
        let chart = Question::NodeChart { node: id + 10, range: range.clone() };
        let users = answer(place, &chart);
        assert_eq!(users.get("users"), Some(&vec![1].into()), "{text:?}");
    }
}

pub(crate) fn a_node_written_by_id_by_name_and_with_zeros_is_one_node(place: &mut dyn Place) {
    let mut database = small();
    database.nodes.push(node(12, "7"));
    let texts = ["Tokyo", "7", "07", "007", "12", "9", "7abc", "７"];
    database.usage = (1..).zip(texts).map(|(id, text)| row(id, NOW - id, text)).collect();
    place.create(&database.tables());
    let counts = column(&answer(place, &rank_nodes()), "usage_records");
    assert_eq!(counts, [4, 1].map(Json::from));
    for wanted in ["7", "Tokyo", "0007"] {
        let node = Some(wanted.to_owned());
        let range = Range::named("all");
        let records = Question::Records(Records { node, range, ..Records::default() });
        assert_eq!(column(&answer(place, &records), "id"), [1, 2, 3, 4].map(Json::from));
    }
}

pub(crate) fn only_the_exact_marker_is_a_merged_day(place: &mut dyn Place) {
    let mut database = small();
    let texts = ["DAY", "day", "Day", "DAY ", " DAY"];
    database.usage = (1..).zip(texts).map(|(id, text)| row(id, NOW - id, text)).collect();
    place.create(&database.tables());
    let by_node = Question::Aggregate { by: "node", range: Range::named("all") };
    let mut nodes = column(&answer(place, &by_node), "node");
    nodes.sort_by_key(ToString::to_string);
    let mut others = [" DAY", "DAY ", "Day", "day"].map(Json::from);
    others.sort_by_key(ToString::to_string);
    assert_eq!(nodes, others);
    let users = answer(place, &rank_users());
    assert_eq!(column(&users, "nodes_used"), [4.into()]);
    assert_eq!(column(&users, "usage_records"), [5.into()]);
}

pub(crate) fn users_and_nodes_exist_when_listed_or_used(place: &mut dyn Place) {
    let mut database = small();
    database.usage.push(row(2, NOW - 5, "gone"));
    database.usage[1].user_id = 99;
    place.create(&database.tables());
    let engine = engine(place);
    for (id, exists) in [(1, true), (99, true), (2, false), (-1, false)] {
        assert_eq!(engine.user_exists(UserId(id)).expect("an answer"), exists, "{id}");
    }
    let nodes = [("Tokyo", true), ("7", true), ("07", true), ("gone", true)];
    let nobody = [("tokyo", false), ("Tokyo ", false), ("8", false), ("", false), ("DAY", false)];
    for (text, exists) in nodes.into_iter().chain(nobody) {
        assert_eq!(engine.node_exists(text).expect("an answer"), exists, "{text:?}");
    }
}

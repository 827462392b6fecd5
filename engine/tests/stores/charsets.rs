//! Tables of other character sets beside each other; SQLite has one.

use super::{answer, column};
use traffic_engine_testkit::json::Json;
use traffic_engine_testkit::place::{Place, engine};
use traffic_engine_testkit::question::{Question, Range, Records, Traffic};
use traffic_engine_testkit::sample::{NOW, node, row, small};

/// Character sets of `user_usage`, and a name that each of them can hold.
const SETS: [(&str, &str); 7] = [
    ("utf8mb4", "🇭🇰 HK"),
    ("utf8mb3", "香港 01"),
    ("gbk", "香港 01"),
    ("big5", "香港 01"),
    ("latin1", "Zürich"),
    ("ucs2", "香港 01"),
    ("utf16", "🇭🇰 HK"),
];

fn records(node: &str) -> Question {
    let range = Range::named("all");
    Question::Records(Records { node: Some(node.to_owned()), range, ..Records::default() })
}

pub(crate) fn nodes_are_found_in_tables_of_any_character_set(place: &mut dyn Place) {
    for (set, name) in SETS {
        let mut database = small();
        database.nodes = vec![node(1, "🇭🇰 Hong Kong"), node(7, name)];
        database.usage =
            vec![row(1, NOW - 60, "1"), row(2, NOW - 60, "007"), row(3, NOW - 60, name)];
        database.usage.push(row(4, NOW - 60, "DAY"));
        place.create(&database.tables());
        if !place.is_sqlite() {
            place.run(&format!("ALTER TABLE user_usage CONVERT TO CHARACTER SET {set}"));
        }
        let all = || Range::named("all");
        for (node, ids) in [
            ("1", vec![1]),
            ("🇭🇰 Hong Kong", vec![1]),
            ("7", vec![2, 3]),
            (name, vec![2, 3]),
            ("中文😀", vec![]),
        ] {
            let found = column(&answer(place, &records(node)), "id");
            assert_eq!(found, ids.into_iter().map(Json::Int).collect::<Vec<_>>(), "{set} {node}");
        }
        for (node, bytes) in [(1, 3.0), (7, 6.0)] {
            let chart = answer(place, &Question::NodeChart { node, range: all() });
            let total = chart.get("total").map(Json::entries).unwrap_or_default();
            assert_eq!(total, [Json::Float(bytes / 1e9)], "{set} {node}");
            answer(place, &Question::NodeDetails(node));
        }
        let ranking = Question::RankNodes { range: all(), sort: "traffic_desc", limit: None };
        let ranks = answer(place, &ranking);
        assert_eq!(column(&ranks, "total_traffic"), [Json::Int(6), Json::Int(3)], "{set}");
        let by_node = answer(place, &Question::Aggregate { by: "node", range: all() });
        assert_eq!(column(&by_node, "node"), [name.into(), "🇭🇰 Hong Kong".into()], "{set}");
        let texts = Traffic { node: Some(name.to_owned()), range: all(), ..Traffic::default() };
        assert_eq!(column(&answer(place, &Question::Traffic(texts)), "id"), [Json::Int(3)]);
        assert!(engine(place).node_exists(name).expect("an answer"), "{set}");
        assert!(!engine(place).node_exists("中文😀").expect("an answer"), "{set}");
        let checks = engine(place).doctor().expect("checks");
        let usage = checks.iter().find(|it| it.check == "usage").expect("a check");
        assert!(usage.detail.contains("1 rows of merged days"), "{set}: {}", usage.detail);
        for table in ["user", "node", "user_usage"] {
            place.run(&format!("DROP TABLE `{table}`"));
        }
    }
}

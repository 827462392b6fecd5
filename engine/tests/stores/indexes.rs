//! Indexes that are made, listed and dropped.

use super::answer;
use traffic_engine::store::Table;
use traffic_engine::{Altering, Index};
use traffic_engine_testkit::place::{Place, store};
use traffic_engine_testkit::sample::{rank_users, small};

fn index(table: Table, name: &str, columns: &[&str]) -> Index {
    let columns = columns.iter().map(|&column| column.to_owned()).collect();
    Index { table, name: name.to_owned(), columns }
}

fn listed(place: &dyn Place) -> Vec<Index> {
    store(place).indexes(5).expect("a list")
}

fn make(place: &dyn Place, index: &Index) {
    store(place).create_index(index, Altering::default(), &|_| {}).expect("an index");
}

pub(crate) fn an_index_is_made_once_and_dropped_once(place: &mut dyn Place) {
    place.create(&small().tables());
    let wanted = index(Table::UserUsage, "by_time", &["t", "user_id", "node", "u", "d"]);
    let before = answer(place, &rank_users());
    // Whoever comes second finds it done.
    for _ in 0..2 {
        make(place, &wanted);
        assert_eq!(listed(place), std::slice::from_ref(&wanted));
    }
    assert_eq!(answer(place, &rank_users()), before);
    for _ in 0..2 {
        store(place).drop_index(&wanted, Altering::default()).expect("a drop");
        assert!(listed(place).is_empty());
    }
}

pub(crate) fn indexes_of_others_are_listed_with_their_columns(place: &mut dyn Place) {
    place.create(&small().tables());
    place.run("CREATE INDEX theirs ON `user` (sid, enable)");
    place.run("CREATE TABLE unrelated (id int)");
    place.run("CREATE INDEX elsewhere ON unrelated (id)");
    make(place, &index(Table::Node, "ours", &["name"]));
    let user = index(Table::User, "theirs", &["sid", "enable"]);
    let node = index(Table::Node, "ours", &["name"]);
    let mut found = listed(place);
    found.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(found, [node, user]);
}

pub(crate) fn rows_of_each_table_are_counted(place: &mut dyn Place) {
    place.create(&small().tables());
    let count = |table| store(place).row_count(table, 5).expect("a number");
    assert_eq!(Table::ALL.map(count), [Some(1); 3]);
}

pub(crate) fn a_name_cannot_end_its_quotes(place: &mut dyn Place) {
    place.create(&small().tables());
    let hostile = index(Table::User, "x` ON `node` (`name`) -- x", &["sid"]);
    make(place, &hostile);
    assert_eq!(listed(place), [hostile]);
}

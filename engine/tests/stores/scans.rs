//! Scans deliver what was asked for, in order, up to the limit, from the cursor on.

use super::{answer, column};
use std::cell::Cell;
use std::ops::ControlFlow;
use traffic_engine::store::{NodeHint, ScanOrder, UsageScan, User, View};
use traffic_engine::{Cursor, Limit, NodeId, TrafficFilter, UsageRecords, UserId, Window};
use traffic_engine_testkit::ask::request;
use traffic_engine_testkit::json::Json;
use traffic_engine_testkit::place::{Place, engine, store};
use traffic_engine_testkit::question::{Question, Range, Records};
use traffic_engine_testkit::sample::{NOW, all_records, row, small, user};

/// Rows of users 1 to 900, three to a second.
fn fill(place: &mut dyn Place) {
    let mut database = small();
    database.users = (1..=900).map(user).collect();
    database.usage = (1..=1_000).map(|id| row(id, NOW - (id * 7 % 333), "Tokyo")).collect();
    for row in &mut database.usage {
        row.user_id = 1 + row.id % 900;
    }
    place.create(&database.tables());
}

/// All listed users.
pub(crate) fn users_of(view: &mut dyn View) -> Vec<User> {
    let mut all = Vec::new();
    view.users(&mut |users| {
        all.extend_from_slice(users);
        ControlFlow::Continue(())
    })
    .expect("users");
    all
}

/// Time and id of the rows of a scan.
fn rows_of(view: &mut dyn View, scan: &UsageScan) -> Vec<(i64, i64)> {
    let mut rows = Vec::new();
    view.scan(scan, &mut |batch| {
        rows.extend(batch.t.iter().copied().zip(batch.id.iter().copied()));
        ControlFlow::Continue(())
    })
    .expect("a scan");
    rows
}

fn newest_first(after: Option<Cursor>, limit: Option<u64>) -> ScanOrder {
    ScanOrder::NewestFirst { after, limit }
}

pub(crate) fn pages_by_cursor_give_every_row_once_in_order(place: &mut dyn Place) {
    fill(place);
    let store = store(place);
    let mut view = store.view().expect("a view");
    let some = (1..=800).map(UserId).collect::<Vec<_>>();
    let few = some.iter().copied().take(90).collect();
    // Many users are picked out here, few by the database.
    for users in [None, Some(some), Some(few)] {
        let scan = |order| UsageScan { users: users.clone(), order, ..UsageScan::default() };
        let mut expected = rows_of(&mut *view, &scan(ScanOrder::Any));
        expected.sort_by_key(|&(t, id)| (-t, id));
        assert!(expected.len() > 90);
        assert_eq!(rows_of(&mut *view, &scan(newest_first(None, None))), expected);
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let page = rows_of(&mut *view, &scan(newest_first(after, Some(7))));
            assert_eq!(page.len(), 7.min(expected.len() - paged.len()));
            let Some(&(t, id)) = page.last() else { break };
            after = Some(Cursor { t, id });
            paged.extend(page);
        }
        assert_eq!(paged, expected);
    }
}

pub(crate) fn records_page_by_limit_and_cursor(place: &mut dyn Place) {
    fill(place);
    let all = column(&answer(place, &all_records()), "id");
    assert_eq!(all.len(), 1_000);
    let page = |node: Option<&str>, limit, after| {
        let range = Range::named("all");
        let node = node.map(str::to_owned);
        let records = Records { node, range, limit, after, ..Records::default() };
        answer(place, &Question::Records(records))
    };
    let first = page(None, Some(10), None);
    assert_eq!(column(&first, "id"), all[..10]);
    let last = first.entries().last().expect("ten records");
    let (Some(Json::Int(t)), Some(Json::Int(id))) = (last.get("t"), last.get("id")) else {
        panic!("{last}");
    };
    let after = Some((*t as i64, *id as i64));
    for node in [None, Some("Tokyo"), Some("7")] {
        assert_eq!(column(&page(node, Some(10), after), "id"), all[10..20], "{node:?}");
        assert_eq!(column(&page(node, None, after), "id"), all[10..], "{node:?}");
    }
    assert_eq!(column(&page(None, Some(u64::MAX), None), "id"), all);
}

pub(crate) fn a_scan_keeps_to_its_window(place: &mut dyn Place) {
    fill(place);
    let store = store(place);
    let mut view = store.view().expect("a view");
    let mut times = |start, end| {
        let window = Window { start, end };
        let mut rows = rows_of(&mut *view, &UsageScan { window, ..UsageScan::default() });
        rows.sort_unstable();
        let times = rows.iter().map(|&(t, _)| t);
        (rows.len(), times.clone().min(), times.max())
    };
    let (count, first, last) = times(Some(NOW - 20), Some(NOW - 10));
    assert_eq!((count, first, last), (33, Some(NOW - 20), Some(NOW - 10)));
    assert_eq!(times(Some(NOW - 332), None).0, 1_000);
    assert_eq!(times(None, Some(NOW - 333)), (0, None, None));
    assert_eq!(times(None, None).0, 1_000);
}

pub(crate) fn a_scan_of_nobody_is_empty(place: &mut dyn Place) {
    fill(place);
    let store = store(place);
    let mut view = store.view().expect("a view");
    let nobody = UsageScan { users: Some(Vec::new()), ..UsageScan::default() };
    assert!(rows_of(&mut *view, &nobody).is_empty());
}

pub(crate) fn a_node_hint_lets_at_least_its_node_through(place: &mut dyn Place) {
    let mut database = small();
    let texts = ["Tokyo", "7", "07", "0007", "DAY", "8", "70", "O'Brien", "00"];
    database.usage = (1..).zip(texts).map(|(id, text)| row(id, NOW - id, text)).collect();
    place.create(&database.tables());
    let store = store(place);
    let mut view = store.view().expect("a view");
    let mut found = |texts: &[&str], id: Option<i64>| {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        let nodes = Some(NodeHint { texts, id: id.map(NodeId) });
        let rows = rows_of(&mut *view, &UsageScan { nodes, ..UsageScan::default() });
        let mut ids: Vec<i64> = rows.into_iter().map(|(_, id)| id).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(found(&["Tokyo"], Some(7)), [1, 2, 3, 4]);
    assert_eq!(found(&["O'Brien", "8"], None), [6, 8]);
    assert_eq!(found(&["nobody"], Some(999)), [] as [i64; 0]);
    assert_eq!(found(&["nobody"], Some(0)), [9]);
}

pub(crate) fn a_scan_that_breaks_off_leaves_the_view_usable(place: &mut dyn Place) {
    fill(place);
    let store = store(place);
    let mut view = store.view().expect("a view");
    let ordered = UsageScan { order: newest_first(None, None), ..UsageScan::default() };
    let mut batches = 0;
    view.scan(&ordered, &mut |_| {
        batches += 1;
        ControlFlow::Break(())
    })
    .expect("a scan");
    assert_eq!(batches, 1);
    assert_eq!(users_of(&mut *view).len(), 900);
    assert_eq!(rows_of(&mut *view, &ordered).len(), 1_000);
}

pub(crate) fn a_sink_that_breaks_off_gets_no_more_rows(place: &mut dyn Place) {
    fill(place);
    let engine = engine(place);
    let range = request(&Range::named("all")).expect("a range");
    let records = UsageRecords {
        node: None,
        user: None,
        uuid: None,
        range: range.clone(),
        limit: Limit::All,
        after: None,
    };
    let rows = TrafficFilter {
        user: None,
        service: None,
        node: None,
        uuid: None,
        range,
        enhanced: false,
        exclude_day_rows: false,
    };
    let seen = Cell::new(0);
    let stop_at_three = || {
        seen.set(seen.get() + 1);
        if seen.get() == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    engine.usage_records(&records, &mut |_| stop_at_three()).expect("records");
    assert_eq!(seen.replace(0), 3);
    engine.traffic(&rows, &mut |_| stop_at_three()).expect("rows");
    assert_eq!(seen.get(), 3);
}

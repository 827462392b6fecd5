//! A view sees one moment; an engine serves many threads.

use super::scans::users_of;
use super::schema::insertion;
use std::ops::ControlFlow;
use std::thread;
use traffic_engine::column::BATCH_ROWS_MAX;
use traffic_engine::store::UsageScan;
use traffic_engine::{Limit, UsageRecords};
use traffic_engine_testkit::ask::request;
use traffic_engine_testkit::place::{Place, engine, store};
use traffic_engine_testkit::question::Range;
use traffic_engine_testkit::sample::{NOW, small};

/// More rows than a batch holds, each of 3 bytes.
const ROWS: usize = BATCH_ROWS_MAX + 1_000;

fn fill(place: &mut dyn Place) {
    let mut database = small();
    database.usage.clear();
    place.create(&database.tables());
    let rows: Vec<String> =
        (1..=ROWS).map(|id| format!("({id}, 1, {}, 1, 2, 'Tokyo')", NOW - id as i64)).collect();
    let columns = "(id, user_id, t, u, d, node)";
    place.run(&format!("INSERT INTO user_usage {columns} VALUES {}", rows.join(",")));
}

pub(crate) fn rows_written_during_a_view_are_not_seen_by_it(place: &mut dyn Place) {
    fill(place);
    let store = store(place);
    let mut view = store.view().expect("a view");
    let mut seen = 0;
    let mut is_written = false;
    view.scan(&UsageScan::default(), &mut |batch| {
        seen += batch.len();
        if !is_written {
            // On a thread of its own, as another program would be.
            thread::scope(|scope| {
                scope.spawn(|| {
                    place.run(&insertion(1_000_000));
                    place.run("DELETE FROM user_usage WHERE id <= 10");
                    place.run("UPDATE user SET remark = 'new' WHERE id = 1");
                });
            });
            is_written = true;
        }
        ControlFlow::Continue(())
    })
    .expect("a scan");
    assert_eq!(seen, ROWS);
    let mut again = 0;
    view.scan(&UsageScan::default(), &mut |batch| {
        again += batch.len();
        ControlFlow::Continue(())
    })
    .expect("a scan");
    assert_eq!(again, ROWS);
    assert_eq!(users_of(&mut *view)[0].remark, None);
    drop(view);
    let mut view = store.view().expect("a later view");
    assert_eq!(users_of(&mut *view)[0].remark.as_deref(), Some("new"));
}

pub(crate) fn answers_span_many_batches(place: &mut dyn Place) {
    fill(place);
    let total = engine(place).total().expect("an answer");
    assert_eq!(total.total_records, ROWS as u64);
    assert_eq!(total.total_traffic, 3 * ROWS as u128);
}

pub(crate) fn one_engine_answers_many_threads(place: &mut dyn Place) {
    fill(place);
    let engine = engine(place);
    thread::scope(|scope| {
        let threads: Vec<_> =
            (0..4).map(|_| scope.spawn(|| engine.total().expect("an answer"))).collect();
        for thread in threads {
            let total = thread.join().expect("no panic");
            assert_eq!(total.total_records, ROWS as u64);
        }
    });
}

pub(crate) fn a_sink_may_ask_the_engine_another_question(place: &mut dyn Place) {
    place.create(&small().tables());
    let engine = engine(place);
    let records = UsageRecords {
        node: Some("Tokyo".to_owned()),
        user: None,
        uuid: None,
        range: request(&Range::named("all")).expect("a range"),
        limit: Limit::All,
        after: None,
    };
    let mut found = None;
    engine
        .usage_records(&records, &mut |record| {
            found = engine.user_details(record.user_id).expect("an answer").value;
            ControlFlow::Continue(())
        })
        .expect("records");
    assert_eq!(found.map(|it| it.traffic_history.len()), Some(1));
}

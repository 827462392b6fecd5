//! Others that hold locks, and work that is cut short.

use super::tables::{Tables, add, engine, people, tables, update};
use std::time::{Duration, Instant};
use traffic_engine::store::{Access, DayChange, Measures, SummedDay};
use traffic_engine::{ErrorCode, RollupWork};
use traffic_engine_testkit::place::Place;
use traffic_engine_testkit::sample::NOW;

const WAIT: RollupWork = RollupWork {
    retention: traffic_engine::RollupRetention { days: 400, hourly_days: 90 },
    lock_wait_s: 1,
};

pub(crate) fn a_lock_is_waited_for_so_long_and_no_longer(place: &mut dyn Place) {
    place.create(&people().tables());
    let engine = engine(place, "UTC", NOW);
    update(&engine);
    add(place, &[(1, 1, NOW - 60, 3, 4, "Tokyo")]);
    let store = traffic_engine_testkit::place::store(place);
    let mut other = store.rollup(Access::Write, 5).expect("another connection");
    other.begin_writing().expect("the lock");
    let began = Instant::now();
    let error = engine.rollup_update(&WAIT).expect_err("locked");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert_eq!(error.code(), ErrorCode::TableLocked);
    assert!(error.is_retryable());
    assert!(error.to_string().contains("somebody's lock"), "{error}");
    other.commit().expect("no lock");
    assert_eq!(update(&engine).days_summed, 1);
}

pub(crate) fn an_unfinished_day_shows_nothing(place: &mut dyn Place) {
    place.create(&people().tables());
    add(place, &[(1, 1, NOW - 60, 3, 4, "Tokyo")]);
    let engine = engine(place, "UTC", NOW);
    update(&engine);
    let before = tables(place);
    let store = traffic_engine_testkit::place::store(place);
    let mut cut_short = store.rollup(Access::Write, 5).expect("a connection");
    cut_short.begin_writing().expect("the lock");
    cut_short.write(&nonsense()).expect("rows");
    drop(cut_short);
    assert_eq!(tables(place), before);
    assert_ne!(before, Tables::default());
    assert_eq!(update(&engine).days_summed, 0);
}

fn nonsense() -> DayChange {
    let mut change = DayChange {
        day: 20_320,
        summed: SummedDay {
            zone: "UTC".to_owned(),
            fingerprint: "1:2:3:4".to_owned(),
            day_records: 0,
            day_traffic: 0,
            checked_at: 5,
        },
        users: Default::default(),
        nodes: Default::default(),
        hours: Default::default(),
        base: None,
    };
    change.users.new = (1..2_000).map(|user| (user, Measures::default())).collect();
    change
}

//! How much of a day's work the cache answers.

use traffic_engine_testkit::replay;

#[test]
fn nine_of_ten_lookups_of_a_day_of_ten_admins_are_hits() {
    let day = replay::replay();
    let total = day.total();
    assert!(total.lookups() > 5_000 && total.ratio() > 0.9, "{day:?}");
    assert!(day.without_real_time().ratio() > 0.7, "{day:?}");
    assert_eq!(day.computed, total.stale + total.misses, "what is stale is made anew, once");
}

//! Stretches of time as keys of a statement.

use super::super::scan::Dialect;
use super::super::{Grain, TimeGrain};
use crate::calendar::{Calendar, DAY_S, HOUR_S, UNIX_SECONDS_MAX};
use crate::units::{UnixSeconds, Window};

/// Stretches of one offset named in a statement at most, the latest ones: eight years where clocks
/// change twice a year. Each row is compared with them one after the other, the latest first.
const STRETCHES_MAX: usize = 16;

/// Rows from further ahead than this are none that we need be quick with.
const AHEAD_S: i64 = 366 * DAY_S;

/// Bits that hold every time and its quotients; what lies above them numbers the stretch.
const TIME_BITS: usize = 40;

/// The keys that tell rows of `window` apart as `grain` asks for.
pub(super) fn bucket_keys(
    window: Window,
    grain: &Grain,
    calendar: &Calendar,
    dialect: Dialect,
) -> impl Iterator<Item = String> {
    let unit_s = match grain.time {
        TimeGrain::Any => None,
        TimeGrain::Day => Some(DAY_S),
        TimeGrain::Hour => Some(HOUR_S),
    };
    let local = unit_s.map(|unit_s| local_key(window, unit_s, calendar, dialect));
    local.into_iter().chain(cut_key(window, &grain.cuts))
}

/// Numbers local hours or days. The same number means the same stretch of one offset, and the same
/// local hour or day in it. Before and after the stretches named here, every second has a number of
/// its own, which is right in any zone.
fn local_key(window: Window, unit_s: i64, calendar: &Calendar, dialect: Dialect) -> String {
    let (start, end) = held(window);
    let end = end.min(start.max(calendar.now()).saturating_add(AHEAD_S));
    // Bad values stay out of the arithmetic, which would fail on some of them.
    let mut key = format!("CASE WHEN t > {end} THEN t");
    let stretches = calendar.offsets(start, end);
    for (number, (from, offset_s)) in (1_i64..).zip(stretches.iter().rev().take(STRETCHES_MAX)) {
        // Whole hours or days more or less name the same ones, and no sum is negative this way.
        let local = format!("(t + {})", offset_s.rem_euclid(unit_s));
        let quotient = dialect.quotient(&local, unit_s);
        let (from, number) = (from.max(&0), number << TIME_BITS);
        key += &format!(" WHEN t >= {from} THEN {quotient} + {number}");
    }
    key + " ELSE t END"
}

/// First and last second of `window` that a good row can have.
fn held(window: Window) -> (UnixSeconds, UnixSeconds) {
    let within = |t: Option<UnixSeconds>, other: i64| t.unwrap_or(other).clamp(0, UNIX_SECONDS_MAX);
    (within(window.start, 0), within(window.end, UNIX_SECONDS_MAX))
}

/// Counts the cuts at or before a row, those that cut `window` in two.
fn cut_key(window: Window, cuts: &[UnixSeconds]) -> Option<String> {
    let (first, last) = held(window);
    let inside = cuts.iter().filter(|cut| (first < **cut) && (**cut <= last));
    let terms: Vec<_> = inside.map(|cut| format!("(t >= {cut})")).collect();
    (!terms.is_empty()).then(|| terms.join(" + "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::{Offset, TimeZone};

    fn keys(zone: TimeZone, window: Window, grain: &Grain) -> Vec<String> {
        let calendar = Calendar::new(zone, 1_755_691_200);
        bucket_keys(window, grain, &calendar, Dialect::Mysql).collect()
    }

    fn hours() -> Grain {
        Grain { time: TimeGrain::Hour, ..Grain::default() }
    }

    #[test]
    fn a_zone_without_changes_is_one_stretch() {
        let zone = TimeZone::fixed(Offset::constant(-3));
        let days = Grain { time: TimeGrain::Day, ..Grain::default() };
        let keys = keys(zone, Window::between(-9, 1_000_000), &days);
        let expected = "CASE WHEN t > 1000000 THEN t \
                        WHEN t >= 0 THEN (t + 75600) DIV 86400 + 1099511627776 ELSE t END";
        assert_eq!(keys, [expected]);
    }

    #[test]
    fn a_window_names_the_stretches_it_meets_unless_they_are_many() {
        let berlin = || TimeZone::get("Europe/Berlin").expect("a known zone");
        let stretches = |window| keys(berlin(), window, &hours())[0].matches("DIV").count();
        assert_eq!(stretches(Window::between(1_755_600_000, 1_755_700_000)), 1);
        assert_eq!(stretches(Window::since(1_740_000_000)), 4);
        assert_eq!(stretches(Window::unbounded()), STRETCHES_MAX);
        assert_eq!(stretches(Window::between(i64::MIN, i64::MAX)), STRETCHES_MAX);
        assert_eq!(stretches(Window::since(i64::MAX)), 1);
        assert_eq!(stretches(Window::between(5, 4)), 1);
    }

    #[test]
    fn cuts_outside_of_the_window_cut_nothing() {
        let grain = Grain { cuts: vec![-5, 0, 10, 11, 20, 21, i64::MAX], ..Grain::default() };
        let key = "(t >= 11) + (t >= 20)";
        assert_eq!(keys(TimeZone::UTC, Window::between(10, 20), &grain), [key]);
        let grain = Grain { cuts: vec![-5, 0, i64::MAX], ..Grain::default() };
        assert!(keys(TimeZone::UTC, Window::unbounded(), &grain).is_empty());
    }
}

//! Zones, moments in them, and the times around those moments where something changes.

use crate::oracle::calendar::Calendar;
use chrono::{Days, NaiveDate};
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::{Index, select};

/// A zone, a moment, and its edges.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    pub(crate) zone: &'static str,
    pub(crate) now: i64,
    pub(crate) calendar: Calendar,
    edges: Vec<i64>,
}

/// A time still to be found: an edge and a distance from it.
#[derive(Debug, Clone)]
pub(crate) struct When {
    edge: Index,
    distance: i64,
}

/// Dates worth looking at: changes of clocks, ends of months and years, and ordinary ones.
const DATES: [(&str, (i32, u32, u32)); 24] = [
    ("UTC", (2025, 8, 20)),
    ("UTC", (2024, 2, 29)),
    ("UTC", (2025, 1, 1)),
    ("Asia/Shanghai", (2025, 8, 20)),
    ("Asia/Shanghai", (2025, 3, 1)),
    ("Europe/Berlin", (2025, 7, 15)),
    ("Europe/Berlin", (2025, 3, 30)),
    ("Europe/Berlin", (2025, 10, 26)),
    ("America/New_York", (2025, 3, 9)),
    ("America/New_York", (2025, 11, 2)),
    ("Asia/Kolkata", (2024, 12, 31)),
    ("Asia/Kathmandu", (2025, 5, 31)),
    // The clocks went from +5:30 to +5:45 at midnight.
    ("Asia/Kathmandu", (1986, 1, 1)),
    // Half an hour forth and back.
    ("Australia/Lord_Howe", (2025, 4, 6)),
    ("Australia/Lord_Howe", (2025, 10, 5)),
    // Midnight is skipped, and the hour before midnight repeated.
    ("Africa/Cairo", (2025, 4, 25)),
    ("Africa/Cairo", (2025, 10, 30)),
    ("Africa/Cairo", (2025, 10, 31)),
    // Midnight is skipped, and midnight is repeated.
    ("America/Havana", (2025, 3, 9)),
    ("America/Havana", (2025, 11, 2)),
    // The whole of 30 December was skipped.
    ("Pacific/Apia", (2011, 12, 29)),
    ("Pacific/Apia", (2011, 12, 31)),
    ("Pacific/Apia", (2021, 4, 4)),
    ("Pacific/Apia", (2021, 4, 5)),
];

pub(crate) fn moment() -> impl Strategy<Value = Moment> {
    let days_later =
        prop_oneof![3 => Just(0), 2 => select(vec![1, 2, 5, 6, 7, 13, 14, 15, 28, 29, 30, 31])];
    let second_of_day = prop_oneof![
        Just(43_200),
        select(vec![0, 1, 299, 300, 301, 3_599, 3_600, 14_399, 43_199, 43_201, 82_799, 86_399]),
        0..90_000_i64,
    ];
    (select(DATES.to_vec()), days_later, second_of_day).prop_map(|((zone, date), days, seconds)| {
        let (year, month, day) = date;
        let date = NaiveDate::from_ymd_opt(year, month, day).expect("a date") + Days::new(days);
        let now = Calendar::new(zone, 0).start_of(date) + seconds;
        let calendar = Calendar::new(zone, now);
        Moment { zone, now, calendar, edges: edges(&calendar) }
    })
}

/// A time near an edge of some range: at it, a second beside it, or within some hours.
pub(crate) fn when() -> impl Strategy<Value = When> {
    let distance = prop_oneof![
        3 => Just(0),
        1 => Just(-1),
        1 => Just(1),
        3 => -7_200..7_200_i64,
        2 => -200_000..100_000_i64,
    ];
    (proptest::prelude::any::<Index>(), distance)
        .prop_map(|(edge, distance)| When { edge, distance })
}

impl Moment {
    /// The time that was meant, within what the columns can hold.
    pub(crate) fn at(&self, when: &When) -> i64 {
        (when.edge.get(&self.edges) + when.distance).clamp(0, i64::from(i32::MAX))
    }

    /// A date some days before today.
    pub(crate) fn date(&self, days_ago: i64) -> String {
        let today = self.calendar.today();
        (today - chrono::TimeDelta::days(days_ago)).to_string()
    }
}

/// Seconds where a range begins or ends, noons where merged days sit, and changes of clocks.
fn edges(calendar: &Calendar) -> Vec<i64> {
    const HOUR_S: i64 = 3_600;
    let now = calendar.now;
    let mut edges = vec![now, calendar.today_start(), calendar.today_end() + 1];
    edges.extend([300, 600, 1_800, HOUR_S, 4 * HOUR_S, 24 * HOUR_S].map(|ago| now - ago));
    edges.extend([1, 2, 6, 7, 14, 15, 29, 30].map(|days| calendar.days_ago_start(days)));
    edges.extend([1, 2, 5, 13, 28, 40].map(|days| calendar.days_ago_start(days) + 12 * HOUR_S));
    edges.push(calendar.month_start());
    edges.extend(changes(calendar, now - 35 * 24 * HOUR_S, now + 48 * HOUR_S));
    edges.extend([0, now + 400 * 24 * HOUR_S]);
    edges
}

/// The seconds at which the clocks change.
fn changes(calendar: &Calendar, from: i64, to: i64) -> Vec<i64> {
    const STEP_S: i64 = 6 * 3_600;
    let offset = |t: i64| calendar.local(t).and_utc().timestamp() - t;
    let mut changes = Vec::new();
    for start in (from..to).step_by(STEP_S as usize) {
        let (mut before, mut after) = (start, start + STEP_S);
        if offset(before) == offset(after) {
            continue;
        }
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if offset(middle) == offset(before) { before = middle } else { after = middle }
        }
        changes.push(after);
    }
    changes
}

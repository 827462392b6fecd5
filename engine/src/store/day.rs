//! How time is cut into days for storing and comparing rows.

use crate::calendar::{Calendar, DAY_S, HOUR_S};
use crate::units::UnixSeconds;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// 2000-01-01, before which no panel counted: earlier times share one day.
const FIRST_T: UnixSeconds = 946_684_800;

/// Changes of clocks are known this far ahead.
const AHEAD_S: i64 = 730 * DAY_S;

/// Local days as a server can compute them too: an offset for each stretch of time. Fixed when a
/// snapshot is built, so that its rows stay in the days they were put in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCut {
    /// First second and offset in seconds of each stretch; the first one reaches back for ever.
    spans: Vec<(UnixSeconds, i64)>,
    /// Times from here on share one day.
    end: UnixSeconds,
}

impl DayCut {
    /// The local days of `calendar`, from 2000 until two years from its moment.
    pub fn new(calendar: &Calendar) -> Self {
        let end = calendar.now().max(FIRST_T) + AHEAD_S;
        Self { spans: calendar.offsets(FIRST_T, end), end }
    }

    /// True when these are still the days of `calendar`, as far as they reach.
    pub fn are_of(&self, calendar: &Calendar) -> bool {
        calendar.offsets(FIRST_T, self.end) == self.spans
    }

    /// True when both cut alike, as far as both reach.
    pub fn same_days(&self, other: &Self) -> bool {
        let end = self.end.min(other.end);
        let until = |it: &Self| -> Vec<(UnixSeconds, i64)> {
            it.spans.iter().copied().filter(|&(start, _)| start <= end).collect()
        };
        until(self) == until(other)
    }

    /// The day of `t`, in local days since 1970-01-01.
    pub fn day(&self, t: UnixSeconds) -> i64 {
        let t = t.clamp(FIRST_T, self.end);
        let after = self.spans.partition_point(|&(start, _)| start <= t);
        let offset = after.checked_sub(1).map_or(0, |at| self.spans[at].1);
        (t + offset).div_euclid(DAY_S)
    }

    /// A stretch around `t` whose seconds all lie in the same day.
    pub fn stretch(&self, t: UnixSeconds) -> Range<UnixSeconds> {
        if !(FIRST_T..self.end).contains(&t) {
            return t..t + 1;
        }
        let after = self.spans.partition_point(|&(start, _)| start <= t);
        let (start, offset) = after.checked_sub(1).map_or((FIRST_T, 0), |at| self.spans[at]);
        let end = self.spans.get(after).map_or(self.end, |&(start, _)| start);
        let midnight = (t + offset).div_euclid(DAY_S) * DAY_S - offset;
        midnight.max(start).max(FIRST_T)..(midnight + DAY_S).min(end)
    }

    /// True when all rows of `day` lie in one local day of the calendar.
    pub fn is_exact(&self, day: i64) -> bool {
        // A day next to an edge may hold times from beyond it.
        self.day(FIRST_T) < day && day < self.day(self.end)
    }

    /// A stretch of time that holds every second of `day`.
    pub fn around(&self, day: i64) -> (UnixSeconds, UnixSeconds) {
        let start = if day <= self.day(FIRST_T) { i64::MIN } else { day * DAY_S - 26 * HOUR_S };
        let end =
            if day >= self.day(self.end) { i64::MAX } else { (day + 1) * DAY_S + 26 * HOUR_S };
        (start, end)
    }

    /// First second and offset of each stretch, latest first, and the bounds that times are held
    /// within: what a server needs to compute the same day.
    pub fn parts(&self) -> (impl Iterator<Item = (UnixSeconds, i64)>, UnixSeconds, UnixSeconds) {
        (self.spans.iter().rev().copied(), FIRST_T, self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    #[test]
    fn days_are_those_of_the_calendar() {
        for zone in ["Asia/Shanghai", "America/St_Johns", "Australia/Lord_Howe", "UTC"] {
            let zone = TimeZone::get(zone).expect("a known zone");
            let calendar = Calendar::new(zone, 1_755_673_445);
            let (cut, mut local) = (DayCut::new(&calendar), calendar.local());
            for t in (FIRST_T..FIRST_T + 800_000_000).step_by(100_003) {
                assert_eq!(cut.day(t), local.day(t), "{t}");
                let (start, end) = cut.around(cut.day(t));
                assert!(start <= t && t <= end);
                let stretch = cut.stretch(t);
                assert!(stretch.contains(&t));
                assert_eq!(cut.day(stretch.start), cut.day(stretch.end - 1));
                assert_eq!(cut.day(stretch.start), cut.day(t));
            }
        }
    }

    #[test]
    fn days_know_their_zone_at_any_later_time() {
        let calendar = |zone, now| Calendar::new(TimeZone::get(zone).expect("a known zone"), now);
        let cut = DayCut::new(&calendar("Europe/Berlin", 1_755_673_445));
        assert!(cut.are_of(&calendar("Europe/Berlin", 1_755_673_445 + 90_000_000)));
        assert!(!cut.are_of(&calendar("Europe/London", 1_755_673_445)));
    }

    #[test]
    fn far_times_share_a_day_that_is_not_exact() {
        let cut = DayCut::new(&Calendar::new(TimeZone::UTC, 1_755_673_445));
        assert_eq!(cut.day(0), cut.day(FIRST_T));
        assert_eq!(cut.day(i64::MAX), cut.day(cut.end));
        assert!(!cut.is_exact(cut.day(0)) && !cut.is_exact(cut.day(i64::MAX)));
        assert!(cut.is_exact(cut.day(1_755_673_445)));
    }
}

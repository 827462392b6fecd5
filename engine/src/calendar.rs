//! Days and hours in one zone, at one injected moment.
//!
//! A [`Calendar`] is the only place where wall-clock time is computed: days begin at local midnight
//! and end where the next one begins (23, 24 or 25 hours later), hours begin on the local full hour.

use crate::units::UnixSeconds;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan, Zoned};
use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds in an hour.
pub const HOUR_S: i64 = 3_600;
/// Seconds in a day that has no change of clocks.
pub const DAY_S: i64 = 86_400;

/// Latest second with a place in the calendar (9999-12-30, so that every zone can show it).
pub const UNIX_SECONDS_MAX: UnixSeconds = 253_402_207_200;

/// Tells what time it is; injected so that answers can be repeated.
pub trait Clock: Send + Sync {
    /// The current time in unix seconds.
    fn now(&self) -> UnixSeconds;

    /// The current time in milliseconds since 1970; a clock that knows no finer has whole seconds.
    fn now_ms(&self) -> i64 {
        self.now().saturating_mul(1_000)
    }
}

/// The clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UnixSeconds {
        Timestamp::now().as_second()
    }

    fn now_ms(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}

/// A clock that stands still.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub UnixSeconds);

impl Clock for FixedClock {
    fn now(&self) -> UnixSeconds {
        self.0
    }
}

/// One moment in one zone, and the days and hours around it.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    now: Zoned,
}

impl Calendar {
    /// The calendar at `now` (clamped to the years the calendar knows) in `zone`.
    pub fn new(zone: TimeZone, now: UnixSeconds) -> Self {
        let now = timestamp(now).to_zoned(zone.clone());
        Self { zone, now }
    }

    /// The moment this calendar was made for.
    pub fn now(&self) -> UnixSeconds {
        self.now.timestamp().as_second()
    }

    /// The zone all days and hours are cut in.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// IANA name of the zone, or its present offset where it has no name.
    pub fn zone_name(&self) -> String {
        self.zone.iana_name().map_or_else(|| self.now.offset().to_string(), str::to_owned)
    }

    /// Today's date.
    pub fn today(&self) -> Date {
        self.now.date()
    }

    /// First second of today.
    pub fn today_start(&self) -> UnixSeconds {
        self.start_of(self.today())
    }

    /// First second of tomorrow.
    pub fn tomorrow_start(&self) -> UnixSeconds {
        self.start_of(self.today().saturating_add(1.day()))
    }

    /// First second of the day that lies `days` calendar days before today.
    pub fn days_ago_start(&self, days: i64) -> UnixSeconds {
        self.start_of(self.today().saturating_sub(days.days()))
    }

    /// First second of the last day before today that there was: zones that change sides of the
    /// date line skip one.
    pub fn yesterday_start(&self) -> UnixSeconds {
        let today = self.today_start();
        let begins = |days| self.days_ago_start(days);
        (1..=2).map(begins).find(|&start| start < today).unwrap_or_else(|| begins(1))
    }

    /// First second of the first day of this month.
    pub fn month_start(&self) -> UnixSeconds {
        self.start_of(self.today().first_of_month())
    }

    /// First second of `date`; where midnight is skipped, the first second after the gap.
    pub fn start_of(&self, date: Date) -> UnixSeconds {
        date.to_zoned(self.zone.clone())
            .and_then(|midnight| midnight.start_of_day())
            .map_or_else(|_| date_at_the_edge(date), |start| start.timestamp().as_second())
    }

    /// Last second of `date`: the one before the next day begins. It lies before the start of a day
    /// that the zone skipped.
    pub fn end_of(&self, date: Date) -> UnixSeconds {
        date.tomorrow().map_or(UNIX_SECONDS_MAX, |next| self.start_of(next) - 1)
    }

    /// Local hour of day of this moment, 0–23.
    pub fn hour_now(&self) -> u8 {
        self.now.hour().unsigned_abs()
    }

    /// First second and offset from UTC in seconds of each stretch of constant offset that meets
    /// `from..=to`; the first stretch begins at `from` or before.
    pub fn offsets(&self, from: UnixSeconds, to: UnixSeconds) -> Vec<(UnixSeconds, i64)> {
        let mut offsets = Vec::new();
        let mut span = offset_span(&self.zone, from);
        loop {
            offsets.push((span.start, span.offset_s));
            if span.end > to {
                return offsets;
            }
            span = offset_span(&self.zone, span.end);
        }
    }

    /// A fresh lookup of local times for many timestamps.
    pub fn local(&self) -> LocalTime {
        LocalTime { zone: self.zone.clone(), span: None }
    }

    /// `t` as local `YYYY-MM-DD HH:MM:SS`.
    pub fn format(&self, t: UnixSeconds) -> String {
        format_datetime(timestamp(t).to_zoned(self.zone.clone()).datetime())
    }
}

/// Local times of many timestamps, fast where neighbours share an offset.
#[derive(Debug, Clone)]
pub struct LocalTime {
    zone: TimeZone,
    span: Option<OffsetSpan>,
}

/// A stretch `[start, end)` in which the zone keeps one offset.
#[derive(Debug, Clone, Copy)]
struct OffsetSpan {
    start: UnixSeconds,
    end: UnixSeconds,
    offset_s: i64,
}

impl LocalTime {
    /// Local days since 1970-01-01.
    pub fn day(&mut self, t: UnixSeconds) -> i64 {
        self.wall_seconds(t).div_euclid(DAY_S)
    }

    /// Local hour of day, 0–23.
    pub fn hour_of_day(&mut self, t: UnixSeconds) -> u8 {
        let hour = self.wall_seconds(t).rem_euclid(DAY_S) / HOUR_S;
        u8::try_from(hour).expect("a day has 24 wall-clock hours")
    }

    /// The instant at which the local full hour that holds `t` began. A repeated hour has two.
    pub fn hour_start(&mut self, t: UnixSeconds) -> UnixSeconds {
        let into_hour = self.wall_seconds(t).rem_euclid(HOUR_S);
        // A change of less than an hour (Lord Howe) cuts the hour where it happens.
        (t - into_hour).max(self.span_of(t).start)
    }

    /// `t` as local `YYYY-MM-DD HH:MM:SS`.
    pub fn format(&mut self, t: UnixSeconds) -> String {
        format_datetime(Offset::UTC.to_datetime(timestamp(self.wall_seconds(t))))
    }

    /// `t` as the local full hour, `YYYY-MM-DD HH:00:00`.
    pub fn format_hour(&mut self, t: UnixSeconds) -> String {
        let wall = self.wall_seconds(t);
        format_datetime(Offset::UTC.to_datetime(timestamp(wall - wall.rem_euclid(HOUR_S))))
    }

    fn wall_seconds(&mut self, t: UnixSeconds) -> i64 {
        t + self.span_of(t).offset_s
    }

    fn span_of(&mut self, t: UnixSeconds) -> OffsetSpan {
        match self.span {
            Some(span) if span.start <= t && t < span.end => span,
            _ => *self.span.insert(offset_span(&self.zone, t)),
        }
    }
}

/// Date of a number of local days since 1970-01-01, as `YYYY-MM-DD`.
pub fn format_day(day: i64) -> String {
    date_of_day(day).to_string()
}

/// Months from January of the year 0 to that of a number of local days since 1970-01-01.
pub fn month_of_day(day: i64) -> i64 {
    let date = date_of_day(day);
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

/// Number of local days from 1970-01-01 to `date`.
pub fn day_of_date(date: Date) -> i64 {
    let midnight = Offset::UTC.to_timestamp(date.at(0, 0, 0, 0));
    midnight.map_or_else(|_| date_at_the_edge(date), |it| it.as_second()).div_euclid(DAY_S)
}

/// Date of a number of local days since 1970-01-01.
pub fn date_of_day(day: i64) -> Date {
    Offset::UTC.to_datetime(timestamp(day.saturating_mul(DAY_S))).date()
}

fn offset_span(zone: &TimeZone, t: UnixSeconds) -> OffsetSpan {
    let at = timestamp(t);
    // `preceding` is exclusive, and a transition at `t` itself begins the span of `t`.
    let until = timestamp(t.saturating_add(1));
    OffsetSpan {
        start: zone.preceding(until).next().map_or(i64::MIN, |tr| tr.timestamp().as_second()),
        end: zone.following(at).next().map_or(i64::MAX, |tr| tr.timestamp().as_second()),
        offset_s: zone.to_offset(at).seconds().into(),
    }
}

fn timestamp(t: UnixSeconds) -> Timestamp {
    let first = Timestamp::MIN.as_second();
    Timestamp::from_second(t.clamp(first, UNIX_SECONDS_MAX)).expect("clamped to the valid years")
}

/// Where a date has no start in the calendar (years −9999 and 9999), the edge it lies beyond.
fn date_at_the_edge(date: Date) -> UnixSeconds {
    if date.year() < 0 { Timestamp::MIN.as_second() } else { UNIX_SECONDS_MAX }
}

fn format_datetime(at: DateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(zone: &str, now: &str) -> Calendar {
        let zone = TimeZone::get(zone).expect("a known zone");
        let now: Timestamp = now.parse().expect("a timestamp");
        Calendar::new(zone, now.as_second())
    }

    #[test]
    fn days_have_23_24_or_25_hours() {
        let length = |zone, now| {
            let calendar = calendar(zone, now);
            (calendar.tomorrow_start() - calendar.today_start()) / HOUR_S
        };
        assert_eq!(length("Europe/Berlin", "2025-03-30T10:00:00Z"), 23);
        assert_eq!(length("Europe/Berlin", "2025-03-31T10:00:00Z"), 24);
        assert_eq!(length("Europe/Berlin", "2025-10-26T10:00:00Z"), 25);
    }

    #[test]
    fn a_day_whose_midnight_is_skipped_begins_after_the_gap() {
        let cairo = calendar("Africa/Cairo", "2025-04-25T12:00:00Z");
        assert_eq!(cairo.format(cairo.today_start()), "2025-04-25 01:00:00");
        assert_eq!(cairo.format(cairo.today_start() - 1), "2025-04-24 23:59:59");
    }

    #[test]
    fn a_day_whose_midnight_is_repeated_begins_at_the_first() {
        let havana = calendar("America/Havana", "2025-11-02T17:00:00Z");
        assert_eq!(havana.tomorrow_start() - havana.today_start(), 25 * HOUR_S);
    }

    #[test]
    fn a_repeated_hour_has_two_starts_and_one_label() {
        let berlin = calendar("Europe/Berlin", "2025-10-26T10:00:00Z");
        let first: Timestamp = "2025-10-26T00:30:00Z".parse().expect("a timestamp");
        let second = first.as_second() + HOUR_S;
        let mut local = berlin.local();
        assert_eq!(local.hour_start(first.as_second()), first.as_second() - 1_800);
        assert_eq!(local.hour_start(second), second - 1_800);
        assert_eq!(local.format_hour(first.as_second()), "2025-10-26 02:00:00");
        assert_eq!(local.format_hour(second), "2025-10-26 02:00:00");
    }

    #[test]
    fn hours_begin_on_the_local_full_hour_at_half_and_quarter_offsets() {
        for (zone, offset_s) in [("Asia/Kolkata", 19_800), ("Asia/Kathmandu", 20_700)] {
            let calendar = calendar(zone, "2025-08-20T07:04:05Z");
            let start = calendar.local().hour_start(calendar.now());
            assert_eq!((start + offset_s) % HOUR_S, 0, "{zone}");
            assert!(calendar.now() - start < HOUR_S);
        }
    }

    #[test]
    fn hours_of_a_half_hour_change_do_not_overlap() {
        let lord_howe = calendar("Australia/Lord_Howe", "2025-04-06T00:00:00Z");
        let mut local = lord_howe.local();
        let starts: Vec<_> = (lord_howe.today_start()..lord_howe.tomorrow_start())
            .step_by(60)
            .map(|t| local.hour_start(t))
            .collect();
        assert!(starts.is_sorted());
    }

    #[test]
    fn local_lookup_agrees_with_the_zone_across_a_year_of_changes() {
        for zone in ["Europe/Berlin", "America/New_York", "Africa/Casablanca", "Asia/Shanghai"] {
            let calendar = calendar(zone, "2025-06-01T00:00:00Z");
            let mut local = calendar.local();
            for t in (1_735_689_600..1_767_225_600).step_by(1_801) {
                assert_eq!(local.format(t), calendar.format(t), "{zone} {t}");
            }
        }
    }

    #[test]
    fn a_skipped_day_has_no_second_and_takes_none_from_the_next() {
        let apia = calendar("Pacific/Apia", "2011-12-31T12:00:00Z");
        let skipped = "2011-12-30".parse().expect("a date");
        assert_eq!(apia.format(apia.start_of(skipped)), "2011-12-31 00:00:00");
        assert_eq!(apia.format(apia.end_of(skipped)), "2011-12-29 23:59:59");
        let last = calendar("UTC", "2025-08-20T00:00:00Z");
        assert!(last.end_of(Date::MAX) >= last.start_of(Date::MAX));
    }

    #[test]
    fn days_and_dates_are_numbered_alike() {
        for day in [-719_000, -1, 0, 1, 20_320, 2_000_000] {
            assert_eq!(day_of_date(date_of_day(day)), day);
        }
        assert_eq!(format_day(day_of_date("2024-02-29".parse().expect("a date"))), "2024-02-29");
    }

    #[test]
    fn times_outside_the_calendar_are_held_at_its_edge() {
        let calendar = Calendar::new(TimeZone::UTC, i64::MAX);
        assert_eq!(calendar.now(), UNIX_SECONDS_MAX);
        assert!(calendar.tomorrow_start() > calendar.today_start());
    }
}

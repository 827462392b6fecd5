//! Local days and hours on chrono, where the engine uses jiff.

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Timelike,
};
use chrono_tz::Tz;

/// A moment in a zone.
#[derive(Debug, Clone, Copy)]
pub struct Calendar {
    zone: Tz,
    pub now: i64,
}

impl Calendar {
    pub fn new(zone: &str, now: i64) -> Self {
        Self { zone: zone.parse().expect("a zone of the zone database"), now }
    }

    /// Wall-clock time at `t`.
    pub fn local(&self, t: i64) -> NaiveDateTime {
        self.at(t).naive_local()
    }

    /// The local date of `t`.
    pub fn date(&self, t: i64) -> NaiveDate {
        self.local(t).date()
    }

    pub fn today(&self) -> NaiveDate {
        self.date(self.now)
    }

    /// The first second of a local date: the first of two midnights, the end of the gap where
    /// midnight is skipped.
    pub fn start_of(&self, date: NaiveDate) -> i64 {
        let mut wall = date.and_hms_opt(0, 0, 0).expect("every date has a midnight on paper");
        loop {
            match self.zone.from_local_datetime(&wall).earliest() {
                Some(instant) => return instant.timestamp(),
                None => wall += TimeDelta::minutes(1),
            }
        }
    }

    /// The last second before the day after `date` begins.
    pub fn end_of(&self, date: NaiveDate) -> i64 {
        self.start_of(date + Days::new(1)) - 1
    }

    pub fn today_start(&self) -> i64 {
        self.start_of(self.today())
    }

    pub fn today_end(&self) -> i64 {
        self.end_of(self.today())
    }

    pub fn days_ago_start(&self, days: u64) -> i64 {
        self.start_of(self.today() - Days::new(days))
    }

    pub fn month_start(&self) -> i64 {
        self.start_of(self.today().with_day(1).expect("every month has a first day"))
    }

    pub fn hour_of_day(&self, t: i64) -> u32 {
        self.local(t).hour()
    }

    /// The instant at which the wall clock began to show the hour it shows at `t`, without a
    /// change of clocks in between.
    pub fn hour_start(&self, t: i64) -> i64 {
        let offset = self.offset(t);
        let full_hour = t - i64::from(self.local(t).num_seconds_from_midnight() % 3_600);
        if self.offset(full_hour) == offset {
            return full_hour;
        }
        // The clocks changed within the hour: look for the first second of the present offset.
        let (mut before, mut after) = (full_hour, t);
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if self.offset(middle) == offset { after = middle } else { before = middle }
        }
        after
    }

    /// `YYYY-MM-DD HH:MM:SS`.
    pub fn format(&self, t: i64) -> String {
        self.local(t).format("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// Seconds east of UTC.
    fn offset(&self, t: i64) -> i32 {
        self.at(t).offset().fix().local_minus_utc()
    }

    fn at(&self, t: i64) -> DateTime<Tz> {
        self.zone.timestamp_opt(t, 0).single().expect("a time chrono can show")
    }
}

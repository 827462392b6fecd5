//! The shared vocabulary of time ranges and what each word means to each reader.
//!
//! One word always starts at the same second. Where it ends depends on who reads it, see [`Reader`].

use crate::calendar::{Calendar, HOUR_S, UNIX_SECONDS_MAX};
use crate::units::{UnixSeconds, Window};
use jiff::civil::Date;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// Every word of the vocabulary, for help texts and error messages.
pub const RANGE_WORDS: &str = "today, yesterday, week or 7days, halfmonth or 15days, \
    month or 30days or month_including_today, current_month, last_N_hours, last_hour, 5min, 10min, \
    30min, 1hour, 2hours, 6hours, 12hours, a number of minutes, all, custom, time_range";

/// A range that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RangeError {
    /// A word that no reader knows.
    #[error("unknown time range {word:?}; use one of: {RANGE_WORDS}")]
    UnknownWord {
        /// The word as given.
        word: String,
    },
    /// A date that is not `YYYY-MM-DD` or not in the calendar.
    #[error("{text:?} is not a date; write it as YYYY-MM-DD, for example 2025-08-31")]
    BadDate {
        /// The date as given.
        text: String,
    },
    /// The range begins after it ends.
    #[error("the time range starts at {start}, after its end at {end}; swap or correct the two")]
    StartAfterEnd {
        /// First second asked for, with its local time.
        start: String,
        /// Last second asked for, with its local time.
        end: String,
    },
}

/// What a word of the vocabulary means, apart from how it was spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The current local day.
    Today,
    /// The local day before.
    Yesterday,
    /// Today and the `days - 1` days before it.
    Days(u16),
    /// The current calendar month.
    CurrentMonth,
    /// The last so many seconds.
    Last {
        /// Length in seconds.
        seconds: i64,
    },
    /// Everything.
    All,
    /// From a start date to an end date.
    Custom,
    /// From a start second to an end second.
    TimeRange,
}

/// A word of the vocabulary, remembering its spelling, which charts repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeWord {
    text: String,
    meaning: Meaning,
}

impl RangeWord {
    /// The word for two dates.
    pub(crate) fn custom() -> Self {
        Self { text: "custom".to_owned(), meaning: Meaning::Custom }
    }

    /// The word for two timestamps.
    pub(crate) fn time_range() -> Self {
        Self { text: "time_range".to_owned(), meaning: Meaning::TimeRange }
    }

    /// What the word means.
    pub fn meaning(&self) -> Meaning {
        self.meaning
    }
}

impl fmt::Display for RangeWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for RangeWord {
    type Err = RangeError;

    fn from_str(word: &str) -> Result<Self, RangeError> {
        let meaning =
            meaning_of(word).ok_or_else(|| RangeError::UnknownWord { word: word.to_owned() })?;
        Ok(Self { text: word.to_owned(), meaning })
    }
}

fn meaning_of(word: &str) -> Option<Meaning> {
    Some(match word {
        "today" => Meaning::Today,
        "yesterday" => Meaning::Yesterday,
        "week" | "7days" => Meaning::Days(7),
        "halfmonth" | "15days" => Meaning::Days(15),
        "month" | "30days" | "month_including_today" => Meaning::Days(30),
        "current_month" => Meaning::CurrentMonth,
        "all" => Meaning::All,
        "custom" => Meaning::Custom,
        "time_range" => Meaning::TimeRange,
        "last_hour" => last(1, HOUR_S)?,
        "5min" => last(5, 60)?,
        "10min" => last(10, 60)?,
        "30min" => last(30, 60)?,
        "1hour" => last(1, HOUR_S)?,
        "2hours" => last(2, HOUR_S)?,
        "6hours" => last(6, HOUR_S)?,
        "12hours" => last(12, HOUR_S)?,
        _ => relative(word)?,
    })
}

/// `last_N_hours` (also `last_1_hour`) and a bare number of minutes.
fn relative(word: &str) -> Option<Meaning> {
    match word.strip_prefix("last_") {
        Some(rest) => {
            last(count(rest.strip_suffix("_hours").or(rest.strip_suffix("_hour"))?)?, HOUR_S)
        }
        None => last(count(word)?, 60),
    }
}

fn count(digits: &str) -> Option<i64> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn last(units: i64, unit_s: i64) -> Option<Meaning> {
    let seconds = units.checked_mul(unit_s)?;
    (1..=UNIX_SECONDS_MAX).contains(&seconds).then_some(Meaning::Last { seconds })
}

/// Who reads the range, which decides where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Raw traffic rows: no upper end, and each bound that is given narrows the range by itself.
    Traffic,
    /// Rankings, usage records and user charts: day ranges end with today.
    Ranking,
    /// Node charts: ranges of several days end now.
    NodeChart,
    /// Aggregations: every range that reaches today ends now.
    Aggregation,
}

/// A time range as asked for: a word, and the bounds that came with it.
///
/// Bounds beside a word follow the rules of the original WHMCS module: see [`RangeRequest::resolve`].
/// What hosts give is read by [`GivenPeriod`](crate::ask::GivenPeriod), which refuses mixtures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeRequest {
    /// The word.
    pub word: RangeWord,
    /// First second; wins over the word when `to` is given too.
    pub from: Option<UnixSeconds>,
    /// Last second; wins over the word when `from` is given too.
    pub to: Option<UnixSeconds>,
    /// First day of a `custom` range.
    pub start_date: Option<Date>,
    /// Last day of a `custom` range.
    pub end_date: Option<Date>,
}

impl RangeRequest {
    /// The range that `word` names, without further bounds.
    ///
    /// # Errors
    /// [`RangeError::UnknownWord`] when the vocabulary lacks the word.
    pub fn named(word: &str) -> Result<Self, RangeError> {
        Ok(Self { word: word.parse()?, from: None, to: None, start_date: None, end_date: None })
    }

    /// The same range with first and last second.
    #[must_use]
    pub fn with_timestamps(self, from: Option<UnixSeconds>, to: Option<UnixSeconds>) -> Self {
        Self { from, to, ..self }
    }

    /// The same range with first and last day.
    #[must_use]
    pub fn with_dates(self, start_date: Option<Date>, end_date: Option<Date>) -> Self {
        Self { start_date, end_date, ..self }
    }

    /// The seconds this range covers for `reader`, at the calendar's moment.
    ///
    /// # Errors
    /// [`RangeError::StartAfterEnd`] when nothing can lie inside because the bounds are swapped.
    pub fn resolve(&self, calendar: &Calendar, reader: Reader) -> Result<Window, RangeError> {
        let window = match reader {
            Reader::Traffic => self.narrowed(calendar),
            _ => self.chosen(calendar, reader),
        };
        match window {
            Window { start: Some(start), end: Some(end) } if start > end => {
                Err(RangeError::StartAfterEnd {
                    start: described(calendar, start),
                    end: described(calendar, end),
                })
            }
            window => Ok(window),
        }
    }

    /// Timestamps, else the dates of `custom`, else the word.
    fn chosen(&self, calendar: &Calendar, reader: Reader) -> Window {
        match (self.word.meaning(), self.timestamps(), self.dates()) {
            (_, Some((from, to)), _) => Window::between(from, to),
            (Meaning::Custom, None, Some((first, last))) => {
                Window::between(calendar.start_of(first), calendar.end_of(last))
            }
            (Meaning::Custom | Meaning::TimeRange, None, _) => {
                word_window(Meaning::Today, calendar, reader)
            }
            (meaning, None, _) => word_window(meaning, calendar, reader),
        }
    }

    /// The word (unless both timestamps replace it) and every bound that is given.
    fn narrowed(&self, calendar: &Calendar) -> Window {
        let word = match self.timestamps() {
            Some(_) => Window::unbounded(),
            None => word_window(self.word.meaning(), calendar, Reader::Traffic),
        };
        let dates = Window {
            start: self.start_date.map(|date| calendar.start_of(date)),
            end: self.end_date.map(|date| calendar.end_of(date)),
        };
        word.intersect(dates).intersect(Window { start: self.from, end: self.to })
    }

    /// First and last second, when both are given and so replace the word.
    pub fn timestamps(&self) -> Option<(UnixSeconds, UnixSeconds)> {
        Some((self.from?, self.to?))
    }

    fn dates(&self) -> Option<(Date, Date)> {
        Some((self.start_date?, self.end_date?))
    }
}

/// Reads `YYYY-MM-DD`, exactly.
///
/// # Errors
/// [`RangeError::BadDate`] for another shape or a day the calendar lacks.
pub fn parse_date(text: &str) -> Result<Date, RangeError> {
    let bad = || RangeError::BadDate { text: text.to_owned() };
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shape {
        return Err(bad());
    }
    text.parse().map_err(|_| bad())
}

fn word_window(meaning: Meaning, calendar: &Calendar, reader: Reader) -> Window {
    let now = calendar.now();
    let since = |start: UnixSeconds, end: UnixSeconds| match reader {
        Reader::Traffic => Window::since(start),
        _ => Window::between(start, end),
    };
    let day_end = calendar.tomorrow_start() - 1;
    let today_end = if reader == Reader::Aggregation { now } else { day_end };
    let days_end = if reader == Reader::Ranking { day_end } else { now };
    match meaning {
        Meaning::Today => since(calendar.today_start(), today_end),
        Meaning::Yesterday => {
            Window::between(calendar.yesterday_start(), calendar.today_start() - 1)
        }
        Meaning::Days(days) => since(calendar.days_ago_start(i64::from(days) - 1), days_end),
        Meaning::CurrentMonth => since(calendar.month_start(), days_end),
        Meaning::Last { seconds } => since(now.saturating_sub(seconds), now),
        Meaning::All if reader == Reader::Traffic => Window::unbounded(),
        Meaning::All => Window::between(0, now),
        // Without bounds of their own these two do not limit raw traffic rows.
        Meaning::Custom | Meaning::TimeRange => Window::unbounded(),
    }
}

fn described(calendar: &Calendar, t: UnixSeconds) -> String {
    format!("{t} ({} {})", calendar.format(t), calendar.zone_name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    #[test]
    fn yesterday_is_a_day_that_there_was() {
        // Samoa went from 2011-12-29 to 2011-12-31.
        let zone = TimeZone::get("Pacific/Apia").expect("a known zone");
        let calendar = Calendar::new(zone, 1_325_289_600);
        assert_eq!(calendar.format(calendar.now()), "2011-12-31 14:00:00");
        let range = RangeRequest::named("yesterday").expect("a known word");
        let window = range.resolve(&calendar, Reader::Ranking).expect("a range");
        let ends = [window.start, window.end].map(|t| calendar.format(t.expect("a bound")));
        assert_eq!(ends, ["2011-12-29 00:00:00", "2011-12-29 23:59:59"]);
    }

    /// 2025-08-20 15:04:05 in Shanghai.
    const NOW: UnixSeconds = 1_755_673_445;
    const TODAY: UnixSeconds = 1_755_619_200;
    const DAY: UnixSeconds = 86_400;

    fn calendar() -> Calendar {
        Calendar::new(TimeZone::get("Asia/Shanghai").expect("a known zone"), NOW)
    }

    fn window(word: &str, reader: Reader) -> Window {
        let range = RangeRequest::named(word).expect(word);
        range.resolve(&calendar(), reader).expect(word)
    }

    #[test]
    fn a_word_starts_at_the_same_second_for_every_reader() {
        let month_first = TODAY - 19 * DAY;
        for (word, start) in [
            ("today", TODAY),
            ("yesterday", TODAY - DAY),
            ("week", TODAY - 6 * DAY),
            ("7days", TODAY - 6 * DAY),
            ("halfmonth", TODAY - 14 * DAY),
            ("15days", TODAY - 14 * DAY),
            ("month", TODAY - 29 * DAY),
            ("30days", TODAY - 29 * DAY),
            ("month_including_today", TODAY - 29 * DAY),
            ("current_month", month_first),
            ("last_1_hour", NOW - 3_600),
            ("last_hour", NOW - 3_600),
            ("last_24_hours", NOW - DAY),
            ("last_7_hours", NOW - 7 * 3_600),
            ("5min", NOW - 300),
            ("12hours", NOW - 43_200),
            ("90", NOW - 5_400),
        ] {
            for reader in [Reader::Traffic, Reader::Ranking, Reader::NodeChart, Reader::Aggregation]
            {
                assert_eq!(window(word, reader).start, Some(start), "{word} {reader:?}");
            }
        }
    }

    #[test]
    fn where_a_word_ends_depends_on_the_reader() {
        let day_end = Some(TODAY + DAY - 1);
        for (word, ends) in [
            ("today", [None, day_end, day_end, Some(NOW)]),
            ("yesterday", [Some(TODAY - 1); 4]),
            ("week", [None, day_end, Some(NOW), Some(NOW)]),
            ("15days", [None, day_end, Some(NOW), Some(NOW)]),
            ("current_month", [None, day_end, Some(NOW), Some(NOW)]),
            ("last_6_hours", [None, Some(NOW), Some(NOW), Some(NOW)]),
            ("all", [None, Some(NOW), Some(NOW), Some(NOW)]),
            ("custom", [None, day_end, day_end, Some(NOW)]),
            ("time_range", [None, day_end, day_end, Some(NOW)]),
        ] {
            let readers =
                [Reader::Traffic, Reader::Ranking, Reader::NodeChart, Reader::Aggregation];
            for (reader, end) in readers.into_iter().zip(ends) {
                assert_eq!(window(word, reader).end, end, "{word} {reader:?}");
            }
        }
    }

    #[test]
    fn timestamps_win_over_every_word_when_both_are_given() {
        for word in ["today", "all", "custom", "time_range", "last_1_hour"] {
            let range = RangeRequest::named(word).expect(word);
            let both = range.clone().with_timestamps(Some(5), Some(9));
            let one = range.clone().with_timestamps(Some(5), None);
            assert_eq!(both.resolve(&calendar(), Reader::Ranking), Ok(Window::between(5, 9)));
            assert_eq!(
                one.resolve(&calendar(), Reader::Ranking),
                range.resolve(&calendar(), Reader::Ranking),
            );
        }
    }

    #[test]
    fn raw_traffic_narrows_by_each_bound() {
        let date = |text| Some(parse_date(text).expect(text));
        let today = RangeRequest::named("today").expect("a word");
        let until = today.clone().with_timestamps(None, Some(TODAY + 60));
        assert_eq!(
            until.resolve(&calendar(), Reader::Traffic),
            Ok(Window::between(TODAY, TODAY + 60)),
        );
        let custom = RangeRequest::named("custom").expect("a word");
        let dates = custom.with_dates(date("2025-08-13"), date("2025-08-14"));
        assert_eq!(
            dates.resolve(&calendar(), Reader::Traffic),
            Ok(Window::between(TODAY - 7 * DAY, TODAY - 5 * DAY - 1)),
        );
        let yesterday = today.with_dates(None, date("2025-08-19"));
        assert!(yesterday.resolve(&calendar(), Reader::Traffic).is_err());
    }

    #[test]
    fn a_range_that_starts_after_its_end_is_an_error_that_shows_both() {
        let range = RangeRequest::named("time_range").expect("a word");
        let swapped = range.with_timestamps(Some(NOW), Some(TODAY));
        for reader in [Reader::Traffic, Reader::Ranking] {
            let error = swapped.resolve(&calendar(), reader).expect_err("swapped").to_string();
            assert!(error.contains("2025-08-20 15:04:05"), "{error}");
            assert!(error.contains("2025-08-20 00:00:00"), "{error}");
        }
    }

    #[test]
    fn words_outside_the_vocabulary_are_errors() {
        for word in [
            "",
            "nonsense",
            "Today",
            "today ",
            "0",
            "-5",
            "+5",
            "1.5",
            "last__hours",
            "last_0_hours",
            "last_-1_hours",
            "last_x_hours",
            "last_5_days",
            "3hours",
            "99999999999999999999",
            "last_9999999999999_hours",
            "١",
        ] {
            assert!(RangeRequest::named(word).is_err(), "{word:?}");
        }
    }

    #[test]
    fn dates_are_exactly_year_month_day() {
        assert!(parse_date("2024-02-29").is_ok());
        for bad in
            ["2025-02-29", "2025-1-1", "25-01-01", "2025/01/01", "not-a-date", "", "2025-01-011"]
        {
            let error = parse_date(bad).expect_err(bad).to_string();
            assert!(error.contains(&format!("{bad:?}")), "{error}");
        }
    }

    #[test]
    fn days_of_a_custom_range_end_where_the_next_day_begins() {
        let berlin = Calendar::new(TimeZone::get("Europe/Berlin").expect("a known zone"), NOW);
        let day = Some(parse_date("2025-10-26").expect("a date"));
        let range = RangeRequest::named("custom").expect("a word").with_dates(day, day);
        let window = range.resolve(&berlin, Reader::Ranking).expect("a range");
        assert_eq!(window.span_s(), Some(25 * 3_600 - 1));
    }
}

//! Contract section 4.0 with its rulings: what a range means to whom.

use super::calendar::Calendar;
use crate::question::{Range, Refusal};

/// The columns of the contract's table that still differ.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Column A: traffic rows.
    Traffic,
    /// Columns B, C, D, F and G: rankings, user chart, usage records.
    Ranking,
    /// Column E.
    NodeChart,
    /// Column I.
    Aggregation,
}

/// Inclusive bounds; `None` does not limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) start: Option<i64>,
    pub(crate) end: Option<i64>,
}

impl Bounds {
    pub(crate) fn hold(&self, t: i64) -> bool {
        self.start.is_none_or(|start| start <= t) && self.end.is_none_or(|end| t <= end)
    }
}

/// The bounds of `range` for `reader`.
pub(crate) fn bounds(
    range: &Range,
    calendar: &Calendar,
    reader: Reader,
) -> Result<Bounds, Refusal> {
    // A word must be known even where the timestamps replace it.
    let word = word_bounds(&range.word, calendar, reader).ok_or(Refusal::UnknownRange)?;
    let first = range.start_date.as_deref().map(|date| calendar.start_of(parsed(date)));
    let last = range.end_date.as_deref().map(|date| calendar.end_of(parsed(date)));
    let found = match (reader, range.from, range.to) {
        (Reader::Traffic, from, to) => {
            let word = if from.is_some() && to.is_some() { (None, None) } else { word };
            let starts = [word.0, first, from].into_iter().flatten();
            let ends = [word.1, last, to].into_iter().flatten();
            (starts.max(), ends.min())
        }
        (_, Some(from), Some(to)) => (Some(from), Some(to)),
        _ if range.word == "custom" && first.is_some() && last.is_some() => (first, last),
        _ => word,
    };
    match found {
        (Some(start), Some(end)) if start > end => Err(Refusal::StartAfterEnd),
        (start, end) => Ok(Bounds { start, end }),
    }
}

/// What the word alone means, or `None` when it is in no column of the table.
fn word_bounds(
    word: &str,
    calendar: &Calendar,
    reader: Reader,
) -> Option<(Option<i64>, Option<i64>)> {
    let now = calendar.now;
    let day_end = calendar.today_end();
    if word == "yesterday" {
        // A date that a zone skipped was no day.
        let today = calendar.today_start();
        let start = calendar.days_ago_start(1);
        let start = if start < today { start } else { calendar.days_ago_start(2) };
        return Some((Some(start), Some(today - 1)));
    }
    if matches!(word, "all" | "custom" | "time_range") && reader == Reader::Traffic {
        return Some((None, None));
    }
    let several_days_end = if reader == Reader::Ranking { day_end } else { now };
    let (start, end) = match word {
        "today" | "custom" | "time_range" => {
            (calendar.today_start(), if reader == Reader::Aggregation { now } else { day_end })
        }
        "week" | "7days" => (calendar.days_ago_start(6), several_days_end),
        "halfmonth" | "15days" => (calendar.days_ago_start(14), several_days_end),
        "month" | "30days" | "month_including_today" => {
            (calendar.days_ago_start(29), several_days_end)
        }
        "current_month" => (calendar.month_start(), several_days_end),
        "all" => (0, now),
        word => (now - relative_seconds(word)?, now),
    };
    Some((Some(start), if reader == Reader::Traffic { None } else { Some(end) }))
}

/// The length of a range that ends now and begins so many seconds ago.
pub(crate) fn relative_seconds(word: &str) -> Option<i64> {
    let minutes = match word {
        "5min" => 5,
        "10min" => 10,
        "30min" => 30,
        "1hour" | "last_hour" => 60,
        "2hours" => 120,
        "6hours" => 360,
        "12hours" => 720,
        _ => match word.strip_prefix("last_") {
            Some("1_hour") => 60,
            Some(hours) => 60 * number(hours.strip_suffix("_hours")?)?,
            None => number(word)?,
        },
    };
    Some(minutes * 60)
}

/// A whole number of at least 1, in digits alone.
fn number(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|&number| number >= 1)
}

fn parsed(date: &str) -> chrono::NaiveDate {
    date.parse().expect("questions hold dates of the calendar")
}

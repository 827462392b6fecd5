//! The options that say which period an answer is about.

use crate::failure::Failure;
use crate::moment::Moment;
use jiff::civil::Date;
use traffic_engine::range::{Meaning, RangeWord};
use traffic_engine::{RangeRequest, parse_date};

/// The period of an answer.
#[derive(clap::Args)]
#[command(next_help_heading = "Period")]
pub(super) struct RangeOptions {
    /// today, yesterday, week, halfmonth, month, current_month, last_6_hours, 30min, 90, all, ...
    /// [default: today; of traffic and days: month_including_today]
    ///
    /// today, yesterday, week or 7days, halfmonth or 15days, month or 30days or
    /// month_including_today, current_month, last_N_hours, last_hour, last_24_hours, 5min, 10min,
    /// 30min, 1hour, 2hours, 6hours, 12hours, a number of minutes, all, custom (takes dates),
    /// time_range (takes --from and --to). `traffic-engine range WORD` shows what a word means.
    #[arg(long, value_name = "RANGE")]
    range: Option<RangeWord>,
    #[command(flatten)]
    bounds: Bounds,
}

/// First and last second or day of a period.
#[derive(clap::Args)]
#[command(next_help_heading = "Period")]
pub(super) struct Bounds {
    /// First second: unix seconds or RFC 3339; with --to it wins over --range and dates
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    from: Option<Moment>,
    /// Last second: unix seconds or RFC 3339
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    to: Option<Moment>,
    /// First day: YYYY-MM-DD
    #[arg(long, value_name = "D", value_parser = parse_date)]
    start_date: Option<Date>,
    /// Last day: YYYY-MM-DD
    #[arg(long, value_name = "D", value_parser = parse_date)]
    end_date: Option<Date>,
}

impl RangeOptions {
    /// A period whose bounds come in pairs, which replace the word; `default` without any.
    ///
    /// # Errors
    /// [`Failure::HalfRange`] and [`Failure::DatesWithWord`].
    pub(super) fn bounded(self, default: &str) -> Result<RangeRequest, Failure> {
        let word = match self.range {
            Some(word) => word,
            None => self.bounds.word_for(default).parse()?,
        };
        self.bounds.bounded(word)
    }

    /// A period in which each bound narrows the word by itself.
    ///
    /// # Errors
    /// None for the words we give it ourselves.
    pub(super) fn narrowed(self, default: &str) -> Result<RangeRequest, Failure> {
        let word = match self.range {
            Some(word) => word,
            None => self.bounds.word_for(default).parse()?,
        };
        Ok(self.bounds.narrowing(word))
    }
}

impl Bounds {
    /// The word that bounds stand for where none is given.
    fn word_for<'a>(&self, default: &'a str) -> &'a str {
        if self.from.is_some() || self.to.is_some() {
            "time_range"
        } else if self.start_date.is_some() || self.end_date.is_some() {
            "custom"
        } else {
            default
        }
    }

    /// The period that both ends of seconds or days make, or else `word`.
    pub(super) fn bounded(self, word: RangeWord) -> Result<RangeRequest, Failure> {
        both_or_none(("--from", self.from.is_some()), ("--to", self.to.is_some()))?;
        let has_dates = self.start_date.is_some();
        both_or_none(("--start-date", has_dates), ("--end-date", self.end_date.is_some()))?;
        if has_dates && word.meaning() != Meaning::Custom && self.from.is_none() {
            return Err(Failure::DatesWithWord { word: word.to_string() });
        }
        Ok(self.narrowing(word))
    }

    /// The period of `word`, and whatever bounds are given.
    pub(super) fn narrowing(self, word: RangeWord) -> RangeRequest {
        RangeRequest {
            word,
            from: self.from.map(|Moment(t)| t),
            to: self.to.map(|Moment(t)| t),
            start_date: self.start_date,
            end_date: self.end_date,
        }
    }
}

fn both_or_none(first: (&'static str, bool), last: (&'static str, bool)) -> Result<(), Failure> {
    match (first, last) {
        ((given, true), (missing, false)) | ((missing, false), (given, true)) => {
            Err(Failure::HalfRange { given, missing })
        }
        _ => Ok(()),
    }
}

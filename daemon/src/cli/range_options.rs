//! The options that say which period an answer is about.

use crate::failure::Failure;
use crate::moment::Moment;
use jiff::civil::Date;
use traffic_engine::range::RangeWord;
use traffic_engine::{EngineError, GivenPeriod, PeriodNames, RangeRequest, parse_date};

/// The period of an answer.
#[derive(clap::Args)]
#[command(next_help_heading = "Period")]
pub(super) struct RangeOptions {
    /// today, yesterday, week, halfmonth, month, current_month, last_6_hours, 30min, 90, all, ...
    /// [default: today; of traffic and days: month_including_today]
    ///
    /// today, yesterday, week or 7days, halfmonth or 15days, month or 30days or
    /// month_including_today, current_month, last_N_hours, last_hour, last_24_hours, 5min, 10min,
    /// 30min, 1hour, 2hours, 6hours, 12hours, a number of minutes, all. Two dates, or --from and
    /// --to, are a period without a word; custom and time_range say the same beside them, and any
    /// other word does not go with them. `traffic-engine range WORD` shows what a word means.
    #[arg(long, value_name = "RANGE")]
    range: Option<RangeWord>,
    #[command(flatten)]
    bounds: Bounds,
}

/// First and last second or day of a period.
#[derive(clap::Args)]
#[command(next_help_heading = "Period")]
pub(super) struct Bounds {
    /// First second: unix seconds or RFC 3339; with --to, in place of --range and dates
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    from: Option<Moment>,
    /// Last second: unix seconds or RFC 3339
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    to: Option<Moment>,
    /// First day: YYYY-MM-DD; with --end-date, in place of --range
    #[arg(long, value_name = "D", value_parser = parse_date)]
    start_date: Option<Date>,
    /// Last day: YYYY-MM-DD
    #[arg(long, value_name = "D", value_parser = parse_date)]
    end_date: Option<Date>,
}

/// The word as an option.
const OPTION: &str = "--range";

/// The word as an argument of its own.
const ARGUMENT: &str = "the word";

impl RangeOptions {
    /// The period; `default` where nothing is given.
    ///
    /// # Errors
    /// [`EngineError::Option`] where it is half a period or two.
    pub(super) fn period(self, default: &str) -> Result<RangeRequest, Failure> {
        self.bounds.period(self.range, OPTION, default)
    }
}

impl Bounds {
    /// The period of a word that is an argument of its own, or of the bounds; else `default`.
    ///
    /// # Errors
    /// As [`RangeOptions::period`].
    pub(super) fn beside(
        self,
        word: Option<RangeWord>,
        default: &str,
    ) -> Result<RangeRequest, Failure> {
        self.period(word, ARGUMENT, default)
    }

    fn period(
        self,
        word: Option<RangeWord>,
        word_name: &'static str,
        default: &str,
    ) -> Result<RangeRequest, Failure> {
        let names = PeriodNames {
            word: word_name,
            start_date: "--start-date",
            end_date: "--end-date",
            from: "--from",
            to: "--to",
        };
        let given = GivenPeriod {
            word,
            start_date: self.start_date,
            end_date: self.end_date,
            from: self.from.map(|Moment(t)| t),
            to: self.to.map(|Moment(t)| t),
        };
        Ok(given.request(default.parse()?, &names).map_err(EngineError::from)?)
    }
}

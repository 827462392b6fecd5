//! The one period that a host's word and bounds mean, or why they mean none.

use crate::options::BadOption;
use crate::range::{Meaning, RangeRequest, RangeWord};
use crate::units::UnixSeconds;
use jiff::civil::Date;

/// What a host gave of a period.
///
/// It is a word alone, two dates, or two timestamps. Dates may stand beside the word `custom`,
/// timestamps beside `time_range`, which say the same. Everything else names two periods, or half a
/// one, and is refused: an answer about the wrong one would look as good as the right one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GivenPeriod {
    /// The word.
    pub word: Option<RangeWord>,
    /// First day.
    pub start_date: Option<Date>,
    /// Last day.
    pub end_date: Option<Date>,
    /// First second.
    pub from: Option<UnixSeconds>,
    /// Last second.
    pub to: Option<UnixSeconds>,
}

/// What a host calls the parts of a period, for the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeriodNames {
    /// The word.
    pub word: &'static str,
    /// First day.
    pub start_date: &'static str,
    /// Last day.
    pub end_date: &'static str,
    /// First second.
    pub from: &'static str,
    /// Last second.
    pub to: &'static str,
}

/// Those of options by key.
pub(super) const KEYS: PeriodNames = PeriodNames {
    word: "time_range",
    start_date: "start_date",
    end_date: "end_date",
    from: "start_timestamp",
    to: "end_timestamp",
};

impl GivenPeriod {
    /// The period, `default` where nothing is given; `names` are what the host calls the parts.
    ///
    /// # Errors
    /// [`BadOption::HalfPeriod`] names the part that is missing, [`BadOption::TwoPeriods`] the parts
    /// that do not go together.
    pub fn request(
        self,
        default: RangeWord,
        names: &PeriodNames,
    ) -> Result<RangeRequest, BadOption> {
        let Self { word, start_date, end_date, from, to } = self;
        let has_dates =
            both((names.start_date, start_date.is_some()), (names.end_date, end_date.is_some()))?;
        let has_seconds = both((names.from, from.is_some()), (names.to, to.is_some()))?;
        let (days, seconds) = (pair(names.start_date, names.end_date), pair(names.from, names.to));
        if has_dates && has_seconds {
            return Err(BadOption::TwoPeriods { one: days, other: seconds });
        }
        let word = match (word, has_dates, has_seconds) {
            (None, false, false) => default,
            (None, true, _) => RangeWord::custom(),
            (None, _, true) => RangeWord::time_range(),
            (Some(word), ..) => {
                let bounds = has_dates.then_some(days.as_str()).or(has_seconds.then_some(&seconds));
                let wanted = match word.meaning() {
                    Meaning::Custom => Some(days.as_str()),
                    Meaning::TimeRange => Some(seconds.as_str()),
                    _ => None,
                };
                fits(&format!("{} {word}", names.word), bounds, wanted)?;
                word
            }
        };
        Ok(RangeRequest { word, from, to, start_date, end_date })
    }
}

/// Whether both ends are given; one alone is half a period.
fn both(first: (&str, bool), last: (&str, bool)) -> Result<bool, BadOption> {
    match (first, last) {
        ((given, true), (missing, false)) | ((missing, false), (given, true)) => {
            Err(BadOption::HalfPeriod { given: given.to_owned(), missing: missing.to_owned() })
        }
        ((_, given), _) => Ok(given),
    }
}

/// Refuses a word beside bounds that it does not want, and one that wants bounds without them.
fn fits(word: &str, bounds: Option<&str>, wanted: Option<&str>) -> Result<(), BadOption> {
    match (bounds, wanted) {
        (None, Some(missing)) => {
            Err(BadOption::HalfPeriod { given: word.to_owned(), missing: missing.to_owned() })
        }
        (Some(bounds), wanted) if wanted != Some(bounds) => {
            Err(BadOption::TwoPeriods { one: word.to_owned(), other: bounds.to_owned() })
        }
        _ => Ok(()),
    }
}

fn pair(first: &str, last: &str) -> String {
    format!("{first} and {last}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::range::parse_date;

    /// What the parts come to: the word of the request, or what the message says.
    fn judged(word: Option<&str>, days: [bool; 2], seconds: [bool; 2]) -> Result<String, String> {
        let date = |given: bool| given.then(|| parse_date("2025-08-20").expect("a date"));
        let given = GivenPeriod {
            word: word.map(|word| word.parse().expect("a word")),
            start_date: date(days[0]),
            end_date: date(days[1]),
            from: seconds[0].then_some(5),
            to: seconds[1].then_some(9),
        };
        let today = "today".parse().expect("a word");
        let request = given.request(today, &KEYS).map_err(|error| error.to_string())?;
        Ok(request.word.to_string())
    }

    const NONE: [bool; 2] = [false; 2];
    const BOTH: [bool; 2] = [true; 2];

    #[test]
    fn a_word_or_two_bounds_are_a_period() {
        for (word, days, seconds, want) in [
            (None, NONE, NONE, "today"),
            (Some("month"), NONE, NONE, "month"),
            (None, BOTH, NONE, "custom"),
            (Some("custom"), BOTH, NONE, "custom"),
            (None, NONE, BOTH, "time_range"),
            (Some("time_range"), NONE, BOTH, "time_range"),
        ] {
            assert_eq!(judged(word, days, seconds), Ok(want.to_owned()), "{word:?}");
        }
    }

    #[test]
    fn every_other_mixture_is_refused_by_the_names_of_its_parts() {
        let ends = [NONE, [true, false], [false, true], BOTH];
        let mut refused = 0;
        for word in [None, Some("month"), Some("custom"), Some("time_range")] {
            for (days, seconds) in ends.iter().flat_map(|days| ends.map(|it| (*days, it))) {
                let Err(message) = judged(word, days, seconds) else { continue };
                let given = [
                    ("start_date", days[0]),
                    ("end_date", days[1]),
                    ("start_timestamp", seconds[0]),
                    ("end_timestamp", seconds[1]),
                ];
                let parts = given.iter().filter(|(_, given)| *given).map(|(key, _)| *key);
                let named =
                    parts.chain(word.map(|_| "time_range")).any(|key| message.contains(key));
                assert!(named, "{word:?} {days:?} {seconds:?}: {message}");
                refused += 1;
            }
        }
        assert_eq!(refused, 4 * 16 - 6);
    }

    #[test]
    fn messages_say_what_to_give_instead() {
        let said = |word, days, seconds| judged(word, days, seconds).expect_err("a refusal");
        assert_eq!(
            said(None, [true, false], NONE),
            "start_date is given without end_date; a period has both ends, so add end_date"
        );
        assert_eq!(
            said(Some("custom"), NONE, NONE),
            "time_range custom is given without start_date and end_date; a period has both ends, \
             so add start_date and end_date"
        );
        assert_eq!(
            said(Some("month"), BOTH, NONE),
            "time_range month is one period, start_date and end_date another; give one of the two"
        );
        assert_eq!(
            said(None, BOTH, BOTH),
            "start_date and end_date is one period, start_timestamp and end_timestamp another; give \
             one of the two"
        );
    }
}

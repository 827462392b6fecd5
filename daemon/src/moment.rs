//! A moment as people write it: unix seconds, or RFC 3339.

use jiff::Timestamp;
use std::str::FromStr;
use thiserror::Error;
use traffic_engine::units::UnixSeconds;

/// A moment in unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment(pub(crate) UnixSeconds);

/// A text that names no moment.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{given:?} is not a time; give unix seconds, or RFC 3339 such as 2025-08-20T15:04:05+08:00"
)]
pub(crate) struct BadMoment {
    given: String,
}

impl FromStr for Moment {
    type Err = BadMoment;

    fn from_str(text: &str) -> Result<Self, BadMoment> {
        let timestamp = match text.parse() {
            Ok(seconds) => Timestamp::from_second(seconds),
            Err(_) => text.parse(),
        };
        let bad = |_| BadMoment { given: text.to_owned() };
        timestamp.map(|moment| Self(moment.as_second())).map_err(bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unix_seconds_and_rfc_3339_name_the_same_moment() {
        for text in ["1755673445", "2025-08-20T15:04:05+08:00", "2025-08-20T07:04:05Z"] {
            assert_eq!(text.parse(), Ok(Moment(1_755_673_445)));
        }
    }

    #[test]
    fn other_texts_are_named_in_the_error() {
        for text in
            ["", "yesterday", "2025-08-20", "2025-08-20T15:04:05", "1e9", "9223372036854775807"]
        {
            let error = text.parse::<Moment>().expect_err(text).to_string();
            assert!(error.contains(&format!("{text:?}")), "{error}");
        }
    }
}

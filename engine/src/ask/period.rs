//! What a range means right now, in seconds and in local time.

use crate::calendar::Calendar;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::range::{RangeError, RangeRequest, Reader};
use serde::Serialize;

/// Asks which seconds a range covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodRequest {
    /// The range.
    pub range: RangeRequest,
    /// Who reads it, which decides where it ends.
    pub reader: Reader,
}

/// The seconds that a range covers; nothing where it has no limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Period {
    /// The word of the range.
    pub range: String,
    /// First second.
    pub start: Option<i64>,
    /// Last second.
    pub end: Option<i64>,
    /// The first second as `YYYY-MM-DD HH:MM:SS`.
    pub start_local: Option<String>,
    /// The last second as `YYYY-MM-DD HH:MM:SS`.
    pub end_local: Option<String>,
    /// The zone of local times.
    pub timezone: String,
}

impl PeriodRequest {
    /// What the range means at the calendar's moment; needs no store.
    ///
    /// # Errors
    /// [`RangeError::StartAfterEnd`].
    pub fn at(&self, calendar: &Calendar) -> Result<Period, RangeError> {
        let window = self.range.resolve(calendar, self.reader)?;
        let local = |t: Option<i64>| t.map(|t| calendar.format(t));
        Ok(Period {
            range: self.range.word.to_string(),
            start: window.start,
            end: window.end,
            start_local: local(window.start),
            end_local: local(window.end),
            timezone: calendar.zone_name(),
        })
    }
}

impl Engine {
    /// What a range means now.
    ///
    /// # Errors
    /// [`EngineError::Range`] when it begins after it ends.
    pub fn period(&self, request: &PeriodRequest) -> Result<Period, EngineError> {
        Ok(request.at(&self.calendar())?)
    }
}

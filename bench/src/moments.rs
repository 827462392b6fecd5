//! The moment that everybody answers at, and the windows of the questions at it.

use crate::Result;
use crate::ours;
use traffic_engine::{Calendar, RangeRequest, Reader};

/// 2025-08-20 07:04:05 UTC.
pub(crate) const NOW: i64 = 1_755_673_445;

/// The range of every ranking and aggregation here.
pub(crate) const RANGE: &str = "month";

/// First and last seconds, as SQL is told them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moments {
    pub(crate) ranking: (i64, i64),
    pub(crate) aggregation: (i64, i64),
    pub(crate) month_start: i64,
    pub(crate) today_start: i64,
}

impl Moments {
    pub(crate) fn now() -> Result<Self> {
        let calendar = Calendar::new(ours::zone(), NOW);
        let range = RangeRequest::named(RANGE)?;
        let seconds = |reader| -> Result<(i64, i64)> {
            let window = range.resolve(&calendar, reader)?;
            Ok((window.start.ok_or("no start")?, window.end.ok_or("no end")?))
        };
        Ok(Self {
            ranking: seconds(Reader::Ranking)?,
            aggregation: seconds(Reader::Aggregation)?,
            month_start: calendar.month_start(),
            today_start: calendar.today_start(),
        })
    }
}

//! How long detail is kept, and which day it is to be counted from.
//!
//! The database could not replace it, so a clock that is wrong must not delete any: the last day is
//! the one of the newest row, and never later than this machine's clock has it. A day far ahead of
//! all rows before it is not believed until rows of more such days have come.

use crate::snapshot::manifest::Manifest;
use crate::snapshot::refresh::Writing;
use crate::snapshot::wall_ms;
use crate::units::UnixSeconds;
use std::collections::BTreeSet;

/// Days without any row after which the next one is not believed at once.
const GAP_DAYS: i64 = 7;
/// Days with rows after which it is.
const BELIEVED_DAYS: usize = 3;
/// Days that a panel may stand still before the clock is doubted.
const STILL_DAYS: i64 = 31;

impl Writing<'_> {
    /// Days that detail is kept for: the most that anybody who wrote into this folder asked for.
    pub(in crate::snapshot) fn history_days(&self, manifest: &Manifest) -> u32 {
        self.config.history_days.max(manifest.history_days)
    }

    /// The first day whose detail is kept, when it is kept for so many `history_days`.
    pub(in crate::snapshot) fn first_kept_day(&self, next: &Manifest, history_days: u32) -> i64 {
        let last = newest_day(next).map_or(i64::MIN, |day| day.min(self.clock_day(next)));
        last.saturating_sub(i64::from(history_days))
    }

    /// First second whose rows are kept; none where the clock is so far ahead of all rows that it is
    /// not believed: of rows that are dropped no detail can be kept later.
    pub(in crate::snapshot) fn believed_horizon(&self, next: &Manifest) -> Option<UnixSeconds> {
        let ahead = self.clock_day(next) - newest_day(next)?;
        self.horizon().filter(|_| ahead <= STILL_DAYS)
    }

    /// Today by the clock, unless that is ahead of the day after the newest row.
    pub(super) fn today(&self, manifest: &Manifest) -> i64 {
        let clock = self.clock_day(manifest);
        newest_day(manifest).map_or(clock, |day| clock.min(day + 1))
    }

    fn clock_day(&self, manifest: &Manifest) -> i64 {
        let wall_s = i64::try_from(wall_ms() / 1_000).unwrap_or(i64::MAX);
        manifest.days.day(self.calendar.now().min(wall_s))
    }
}

/// The day of the newest row that is to be believed; none without rows.
fn newest_day(manifest: &Manifest) -> Option<i64> {
    let runs = manifest.segments.iter().flat_map(|segment| &segment.runs);
    let days = runs.map(|run| run.day).filter(|&day| manifest.days.is_exact(day));
    believed(&days.collect())
}

fn believed(days: &BTreeSet<i64>) -> Option<i64> {
    let mut latest = days.iter().rev().copied();
    let mut day = latest.next()?;
    let mut later = day;
    for earlier in latest.take(BELIEVED_DAYS - 1) {
        if later - earlier > GAP_DAYS {
            day = earlier;
        }
        later = earlier;
    }
    Some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_far_ahead_is_believed_once_others_have_come() {
        let last = |days: &[i64]| believed(&days.iter().copied().collect());
        assert_eq!(last(&[]), None);
        assert_eq!(last(&[7]), Some(7));
        assert_eq!(last(&[1, 2, 3]), Some(3));
        assert_eq!(last(&[1, 2, 3, 453]), Some(3));
        assert_eq!(last(&[1, 2, 3, 453, 454]), Some(3));
        assert_eq!(last(&[1, 2, 3, 453, 454, 455]), Some(455));
        // Weeks between rows only delay it.
        assert_eq!(last(&[1, 11, 21, 31]), Some(11));
        assert_eq!(last(&[1, 2, 8]), Some(8));
    }
}

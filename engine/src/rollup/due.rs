//! Which days are to be summed, and how many of them at once.

use crate::calendar::{Calendar, date_of_day};
use crate::store::{DaySpan, Fingerprint, SummedDay};
use std::collections::BTreeMap;

/// Rows that one transaction reads, unless a day alone has more: few enough to be summed in little
/// memory and not to keep others waiting, enough to spread the cost of finding them.
const RUN_ROWS_MAX: u64 = 131_072;

/// Days of one transaction at most.
const RUN_DAYS_MAX: usize = 31;

/// Days that are summed in one transaction, each the day after the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) days: Vec<i64>,
    pub(crate) rows: u64,
}

/// True when the stored figures are not of these rows and this zone.
pub(crate) fn is_due(stored: Option<&SummedDay>, rows: &Fingerprint, zone: &str) -> bool {
    stored.is_none_or(|it| it.zone != zone || it.fingerprint != rows.to_string())
}

/// `due`, which ascend, in runs, the latest first: those days are asked about most.
pub(crate) fn runs(due: &[i64], rows: &BTreeMap<i64, Fingerprint>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for &day in due.iter().rev() {
        let more = rows.get(&day).map_or(0, |it| it.rows);
        let fits = |run: &&mut Run| {
            run.days[0] == day + 1
                && run.days.len() < RUN_DAYS_MAX
                && run.rows.saturating_add(more) <= RUN_ROWS_MAX
        };
        match runs.last_mut().filter(fits) {
            Some(run) => {
                run.days.insert(0, day);
                run.rows += more;
            }
            None => runs.push(Run { days: vec![day], rows: more }),
        }
    }
    runs
}

/// The seconds of `days`.
pub(crate) fn spans(days: &[i64], calendar: &Calendar) -> Vec<DaySpan> {
    let span = |&day: &i64| {
        let date = date_of_day(day);
        DaySpan { day, start: calendar.start_of(date), end: calendar.end_of(date) }
    };
    days.iter().map(span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(days: &[(i64, u64)]) -> BTreeMap<i64, Fingerprint> {
        let print = |&(day, rows)| (day, Fingerprint { rows, ..Fingerprint::default() });
        days.iter().map(print).collect()
    }

    #[test]
    fn runs_hold_neighbours_of_bounded_size_and_begin_with_the_latest() {
        let rows = rows(&[(1, 100_000), (2, 100_000), (3, 31_072), (6, 900_000), (7, 1)]);
        let days: Vec<_> = runs(&[1, 2, 3, 5, 6, 7], &rows).into_iter().map(|it| it.days).collect();
        assert_eq!(days, [vec![7], vec![6], vec![5], vec![2, 3], vec![1]]);
    }

    #[test]
    fn empty_days_share_runs_of_bounded_length() {
        let runs = runs(&(0..70).collect::<Vec<_>>(), &BTreeMap::new());
        assert_eq!(runs.iter().map(|run| run.days.len()).collect::<Vec<_>>(), [31, 31, 8]);
    }

    #[test]
    fn a_day_is_due_until_it_is_summed_of_the_same_rows_in_the_same_zone() {
        let rows = Fingerprint { rows: 2, upload: 3, download: 4, hash: 5 };
        let stored = SummedDay {
            zone: "UTC".to_owned(),
            fingerprint: "2:3:4:5".to_owned(),
            day_records: 0,
            day_traffic: 0,
            checked_at: 0,
        };
        assert!(!is_due(Some(&stored), &rows, "UTC"));
        assert!(is_due(Some(&stored), &rows, "Asia/Shanghai"));
        assert!(is_due(Some(&stored), &Fingerprint::default(), "UTC"));
        assert!(is_due(None, &rows, "UTC"));
    }
}

//! Whether rows that are gone were merged: one decision for each user and day.

use crate::snapshot::manifest::Sum;
use crate::units::Traffic;

/// What was known of a user's day, and what a look at the database found.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct UserDay {
    /// The detail that counts.
    pub(super) kept: Sum,
    /// Bytes of the rows that wait, where there are any.
    pub(super) held: Option<Traffic>,
    /// Bytes of the rows that are gone since, where there are any.
    pub(super) vanished: Option<Traffic>,
    /// The user's sums of the day, before and now.
    pub(super) sums: (Sum, Sum),
    /// The other rows of the day that are there now.
    pub(super) rows: Sum,
}

/// What becomes of a user's cells: counted, or held until a sum explains them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) counts_kept: bool,
    pub(super) counts_held: bool,
    pub(super) counts_vanished: bool,
}

impl UserDay {
    /// Counts what a sum explains. Nothing is counted because it merely would fit: what an admin
    /// deleted would, too, as soon as a sum held rows that nobody saw.
    pub(super) fn verdict(&self) -> Verdict {
        let held = self.held.unwrap_or_default();
        let (counts_held, counts_vanished) = match self.vanished {
            None => (self.held.is_some() && self.is_unexplained(held), false),
            Some(vanished) if self.is_unexplained(vanished) => (false, true),
            Some(vanished) => {
                let both = self.is_unexplained(plus(vanished, held));
                (both, both || self.sum_grew())
            }
        };
        Verdict { counts_kept: !self.is_restored(), counts_held, counts_vanished }
    }

    /// True when the sum now is what is kept and `more`, to the byte.
    fn is_unexplained(&self, more: Traffic) -> bool {
        let (_, sum) = self.sums;
        sum.rows > 0 && sum.traffic.without(self.kept.traffic) == Some(more)
    }

    fn sum_grew(&self) -> bool {
        let (before, now) = self.sums;
        now.rows > before.rows || !now.traffic.beyond(before.traffic).is_zero()
    }

    /// True when no sum is left, and all that was in it may be back, as from a backup: rows tell
    /// all by themselves.
    fn is_restored(&self) -> bool {
        let is_back = self.rows.rows >= self.kept.rows
            && self.rows.traffic.without(self.kept.traffic).is_some();
        self.sums.1.rows == 0 && is_back
    }
}

fn plus(mut a: Traffic, b: Traffic) -> Traffic {
    a += b;
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(bytes: u64) -> Traffic {
        Traffic::of(bytes, 2 * bytes)
    }

    fn sum(total: u64) -> Sum {
        Sum { rows: u64::from(total > 0), traffic: bytes(total) }
    }

    fn day(kept: u64, held: u64, vanished: u64, before: u64, now: u64) -> UserDay {
        let some = |it: u64| (it > 0).then(|| bytes(it));
        let sums = (sum(before), sum(now));
        let (held, vanished) = (some(held), some(vanished));
        UserDay { kept: sum(kept), held, vanished, sums, rows: Sum::default() }
    }

    fn counts(day: UserDay) -> (bool, bool) {
        let Verdict { counts_held, counts_vanished, .. } = day.verdict();
        (counts_held, counts_vanished)
    }

    #[test]
    fn rows_that_vanish_while_a_sum_comes_or_grows_were_merged() {
        assert_eq!(counts(day(0, 0, 5, 0, 5)), (false, true));
        // With rows that nobody saw, and with some that were deleted before.
        assert_eq!(counts(day(0, 0, 5, 0, 9)), (false, true));
        assert_eq!(counts(day(0, 0, 5, 0, 3)), (false, true));
        // A late row is merged, too.
        assert_eq!(counts(day(5, 0, 2, 5, 7)), (false, true));
    }

    #[test]
    fn deleted_rows_are_no_detail() {
        assert_eq!(counts(day(0, 0, 5, 0, 0)), (false, false));
        assert_eq!(counts(day(5, 0, 2, 9, 9)), (false, false));
    }

    #[test]
    fn the_order_of_deleting_and_adding_up_does_not_matter() {
        // Gone first, added up later; and the other way round.
        assert_eq!(counts(day(0, 5, 0, 0, 5)), (true, false));
        assert_eq!(counts(day(0, 0, 5, 5, 5)), (false, true));
        // In two steps.
        assert_eq!(counts(day(0, 2, 3, 5, 5)), (true, true));
        assert_eq!(counts(day(0, 2, 3, 0, 5)), (true, true));
    }

    #[test]
    fn what_was_deleted_before_does_not_fill_up_a_sum() {
        assert_eq!(counts(day(0, 2, 5, 0, 5)), (false, true));
        assert_eq!(counts(day(0, 2, 5, 0, 9)), (false, true));
        assert_eq!(counts(day(0, 2, 0, 0, 9)), (false, false));
    }

    #[test]
    fn rows_that_are_back_take_the_place_of_detail() {
        let cleaned_up = day(5, 0, 0, 5, 0);
        assert!(cleaned_up.verdict().counts_kept);
        let restored = UserDay { rows: sum(5), ..cleaned_up };
        assert!(!restored.verdict().counts_kept);
        let late_row = UserDay { rows: sum(1), ..cleaned_up };
        assert!(late_row.verdict().counts_kept);
    }
}

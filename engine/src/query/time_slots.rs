//! Small dense numbers for hours and days.

use super::renumbering::Renumbering;
use crate::calendar::{Calendar, LocalTime};
use crate::units::UnixSeconds;
use std::collections::HashMap;
use std::ops::Range;

/// How time is cut into buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Buckets {
    /// Hours by their label, so that the same hour of all days is one bucket; a repeated one too.
    HoursOfDay,
    /// Hours by the instant they began, so that no two are ever merged.
    Hours,
    /// Local days.
    Days,
}

/// Numbers buckets of time in the order they are met.
#[derive(Debug, Clone)]
pub(super) struct TimeSlots {
    buckets: Buckets,
    local: LocalTime,
    slots: HashMap<i64, u32, foldhash::fast::RandomState>,
    keys: Vec<i64>,
    /// What was found out last about quarters of an hour, by the low bits of their number.
    quarters: Vec<Quarter>,
}

/// The slot of a quarter of an hour that lies in one bucket.
#[derive(Debug, Clone, Copy)]
struct Quarter {
    number: u32,
    slot: u32,
}

/// Zones have had their full hours at full, half or quarter hours for as long as there is usage.
const QUARTER_S: i64 = 900;

/// Quarters remembered: 85 days in 64 KB.
const QUARTERS: usize = 8_192;

const FORGOTTEN: Quarter = Quarter { number: u32::MAX, slot: 0 };

impl TimeSlots {
    /// No bucket yet, in the calendar's zone.
    pub(super) fn new(buckets: Buckets, calendar: &Calendar) -> Self {
        Self::empty(buckets, calendar.local())
    }

    fn empty(buckets: Buckets, local: LocalTime) -> Self {
        let quarters = vec![FORGOTTEN; QUARTERS];
        Self { buckets, local, slots: HashMap::default(), keys: Vec::new(), quarters }
    }

    /// The same question without any bucket.
    pub(super) fn split(&self) -> Self {
        Self::empty(self.buckets, self.local.clone())
    }

    /// The slot of the bucket that holds `t`.
    #[inline]
    pub(super) fn slot(&mut self, t: UnixSeconds) -> usize {
        if let Ok(second) = u64::try_from(t) {
            let number = second / QUARTER_S as u64;
            let quarter = self.quarters[number as usize % QUARTERS];
            if u64::from(quarter.number) == number {
                return quarter.slot as usize;
            }
        }
        self.look_up(t)
    }

    /// Times around `t` that are known to lie in its bucket; none where nothing is known.
    pub(super) fn known_around(&self, t: UnixSeconds) -> Range<UnixSeconds> {
        let number = t.div_euclid(QUARTER_S);
        let known = self.quarters[number.rem_euclid(QUARTERS as i64) as usize];
        if i64::from(known.number) != number {
            return 0..0;
        }
        number * QUARTER_S..(number + 1) * QUARTER_S
    }

    /// The slots of `other` in this numbering, which has all of its buckets afterwards.
    pub(super) fn merge(&mut self, other: &Self) -> Renumbering {
        Renumbering::each(other.keys.iter().map(|&key| self.slot_of_key(key)).collect())
    }

    /// The buckets by slot: the hour of day, the instant an hour began, or days since 1970-01-01.
    pub(super) fn keys(&self) -> &[i64] {
        &self.keys
    }

    /// Slots by ascending key.
    pub(super) fn ascending(&self) -> Vec<usize> {
        let mut slots: Vec<usize> = (0..self.keys.len()).collect();
        slots.sort_unstable_by_key(|&slot| self.keys[slot]);
        slots
    }

    /// Local times in the zone of the buckets.
    pub(super) fn local(&mut self) -> &mut LocalTime {
        &mut self.local
    }

    /// Bytes held.
    pub(super) fn memory(&self) -> usize {
        self.slots.capacity() * size_of::<(i64, u32)>()
            + self.keys.capacity() * size_of::<i64>()
            + self.quarters.capacity() * size_of::<Quarter>()
    }

    #[inline(never)]
    fn look_up(&mut self, t: UnixSeconds) -> usize {
        let key = match self.buckets {
            Buckets::HoursOfDay => self.local.hour_of_day(t).into(),
            Buckets::Hours => self.local.hour_start(t),
            Buckets::Days => self.local.day(t),
        };
        let slot = self.slot_of_key(key);
        self.remember(t, slot);
        slot as usize
    }

    fn slot_of_key(&mut self, key: i64) -> u32 {
        let keys = &mut self.keys;
        *self.slots.entry(key).or_insert_with(|| {
            keys.push(key);
            u32::try_from(keys.len() - 1).expect("fewer than 2³² hours")
        })
    }

    /// Remembers the slot for the quarter around `t`, unless the clocks change inside it or its
    /// zone cuts hours elsewhere. Starts of hours never decrease, so that equal ones at both ends
    /// mean one hour throughout, and an hour is of one bucket.
    fn remember(&mut self, t: UnixSeconds, slot: u32) {
        let number = t.div_euclid(QUARTER_S);
        let Some(kept) = u32::try_from(number).ok().filter(|&kept| kept != FORGOTTEN.number) else {
            return;
        };
        let (first, last) = (number * QUARTER_S, number * QUARTER_S + QUARTER_S - 1);
        if self.local.hour_start(first) == self.local.hour_start(last) {
            self.quarters[kept as usize % QUARTERS] = Quarter { number: kept, slot };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    fn calendar(zone: &str) -> Calendar {
        Calendar::new(TimeZone::get(zone).expect("a known zone"), 1_760_000_000)
    }

    /// Changes of clocks, of an hour and of half, at midnight and after it, and an odd offset.
    const ZONES: [&str; 5] = [
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "America/Havana",
        "Asia/Kathmandu",
        "Africa/Monrovia",
    ];

    #[test]
    fn remembered_buckets_are_those_of_the_calendar() {
        for zone in ZONES {
            let mut local = calendar(zone).local();
            for buckets in [Buckets::HoursOfDay, Buckets::Hours, Buckets::Days] {
                let mut slots = TimeSlots::new(buckets, &calendar(zone));
                let times = (0..200_000_000).step_by(40_009).chain(1_735_689_600..1_735_780_000);
                for t in times.chain((1_735_689_600..1_767_225_600).step_by(599)) {
                    let slot = slots.slot(t);
                    let key = match buckets {
                        Buckets::HoursOfDay => local.hour_of_day(t).into(),
                        Buckets::Hours => local.hour_start(t),
                        Buckets::Days => local.day(t),
                    };
                    assert_eq!(slots.keys()[slot], key, "{zone} {buckets:?} {t}");
                }
            }
        }
    }

    #[test]
    fn times_beyond_the_table_have_buckets_too() {
        let mut slots = TimeSlots::new(Buckets::Days, &calendar("UTC"));
        let times = [-1, 0, -86_400, 253_402_207_199, -1];
        assert_eq!(times.map(|t| slots.slot(t)), [0, 1, 0, 2, 0]);
        assert_eq!(slots.ascending(), [0, 1, 2]);
    }

    #[test]
    fn merged_slots_are_those_of_the_same_buckets() {
        let mut mine = TimeSlots::new(Buckets::Days, &calendar("UTC"));
        let mut theirs = mine.split();
        [0, 86_400].into_iter().for_each(|t| _ = mine.slot(t));
        [172_800, 86_400].into_iter().for_each(|t| _ = theirs.slot(t));
        assert_eq!(mine.merge(&theirs), Renumbering::Each(vec![2, 1]));
    }
}

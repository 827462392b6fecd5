//! Traffic of the last minutes and hours, of the users that have any.

use super::recent::{RecentSums, RecentWindows};
use crate::units::UnixSeconds;
use std::collections::HashMap;

/// Windows that are summed.
const WINDOWS: usize = size_of::<RecentSums>() / size_of::<u128>();

/// Users that room is made for at once, at least.
const ROOM_MIN: usize = 1 << 10;

/// Recent sums at places that are given as users are met: 24 bytes each. What 64 bits cannot hold
/// is counted apart.
#[derive(Debug, Clone, Default)]
pub(super) struct AllRecent {
    sums: Vec<[u64; WINDOWS]>,
    carried: HashMap<u32, [u64; WINDOWS], foldhash::fast::RandomState>,
}

impl AllRecent {
    /// Adds `bytes` of the moment `t` at a place, which is given where it is 0.
    pub(super) fn add(
        &mut self,
        place: &mut u32,
        windows: RecentWindows,
        t: UnixSeconds,
        bytes: u128,
    ) {
        let mut sums = RecentSums::default();
        windows.add(&mut sums, t, bytes);
        self.add_all(place, &sums);
    }

    /// Adds sums at a place, which is given where it is 0.
    pub(super) fn add_all(&mut self, place: &mut u32, more: &RecentSums) {
        if *place == 0 {
            self.make_room();
            self.sums.push(Default::default());
            *place = u32::try_from(self.sums.len()).expect("fewer than 2³² users");
        }
        let at = *place as usize - 1;
        for (window, &more) in more.iter().enumerate() {
            let sum = u128::from(self.sums[at][window]) + more;
            // Lossless: what is above is carried.
            self.sums[at][window] = sum as u64;
            if sum > u64::MAX.into() {
                self.carried.entry(*place).or_default()[window] += (sum >> 64) as u64;
            }
        }
    }

    /// The sums at a place; none at 0.
    pub(super) fn get(&self, place: u32) -> RecentSums {
        let Some(sums) = (place as usize).checked_sub(1).and_then(|at| self.sums.get(at)) else {
            return RecentSums::default();
        };
        let carried = self.carried.get(&place).copied().unwrap_or_default();
        let mut at = 0..;
        sums.map(|sum| {
            let window = at.next().unwrap_or(0);
            (u128::from(carried[window]) << 64) + u128::from(sum)
        })
    }

    /// Bytes held.
    pub(super) fn memory(&self) -> usize {
        self.sums.capacity() * size_of::<[u64; WINDOWS]>()
            + self.carried.capacity() * size_of::<(u32, [u64; WINDOWS])>()
    }

    /// Room for a quarter more: doubling would hold three times as much for a moment.
    fn make_room(&mut self) {
        if self.sums.len() == self.sums.capacity() {
            self.sums.reserve_exact((self.sums.len() / 4).max(ROOM_MIN));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact_beyond_64_bits() {
        let (mut all, mut place) = (AllRecent::default(), 0);
        let windows = RecentWindows::before(100_000);
        for t in [99_999, 99_000, 90_000, 10] {
            all.add(&mut place, windows, t, u128::from(u64::MAX) * 3);
        }
        assert_eq!(all.get(place), [3, 6, 9].map(|times| u128::from(u64::MAX) * times));
        assert_eq!(all.get(0), RecentSums::default());
    }
}

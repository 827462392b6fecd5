//! What a user's rows come to, in as little room as that takes.

use super::span::Span;
use crate::units::Traffic;
use std::collections::HashMap;

/// Sums of users by position: 40 bytes a user, of which a line of the cache holds more than one.
///
/// Sums are exact at any size: what a field of 64 or 32 bits cannot hold is counted apart, for the
/// few users, if any, whom that concerns.
#[derive(Debug, Clone)]
pub(super) struct UserSums {
    sums: Vec<Low>,
    carried: AllCarried,
}

type AllCarried = HashMap<usize, Carried, foldhash::fast::RandomState>;

#[derive(Debug, Clone, Copy, Default)]
struct Low {
    upload: u64,
    download: u64,
    span: Span,
    records: u32,
    /// Place in the recent sums, from 1; 0 for none.
    recent: u32,
}

const _: () = assert!(size_of::<Low>() == UserSums::BYTES_PER_USER);

/// How often each field ran over.
#[derive(Debug, Clone, Copy, Default)]
struct Carried {
    upload: u64,
    download: u64,
    records: u64,
}

/// What a user's rows come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UserSum {
    pub(super) traffic: Traffic,
    pub(super) records: u64,
    pub(super) span: Span,
}

impl UserSums {
    pub(super) const BYTES_PER_USER: usize = 40;

    /// Nothing yet, of so many users.
    pub(super) fn of(users: usize) -> Self {
        Self { sums: vec![Low::default(); users], carried: HashMap::default() }
    }

    /// Adds rows of the user at a position; returns where the place of their recent sums is kept.
    #[inline]
    pub(super) fn add(
        &mut self,
        at: usize,
        (upload, download): (u64, u64),
        records: u64,
        span: Span,
    ) -> &mut u32 {
        let low = &mut self.sums[at];
        let (upload, carried_up) = low.upload.overflowing_add(upload);
        let (download, carried_down) = low.download.overflowing_add(download);
        // Neither is beyond 2³² in any panel; together they stay within 64 bits in any case.
        let records = records.wrapping_add(low.records.into());
        let carries = carried_up | carried_down | (records > u32::MAX.into());
        (low.upload, low.download) = (upload, download);
        // Lossless: what is above is carried.
        low.records = records as u32;
        low.span.merge(span);
        if carries {
            let carried = Carried {
                upload: carried_up.into(),
                download: carried_down.into(),
                records: records >> 32,
            };
            carry(&mut self.carried, at, &carried);
        }
        &mut low.recent
    }

    /// Adds the sums of `other`, which are of the same users; `recent` is given the places of the
    /// recent sums, mine and theirs.
    pub(super) fn merge(&mut self, other: &Self, mut recent: impl FnMut(&mut u32, u32)) {
        for (at, theirs) in other.sums.iter().enumerate() {
            let traffic = (theirs.upload, theirs.download);
            let mine = self.add(at, traffic, theirs.records.into(), theirs.span);
            recent(mine, theirs.recent);
        }
        for (&at, theirs) in &other.carried {
            carry(&mut self.carried, at, theirs);
        }
    }

    /// What the rows of the user at a position come to.
    pub(super) fn get(&self, at: usize) -> UserSum {
        let low = &self.sums[at];
        let mut sum = UserSum {
            traffic: Traffic::of(low.upload, low.download),
            records: low.records.into(),
            span: low.span,
        };
        if !self.carried.is_empty()
            && let Some(carried) = self.carried.get(&at)
        {
            sum.traffic.upload += u128::from(carried.upload) << 64;
            sum.traffic.download += u128::from(carried.download) << 64;
            sum.records += carried.records << 32;
        }
        sum
    }

    /// Place of a user's recent sums, from 1; 0 for none.
    pub(super) fn recent(&self, at: usize) -> u32 {
        self.sums[at].recent
    }

    /// All sums, by position.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = UserSum> {
        (0..self.sums.len()).map(|at| self.get(at))
    }

    /// Bytes held.
    pub(super) fn memory(&self) -> usize {
        self.sums.capacity() * size_of::<Low>()
            + self.carried.capacity() * size_of::<(usize, Carried)>()
    }
}

#[cold]
fn carry(all: &mut AllCarried, at: usize, more: &Carried) {
    let carried = all.entry(at).or_default();
    carried.upload += more.upload;
    carried.download += more.download;
    carried.records += more.records;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact_beyond_what_a_field_holds() {
        let mut sums = UserSums::of(2);
        let mut other = UserSums::of(2);
        for t in 0..3 {
            let span = Span::of(t, t);
            sums.add(1, (u64::MAX, 1), u32::MAX.into(), span);
            other.add(1, (u64::MAX, u64::MAX), 1 << 40, span);
        }
        sums.merge(&other, |_, _| {});
        let sum = sums.get(1);
        assert_eq!(sum.traffic.upload, 6 * u128::from(u64::MAX));
        assert_eq!(sum.traffic.download, 3 + 3 * u128::from(u64::MAX));
        assert_eq!(sum.records, 3 * u64::from(u32::MAX) + (3 << 40));
        assert_eq!(sum.span.ends(), Some((0, 2)));
        assert_eq!(sums.get(0).traffic, Traffic::default());
    }
}

//! Traffic of the last minutes and hours.

use crate::units::UnixSeconds;

/// First seconds of the last 5 minutes, hour and 4 hours.
#[derive(Debug, Clone, Copy)]
pub(super) struct RecentWindows([UnixSeconds; 3]);

/// Bytes by recent window.
pub(super) type RecentSums = [u128; 3];

impl RecentWindows {
    pub(super) fn before(now: UnixSeconds) -> Self {
        Self([300, 3_600, 14_400].map(|seconds| now - seconds))
    }

    /// The seconds that windows begin at.
    pub(super) fn cuts(self) -> Vec<UnixSeconds> {
        self.0.to_vec()
    }

    /// True when `t` lies in the widest window; most rows do not.
    #[inline]
    pub(super) fn hold(self, t: UnixSeconds) -> bool {
        let [.., widest] = self.0;
        t >= widest
    }

    /// Adds `bytes` to every window that `t` lies in.
    pub(super) fn add(self, sums: &mut RecentSums, t: UnixSeconds, bytes: u128) {
        for (sum, start) in sums.iter_mut().zip(self.0) {
            if t >= start {
                *sum += bytes;
            }
        }
    }
}

/// Adds sums to those of the same windows.
pub(super) fn merge_recent(mine: &mut RecentSums, theirs: &RecentSums) {
    for (mine, theirs) in mine.iter_mut().zip(theirs) {
        *mine += theirs;
    }
}

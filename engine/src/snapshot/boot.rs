//! Time since this machine started: all its processes share it, and nobody can set it.

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use std::fs;
use std::sync::OnceLock;
use xxhash_rust::xxh3::xxh3_64;

/// Where Linux tells one start of the machine from the next.
const BOOT_ID_FILE: &str = "/proc/sys/kernel/random/boot_id";

/// A moment on the clock that began when the machine started, and that a suspended machine goes on
/// counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct BootTime {
    /// Which start.
    boot: u64,
    ms: u64,
}

impl BootTime {
    pub(super) fn now() -> Self {
        let time = clock_gettime(ClockId::Boottime);
        let ms = time.tv_sec.unsigned_abs() * 1_000 + time.tv_nsec.unsigned_abs() / 1_000_000;
        Self { boot: boot(), ms }
    }

    /// Milliseconds from `earlier` to this moment; `None` where it is one of another start, or is
    /// yet to come.
    pub(super) fn ms_since(self, earlier: Self) -> Option<u64> {
        if self.boot != earlier.boot {
            return None;
        }
        self.ms.checked_sub(earlier.ms)
    }

    /// The moment so much later.
    #[cfg(test)]
    pub(super) fn plus_ms(self, ms: u64) -> Self {
        Self { ms: self.ms + ms, ..self }
    }
}

/// A number for this start of the machine; where the system does not tell, all starts are one, and
/// a moment of a later start is one that is yet to come.
fn boot() -> u64 {
    static BOOT: OnceLock<u64> = OnceLock::new();
    *BOOT.get_or_init(|| fs::read(BOOT_ID_FILE).map_or(0, |id| xxh3_64(&id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_another_start_and_of_the_future_tell_nothing() {
        let now = BootTime::now();
        assert_eq!(now.plus_ms(7).ms_since(now), Some(7));
        assert_eq!(now.ms_since(now.plus_ms(7)), None);
        assert_eq!(now.ms_since(BootTime { boot: now.boot ^ 1, ..now }), None);
    }
}

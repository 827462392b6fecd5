//! Where jitter comes from.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// Gives numbers in `0..1`; injected so that lifetimes can be repeated.
pub trait Chance: Send + Sync {
    /// The next number.
    fn next(&self) -> f64;
}

/// Numbers that differ from process to process.
#[derive(Default)]
pub struct SystemChance {
    seed: RandomState,
    drawn: AtomicU64,
}

impl fmt::Debug for SystemChance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemChance").finish_non_exhaustive()
    }
}

impl Chance for SystemChance {
    fn next(&self) -> f64 {
        // A forked child has its parent's seed and count, so its own number tells them apart.
        let draw = (std::process::id(), self.drawn.fetch_add(1, Ordering::Relaxed));
        // 53 bits are what a float holds exactly.
        (self.seed.hash_one(draw) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The same number each time.
#[derive(Debug, Clone, Copy)]
pub struct FixedChance(pub f64);

impl Chance for FixedChance {
    fn next(&self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spread_over_their_range() {
        let chance = SystemChance::default();
        let drawn: Vec<f64> = (0..10_000).map(|_| chance.next()).collect();
        assert!(drawn.iter().all(|it| (0.0..1.0).contains(it)));
        let mean = drawn.iter().sum::<f64>() / 10_000.0;
        assert!((0.48..0.52).contains(&mean), "{mean}");
    }
}

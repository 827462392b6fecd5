//! Times of alternating rounds.

use crate::Result;
use crate::question::Question;
use std::collections::BTreeMap;
use std::time::Instant;

/// What was timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timed {
    Sql(Question),
    DuckDb(Question),
    Warm(Question),
    Original,
    OriginalPage,
    Stream,
    RankByRows,
    Open,
    Cold,
    Refresh,
}

/// Milliseconds of every round.
#[derive(Debug, Default)]
pub(crate) struct Times(BTreeMap<Timed, Vec<f64>>);

impl Times {
    pub(crate) fn add(&mut self, what: Timed, ms: f64) {
        self.0.entry(what).or_default().push(ms);
    }

    pub(crate) fn median(&self, what: Timed) -> Option<f64> {
        let mut times = self.0.get(&what)?.clone();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied()
    }
}

/// What `work` gives, and the milliseconds it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, f64)> {
    let started = Instant::now();
    let done = work()?;
    Ok((done, started.elapsed().as_secs_f64() * 1_000.0))
}

#[cfg(test)]
mod tests {
    use super::{Timed, Times};

    #[test]
    fn the_median_lies_in_the_middle() {
        let mut times = Times::default();
        assert_eq!(times.median(Timed::Cold), None);
        for ms in [9.0, 1.0, 5.0] {
            times.add(Timed::Cold, ms);
        }
        assert_eq!(times.median(Timed::Cold), Some(5.0));
    }
}

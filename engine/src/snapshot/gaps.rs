//! Ids that no row had so far, just below the greatest one seen.
//!
//! A server gives out ids when rows are written, and shows rows when they are committed: a
//! transaction that began earlier may show a smaller id later. Whoever looks for new rows asks for
//! these ids, too.

use super::error::SnapshotError;
use super::generation::Generation;

/// How far below the greatest id a row may still come late. Older ones are found by comparing.
const WINDOW: i64 = 1 << 16;

/// Ranges asked for at most, the latest ones: each costs the server a look into its index.
const RANGES_MAX: usize = 100;

const WORD_BITS: usize = 64;

impl Generation {
    /// First and last id of each gap, ascending.
    ///
    /// # Errors
    /// [`SnapshotError`] for a damaged file.
    pub(super) fn gaps(&self) -> Result<Vec<(i64, i64)>, SnapshotError> {
        let last = self.manifest.watermark;
        let Some(first) = last.checked_sub(WINDOW - 1) else {
            return Ok(Vec::new());
        };
        let first = first.max(1);
        let mut seen = Seen::new(first, last);
        for (known, segment) in self.segments() {
            for run in known.runs.iter().filter(|run| run.ids.1 >= first) {
                let rows = segment.rows.get()?.rows(run.rows.clone());
                rows.id.iter().for_each(|&id| seen.note(id));
            }
        }
        Ok(seen.gaps())
    }
}

/// Which ids of a stretch were seen, one bit each.
struct Seen {
    first: i64,
    last: i64,
    words: Vec<u64>,
}

impl Seen {
    fn new(first: i64, last: i64) -> Self {
        let ids = usize::try_from(last - first + 1).unwrap_or(0);
        Self { first, last, words: vec![0; ids.div_ceil(WORD_BITS)] }
    }

    fn note(&mut self, id: i64) {
        if (self.first..=self.last).contains(&id) {
            let (word, bit) = self.place(id);
            self.words[word] |= bit;
        }
    }

    fn has(&self, id: i64) -> bool {
        let (word, bit) = self.place(id);
        self.words[word] & bit != 0
    }

    fn place(&self, id: i64) -> (usize, u64) {
        debug_assert!((self.first..=self.last).contains(&id));
        let at = (id - self.first) as usize;
        (at / WORD_BITS, 1 << (at % WORD_BITS))
    }

    /// The latest stretches of ids that were not seen, ascending.
    fn gaps(&self) -> Vec<(i64, i64)> {
        let mut gaps: Vec<(i64, i64)> = Vec::new();
        for id in (self.first..=self.last).rev().filter(|&id| !self.has(id)) {
            match gaps.last_mut() {
                Some(gap) if gap.0 == id + 1 => gap.0 = id,
                _ => gaps.push((id, id)),
            }
            if gaps.len() > RANGES_MAX {
                gaps.pop();
                break;
            }
        }
        gaps.reverse();
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(first: i64, last: i64, seen: &[i64]) -> Vec<(i64, i64)> {
        let mut ids = Seen::new(first, last);
        seen.iter().for_each(|&id| ids.note(id));
        ids.gaps()
    }

    #[test]
    fn gaps_are_the_ids_in_between() {
        assert_eq!(gaps(1, 9, &[1, 2, 5, 6, 9]), [(3, 4), (7, 8)]);
        assert_eq!(gaps(1, 3, &[1, 2, 3]), []);
        assert_eq!(gaps(1, 0, &[]), []);
        assert_eq!(gaps(5, 130, &[130, 4, 131]), [(5, 129)]);
    }

    #[test]
    fn the_latest_gaps_are_asked_for() {
        let even: Vec<i64> = (1..=5_000).filter(|id| id % 2 == 0).collect();
        let found = gaps(1, 5_000, &even);
        assert_eq!(found.len(), RANGES_MAX);
        assert_eq!(found.last(), Some(&(4_999, 4_999)));
    }
}

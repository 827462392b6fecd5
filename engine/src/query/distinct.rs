//! Many sets of small numbers, of which only the sizes are asked in the end.

use super::renumbering::{PAGE, Renumbering};
use roaring::RoaringBitmap;

/// Bits are kept plainly up to this size: 50 000 users by 2 500 hours. A kernel that is split has
/// one of these per thread, and all must fit the memory that a question may use.
const DENSE_BYTES_MAX: usize = 16 << 20;

/// Bits are kept plainly at any number of sets where those of a set take no more than a bitmap's
/// header does: 1 000 nodes.
const DENSE_WORDS_PER_SET: usize = SPARSE_SET_BYTES / size_of::<u64>();

/// What a sparse set takes beside its members: its header and about two containers.
const SPARSE_SET_BYTES: usize = 128;
/// Two bytes by member in a container, which may have grown to twice its size.
const SPARSE_MEMBER_BYTES: usize = 4;

/// Sets numbered from 0 whose members are small numbers.
///
/// One matrix of bits, a row by set: adding a member costs a nanosecond or two, against 15 to 50
/// in a compressed bitmap. Once the matrix would be too large every set becomes such a bitmap.
#[derive(Debug, Clone, Default)]
pub(super) struct DistinctSets {
    /// `sets × words_per_set`; empty once sparse.
    words: Vec<u64>,
    /// 0 before the first member and once sparse.
    words_per_set: usize,
    /// Sets that are expected, and words that hold the members expected.
    expected: (usize, usize),
    sparse: Option<Sparse>,
}

#[derive(Debug, Clone, Default)]
struct Sparse {
    sets: Vec<RoaringBitmap>,
    members: u64,
}

impl DistinctSets {
    /// No members yet, of so many sets and members as are known beforehand.
    pub(super) fn numbering(sets: usize, members: usize) -> Self {
        Self { expected: (sets, members.div_ceil(PAGE as usize)), ..Self::default() }
    }

    /// Bytes that so many sets of so many members take at least, once each has a few.
    pub(super) fn bytes_for(sets: usize, members: usize) -> usize {
        let words = members.div_ceil(PAGE as usize).max(1);
        match Self::are_dense(sets, words) {
            true => sets * words * size_of::<u64>(),
            false => sets * SPARSE_SET_BYTES,
        }
    }

    fn are_dense(sets: usize, words: usize) -> bool {
        words <= DENSE_WORDS_PER_SET
            || sets.saturating_mul(words) <= DENSE_BYTES_MAX / size_of::<u64>()
    }

    /// Adds a member to a set; sets come into being when they get their first.
    #[inline]
    pub(super) fn insert(&mut self, set: usize, member: u32) {
        let word = (member / PAGE) as usize;
        if word < self.words_per_set
            && let Some(bits) = self.words.get_mut(set * self.words_per_set + word)
        {
            *bits |= 1 << (member % PAGE);
        } else {
            self.insert_page(set, word, 1 << (member % PAGE));
        }
    }

    /// Adds all members that `bits` stand for in word `word`.
    #[inline]
    pub(super) fn insert_word(&mut self, set: usize, word: usize, bits: u64) {
        if word < self.words_per_set
            && let Some(known) = self.words.get_mut(set * self.words_per_set + word)
        {
            *known |= bits;
        } else if bits != 0 {
            self.insert_page(set, word, bits);
        }
    }

    /// Number of distinct members of a set.
    pub(super) fn len_of(&self, set: usize) -> u64 {
        match &self.sparse {
            Some(sparse) => sparse.sets.get(set).map_or(0, RoaringBitmap::len),
            None => self.row(set).iter().map(|bits| u64::from(bits.count_ones())).sum(),
        }
    }

    /// Bytes held.
    pub(super) fn memory(&self) -> usize {
        let sparse = self.sparse.as_ref().map_or(0, |sparse| {
            let members = usize::try_from(sparse.members).unwrap_or(usize::MAX);
            sparse.sets.capacity() * SPARSE_SET_BYTES + members.saturating_mul(SPARSE_MEMBER_BYTES)
        });
        self.words.capacity() * size_of::<u64>() + sparse
    }

    /// Adds the members of all sets of `other`, whose sets and members are numbered differently.
    pub(super) fn merge(&mut self, other: Self, sets: &Renumbering, members: &Renumbering) {
        let mine = |set: usize| sets.of(u32::try_from(set).expect("fewer than 2³² sets")) as usize;
        if let Some(theirs) = other.sparse {
            for (set, bitmap) in theirs.sets.into_iter().enumerate() {
                let bitmap = match members {
                    Renumbering::Same => bitmap,
                    _ => bitmap.into_iter().map(|member| members.of(member)).collect(),
                };
                self.become_sparse().add_all(mine(set), bitmap);
            }
            return;
        }
        for (set, row) in other.words.chunks_exact(other.words_per_set.max(1)).enumerate() {
            for (word, &bits) in row.iter().enumerate().filter(|&(_, &bits)| bits != 0) {
                match members.page(word) {
                    Some(word) => self.insert_page(mine(set), word, bits),
                    None => members_of(word, bits)
                        .for_each(|member| self.insert(mine(set), members.of(member))),
                }
            }
        }
    }

    fn row(&self, set: usize) -> &[u64] {
        let start = set * self.words_per_set;
        self.words.get(start..start + self.words_per_set).unwrap_or_default()
    }

    /// Adds all members that `bits` stand for in word `word`, making room where there is none.
    #[inline(never)]
    fn insert_page(&mut self, set: usize, word: usize, bits: u64) {
        if self.sparse.is_none() && !self.has_room(set, word) {
            self.make_room(set, word);
        }
        match &mut self.sparse {
            Some(sparse) => members_of(word, bits).for_each(|member| sparse.insert(set, member)),
            None => self.words[set * self.words_per_set + word] |= bits,
        }
    }

    fn has_room(&self, set: usize, word: usize) -> bool {
        word < self.words_per_set && (set + 1) * self.words_per_set <= self.words.len()
    }

    /// Widens every set to hold `word` and adds sets up to `set`; turns sparse where that takes too
    /// much.
    fn make_room(&mut self, set: usize, word: usize) {
        let before = self.words_per_set.max(1);
        let wide = match word {
            word if word < before.max(self.expected.1) => before.max(self.expected.1),
            word => width(word),
        };
        let sets = (self.words.len() / before).max(set + 1).max(self.expected.0);
        if !Self::are_dense(sets, wide) {
            self.become_sparse();
            return;
        }
        if wide > before {
            self.words = widened(&self.words, before, wide);
        }
        self.words_per_set = wide;
        self.words.resize(sets * wide, 0);
    }

    fn become_sparse(&mut self) -> &mut Sparse {
        let (words, wide) = (std::mem::take(&mut self.words), self.words_per_set.max(1));
        self.words_per_set = 0;
        self.sparse.get_or_insert_with(|| Sparse::of(&words, wide))
    }
}

/// Words by set that hold `word`: doubled, so that widening stays rare, and odd from a line of the
/// cache on, as else the same word of all sets would compete for the same few lines.
fn width(word: usize) -> usize {
    let words = (word + 1).next_power_of_two();
    if words < 8 { words } else { words + 1 }
}

/// Rows of `before` words as rows of `wide` words.
fn widened(words: &[u64], before: usize, wide: usize) -> Vec<u64> {
    let mut rows = vec![0; words.len() / before * wide];
    for (row, old) in rows.chunks_exact_mut(wide).zip(words.chunks_exact(before)) {
        row[..before].copy_from_slice(old);
    }
    rows
}

/// The members that the bits of a word stand for, ascending.
fn members_of(word: usize, bits: u64) -> impl Iterator<Item = u32> {
    let first = u32::try_from(word).expect("members have 32 bits") * PAGE;
    (0..PAGE).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| first + bit)
}

impl Sparse {
    fn of(words: &[u64], words_per_set: usize) -> Self {
        let mut sparse = Self::default();
        for (set, row) in words.chunks_exact(words_per_set).enumerate() {
            let members = row.iter().enumerate().flat_map(|(at, &bits)| members_of(at, bits));
            sparse.add_all(set, members.collect());
        }
        sparse
    }

    fn insert(&mut self, set: usize, member: u32) {
        self.members += u64::from(self.set(set).insert(member));
    }

    fn add_all(&mut self, set: usize, members: RoaringBitmap) {
        let mine = self.set(set);
        let before = mine.len();
        *mine |= members;
        let added = mine.len() - before;
        self.members += added;
    }

    fn set(&mut self, set: usize) -> &mut RoaringBitmap {
        if set >= self.sets.len() {
            self.sets.resize_with(set + 1, RoaringBitmap::new);
        }
        &mut self.sets[set]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use std::collections::{BTreeMap, BTreeSet};

    /// Sets of which some stay small and some have members far up, so that both kinds occur.
    fn drawn(seed: u64, member_max: u32) -> Vec<(usize, u32)> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        (0..2_000).map(|_| (rng.random_range(0..40), rng.random_range(0..=member_max))).collect()
    }

    fn sizes(members: &[(usize, u32)]) -> BTreeMap<usize, u64> {
        let mut sets: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
        for &(set, member) in members {
            sets.entry(set).or_default().insert(member);
        }
        sets.into_iter().map(|(set, members)| (set, members.len() as u64)).collect()
    }

    fn filled(members: &[(usize, u32)]) -> DistinctSets {
        let mut sets = DistinctSets::default();
        members.iter().for_each(|&(set, member)| sets.insert(set, member));
        sets
    }

    #[test]
    fn sizes_are_those_of_plain_sets_dense_or_sparse() {
        for member_max in [0, 63, 64, 5_000, 100_000_000] {
            let members = drawn(1, member_max);
            let sets = filled(&members);
            assert_eq!(sets.sparse.is_some(), member_max == 100_000_000);
            for (set, size) in sizes(&members) {
                assert_eq!(sets.len_of(set), size, "set {set} of members to {member_max}");
            }
            assert_eq!(sets.len_of(1_000), 0);
        }
    }

    #[test]
    fn merging_equals_inserting_whichever_are_sparse_and_however_numbered() {
        let reversed = |len: u32| Renumbering::Each((0..len).rev().collect());
        let pages = Renumbering::Pages((0..200).map(|page| (page + 3) % 200).collect());
        for (mine_max, their_max) in
            [(60, 5_000), (5_000, 60), (100_000_000, 60), (60, 100_000_000)]
        {
            let (mine, theirs) = (drawn(2, mine_max), drawn(3, their_max));
            for renumbering in [Renumbering::Same, pages.clone(), reversed(5_001)] {
                if their_max > 5_000 && renumbering != Renumbering::Same {
                    continue;
                }
                let mut merged = filled(&mine);
                merged.merge(filled(&theirs), &reversed(40), &renumbering);
                let moved = theirs.iter().map(|&(set, member)| (39 - set, renumbering.of(member)));
                let all: Vec<_> = mine.iter().copied().chain(moved).collect();
                for (set, size) in sizes(&all) {
                    assert_eq!(merged.len_of(set), size);
                }
            }
        }
    }

    #[test]
    fn memory_stays_bounded_by_the_members() {
        let mut sets = DistinctSets::default();
        for set in 0..10_000 {
            sets.insert(set, u32::MAX - 1);
        }
        assert!(sets.memory() < 4 << 20, "{}", sets.memory());
    }
}

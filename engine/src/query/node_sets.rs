//! The nodes of whole users at once.

use super::distinct::DistinctSets;
use super::slots::{DAY_SLOT, NodeSlots};
use crate::column::{NODES_PER_WORD, Totals};

/// Bits of totals as slots. Writers number nodes as slots do, so that most words need no
/// translation.
pub(super) struct NodeSets {
    /// By word: codes that are their own slots, and codes of other nodes.
    words: Vec<(u64, u64)>,
    slots: Vec<u32>,
}

impl NodeSets {
    /// For totals whose texts `slots` has learnt last.
    pub(super) fn of(totals: &Totals<'_>, slots: &NodeSlots<'_>) -> Self {
        let mut words = vec![(0, 0); totals.nodes.len()];
        let codes = 0..u32::try_from(totals.texts.len()).expect("fewer than 2³² texts");
        let slots: Vec<u32> = codes.map(|code| slots.slot(code)).collect();
        for (code, &slot) in slots.iter().enumerate() {
            let (same, other) = &mut words[code / NODES_PER_WORD];
            let bit = 1 << (code % NODES_PER_WORD);
            match slot {
                DAY_SLOT => {}
                slot if slot as usize == code => *same |= bit,
                _ => *other |= bit,
            }
        }
        Self { words, slots }
    }

    /// Adds the nodes of a user to a set.
    #[inline]
    pub(super) fn add(
        &self,
        sets: &mut DistinctSets,
        set: usize,
        totals: &Totals<'_>,
        user: usize,
    ) {
        for (word, (bits, &(same, other))) in totals.nodes.iter().zip(&self.words).enumerate() {
            let bits = bits[user];
            sets.insert_word(set, word, bits & same);
            let mut rest = bits & other;
            while rest != 0 {
                let code = word * NODES_PER_WORD + rest.trailing_zeros() as usize;
                sets.insert(set, self.slots[code]);
                rest &= rest - 1;
            }
        }
    }
}

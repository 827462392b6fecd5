//! Small dense numbers for users met on the way, listed or not.

use super::renumbering::{PAGE, Renumbering};
use std::collections::HashMap;

/// Pages below this are looked up in a table: ids up to 16 million, 1 MB.
const TABLE_PAGES_MAX: usize = 1 << 18;

const UNMET: u32 = u32::MAX;

/// Numbers user ids. 64 neighbouring ids are a page and get neighbouring slots, pages in the order
/// they are met: the table of pages stays in the first-level cache (50 000 users are 782 pages),
/// and sets of slots are renumbered by whole words.
#[derive(Debug, Clone)]
pub(super) struct UserSlots {
    /// Number of a page by page; grows with the ids met.
    table: Vec<u32>,
    /// Numbers of the pages that have no place in the table.
    beyond: HashMap<i64, u32, foldhash::fast::RandomState>,
    /// The page looked up last in `beyond`, and its number: neighbours often share the user.
    last: (i64, u32),
    /// Pages by number.
    pages: Vec<i64>,
}

impl Default for UserSlots {
    fn default() -> Self {
        // No page is this far up: ids have 64 bits, pages fewer.
        let last = (i64::MAX, UNMET);
        Self { table: Vec::new(), beyond: HashMap::default(), last, pages: Vec::new() }
    }
}

impl UserSlots {
    /// The slot of an id.
    #[inline]
    pub(super) fn slot(&mut self, id: i64) -> u32 {
        let page = id.div_euclid(PAGE.into());
        let met = usize::try_from(page).ok().and_then(|page| self.table.get(page));
        let number = match met {
            Some(&number) if number != UNMET => number,
            _ => self.number(page),
        };
        // Lossless: what is left is below 64.
        number * PAGE + id.rem_euclid(PAGE.into()) as u32
    }

    /// The slots of `other` in this numbering, which has all of its pages afterwards.
    pub(super) fn merge(&mut self, other: &Self) -> Renumbering {
        Renumbering::pages(other.pages.iter().map(|&page| self.number(page)).collect())
    }

    /// Bytes held.
    pub(super) fn memory(&self) -> usize {
        self.table.capacity() * size_of::<u32>()
            + self.beyond.capacity() * size_of::<(i64, u32)>()
            + self.pages.capacity() * size_of::<i64>()
    }

    #[inline(never)]
    fn number(&mut self, page: i64) -> u32 {
        if page == self.last.0 {
            return self.last.1;
        }
        match usize::try_from(page) {
            Ok(page) if page < TABLE_PAGES_MAX => self.number_by_table(page),
            _ => self.number_by_hash(page),
        }
    }

    fn number_by_table(&mut self, page: usize) -> u32 {
        if page >= self.table.len() {
            self.table.resize((page + 1).next_power_of_two(), UNMET);
        }
        if self.table[page] == UNMET {
            self.table[page] = next_number(&self.pages);
            self.pages.push(page as i64);
        }
        self.table[page]
    }

    fn number_by_hash(&mut self, page: i64) -> u32 {
        let pages = &mut self.pages;
        let number = *self.beyond.entry(page).or_insert_with(|| {
            let number = next_number(pages);
            pages.push(page);
            number
        });
        self.last = (page, number);
        number
    }
}

/// # Panics
/// After 2²⁶ pages, whose table alone would take more than any limit on memory allows.
fn next_number(pages: &[i64]) -> u32 {
    let number = u32::try_from(pages.len()).ok().filter(|&number| number < u32::MAX / PAGE);
    number.expect("fewer than 2²⁶ pages of users")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const IDS: [i64; 12] =
        [i64::MIN, -65, -64, -1, 0, 63, 64, 5_000, 16_777_215, 16_777_216, i64::MAX - 64, i64::MAX];

    #[test]
    fn every_id_has_a_slot_of_its_own_and_keeps_it() {
        let mut slots = UserSlots::default();
        let first = IDS.map(|id| slots.slot(id));
        assert_eq!(first.iter().collect::<HashSet<_>>().len(), IDS.len());
        assert_eq!(IDS.map(|id| slots.slot(id)), first);
    }

    #[test]
    fn merged_slots_are_those_of_the_same_ids() {
        let (mut mine, mut theirs) = (UserSlots::default(), UserSlots::default());
        IDS.iter().take(7).for_each(|&id| _ = mine.slot(id));
        let their_slots: Vec<_> = IDS.iter().rev().map(|&id| (id, theirs.slot(id))).collect();
        let renumbering = mine.merge(&theirs);
        for (id, slot) in their_slots {
            assert_eq!(renumbering.of(slot), mine.slot(id), "{id}");
        }
    }
}

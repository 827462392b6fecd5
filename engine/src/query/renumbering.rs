//! What the numbers of one numbering are in another.

/// Numbers that share a page, so that a page of a set is one word.
pub(super) const PAGE: u32 = u64::BITS;

/// Turns the numbers of one numbering into those of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Renumbering {
    /// Both number alike.
    Same,
    /// Pages differ, by page; places inside a page do not.
    Pages(Vec<u32>),
    /// Every number differs, by number.
    Each(Vec<u32>),
}

impl Renumbering {
    /// The numbering whose number `at` is `numbers[at]` in the other.
    pub(super) fn each(numbers: Vec<u32>) -> Self {
        if is_identity(&numbers) { Self::Same } else { Self::Each(numbers) }
    }

    /// The numbering whose page `at` is `pages[at]` in the other.
    pub(super) fn pages(pages: Vec<u32>) -> Self {
        if is_identity(&pages) { Self::Same } else { Self::Pages(pages) }
    }

    /// What `number` is in the other numbering.
    ///
    /// # Panics
    /// When the number was never given.
    pub(super) fn of(&self, number: u32) -> u32 {
        match self {
            Self::Same => number,
            Self::Pages(pages) => pages[(number / PAGE) as usize] * PAGE + number % PAGE,
            Self::Each(numbers) => numbers[number as usize],
        }
    }

    /// What a page is in the other numbering, where it stays together.
    pub(super) fn page(&self, page: usize) -> Option<usize> {
        match self {
            Self::Same => Some(page),
            Self::Pages(pages) => Some(pages[page] as usize),
            Self::Each(_) => None,
        }
    }
}

fn is_identity(numbers: &[u32]) -> bool {
    numbers.iter().enumerate().all(|(at, &number)| at == number as usize)
}

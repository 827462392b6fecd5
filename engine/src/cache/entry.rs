//! What is asked for, and what is kept for it.

use std::sync::Arc;

/// What is asked for: a name, and the generation of the data that the answer should be of.
///
/// There is one place for each name. Of a newer generation than the one that lies there nobody asks
/// for the older again, so a newer answer takes its place; until then the older one is stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key<'a> {
    /// Its name; patterns match it.
    pub name: &'a str,
    /// The generation of the data, 0 for what has none.
    pub generation: u64,
}

impl<'a> Key<'a> {
    /// A key of data that has no generations.
    pub fn named(name: &'a str) -> Self {
        Self { name, generation: 0 }
    }

    /// The key at a generation.
    #[must_use]
    pub fn at(self, generation: u64) -> Self {
        Self { generation, ..self }
    }
}

/// An answer and how long it may be given. Cheap to clone: the bytes are shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) value: Arc<[u8]>,
    /// The generation it is of.
    pub(super) generation: u64,
    /// True when it says that there is nothing.
    pub(super) negative: bool,
    /// When it was made, in milliseconds since 1970, as all moments here.
    pub(super) made_ms: i64,
    /// It is given without a thought before this moment.
    pub(super) fresh_until_ms: i64,
    /// It is given before this moment while somebody makes a new one.
    pub(super) stale_until_ms: i64,
}

/// What an entry is worth to whoever asks now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Worth {
    Fresh,
    Stale,
    Nothing,
}

impl Entry {
    /// What it is worth at `now_ms` to who asks for `generation`.
    pub(super) fn worth(&self, generation: u64, now_ms: i64) -> Worth {
        if now_ms >= self.stale_until_ms {
            Worth::Nothing
        } else if now_ms < self.fresh_until_ms && self.generation == generation {
            Worth::Fresh
        } else {
            Worth::Stale
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_generation_asked_for_is_fresh() {
        let entry = Entry {
            value: Arc::from(*b"x"),
            generation: 7,
            negative: false,
            made_ms: 0,
            fresh_until_ms: 100,
            stale_until_ms: 150,
        };
        let worth = |generation, now_ms| entry.worth(generation, now_ms);
        assert_eq!(
            [worth(7, 99), worth(7, 100), worth(7, 149)].map(|it| it == Worth::Fresh),
            [true, false, false]
        );
        assert_eq!([worth(8, 0), worth(8, 149), worth(7, 149)], [Worth::Stale; 3]);
        assert_eq!([worth(7, 150), worth(8, 150)], [Worth::Nothing; 2]);
    }
}

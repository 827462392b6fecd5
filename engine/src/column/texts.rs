//! The texts of column `node`.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// Dictionary of the distinct texts of column `node`: each text once, numbered as first met.
#[derive(Debug)]
pub struct NodeTexts {
    identity: u64,
    texts: Vec<Box<str>>,
    codes: HashMap<Box<[u8]>, u32, foldhash::fast::RandomState>,
}

impl Default for NodeTexts {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let identity = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { identity, texts: Vec::new(), codes: HashMap::default() }
    }
}

impl NodeTexts {
    /// Tells dictionaries of this process apart; one only ever grows.
    pub fn identity(&self) -> u64 {
        self.identity
    }

    /// The code of `text`, a new one when it was not met before.
    pub fn encode(&mut self, text: &str) -> u32 {
        if let Some(code) = self.code(text.as_bytes()) {
            return code;
        }
        let code = u32::try_from(self.texts.len()).expect("fewer than 2³² distinct node texts");
        self.texts.push(text.into());
        self.codes.insert(text.as_bytes().into(), code);
        code
    }

    /// The code of a text met before.
    pub fn code(&self, text: &[u8]) -> Option<u32> {
        self.codes.get(text).copied()
    }

    /// The text behind `code`.
    ///
    /// # Panics
    /// When the code is not of this dictionary.
    pub fn text(&self, code: u32) -> &str {
        &self.texts[code as usize]
    }

    /// All texts in the order of their codes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.texts.iter().map(AsRef::as_ref)
    }

    /// Number of distinct texts.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// True before the first text.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dictionaries_are_told_apart() {
        assert_ne!(NodeTexts::default().identity(), NodeTexts::default().identity());
    }
}

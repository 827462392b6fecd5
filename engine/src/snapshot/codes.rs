//! Rows of several dictionaries under one.

use crate::column::NodeTexts;

/// Codes of the dictionary rows come with, as codes of the one they are written with.
#[derive(Default)]
pub(super) struct Codes {
    dictionary: Option<u64>,
    codes: Vec<Option<u32>>,
}

impl Codes {
    /// The code in `to` of a code of `from`.
    ///
    /// # Panics
    /// When the code is not of `from`.
    pub(super) fn translate(&mut self, code: u32, from: &NodeTexts, to: &mut NodeTexts) -> u32 {
        if self.dictionary != Some(from.identity()) {
            *self = Self { dictionary: Some(from.identity()), codes: Vec::new() };
        }
        if self.codes.len() < from.len() {
            self.codes.resize(from.len(), None);
        }
        *self.codes[code as usize].get_or_insert_with(|| to.encode(from.text(code)))
    }
}

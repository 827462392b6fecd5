//! Usage rows by column: what stores deliver and kernels consume.

use crate::units::UnixSeconds;
use std::collections::HashMap;

/// The text in column `node` that marks the sum of a merged day instead of a node.
pub const DAY_MARKER: &str = "DAY";

/// Rows a batch holds at most: large enough to spread the cost of a call, small enough for the
/// second-level cache.
pub const BATCH_ROWS_MAX: usize = 8_192;

/// A run of usage rows, one vector per column, all of one length.
#[derive(Debug, Clone, Default)]
pub struct UsageBatch {
    /// `user_usage.id`.
    pub id: Vec<i64>,
    /// `user_usage.user_id`, which need not exist in `user`.
    pub user_id: Vec<i64>,
    /// Unix seconds.
    pub t: Vec<UnixSeconds>,
    /// Bytes uploaded.
    pub upload: Vec<u64>,
    /// Bytes downloaded.
    pub download: Vec<u64>,
    /// Code of the node text in the [`NodeTexts`] that travels with the batch.
    pub node: Vec<u32>,
    /// Billing multiplier; empty unless the scan asked for it.
    pub count_rate: Vec<Option<f64>>,
}

impl UsageBatch {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// Removes all rows and keeps the memory.
    pub fn clear(&mut self) {
        self.id.clear();
        self.user_id.clear();
        self.t.clear();
        self.upload.clear();
        self.download.clear();
        self.node.clear();
        self.count_rate.clear();
    }

    /// The rows whose number `keep` accepts.
    #[must_use]
    pub fn select(&self, keep: impl Fn(usize) -> bool) -> Self {
        let rows: Vec<usize> = (0..self.len()).filter(|&row| keep(row)).collect();
        fn take<T: Copy>(column: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().filter_map(|&row| column.get(row).copied()).collect()
        }
        Self {
            id: take(&self.id, &rows),
            user_id: take(&self.user_id, &rows),
            t: take(&self.t, &rows),
            upload: take(&self.upload, &rows),
            download: take(&self.download, &rows),
            node: take(&self.node, &rows),
            count_rate: take(&self.count_rate, &rows),
        }
    }
}

/// Dictionary of the distinct texts of column `node`: each text once, numbered as first met.
#[derive(Debug, Clone, Default)]
pub struct NodeTexts {
    texts: Vec<Box<str>>,
    codes: HashMap<Box<[u8]>, u32, foldhash::fast::RandomState>,
}

impl NodeTexts {
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

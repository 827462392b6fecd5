//! How far long work has come.

use std::sync::Arc;

/// How far long work has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done, for people.
    pub doing: &'static str,
    /// Rows done so far.
    pub done: u64,
    /// Rows to do, where that is known beforehand.
    pub total: Option<u64>,
}

/// Is told of progress, often and on the working thread, so it must return at once.
pub type Observer = Arc<dyn Fn(Progress) + Send + Sync>;

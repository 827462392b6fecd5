//! What all tests share: running the binary, and files for it to run on.

pub(crate) mod run;
pub(crate) mod sqlite;

//! Questions as hosts write them that have no Rust types to fill in: by name, with options by key.
//!
//! PHP, C and HTTP hosts share these names, keys, defaults and checks.

mod config;
mod pieces;
mod question;
mod requests;

pub use pieces::JsonPieces;
pub use question::{NAMES, Period, Reply};
pub use requests::FromOptions;

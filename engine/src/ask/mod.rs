//! Questions as hosts write them that have no Rust types to fill in: by name, with options by key.
//!
//! Hosts share these names, keys, defaults and checks; PHP is the first of them.

mod cache_options;
mod cached;
mod config;
mod config_text;
mod files;
mod given_period;
mod period;
mod pieces;
mod question;
mod requests;

pub use cache_options::{Forget, Keep};
pub use cached::cache_place;
pub use files::NamedFile;
pub use given_period::{GivenPeriod, PeriodNames};
pub use period::{Period, PeriodRequest};
pub use pieces::JsonPieces;
pub use question::{NAMES, Reply};
pub use requests::FromOptions;

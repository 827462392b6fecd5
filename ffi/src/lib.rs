//! The C ABI of Traffic Engine.
//!
//! It translates, nothing else. What holds for every call is told at the top of the header, which
//! `cbindgen.toml` holds; each function here tells the rest.
#![allow(unsafe_code, reason = "pointers of C hosts are what this crate is about")]
#![allow(non_camel_case_types, reason = "types have the names that C knows them by")]
#![allow(clippy::missing_safety_doc, reason = "the header states once what all calls ask for")]
#![warn(clippy::undocumented_unsafe_blocks)]

mod engine;
mod failure;
mod guard;
mod handle;
mod json;
mod live;
mod log;
mod node_row;
mod options;
mod out;
mod process;
mod rows;
mod sized;
mod source;
mod status;
mod text;
mod totals;
mod u128;
mod user_row;
mod version;

pub use engine::*;
pub use failure::te_last_error;
pub use handle::{te_engine, te_pieces, te_rows, te_string};
pub use json::*;
pub use live::*;
pub use log::{te_log_callback, te_log_level, te_set_log};
pub use node_row::{te_node_row, te_rows_next_nodes};
pub use options::*;
pub use rows::*;
pub use source::*;
pub use status::*;
pub use text::te_text;
pub use totals::*;
pub use u128::*;
pub use user_row::{te_rows_next_users, te_user_row};
pub use version::*;

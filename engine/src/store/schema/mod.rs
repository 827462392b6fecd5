//! Tables, columns and indexes: what a database has, and what it should have.

mod columns;

pub use columns::Table;
pub(super) use columns::{NODE_COLUMNS, Schema, SchemaCell, USAGE_COLUMNS, USER_COLUMNS};

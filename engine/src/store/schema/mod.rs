//! Tables, columns and indexes: what a database has, and what it should have.

mod columns;
mod index;
mod plan;

pub use columns::Table;
pub(super) use columns::{NODE_COLUMNS, Schema, SchemaCell, USAGE_COLUMNS, USER_COLUMNS};
pub use index::{Altering, Catalogue, Index};
pub use plan::{Droppable, IndexSql, Judged, SchemaPlan, Step, Verdict};
pub(crate) use plan::{judged, lacking, plan};

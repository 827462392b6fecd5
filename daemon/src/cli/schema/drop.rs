//! `schema drop`.

use super::LockWait;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Column, Reply, Row};
use serde::Serialize;
use traffic_engine::{Index, SchemaDrop};

/// Drop indexes that `status` lists as helping or as those that may go; no others
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine schema drop idx_user_enable --store mysql://admin@db/v2raysocks"
)]
pub(super) struct Drop {
    /// Names of indexes
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    wait: LockWait,
}

impl Drop {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let drop = SchemaDrop { how: self.wait.altering(false), names: self.names };
        let dropped = context.engine()?.schema_drop(&drop)?;
        context.output().object_of_rows(&dropped, dropped.iter().map(Line::of))
    }
}

#[derive(Default, Serialize)]
struct Line {
    dropped: String,
    table: String,
    columns: String,
}

impl Line {
    fn of(index: &Index) -> Self {
        let columns = index.columns.join(", ");
        Self { dropped: index.name.clone(), table: index.table.to_string(), columns }
    }
}

impl Row for Line {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("dropped", |row, _| row.dropped.clone()),
        Column::text("was on", |row, _| format!("{} ({})", row.table, row.columns)),
    ];
}

//! `schema status`.

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Column, Reply, Row};
use serde::Serialize;
use traffic_engine::{Judged, Verdict};

/// List the indexes there are: those that help, those that may go, those of others
#[derive(clap::Args)]
#[command(after_help = "Example:\n  traffic-engine schema status --store sqlite://usage.db")]
pub(super) struct Status {}

impl Status {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let judged = context.engine()?.schema_status()?;
        context.output().object_of_rows(&judged, judged.iter().map(Line::of))
    }
}

#[derive(Default, Serialize)]
struct Line {
    table: String,
    name: String,
    columns: String,
    verdict: &'static str,
}

impl Line {
    fn of(judged: &Judged) -> Self {
        let Judged { index, verdict } = judged;
        Self {
            table: index.table.to_string(),
            name: index.name.clone(),
            columns: index.columns.join(", "),
            verdict: match verdict {
                Verdict::Helps => "helps",
                Verdict::Droppable => "may be dropped",
                Verdict::OfOthers => "of others",
            },
        }
    }
}

impl Row for Line {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("index", |row, _| row.name.clone()),
        Column::text("on", |row, _| format!("{} ({})", row.table, row.columns)),
        Column::text("verdict", |row, _| row.verdict.to_owned()),
    ];
}

//! `schema apply`.

use super::{LockWait, written};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Column, Reply, Row, milliseconds};
use serde::Serialize;
use traffic_engine::{Measured, SchemaApply, SchemaReport};

/// Make the indexes that are missing and help, and show what difference they make
///
/// Others go on reading and writing meanwhile. Each index is made whole or not at all, so that after
/// a failure the same command goes on. `schema drop NAME` undoes it.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine schema apply --store mysql://admin@db/v2raysocks --password-file secret"
)]
pub(super) struct Apply {
    #[command(flatten)]
    wait: LockWait,
    /// Let others wait meanwhile, where the server cannot change the table beside them
    #[arg(long)]
    offline: bool,
    /// Do not ask the database the usual questions before and after
    #[arg(long)]
    no_measure: bool,
}

impl Apply {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let how = self.wait.altering(self.offline);
        let apply = SchemaApply { how, measure: !self.no_measure };
        let report = context.engine()?.schema_apply(&apply)?;
        let rows = rows(&report);
        context.output().object_of_rows(&report, rows)
    }
}

/// An index that was made, or a question that was measured.
#[derive(Default, Serialize)]
struct Line {
    what: String,
    before_ms: Option<f64>,
    after_ms: Option<f64>,
}

fn rows(report: &SchemaReport) -> Vec<Line> {
    if report.created.is_empty() {
        return vec![Line { what: "nothing is missing".to_owned(), ..Line::default() }];
    }
    let created = report.created.iter().map(|index| Line {
        what: format!("made {} on {}", index.name, written(index)),
        ..Line::default()
    });
    created.chain(report.measured.iter().map(measured)).collect()
}

fn measured(measured: &Measured) -> Line {
    Line {
        what: measured.question.to_owned(),
        before_ms: Some(measured.before_ms),
        after_ms: Some(measured.after_ms),
    }
}

impl Row for Line {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("what", |row, _| row.what.clone()),
        Column::number("before", |row, _| row.before_ms.map_or_else(String::new, milliseconds)),
        Column::number("after", |row, _| row.after_ms.map_or_else(String::new, milliseconds)),
    ];
}

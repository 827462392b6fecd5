//! `schema plan`.

use super::written;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Column, Reply, Row, bytes};
use serde::Serialize;
use traffic_engine::{Droppable, SchemaPlan, Step};

/// Show what `apply` would do, and which indexes may go; changes nothing
///
/// Estimates are rough: a server's own load decides. Making and dropping indexes asks for the
/// privilege INDEX on the database.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine schema plan --store mysql://admin@db/v2raysocks --password-file secret"
)]
pub(super) struct Plan {}

impl Plan {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let plan = context.engine()?.schema_plan()?;
        let rows = rows(&plan);
        context.output().object_of_rows(&plan, rows)
    }
}

/// A line of the plan.
#[derive(Default, Serialize)]
struct Line {
    action: &'static str,
    name: String,
    on: String,
    why: &'static str,
    estimated_bytes: Option<u64>,
    estimated_seconds: Option<u64>,
    sql: String,
}

fn rows(plan: &SchemaPlan) -> Vec<Line> {
    let create = plan.create.iter().map(created);
    create.chain(plan.droppable.iter().map(droppable)).collect()
}

fn created(step: &Step) -> Line {
    Line {
        action: "create",
        name: step.index.name.clone(),
        on: written(&step.index),
        why: step.why,
        estimated_bytes: Some(step.estimated_bytes),
        estimated_seconds: Some(step.estimated_seconds),
        sql: step.sql.clone(),
    }
}

fn droppable(droppable: &Droppable) -> Line {
    Line {
        action: "may be dropped",
        name: droppable.index.name.clone(),
        on: written(&droppable.index),
        why: droppable.why,
        estimated_bytes: None,
        estimated_seconds: None,
        sql: droppable.sql.clone(),
    }
}

impl Row for Line {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("action", |row, _| row.action.to_owned()),
        Column::number("size", |row, _| row.estimated_bytes.map_or_else(String::new, bytes)),
        Column::number("time", |row, _| {
            row.estimated_seconds.map_or_else(String::new, |seconds| format!("{seconds} s"))
        }),
        Column::sentences("statement, and why", 66, |row, _| format!("{}; {}", row.sql, row.why)),
    ];
}

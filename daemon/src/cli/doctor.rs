//! `doctor`.

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Column, Reply, Row};
use traffic_engine::{Check, Status};

/// Check connection, privileges, tables, values and clocks, and say what to do
///
/// Prints its findings and exits with status 1 when one of them is `fail`.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine doctor --store mysql://reader@db/v2raysocks --password-file secret"
)]
pub(super) struct Doctor {}

impl Doctor {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let checks = context.engine()?.doctor()?;
        let something_fails = checks.iter().any(|check| check.status == Status::Fail);
        Ok(context.output().rows(checks)?.failing_when(something_fails))
    }
}

impl Row for Check {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("check", |row, _| row.check.clone()),
        Column::text("status", |row, _| status(row.status).to_owned()),
        Column::sentences("detail", 66, |row, _| detail_and_advice(row)),
    ];
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Ok => "ok",
        Status::Warn => "warn",
        Status::Fail => "fail",
    }
}

fn detail_and_advice(check: &Check) -> String {
    match check.advice.as_str() {
        "" => check.detail.clone(),
        advice => format!("{}; {advice}", check.detail),
    }
}

//! `doctor`.

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Column, Reply, Row, bytes, seconds};
use traffic_engine::{Check, EngineError, SnapshotStats, Status};

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
        let engine = context.engine()?;
        let mut checks = engine.doctor()?;
        if context.keeps_snapshot() {
            checks.push(data_directory(engine.snapshot_stats()));
        }
        let something_fails = checks.iter().any(|check| check.status == Status::Fail);
        Ok(context.output().rows(checks)?.failing_when(something_fails))
    }
}

/// How the data directory is. What is wrong with it costs time, but no answer.
fn data_directory(stats: Result<SnapshotStats, EngineError>) -> Check {
    let check = "data directory".to_owned();
    let warn = |detail, advice: &str| Check {
        check: check.clone(),
        status: Status::Warn,
        detail,
        advice: advice.to_owned(),
    };
    let stats = match stats {
        Ok(stats) => stats,
        Err(error @ EngineError::Snapshot(_)) => {
            return warn(error.to_string(), "until then the database answers");
        }
        Err(error) => return warn(format!("not looked at: {error}"), ""),
    };
    let (size, age) = (bytes(stats.bytes), seconds(stats.moment.age_ms));
    let detail = format!(
        "{}: generation {}, {} rows in {size}, {age} old",
        stats.folder.display(),
        stats.moment.generation,
        stats.rows,
    );
    match tempfile::tempfile_in(&stats.folder) {
        Ok(_) => Check { check, status: Status::Ok, detail, advice: String::new() },
        Err(error) => warn(
            format!("{detail}; it cannot be brought up to date: {error}"),
            "let this user write there, and make room",
        ),
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

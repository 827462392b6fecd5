//! `snapshot verify`.

use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Column, Reply, Row, bytes};
use serde::Serialize;
use traffic_engine::{FileCheck, FileState};

/// Read every file of the snapshot and say which are not as they were written
///
/// Asks nothing of the database and changes nothing. Exits with status 1 when a file in use is
/// damaged or missing.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine snapshot verify --data-dir /var/lib/traffic-engine\n\n\
    A damaged file is made again from the database, and from what is whole, by the next question or\n\
    by `traffic-engine refresh`. Detail of merged days that cannot be read stays beside, as NAME.aside."
)]
pub(super) struct Verify {}

impl Verify {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let check = context.engine_with_snapshot()?.snapshot_check()?;
        let damaged = check.is_damaged();
        let files = check.files.into_iter().map(File::from);
        Ok(context.output().rows(files)?.failing_when(damaged))
    }
}

#[derive(Default, Serialize)]
struct File {
    file: String,
    bytes: u64,
    state: &'static str,
    detail: String,
}

impl From<FileCheck> for File {
    fn from(check: FileCheck) -> Self {
        let FileCheck { file, bytes, state, detail } = check;
        let state = match state {
            FileState::Ok => "ok",
            FileState::Damaged => "damaged",
            FileState::Missing => "missing",
            FileState::Unused => "unused",
            FileState::Aside => "aside",
        };
        Self { file, bytes, state, detail }
    }
}

impl Row for File {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("file", |row, _| row.file.clone()),
        Column::number("size", |row, _| bytes(row.bytes)),
        Column::text("state", |row, _| row.state.to_owned()),
        Column::sentences("detail", 40, |row, _| row.detail.clone()),
    ];
}

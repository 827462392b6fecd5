//! Looks at every file of a snapshot, and says which are not as their writer left them.

use super::Snapshot;
use super::arrow::{Problem, Table};
use super::error::SnapshotError;
use super::file::{self, DETAIL, FileRef};
use super::history::{Found, Owner, is_aside};
use super::last::{Last, is_manifest};
use super::lists::users_of;
use super::lock::is_lock;
use super::manifest::{Manifest, MonthRef, SegmentRef};
use super::table::{CellTable, RowTable, TotalTable, decode_nodes};
use arrow_buffer::Buffer;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Times that a writer may replace the files while they are looked at.
const ATTEMPTS: usize = 5;

/// What is known of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileCheck {
    /// Its name.
    pub file: String,
    /// Bytes it has.
    pub bytes: u64,
    /// How it is.
    pub state: FileState,
    /// What is wrong, or why it is there; empty where all is well.
    pub detail: String,
}

/// How a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// In use and whole.
    Ok,
    /// Not as its writer left it; built again when the snapshot is next used.
    Damaged,
    /// In use and not there; built again when the snapshot is next used.
    Missing,
    /// Not in use.
    Unused,
    /// Detail that could not be read, kept for somebody who can.
    Aside,
}

/// What is known of all files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SnapshotCheck {
    /// Where they lie.
    pub folder: PathBuf,
    /// The files by name.
    pub files: Vec<FileCheck>,
}

impl SnapshotCheck {
    /// True when a file in use is damaged or missing.
    pub fn is_damaged(&self) -> bool {
        let is_bad = |it: &FileCheck| matches!(it.state, FileState::Damaged | FileState::Missing);
        self.files.iter().any(is_bad)
    }
}

impl Snapshot {
    /// Reads every file, without the database and without changing anything.
    ///
    /// # Errors
    /// [`SnapshotError`] when the folder cannot be read.
    pub(crate) fn check(&self) -> Result<SnapshotCheck, SnapshotError> {
        let folder = &self.folder;
        std::fs::read_dir(folder).map_err(SnapshotError::file("read", folder))?;
        let mut attempt = 0;
        loop {
            let stamp = Manifest::stamp(folder);
            let files = checked(folder, self.owner());
            attempt += 1;
            if stamp == Manifest::stamp(folder) || attempt == ATTEMPTS {
                return Ok(SnapshotCheck { folder: folder.to_owned(), files });
            }
        }
    }
}

fn checked(folder: &Path, owner: Owner<'_>) -> Vec<FileCheck> {
    let mut files = BTreeMap::new();
    let (manifest, state, detail) = match Manifest::read(folder) {
        Ok(Some(manifest)) => (Some(manifest), FileState::Ok, String::new()),
        Ok(None) => (None, FileState::Missing, String::new()),
        // Its copy tells what is to be looked at.
        Err(error) => (Manifest::copy(folder), FileState::Damaged, problem_of(error)),
    };
    put(&mut files, folder, "manifest", state, detail);
    for (file, problem) in manifest.iter().flat_map(|manifest| in_use(folder, manifest)) {
        let state = match &problem {
            None => FileState::Ok,
            Some(_) if !folder.join(&file.name).exists() => FileState::Missing,
            Some(_) => FileState::Damaged,
        };
        put(&mut files, folder, &file.name, state, problem.unwrap_or_default());
    }
    for name in file::names(folder) {
        if !files.contains_key(&name) && !is_lock(&name) {
            let (state, detail) = others(folder, &name, owner);
            put(&mut files, folder, &name, state, detail);
        }
    }
    files.into_values().collect()
}

/// What is wrong, without the name of the file.
fn problem_of(error: SnapshotError) -> Problem {
    match error {
        SnapshotError::Damaged { problem, .. } => problem,
        SnapshotError::File { source, .. } => source.to_string(),
        other => other.to_string(),
    }
}

fn put(
    files: &mut BTreeMap<String, FileCheck>,
    folder: &Path,
    name: &str,
    state: FileState,
    detail: String,
) {
    let bytes = folder.join(name).metadata().map_or(0, |metadata| metadata.len());
    let file = name.to_owned();
    files.insert(name.to_owned(), FileCheck { file, bytes, state, detail });
}

/// The files of a manifest, and what is wrong with each.
fn in_use<'m>(folder: &Path, manifest: &'m Manifest) -> Vec<(&'m FileRef, Option<Problem>)> {
    let whole_users = whole(folder, &manifest.users).and_then(|bytes| users_of(&bytes).map(drop));
    let mut found = vec![(&manifest.users, whole_users.err())];
    let mut look = |file: &'m FileRef, decode: &dyn Fn(&Table) -> Result<(), Problem>| {
        found.push((file, look_at(folder, file, decode).err()));
    };
    look(&manifest.nodes, &|table| decode_nodes(table).map(drop));
    let cells = |table: &Table| CellTable::decode(table).map(drop);
    for segment in &manifest.segments {
        look(&segment.rows, &|table| rows_of(segment, table));
        let both = [&segment.hours, &segment.day_cells].into_iter().flatten();
        both.for_each(|file| look(file, &cells));
    }
    for MonthRef { cells: file, totals, .. } in &manifest.months {
        look(file, &cells);
        if let Some((file, _)) = totals {
            look(file, &|table| TotalTable::decode(table).map(drop));
        }
    }
    for day in &manifest.history {
        look(&day.cells, &|table| cells(table).and_then(|()| day.fits(table.len())));
    }
    found
}

fn rows_of(segment: &SegmentRef, table: &Table) -> Result<(), Problem> {
    RowTable::decode(table)?;
    let end = segment.runs.iter().map(|run| run.rows.end).max().unwrap_or(0);
    if end <= table.len() {
        return Ok(());
    }
    Err(format!("it has {} rows instead of {end}", table.len()))
}

fn look_at(
    folder: &Path,
    file: &FileRef,
    decode: &dyn Fn(&Table) -> Result<(), Problem>,
) -> Result<(), Problem> {
    decode(&Table::decode(&whole(folder, file)?)?)
}

/// The bytes of a file that are as its writer left them.
fn whole(folder: &Path, file: &FileRef) -> Result<Buffer, Problem> {
    let whole = file::map(folder, file).and_then(|bytes| {
        file::check(folder, file, &bytes)?;
        Ok(bytes)
    });
    whole.map_err(problem_of)
}

/// A file that the manifest does not name.
fn others(folder: &Path, name: &str, owner: Owner<'_>) -> (FileState, String) {
    let unused = |detail: &str| (FileState::Unused, detail.to_owned());
    if is_manifest(name) {
        return match Last::read(folder, name) {
            Ok(_) => unused("a manifest, for when the one in use is spoilt"),
            Err(problem) => unused(&format!("a manifest that cannot be read: {problem}")),
        };
    }
    if is_aside(name) {
        let why = match Found::in_file(folder, name, owner) {
            Found::Unreadable(problem) => problem,
            Found::Unknown(error) => error.to_string(),
            Found::Ours(_) => {
                "it is whole, and is used again when the snapshot is next built".into()
            }
            Found::Foreign => "it is of another database or zone".into(),
        };
        return (FileState::Aside, why);
    }
    if !file::is_of_kind(name, &[DETAIL]) {
        return unused("not of this generation");
    }
    match Found::in_file(folder, name, owner) {
        Found::Ours(_) => unused("whole detail that is not of this generation"),
        Found::Foreign => unused("detail of another database or zone"),
        Found::Unreadable(problem) => unused(&format!("detail that cannot be read: {problem}")),
        Found::Unknown(error) => unused(&error.to_string()),
    }
}

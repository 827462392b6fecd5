//! The last manifest of a folder, when there is none to be used.

use super::file;
use super::history::HistoryDay;
use super::manifest::{
    ASIDE_FILE, COPY_FILE, FILE, FOREIGN_FILE, Reread, SegmentRef, checked, parts,
};
use crate::store::DayCut;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Manifests of a folder, the latest first.
const NAMES: [&str; 4] = [FILE, ASIDE_FILE, COPY_FILE, FOREIGN_FILE];

/// True for the names that manifests have.
pub(super) fn is_manifest(name: &str) -> bool {
    NAMES.contains(&name)
}

/// What only a manifest knows, of whatever version of this program.
#[derive(Debug, Deserialize)]
pub(super) struct Last {
    pub(super) store: String,
    pub(super) days: DayCut,
    pub(super) whole_to: i64,
    #[serde(default)]
    pub(super) reread: BTreeMap<i64, Reread>,
    pub(super) next_file: u64,
    pub(super) segments: Vec<SegmentRef>,
    pub(super) history: Vec<HistoryDay>,
    #[serde(default)]
    pub(super) history_days: u32,
    #[serde(default)]
    pub(super) room_mb: Option<u64>,
    #[serde(default)]
    pub(super) retired: Vec<String>,
}

impl Last {
    /// The last manifest of a folder that can be read, be it put aside, of another version or of
    /// no use otherwise; `None` where there is none.
    pub(super) fn of(folder: &Path) -> Option<Self> {
        NAMES.iter().find_map(|name| Self::read(folder, name).ok())
    }

    /// Reads one of the manifests of a folder.
    pub(super) fn read(folder: &Path, name: &str) -> Result<Self, String> {
        let bytes = file::read(&folder.join(name)).map_err(|error| error.to_string())?;
        let (_, json) = parts(&bytes)?;
        let last: Self = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        let files = last.segments.iter().flat_map(SegmentRef::files);
        checked(files.chain(last.history.iter().map(|day| &day.cells)), &last.segments)?;
        Ok(last)
    }
}

//! A generation being read: its files mapped, their columns decoded when first needed.

use super::arrow::{Problem, Table};
use super::error::SnapshotError;
use super::file::{self, FileRef};
use super::history::{HistoryDay, unexplained_until};
use super::lists::users_of;
use super::manifest::{Manifest, MonthRef, SegmentRef, Stamp};
use super::mmap;
use super::table::{CellTable, RowTable, TotalTable, decode_nodes, decode_users};
use crate::column::NODES_PER_WORD;
use crate::store::{Node, Users};
use arrow_buffer::Buffer;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A generation and its files.
pub(crate) struct Generation {
    pub(super) manifest: Manifest,
    /// The last day that hides what nobody has seen.
    pub(super) unexplained_until: Option<i64>,
    /// The published manifest this was read from.
    pub(super) stamp: Option<Stamp>,
    segments: Vec<Arc<Segment>>,
    months: Vec<Month>,
    history: Vec<CellFile>,
    users: Arc<TableFile<Users>>,
    nodes: Arc<TableFile<Arc<[Node]>>>,
}

impl Generation {
    /// Its number and when it was taken, which together no other generation of any host has.
    pub(crate) fn identity(&self) -> (u64, u64) {
        (self.manifest.generation, self.manifest.taken_ms)
    }
}

pub(super) type RowFile = Arc<TableFile<RowTable>>;
pub(super) type CellFile = Arc<TableFile<CellTable>>;
pub(super) type TotalFile = Arc<TableFile<TotalTable>>;

/// The files of a segment.
pub(super) struct Segment {
    pub(super) rows: RowFile,
    pub(super) hours: Option<CellFile>,
    pub(super) day_cells: Option<CellFile>,
}

/// The files of a month.
pub(super) struct Month {
    pub(super) cells: CellFile,
    pub(super) totals: Option<TotalFile>,
}

/// A mapped file; checked and decoded once, when its content is first asked for.
pub(super) struct TableFile<T> {
    folder: PathBuf,
    file: FileRef,
    /// None where it is read when it is needed.
    bytes: Option<Buffer>,
    decode: fn(&Buffer) -> Result<T, Problem>,
    decoded: OnceLock<T>,
    decoding: Mutex<()>,
}

impl<T> TableFile<T> {
    fn open(
        folder: &Path,
        file: &FileRef,
        decode: fn(&Buffer) -> Result<T, Problem>,
    ) -> Result<Self, SnapshotError> {
        Ok(Self {
            folder: folder.to_owned(),
            file: file.clone(),
            bytes: file::map_shared(folder, file)?,
            decode,
            decoded: OnceLock::new(),
            decoding: Mutex::new(()),
        })
    }

    pub(super) fn get(&self) -> Result<&T, SnapshotError> {
        if let Some(decoded) = self.decoded.get() {
            return Ok(decoded);
        }
        let _alone = self.decoding.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(decoded) = self.decoded.get() {
            return Ok(decoded);
        }
        let bytes = match &self.bytes {
            Some(mapped) => mapped.clone(),
            None => file::copy(&self.folder, &self.file)?,
        };
        file::check(&self.folder, &self.file, &bytes)?;
        let decoded = (self.decode)(&bytes);
        let damaged = |problem| SnapshotError::damaged(&self.folder.join(&self.file.name), problem);
        let decoded = decoded.map_err(damaged)?;
        Ok(self.decoded.get_or_init(|| decoded))
    }
}

impl<T> TableFile<T> {
    /// Refuses a file that was read and cut since it was mapped.
    fn is_uncut(&self) -> Result<(), SnapshotError> {
        match (self.decoded.get(), &self.bytes) {
            (Some(_), Some(mapped)) => file::is_uncut(&self.folder, &self.file, mapped),
            // A copy of ours is what it was.
            _ => Ok(()),
        }
    }
}

/// Maps files, sharing those that are mapped already.
struct Opening<'a> {
    folder: &'a Path,
    rows: HashMap<&'a FileRef, &'a RowFile>,
    cells: HashMap<&'a FileRef, &'a CellFile>,
    totals: HashMap<&'a FileRef, &'a TotalFile>,
}

impl<'a> Opening<'a> {
    fn new(folder: &'a Path, before: Option<&'a Generation>) -> Self {
        let (mut rows, mut cells) = (HashMap::new(), HashMap::new());
        for segment in before.iter().flat_map(|it| &it.segments) {
            rows.insert(&segment.rows.file, &segment.rows);
            let both = [&segment.hours, &segment.day_cells].into_iter().flatten();
            cells.extend(both.map(|it| (&it.file, it)));
        }
        let mut totals = HashMap::new();
        for month in before.iter().flat_map(|it| &it.months) {
            cells.insert(&month.cells.file, &month.cells);
            totals.extend(month.totals.iter().map(|it| (&it.file, it)));
        }
        cells.extend(before.iter().flat_map(|it| &it.history).map(|it| (&it.file, it)));
        Self { folder, rows, cells, totals }
    }

    fn segment(&self, segment: &SegmentRef) -> Result<Arc<Segment>, SnapshotError> {
        let cells = |file: &Option<FileRef>| file.as_ref().map(|it| self.cells(it)).transpose();
        let rows = match self.rows.get(&segment.rows) {
            Some(known) => Arc::clone(known),
            None => Arc::new(TableFile::open(self.folder, &segment.rows, |it| {
                RowTable::decode(&Table::decode(it)?)
            })?),
        };
        let (hours, day_cells) = (cells(&segment.hours)?, cells(&segment.day_cells)?);
        Ok(Arc::new(Segment { rows, hours, day_cells }))
    }

    fn month(&self, month: &MonthRef) -> Result<Month, SnapshotError> {
        let totals = month.totals.as_ref().map(|(file, _)| match self.totals.get(file) {
            Some(known) => Ok(Arc::clone(known)),
            None => {
                TableFile::open(self.folder, file, |it| TotalTable::decode(&Table::decode(it)?))
                    .map(Arc::new)
            }
        });
        Ok(Month { cells: self.cells(&month.cells)?, totals: totals.transpose()? })
    }

    fn cells(&self, file: &FileRef) -> Result<CellFile, SnapshotError> {
        match self.cells.get(file) {
            Some(known) => Ok(Arc::clone(known)),
            None => TableFile::open(self.folder, file, |it| CellTable::decode(&Table::decode(it)?))
                .map(Arc::new),
        }
    }
}

impl Generation {
    /// Maps the files of `manifest`, sharing those that `before` has mapped.
    pub(super) fn open(
        folder: &Path,
        manifest: Manifest,
        stamp: Option<Stamp>,
        before: Option<&Self>,
    ) -> Result<Self, SnapshotError> {
        let opening = Opening::new(folder, before);
        let segments = manifest.segments.iter().map(|it| opening.segment(it));
        let segments = segments.collect::<Result<_, _>>()?;
        let months = manifest.months.iter().map(|it| opening.month(it));
        let months = months.collect::<Result<_, _>>()?;
        let history = manifest.history.iter().map(|it| opening.cells(&it.cells));
        let history = history.collect::<Result<_, _>>()?;
        let users = match before.filter(|it| it.users.file == manifest.users) {
            Some(before) => Arc::clone(&before.users),
            None => Arc::new(TableFile::open(folder, &manifest.users, users_of)?),
        };
        let nodes = match before.filter(|it| it.nodes.file == manifest.nodes) {
            Some(before) => Arc::clone(&before.nodes),
            None => Arc::new(TableFile::open(folder, &manifest.nodes, |bytes| {
                Ok(decode_nodes(&Table::decode(bytes)?)?.into())
            })?),
        };
        let unexplained_until = unexplained_until(&manifest);
        Ok(Self { manifest, unexplained_until, stamp, segments, months, history, users, nodes })
    }

    /// Refuses a generation of which a file that was read was cut since: what was read of it may be
    /// anything. Asked after the work and before anybody hears of its outcome.
    pub(crate) fn is_uncut(&self) -> Result<(), SnapshotError> {
        for segment in &self.segments {
            segment.rows.is_uncut()?;
            let cells = [&segment.hours, &segment.day_cells];
            cells.into_iter().flatten().try_for_each(|it| it.is_uncut())?;
        }
        for month in &self.months {
            month.cells.is_uncut()?;
            month.totals.iter().try_for_each(|it| it.is_uncut())?;
        }
        self.history.iter().try_for_each(|it| it.is_uncut())?;
        self.users.is_uncut()?;
        self.nodes.is_uncut()
    }

    /// As [`Generation::is_uncut`], where that is known without looking at the files.
    pub(crate) fn is_not_known_cut(&self) -> Result<(), SnapshotError> {
        if mmap::was_any_torn() { self.is_uncut() } else { Ok(()) }
    }

    /// What is known about each segment, and its files.
    pub(super) fn segments(&self) -> impl Iterator<Item = (&SegmentRef, &Arc<Segment>)> {
        self.manifest.segments.iter().zip(&self.segments)
    }

    /// What is known about each month, and its files.
    pub(super) fn months(&self) -> impl Iterator<Item = (&MonthRef, &Month)> {
        self.manifest.months.iter().zip(&self.months)
    }

    /// What is known about each day whose detail is kept, and its file.
    pub(super) fn history(&self) -> impl Iterator<Item = (&HistoryDay, &CellFile)> {
        self.manifest.history.iter().zip(&self.history)
    }

    pub(crate) fn users(&self) -> Result<&Users, SnapshotError> {
        self.users.get()
    }

    pub(crate) fn nodes(&self) -> Result<Arc<[Node]>, SnapshotError> {
        self.nodes.get().map(Arc::clone)
    }
}

/// Decodes bytes as each kind of file and forgets them: what the fuzzer calls.
#[doc(hidden)]
pub fn fuzz(bytes: &[u8]) {
    // The decoder wants aligned columns, as mapped files have them.
    let Ok(table) = Table::decode(&Buffer::from(bytes)) else {
        return;
    };
    if let Ok(rows) = RowTable::decode(&table) {
        assert_eq!(rows.rows(0..table.len()).len(), table.len());
    }
    if let Ok(cells) = CellTable::decode(&table) {
        assert_eq!(cells.cells(0..table.len()).len(), table.len());
    }
    if let Ok(table) = TotalTable::decode(&table) {
        let totals = table.totals();
        assert_eq!(totals.nodes.len(), totals.texts.len().div_ceil(NODES_PER_WORD));
    }
    if let Ok(users) = decode_users(&table) {
        (0..users.len()).for_each(|row| _ = users.get(row));
    }
    drop(decode_nodes(&table));
}

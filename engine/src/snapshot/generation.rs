//! A generation being read: its files mapped, their columns decoded when first needed.

use super::arrow::{Problem, Table};
use super::error::SnapshotError;
use super::file::{self, FileRef};
use super::manifest::{Manifest, SegmentRef, Stamp};
use super::table::{CellTable, RowTable, decode_nodes, decode_users};
use crate::store::{Node, User};
use arrow_buffer::Buffer;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A generation and its files.
pub(crate) struct Generation {
    pub(super) manifest: Manifest,
    /// The published manifest this was read from.
    pub(super) stamp: Option<Stamp>,
    segments: Vec<Arc<Segment>>,
    users: Arc<TableFile<UserList>>,
    nodes: Arc<TableFile<Arc<[Node]>>>,
}

/// Users, and the memory they take.
pub(crate) struct UserList {
    pub(crate) users: Arc<[User]>,
    pub(crate) bytes: usize,
}

impl UserList {
    fn of(users: Vec<User>) -> Self {
        let texts = |user: &User| user.uuid.len() + user.remark.as_ref().map_or(0, String::len);
        let bytes = size_of_val(&*users) + users.iter().map(texts).sum::<usize>();
        Self { users: users.into(), bytes }
    }
}

/// The files of a segment.
pub(crate) struct Segment {
    rows: TableFile<RowTable>,
    hours: Option<TableFile<CellTable>>,
    day_cells: Option<TableFile<CellTable>>,
}

/// A mapped file; checked and decoded once, when its content is first asked for.
struct TableFile<T> {
    folder: PathBuf,
    file: FileRef,
    bytes: Buffer,
    decode: fn(&Table) -> Result<T, Problem>,
    decoded: OnceLock<T>,
    decoding: Mutex<()>,
}

impl<T> TableFile<T> {
    fn open(
        folder: &Path,
        file: &FileRef,
        decode: fn(&Table) -> Result<T, Problem>,
    ) -> Result<Self, SnapshotError> {
        Ok(Self {
            folder: folder.to_owned(),
            file: file.clone(),
            bytes: file::map(folder, file)?,
            decode,
            decoded: OnceLock::new(),
            decoding: Mutex::new(()),
        })
    }

    fn get(&self) -> Result<&T, SnapshotError> {
        if let Some(decoded) = self.decoded.get() {
            return Ok(decoded);
        }
        let _alone = self.decoding.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(decoded) = self.decoded.get() {
            return Ok(decoded);
        }
        file::check(&self.folder, &self.file, &self.bytes)?;
        let decoded = Table::decode(&self.bytes).and_then(|table| (self.decode)(&table));
        let damaged = |problem| SnapshotError::damaged(&self.folder.join(&self.file.name), problem);
        let decoded = decoded.map_err(damaged)?;
        Ok(self.decoded.get_or_init(|| decoded))
    }
}

impl Segment {
    fn open(folder: &Path, segment: &SegmentRef) -> Result<Self, SnapshotError> {
        let cells = |file: &Option<FileRef>| {
            file.as_ref().map(|it| TableFile::open(folder, it, CellTable::decode)).transpose()
        };
        Ok(Self {
            rows: TableFile::open(folder, &segment.rows, RowTable::decode)?,
            hours: cells(&segment.hours)?,
            day_cells: cells(&segment.day_cells)?,
        })
    }

    pub(super) fn rows(&self) -> Result<&RowTable, SnapshotError> {
        self.rows.get()
    }

    pub(super) fn hours(&self) -> Result<Option<&CellTable>, SnapshotError> {
        self.hours.as_ref().map(TableFile::get).transpose()
    }

    pub(super) fn day_cells(&self) -> Result<Option<&CellTable>, SnapshotError> {
        self.day_cells.as_ref().map(TableFile::get).transpose()
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
        let known: HashMap<&FileRef, &Arc<Segment>> = before
            .iter()
            .flat_map(|it| it.segments.iter().map(|segment| (&segment.rows.file, segment)))
            .collect();
        let segments = manifest.segments.iter().map(|segment| match known.get(&segment.rows) {
            Some(known) => Ok(Arc::clone(known)),
            None => Segment::open(folder, segment).map(Arc::new),
        });
        let segments = segments.collect::<Result<_, _>>()?;
        let users = match before.filter(|it| it.users.file == manifest.users) {
            Some(before) => Arc::clone(&before.users),
            None => Arc::new(TableFile::open(folder, &manifest.users, |table| {
                Ok(UserList::of(decode_users(table)?))
            })?),
        };
        let nodes = match before.filter(|it| it.nodes.file == manifest.nodes) {
            Some(before) => Arc::clone(&before.nodes),
            None => Arc::new(TableFile::open(folder, &manifest.nodes, |table| {
                Ok(decode_nodes(table)?.into())
            })?),
        };
        Ok(Self { manifest, stamp, segments, users, nodes })
    }

    /// What is known about each segment, and its files.
    pub(super) fn segments(&self) -> impl Iterator<Item = (&SegmentRef, &Arc<Segment>)> {
        self.manifest.segments.iter().zip(&self.segments)
    }

    pub(crate) fn users(&self) -> Result<&UserList, SnapshotError> {
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
    drop((decode_users(&table), decode_nodes(&table)));
}

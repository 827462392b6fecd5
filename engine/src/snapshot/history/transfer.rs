//! Detail as one file, to be kept elsewhere or moved.
//!
//! An Arrow file rather than CSV: it says itself of which database and zone it is, has a checksum,
//! keeps every number exactly, and whatever reads Arrow can make CSV of it. Its columns are those
//! of a day's file; batch by batch it holds one day, what counts and what is held apart.

use super::carry::UserDay;
use super::day::Users;
use super::label::{Owner, kind_of, owner_of};
use super::layout::DayDetail;
use crate::column::Cells;
use crate::snapshot::arrow::{self, BatchWriter, Problem, Table, numbers, texts};
use crate::snapshot::codes::Codes;
use crate::snapshot::error::SnapshotError;
use crate::snapshot::generation::Generation;
use crate::snapshot::lock::WriterLock;
use crate::snapshot::manifest::Sum;
use crate::snapshot::{BUILD_WAIT, RefreshError, Snapshot, Source, file, seal};
use arrow_array::types::{Int64Type, UInt64Type};
use arrow_buffer::MutableBuffer;
use arrow_schema::DataType;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

/// The kind of such files.
const HISTORY: &str = "history";

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HistoryExported {
    /// Days with detail.
    pub days: u64,
    /// Cells: user, node and row, or user, node and hour.
    pub cells: u64,
    /// Bytes of the file.
    pub bytes: u64,
}

/// What was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct HistoryImported {
    /// Days that had no detail before.
    pub days: u64,
    /// Their cells.
    pub cells: u64,
    /// Days left out because there is detail of them.
    pub days_known: u64,
    /// Days left out because they are further back than detail is kept.
    pub days_too_old: u64,
}

fn columns() -> [(&'static str, DataType); 10] {
    use DataType::{Int64, UInt64, Utf8};
    [
        ("day", Int64),
        ("by_hour", Int64),
        ("held", Int64),
        ("user_id", Int64),
        ("node", Utf8),
        ("first_t", Int64),
        ("last_t", Int64),
        ("u", UInt64),
        ("d", UInt64),
        ("records", UInt64),
    ]
}

impl Snapshot {
    /// Writes all detail to `path`, in the place of what is there.
    ///
    /// # Errors
    /// [`RefreshError`].
    pub(crate) fn export_history(
        self: &Arc<Self>,
        source: Source<'_>,
        path: &Path,
    ) -> Result<HistoryExported, RefreshError> {
        let generation = self.current(source)?;
        // All files are checked before a byte is written.
        generation.history().try_for_each(|(_, file)| file.get().map(drop))?;
        let cannot = || SnapshotError::file("write", path);
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| cannot()(io::ErrorKind::InvalidFilename.into()))?;
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let mut cells = 0;
        let written = file::write_whole(folder, name.to_owned(), |out| {
            cells = write_days(&generation, self.owner(), out)?;
            Ok(())
        })?;
        crate::snapshot::disk::sync_folder(folder).map_err(cannot())?;
        let days = generation.manifest.history.len() as u64;
        Ok(HistoryExported { days, cells, bytes: written.bytes })
    }

    /// Takes in the days of `path` that there is no detail of, all or none. Detail of another
    /// database or zone is taken for ours where `as_ours` says so, and cut into our days.
    ///
    /// # Errors
    /// [`RefreshError`].
    pub(crate) fn import_history(
        self: &Arc<Self>,
        source: Source<'_>,
        path: &Path,
        as_ours: bool,
    ) -> Result<HistoryImported, RefreshError> {
        self.refuse_where_read_only()?;
        let bytes = read(path)?;
        let batches = self.batches(path, &bytes, as_ours)?;
        let generation = self.current(source)?;
        let lock = WriterLock::take(&self.folder, BUILD_WAIT)?;
        let before = self.published()?.unwrap_or(generation);
        let not_history = |problem| SnapshotError::NotHistory { path: path.to_owned(), problem };
        let found = days_of(&batches, &before).map_err(not_history)?;
        let writing = self.writing(source);
        let mut next = before.manifest.clone();
        let mut writer = writing.writer_after(&next);
        let first = writing.first_kept_day(&next, writing.history_days(&next));
        let mut imported = HistoryImported::default();
        for (day, ImportedDay { detail, by_hour }) in found {
            if next.history.iter().any(|it| it.day == day) {
                imported.days_known += 1;
            } else if day < first || !next.days.is_exact(day) {
                imported.days_too_old += 1;
            } else {
                let users = before.users_of(day)?;
                imported.days += 1;
                imported.cells += (detail.kept.len() + detail.held.len()) as u64;
                let detail = judged(detail, &users);
                next.history.extend(writing.write_day(
                    &mut writer,
                    detail,
                    &users,
                    day,
                    by_hour,
                )?);
            }
        }
        if imported.days > 0 {
            next.history.sort_unstable_by_key(|it| it.day);
            next.next_file = writer.next_file;
            // Answers are others now, and must not be taken for those from before.
            next.generation += 1;
            self.publish(next, Some(&before), &lock)?;
        }
        Ok(imported)
    }

    fn batches(
        &self,
        path: &Path,
        bytes: &arrow_buffer::Buffer,
        as_ours: bool,
    ) -> Result<Vec<Table>, SnapshotError> {
        let path = path.to_owned();
        let read = || -> Result<_, Problem> {
            seal::check(bytes)?;
            let about = arrow::about(bytes)?;
            if kind_of(&about) != Some(HISTORY) {
                return Err("it is another kind of file".to_owned());
            }
            Ok((about, Table::decode_all(bytes)?))
        };
        let (about, batches) = match read() {
            Ok(read) => read,
            Err(problem) => return Err(SnapshotError::NotHistory { path, problem }),
        };
        let Owner { store, zone } = self.owner();
        let (its_store, its_zone) = owner_of(&about);
        if as_ours || (its_store, its_zone) == (Some(store), Some(zone)) {
            return Ok(batches);
        }
        let of = format!("{} in {}", its_store.unwrap_or("?"), its_zone.unwrap_or("?"));
        Err(SnapshotError::OthersHistory { path, of, ours: format!("{store} in {zone}") })
    }
}

fn write_days(generation: &Generation, owner: Owner<'_>, out: &mut dyn Write) -> io::Result<u64> {
    let mut writer = BatchWriter::of_columns(&columns(), &owner.about(HISTORY), out)?;
    let mut written = 0;
    for (day, file) in generation.history() {
        let table = file.get().map_err(io::Error::other)?;
        let kept = [&day.fine.agreeing, &day.fine.exceeding].map(|range| (range, 0));
        for (range, held) in kept.into_iter().chain([(&day.held, 1)]) {
            let cells = table.cells(range.clone());
            if !cells.is_empty() {
                writer.add(arrays(&cells, day.day, day.coarse.into(), held))?;
                written += cells.len() as u64;
            }
        }
    }
    writer.end()?;
    Ok(written)
}

fn arrays(cells: &Cells<'_>, day: i64, by_hour: i64, held: i64) -> Vec<arrow_array::ArrayRef> {
    let all = |value: i64| numbers::<Int64Type>(vec![value; cells.len()]);
    let ints = |values: &[i64]| numbers::<Int64Type>(values.to_owned());
    let counts = |values: &[u64]| numbers::<UInt64Type>(values.to_owned());
    let records = (0..cells.len()).map(|cell| cells.records(cell)).collect();
    vec![
        all(day),
        all(by_hour),
        all(held),
        ints(cells.user_id),
        texts(cells.node.iter().map(|&node| Some(cells.texts.text(node)))),
        ints(cells.first),
        ints(cells.last),
        counts(cells.upload),
        counts(cells.download),
        numbers::<UInt64Type>(records),
    ]
}

/// Reads a file into memory: others may change it meanwhile.
fn read(path: &Path) -> Result<arrow_buffer::Buffer, SnapshotError> {
    let read = || -> io::Result<_> {
        let mut file = File::open(path)?;
        let length = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        let mut bytes = MutableBuffer::from_len_zeroed(length);
        file.read_exact(bytes.as_slice_mut())?;
        Ok(bytes.into())
    };
    read().map_err(SnapshotError::file("read", path))
}

/// Detail of a day as it was read.
#[derive(Default)]
struct ImportedDay {
    detail: DayDetail,
    by_hour: bool,
}

/// The same detail, of which that of users whose rows are back waits: rows tell all by themselves.
fn judged(detail: DayDetail, users: &Users) -> DayDetail {
    let mut by_user: HashMap<i64, Sum, foldhash::fast::RandomState> = HashMap::default();
    let kept = detail.kept.cells(&detail.texts);
    for cell in 0..kept.len() {
        let sum = Sum { rows: kept.records(cell), traffic: kept.traffic(cell) };
        *by_user.entry(kept.user_id[cell]).or_default() += sum;
    }
    let counts = |user: i64| {
        let now = users.get(&user).copied().unwrap_or_default();
        let sums = (now.sum, now.sum);
        let kept = by_user.get(&user).copied().unwrap_or_default();
        UserDay { kept, sums, rows: now.rows, ..UserDay::default() }.verdict().counts_kept
    };
    let (mut judged, mut codes) = (DayDetail::default(), Codes::default());
    judged.take(&kept, &mut codes, counts);
    judged.take(&detail.held.cells(&detail.texts), &mut codes, |_| false);
    judged
}

/// The detail of each of our days, and whether it is by hour.
fn days_of(batches: &[Table], before: &Generation) -> Result<BTreeMap<i64, ImportedDay>, Problem> {
    let mut days: BTreeMap<i64, ImportedDay> = BTreeMap::new();
    for batch in batches {
        let (by_hour, held) = (batch.ints("by_hour")?, batch.ints("held")?);
        let (user_id, node) = (batch.ints("user_id")?, batch.texts("node")?);
        let (first, last) = (batch.ints("first_t")?, batch.ints("last_t")?);
        let (upload, download) = (batch.counts("u")?, batch.counts("d")?);
        let records = batch.counts("records")?;
        for row in 0..batch.len() {
            let day = days.entry(before.manifest.days.day(first[row])).or_default();
            day.by_hour |= by_hour[row] != 0;
            let code = day.detail.texts.encode(node.value(row));
            let into = if held[row] == 0 { &mut day.detail.kept } else { &mut day.detail.held };
            into.user_id.push(user_id[row]);
            into.node.push(code);
            into.first.push(first[row]);
            into.last.push(last[row]);
            into.upload.push(upload[row]);
            into.download.push(download[row]);
            into.records.push(records[row]);
        }
    }
    Ok(days)
}

//! The manifest: which files make up a generation, and what is known about them.
//!
//! It is replaced as a whole (write, fsync, rename), so readers see one generation or the next. A
//! first line holds its format and checksum; the rest is JSON.

use super::boot::BootTime;
use super::disk::{self, NewFile};
use super::error::SnapshotError;
use super::file::{self, FileRef};
use super::history::HistoryDay;
use crate::store::DayCut;
use crate::store::Fingerprint;
use crate::store::Mark;
use crate::units::{Traffic, UnixSeconds, Window};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::{self, Write};
use std::ops::{AddAssign, Range};
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

pub(super) const FILE: &str = "manifest";
const NEW_FILE: &str = "manifest.new";
pub(super) const ASIDE_FILE: &str = "manifest.distrusted";
/// The same once more, for what only it knows: which rows are where that nobody else has any longer.
pub(super) const COPY_FILE: &str = "manifest.copy";
/// One that is not ours, or of another version of this program.
pub(super) const FOREIGN_FILE: &str = "manifest.foreign";
const MAGIC: &str = "traffic-engine-manifest";
/// A change of the files or of this structure raises it; older ones are rebuilt.
const FORMAT: u32 = 4;

/// A generation: the tables at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// Number of the generation.
    pub(super) generation: u64,
    /// The database, without its password.
    pub(super) store: String,
    pub(super) retention_days: Option<u32>,
    pub(super) days: DayCut,
    /// Times before it are not kept.
    pub(super) horizon: Option<UnixSeconds>,
    /// Greatest row id seen.
    pub(super) watermark: i64,
    /// The watermark when all rows were last known to be those of one moment.
    pub(super) whole_to: i64,
    /// A number that all generations have in common that grew out of one reading of the database.
    pub(super) root: u64,
    /// How often all rows were compared since.
    pub(super) comparisons: u64,
    /// Wall clock, milliseconds since 1970, when the rows were read.
    pub(super) taken_ms: u64,
    /// Wall clock when all rows were last known to be those of the database.
    pub(super) verified_ms: u64,
    /// All rows are known to be those of the moment `taken_ms`. Otherwise they are those of
    /// `verified_ms` and what was appended since.
    pub(super) whole: bool,
    /// Days that were read again, alone, since all rows were last compared.
    pub(super) reread: BTreeMap<i64, Reread>,
    pub(super) lists: ListsRead,
    /// What the server's counters said just before.
    pub(super) mark: Option<Mark>,
    pub(super) budget: Budget,
    /// Number of the next file.
    pub(super) next_file: u64,
    pub(super) users: FileRef,
    pub(super) nodes: FileRef,
    pub(super) user_count: u64,
    pub(super) node_count: u64,
    pub(super) segments: Vec<SegmentRef>,
    pub(super) months: Vec<MonthRef>,
    /// What was seen of rows that the database has merged away since, by day.
    pub(super) history: Vec<HistoryDay>,
    /// Days that is kept for: the most that anybody asked for.
    pub(super) history_days: u32,
    /// MB that the files may take by whoever allows most, to which alone detail gives way; nothing
    /// where nobody has written since the history was pruned.
    #[serde(default)]
    pub(super) room_mb: Option<u64>,
    /// Names of files of detail that others have taken the place of, and that are still there.
    pub(super) retired: Vec<String>,
    /// Days whose fingerprint the database computes differently although the rows are the same:
    /// ours and theirs.
    pub(super) accepted: BTreeMap<i64, (Fingerprint, Fingerprint)>,
}

/// What comparing has cost.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Budget {
    /// Milliseconds of the last comparison of all rows.
    pub(super) last_ms: f64,
    /// Milliseconds that are not paid off yet at `at`.
    pub(super) debt_ms: f64,
    pub(super) at: BootTime,
}

/// A day that was read again because sums of merged rows, or rows of the past, were appended to it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Reread {
    /// The generation that was the first to hold it.
    pub(super) generation: u64,
    /// The greatest row id by which its rows were known to be those of one moment, with no sums
    /// beside rows that are to be merged into them.
    pub(super) whole_to: i64,
    /// Since when there are sums beside such rows, which will go any moment.
    pub(super) unsettled_since: Option<BootTime>,
    /// When it was last read again, and milliseconds that took.
    pub(super) at: BootTime,
    pub(super) cost_ms: f64,
}

/// When the lists of users and nodes were last read.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct ListsRead {
    pub(super) at: BootTime,
    /// Milliseconds that took.
    pub(super) cost_ms: f64,
    /// Entries that were there have gone, or nodes have other names: that waits for the rows that
    /// may have changed with them.
    pub(super) pending: bool,
}

/// A run of rows written at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SegmentRef {
    pub(super) rows: FileRef,
    /// Cells by user, node and local hour, where they are far fewer than the rows.
    pub(super) hours: Option<FileRef>,
    /// Cells by user, node and day, where they are far fewer than the rows.
    pub(super) day_cells: Option<FileRef>,
    /// Whether cells were looked for; they are made later than the rows are written.
    pub(super) cubed: bool,
    /// The days whose rows still count, by position.
    pub(super) runs: Vec<Run>,
}

/// The rows of one day in a segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Run {
    pub(super) day: i64,
    pub(super) rows: Range<usize>,
    /// Times of the first and last row.
    pub(super) span: (UnixSeconds, UnixSeconds),
    /// Least and greatest id.
    pub(super) ids: (i64, i64),
    pub(super) hours: Option<Range<usize>>,
    pub(super) day_cells: Option<Range<usize>>,
    /// Known once it was needed.
    pub(super) fingerprint: Option<Fingerprint>,
    /// Those of its rows that are sums of a merged day.
    pub(super) merged: Sum,
}

/// Rows and their bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Sum {
    pub(super) rows: u64,
    pub(super) traffic: Traffic,
}

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        self.rows += other.rows;
        self.traffic += other.traffic;
    }
}

/// Cells by user and node of many days of a local month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct MonthRef {
    /// Months since the year 0.
    pub(super) month: i64,
    pub(super) cells: FileRef,
    /// Number of cells.
    pub(super) len: usize,
    /// The same by user alone, where it can be, and the number of users.
    pub(super) totals: Option<(FileRef, usize)>,
    /// Times of the first and last row.
    pub(super) span: (UnixSeconds, UnixSeconds),
    /// The runs whose rows are in it: file and day.
    pub(super) runs: Vec<(String, i64)>,
}

impl MonthRef {
    fn files(&self) -> impl Iterator<Item = &FileRef> {
        [&self.cells].into_iter().chain(self.totals.iter().map(|(file, _)| file))
    }

    /// The runs whose rows are in it.
    pub(super) fn run_keys(&self) -> impl Iterator<Item = RunKey<'_>> {
        self.runs.iter().map(|(file, day)| (file.as_str(), *day))
    }
}

/// What tells a run from all others: the file of its rows and its day.
pub(super) type RunKey<'a> = (&'a str, i64);

impl SegmentRef {
    /// Its runs and what they are called.
    pub(super) fn keyed_runs(&self) -> impl Iterator<Item = (RunKey<'_>, &Run)> {
        self.runs.iter().map(|run| ((self.rows.name.as_str(), run.day), run))
    }

    /// All its files.
    pub(super) fn files(&self) -> impl Iterator<Item = &FileRef> {
        [Some(&self.rows), self.hours.as_ref(), self.day_cells.as_ref()].into_iter().flatten()
    }

    /// Does without its cells, which can be made of its rows.
    pub(super) fn forget_cells(&mut self) {
        (self.hours, self.day_cells, self.cubed) = (None, None, false);
        self.runs.iter_mut().for_each(|run| (run.hours, run.day_cells) = (None, None));
    }

    /// Number of rows that count.
    pub(super) fn len(&self) -> usize {
        self.runs.iter().map(|run| run.rows.len()).sum()
    }
}

impl Run {
    /// True where all rows are sums of a merged day.
    pub(super) fn is_merged(&self) -> bool {
        self.merged.rows == self.rows.len() as u64
    }

    /// True when a row may lie in `window`.
    pub(super) fn meets(&self, window: Window) -> bool {
        window.start.is_none_or(|start| self.span.1 >= start)
            && window.end.is_none_or(|end| self.span.0 <= end)
    }

    /// True when all rows lie in `window`.
    pub(super) fn is_within(&self, window: Window) -> bool {
        is_within(self.span, window)
    }
}

impl Manifest {
    /// Names of all files it needs.
    pub(super) fn files(&self) -> impl Iterator<Item = &FileRef> {
        let segments = self.segments.iter().flat_map(SegmentRef::files);
        let months = self.months.iter().flat_map(MonthRef::files);
        let both = [&self.users, &self.nodes].into_iter();
        both.chain(segments).chain(months).chain(self.history_files())
    }

    /// Names of the files that the database could not replace.
    pub(super) fn history_files(&self) -> impl Iterator<Item = &FileRef> {
        self.history.iter().map(|day| &day.cells)
    }

    /// Gives up months of which a run has gone.
    pub(super) fn forget_months(&mut self) {
        let runs: HashSet<RunKey<'_>> =
            self.segments.iter().flat_map(SegmentRef::keyed_runs).map(|(key, _)| key).collect();
        self.months.retain(|month| month.run_keys().all(|key| runs.contains(&key)));
    }

    /// The rows of `day` that are sums of merged ones.
    pub(super) fn merged_of(&self, day: i64) -> Sum {
        let mut merged = Sum::default();
        let runs = self.segments.iter().flat_map(|segment| &segment.runs);
        runs.filter(|run| run.day == day).for_each(|run| merged += run.merged);
        merged
    }

    /// The rows of each day that are sums of merged ones.
    pub(super) fn merged_days(&self) -> BTreeMap<i64, Sum> {
        let mut days = BTreeMap::<i64, Sum>::new();
        let runs = self.segments.iter().flat_map(|segment| &segment.runs);
        runs.filter(|run| run.merged.rows > 0)
            .for_each(|run| *days.entry(run.day).or_default() += run.merged);
        days
    }

    /// Gives up the oldest detail until all files fit into what `limit_mb`, or whoever wrote before
    /// with a wider one, allows: what it explained is unattributed again, and rows and their cells
    /// go on answering.
    pub(super) fn make_room(&mut self, folder: &Path, limit_mb: Option<u64>) {
        let room_mb = limit_mb.unwrap_or(u64::MAX).max(self.room_mb.unwrap_or(0));
        self.room_mb = Some(room_mb);
        while !self.history.is_empty() && file::fits(folder, self.bytes(), self.room_mb).is_err() {
            self.history.remove(0);
        }
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.segments.iter().map(SegmentRef::len).sum()
    }

    /// True when the other one holds the same rows, of the same moment.
    pub(super) fn is_moment_of(&self, other: &Self) -> bool {
        (self.generation, self.taken_ms) == (other.generation, other.taken_ms)
    }

    /// True when since `base` rows were only added, and days read again that say so: nobody has read
    /// or compared all rows.
    pub(super) fn grew_out_of(&self, base: &Self) -> bool {
        (self.root, self.comparisons) == (base.root, base.comparisons)
    }

    /// The greatest row id by which the rows of `day` were known to be those of one moment, with no
    /// sums beside rows that are to be merged into them.
    pub(super) fn whole_to_on(&self, day: i64) -> i64 {
        match self.reread.get(&day) {
            Some(reread) if reread.unsettled_since.is_some() => reread.whole_to,
            Some(reread) => reread.whole_to.max(self.whole_to),
            None => self.whole_to,
        }
    }

    /// Bytes of the files that are not detail, which makes room for them.
    pub(super) fn bytes_without_detail(&self) -> u64 {
        self.bytes() - self.history_files().map(|file| file.bytes).sum::<u64>()
    }

    /// Bytes of all files.
    pub(super) fn bytes(&self) -> u64 {
        self.files().map(|file| file.bytes).sum()
    }

    /// Reads the manifest of a folder; `None` where there is none.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, SnapshotError> {
        let path = folder.join(FILE);
        let bytes = match file::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(SnapshotError::file("read", &path)(error)),
        };
        decode(&bytes).map(Some).map_err(|problem| SnapshotError::damaged(&path, problem))
    }

    /// The copy of the manifest, where it can be read.
    pub(super) fn copy(folder: &Path) -> Option<Self> {
        decode(&file::read(&folder.join(COPY_FILE)).ok()?).ok()
    }

    /// Puts it in the place of the one before, whose files `lost` tells of some that the new one
    /// does not name. After a power cut either of them is there, and the files that only it names.
    pub(super) fn publish(&self, folder: &Path, lost: bool) -> Result<(), SnapshotError> {
        let write = |name: &str, durable: bool| -> io::Result<()> {
            let mut file = NewFile::create(&folder.join(NEW_FILE))?;
            file.write_all(&encode(self)?)?;
            if durable {
                file.sync()?;
            }
            disk::rename(file.path(), &folder.join(name))
        };
        let path = folder.join(FILE);
        let sync = || disk::sync_folder(folder).map_err(SnapshotError::file("sync", folder));
        if lost {
            // The names of the files that take their place must not come after its own.
            sync()?;
        }
        write(FILE, true).map_err(SnapshotError::file("replace", &path))?;
        sync()?;
        // It is of use only where the first one is spoilt, which no power cut does.
        let _ = write(COPY_FILE, false);
        // What was put aside is of no more use; one that stays is replaced next time.
        let _ = disk::remove(&folder.join(ASIDE_FILE));
        Ok(())
    }

    /// True when `next` does without rows or detail that this one names.
    pub(super) fn is_lost_by(&self, next: &Self) -> bool {
        let rows = |it: &Self| -> HashSet<(String, i64)> {
            let keys = it.segments.iter().flat_map(SegmentRef::keyed_runs).map(|(key, _)| key);
            keys.map(|(file, day)| (file.to_owned(), day)).collect()
        };
        let detail = |it: &Self| -> HashSet<FileRef> { it.history_files().cloned().collect() };
        !rows(self).is_subset(&rows(next)) || !detail(self).is_subset(&detail(next))
    }

    /// Puts it aside, so that the next writer builds a new one, and takes over what the database
    /// does not have any longer.
    pub(super) fn set_aside(folder: &Path) -> Result<(), SnapshotError> {
        Self::moved(folder, ASIDE_FILE)
    }

    /// Puts aside one that is not ours or cannot be read: another version of this program may be
    /// able to.
    pub(super) fn set_foreign_aside(folder: &Path) -> Result<(), SnapshotError> {
        match file::read(&folder.join(FILE)) {
            Ok(bytes) if decode(&bytes).is_err() => Self::moved(folder, FOREIGN_FILE),
            _ => Ok(()),
        }
    }

    fn moved(folder: &Path, name: &str) -> Result<(), SnapshotError> {
        let path = folder.join(FILE);
        match disk::rename(&path, &folder.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(SnapshotError::file("put aside", &path)(error))
            }
            _ => Ok(()),
        }
    }

    /// Tells one published manifest of a folder from the next, without reading it.
    pub(super) fn stamp(folder: &Path) -> Option<Stamp> {
        use std::os::unix::fs::MetadataExt;
        let metadata = fs::symlink_metadata(folder.join(FILE)).ok()?;
        Some(Stamp(metadata.ino(), metadata.mtime(), metadata.mtime_nsec(), metadata.len()))
    }
}

/// See [`Manifest::stamp`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp(u64, i64, i64, u64);

/// True when all times of `span` lie in `window`.
pub(super) fn is_within(span: (UnixSeconds, UnixSeconds), window: Window) -> bool {
    window.holds(span.0) && window.holds(span.1)
}

/// True when all times of `span` lie on one side of each of `cuts`.
pub(super) fn is_uncut(span: (UnixSeconds, UnixSeconds), cuts: &[UnixSeconds]) -> bool {
    !cuts.iter().any(|&cut| span.0 < cut && cut <= span.1)
}

fn encode(manifest: &Manifest) -> io::Result<Vec<u8>> {
    let json = serde_json::to_vec(manifest)?;
    let mut bytes =
        format!("{MAGIC} {FORMAT} {:016x} {}\n", xxh3_64(&json), json.len()).into_bytes();
    bytes.extend(json);
    Ok(bytes)
}

/// Reads a manifest's bytes.
fn decode(bytes: &[u8]) -> Result<Manifest, String> {
    let (format, json) = parts(bytes)?;
    if format != FORMAT {
        return Err(format!("its format is {format}, not {FORMAT}"));
    }
    let manifest: Manifest = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    manifest.checked()
}

/// The format and the JSON of a manifest, which is as its writer left it.
pub(super) fn parts(bytes: &[u8]) -> Result<(u32, &[u8]), String> {
    let end = bytes.iter().take(100).position(|&byte| byte == b'\n').ok_or("it has no header")?;
    let (header, json) = (&bytes[..end], &bytes[end + 1..]);
    let header = std::str::from_utf8(header).map_err(|_| "its header is no text")?;
    let rest = header.strip_prefix(MAGIC).and_then(|rest| rest.strip_prefix(' '));
    let (format, rest) = rest.and_then(|it| it.split_once(' ')).ok_or("it is no manifest")?;
    if rest != format!("{:016x} {}", xxh3_64(json), json.len()) {
        return Err("its checksum is another".to_owned());
    }
    Ok((format.parse().map_err(|_| "its format is no number")?, json))
}

impl Manifest {
    /// Refuses what no writer of ours would write.
    fn checked(self) -> Result<Self, String> {
        checked(self.files(), &self.segments)?;
        Ok(self)
    }
}

pub(super) fn checked<'a>(
    files: impl Iterator<Item = &'a FileRef>,
    segments: &[SegmentRef],
) -> Result<(), String> {
    for file in files {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        if file.name.is_empty() || file.name.starts_with('.') || !file.name.chars().all(plain) {
            return Err(format!("it names the file {:?}", file.name));
        }
    }
    for segment in segments {
        let mut end = 0;
        for run in &segment.runs {
            if run.rows.start < end || run.rows.end <= run.rows.start {
                return Err("its runs overlap".to_owned());
            }
            end = run.rows.end;
        }
    }
    Ok(())
}

/// Decodes bytes as a manifest and forgets it: what the fuzzer calls.
#[doc(hidden)]
pub fn fuzz(bytes: &[u8]) {
    if let Ok(manifest) = decode(bytes) {
        assert_eq!(encode(&manifest).ok().as_deref().map(decode), Some(Ok(manifest)));
    }
    // The header guards the rest well; look behind it too.
    if let Ok(manifest) = serde_json::from_slice::<Manifest>(bytes) {
        drop(manifest.checked());
    }
}

//! What a folder still holds of what the database does not have any longer, when its generation is
//! of no use.

use super::HistoryDay;
use super::label::{Found, Owner};
use crate::snapshot::disk;
use crate::snapshot::file::{self, DETAIL, FileRef};
use crate::snapshot::last::Last;
use crate::snapshot::manifest::{Reread, SegmentRef};
use crate::store::DayCut;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The end of names of files that were put aside.
pub(super) const ASIDE: &str = ".aside";

/// True for the name of a file that was put aside.
pub(in crate::snapshot) fn is_aside(name: &str) -> bool {
    name.ends_with(ASIDE)
}

/// Whole files of an earlier generation of the same database and zone.
#[derive(Default)]
pub(in crate::snapshot) struct Remains {
    /// Rows as they were last seen.
    pub(super) segments: Vec<SegmentRef>,
    /// Greatest row id when all rows were last known to be those of one moment.
    pub(super) whole_to: i64,
    /// As in the manifest.
    pub(super) reread: BTreeMap<i64, Reread>,
    /// Detail, by ascending day.
    pub(in crate::snapshot) history: Vec<HistoryDay>,
    /// Days that is kept for.
    pub(in crate::snapshot) history_days: u32,
    /// As in the manifest.
    pub(in crate::snapshot) room_mb: Option<u64>,
    /// A number that no file has yet.
    pub(in crate::snapshot) next_file: u64,
    /// Files of detail that others took the place of, or that somebody wanted to be rid of.
    pub(super) retired: Vec<String>,
}

impl Remains {
    /// Looks through `folder`. The last manifest tells most; detail that it does not tell of, or
    /// where there is none, tells of itself.
    pub(in crate::snapshot) fn of(folder: &Path, owner: Owner<'_>, days: &DayCut) -> Self {
        let last = Last::of(folder).filter(|it| it.store == owner.store);
        let numbers = file::names(folder).into_iter().filter_map(|name| file::number(&name));
        let unused = numbers.max().map_or(1, |number| number + 1);
        let mut remains = match last {
            None => Self { next_file: unused, ..Self::default() },
            Some(last) => {
                let next_file = last.next_file.max(unused);
                Self { next_file, ..Self::named(folder, last, days) }
            }
        };
        remains.adopt(folder, owner, days);
        remains.history.sort_unstable_by_key(|it| it.day);
        remains
    }

    fn named(folder: &Path, last: Last, days: &DayCut) -> Self {
        let is_whole = |it: &FileRef| {
            file::map(folder, it).and_then(|bytes| file::check(folder, it, &bytes)).is_ok()
        };
        let mut segments = last.segments;
        // Other days would put its rows into others than the new ones.
        segments.retain(|it| days.same_days(&last.days) && is_whole(&it.rows));
        segments.iter_mut().for_each(SegmentRef::forget_cells);
        let mut history = last.history;
        history.retain(|it| it.is_of(days) && is_whole(&it.cells));
        let Last { whole_to, reread, history_days, room_mb, retired, .. } = last;
        Self { segments, whole_to, reread, history, history_days, room_mb, next_file: 0, retired }
    }

    /// Takes in detail that no manifest names. Of days whose rows are still there it would only be
    /// what a writer left that did not get as far as to publish it.
    fn adopt(&mut self, folder: &Path, owner: Owner<'_>, days: &DayCut) {
        let named: BTreeSet<i64> = self.history.iter().map(|it| it.day).collect();
        let mut found: BTreeMap<i64, HistoryDay> = BTreeMap::new();
        let mut names: Vec<String> = file::names(folder);
        names.retain(|name| file::is_of_kind(name.trim_end_matches(ASIDE), &[DETAIL]));
        // Of several files of a day the last one was written knowing the others.
        names.sort_unstable_by_key(|name| file::number(name));
        for name in names {
            if self.history.iter().any(|it| it.cells.name == name) || self.retired.contains(&name) {
                continue;
            }
            if let Found::Ours(day) = Found::in_file(folder, &name, owner)
                && day.is_of(days)
                && !named.contains(&day.day)
                && !self.has_rows_of(day.day)
                && let Some(name) = back(folder, &name)
            {
                let cells = FileRef { name, ..day.cells.clone() };
                found.insert(day.day, HistoryDay { cells, ..*day });
            }
        }
        self.history.extend(found.into_values());
    }

    fn has_rows_of(&self, day: i64) -> bool {
        let runs = self.segments.iter().flat_map(|segment| &segment.runs);
        runs.filter(|run| run.day == day).any(|run| !run.is_merged())
    }
}

/// The name of a file of detail that is not aside any longer; none where it must stay there.
fn back(folder: &Path, name: &str) -> Option<String> {
    let Some(plain) = name.strip_suffix(ASIDE) else {
        return Some(name.to_owned());
    };
    let is_free = !folder.join(plain).exists();
    let moved = is_free && disk::rename(&folder.join(name), &folder.join(plain)).is_ok();
    moved.then(|| plain.to_owned())
}

impl HistoryDay {
    /// True when `days` cut its rows as they were cut when it was written.
    fn is_of(&self, days: &DayCut) -> bool {
        !self.has_detail() || [self.span.0, self.span.1].iter().all(|&t| days.day(t) == self.day)
    }
}

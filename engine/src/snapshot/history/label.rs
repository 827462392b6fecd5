//! What a file of detail says of itself, so that it can be used without a manifest.

use super::{HistoryDay, Shares};
use crate::snapshot::arrow::{self, About, Problem, Table};
use crate::snapshot::error::SnapshotError;
use crate::snapshot::file::{self, DETAIL, FileRef};
use crate::snapshot::seal;
use crate::snapshot::table::CellTable;
use arrow_buffer::Buffer;
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

const KIND_KEY: &str = "traffic-engine.kind";
const STORE_KEY: &str = "traffic-engine.store";
const ZONE_KEY: &str = "traffic-engine.zone";
/// As JSON: what the manifest says of the day, but for the file itself.
const DAY_KEY: &str = "traffic-engine.day";

/// Whose detail it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::snapshot) struct Owner<'a> {
    /// The database, without its password.
    pub(in crate::snapshot) store: &'a str,
    /// Name of the zone that days are cut in.
    pub(in crate::snapshot) zone: &'a str,
}

impl Owner<'_> {
    /// What a file of `kind` says of itself.
    pub(super) fn about(self, kind: &str) -> About {
        let entries = [(KIND_KEY, kind), (STORE_KEY, self.store), (ZONE_KEY, self.zone)];
        entries.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
    }

    /// What the file of `day` says of itself.
    pub(super) fn label(self, day: &HistoryDay) -> Result<About, serde_json::Error> {
        let mut about = self.about(DETAIL);
        about.insert(DAY_KEY.to_owned(), serde_json::to_string(day)?);
        Ok(about)
    }
}

/// What a file of detail turned out to be.
pub(in crate::snapshot) enum Found {
    /// Whole, and of this owner.
    Ours(Box<HistoryDay>),
    /// Whole, and of another database or zone.
    Foreign,
    /// Not to be read: spoilt, or of another version of this program.
    Unreadable(Problem),
    /// Nobody can tell now.
    Unknown(SnapshotError),
}

impl Found {
    /// Looks into a file, all of it.
    pub(in crate::snapshot) fn in_file(folder: &Path, name: &str, owner: Owner<'_>) -> Self {
        Self::checked(folder, name, owner, |bytes, day| {
            seal::check(bytes)?;
            let table = Table::decode(bytes)?;
            CellTable::decode(&table)?;
            day.fits(table.len())
        })
    }

    /// Looks at what a file says of itself alone, which is soon done.
    pub(super) fn by_label(folder: &Path, name: &str, owner: Owner<'_>) -> Self {
        Self::checked(folder, name, owner, |_, _| Ok(()))
    }

    fn checked(
        folder: &Path,
        name: &str,
        owner: Owner<'_>,
        check: impl Fn(&Buffer, &HistoryDay) -> Result<(), Problem>,
    ) -> Self {
        let bytes = match file::map_any(folder, name) {
            Ok(bytes) => bytes,
            Err(error) => return Self::Unknown(error),
        };
        let labelled = || -> Result<(About, HistoryDay), Problem> {
            let about = arrow::about(&bytes)?;
            let label = about.get(DAY_KEY).filter(|_| kind_of(&about) == Some(DETAIL));
            let label = label.ok_or("it is no detail of a day")?;
            let day: HistoryDay = serde_json::from_str(label).map_err(|it| it.to_string())?;
            check(&bytes, &day)?;
            Ok((about, day))
        };
        match labelled() {
            Err(problem) => Self::Unreadable(problem),
            Ok((about, _)) if owner_of(&about) != (Some(owner.store), Some(owner.zone)) => {
                Self::Foreign
            }
            Ok((_, day)) => {
                let cells = FileRef {
                    name: name.to_owned(),
                    bytes: bytes.len() as u64,
                    checksum: xxh3_64(&bytes),
                };
                Self::Ours(Box::new(HistoryDay { cells, ..day }))
            }
        }
    }
}

/// Store and zone that a file tells.
pub(super) fn owner_of(about: &About) -> (Option<&str>, Option<&str>) {
    let text = |key| about.get(key).map(String::as_str);
    (text(STORE_KEY), text(ZONE_KEY))
}

/// The kind that a file tells.
pub(super) fn kind_of(about: &About) -> Option<&str> {
    about.get(KIND_KEY).map(String::as_str)
}

impl HistoryDay {
    /// Refuses ranges beyond the cells there are.
    pub(in crate::snapshot) fn fits(&self, cells: usize) -> Result<(), Problem> {
        let shares = |it: &Shares| [it.agreeing.clone(), it.exceeding.clone()];
        let ranges = shares(&self.fine).into_iter().chain(shares(&self.by_day));
        let mut ranges = ranges.chain([self.rest.clone(), self.held.clone()]);
        if ranges.all(|range| range.start <= range.end && range.end <= cells) {
            return Ok(());
        }
        Err("it tells of more cells than it has".to_owned())
    }
}

//! What a rebuild takes over: detail as it is, and of days not merged when they were last seen,
//! the rows that the database does not have any longer, by the same rules as ever.

use super::remains::Remains;
use crate::snapshot::error::SnapshotError;
use crate::snapshot::generation::Generation;
use crate::snapshot::manifest::Manifest;
use crate::snapshot::refresh::Writing;
use crate::store::{Fingerprint, Fingerprinting};
use std::collections::{BTreeMap, BTreeSet};

impl Writing<'_> {
    /// `built`, which holds what the database does, with what only `remains` holds.
    pub(in crate::snapshot) fn salvaged(
        &self,
        built: Manifest,
        remains: Remains,
    ) -> Result<Manifest, SnapshotError> {
        let Remains { segments, whole_to, reread, history, history_days, room_mb, retired, .. } =
            remains;
        let history_days = history_days.max(built.history_days);
        let built = Manifest { history: history.clone(), history_days, room_mb, retired, ..built };
        if segments.is_empty() {
            return Ok(built);
        }
        let after = Generation::open(self.folder, built, None, None)?;
        let seen = Manifest { segments, whole_to, reread, history, ..after.manifest.clone() };
        let before = Generation::open(self.folder, seen, None, Some(&after))?;
        let days = changed_days(&before, &after)?;
        let mut writer = self.writer_after(&after.manifest);
        let salvaged = self.carried(&before, &before, after, &days, &mut writer)?;
        Ok(Manifest { next_file: writer.next_file, ..salvaged.manifest })
    }
}

/// Days that had rows to be merged, and whose rows are not what they were; those that begin before
/// what is kept are left out.
fn changed_days(before: &Generation, after: &Generation) -> Result<BTreeSet<i64>, SnapshotError> {
    let manifest = &after.manifest;
    let horizon = manifest.horizon.map_or(i64::MIN, |it| manifest.days.day(it) + 1);
    let runs = before.manifest.segments.iter().flat_map(|segment| &segment.runs);
    let days: BTreeSet<i64> =
        runs.filter(|run| run.day >= horizon && !run.is_merged()).map(|run| run.day).collect();
    let (then, now) = (prints(before, &days)?, prints(after, &days)?);
    Ok(days.into_iter().filter(|day| then.get(day) != now.get(day)).collect())
}

fn prints(
    generation: &Generation,
    days: &BTreeSet<i64>,
) -> Result<BTreeMap<i64, Fingerprint>, SnapshotError> {
    let (mut prints, mut printing) = (BTreeMap::new(), Fingerprinting::default());
    for (known, segment) in generation.segments() {
        for run in known.runs.iter().filter(|run| days.contains(&run.day)) {
            let rows = segment.rows.get()?.rows(run.rows.clone());
            *prints.entry(run.day).or_default() += printing.of_all(&rows);
        }
    }
    Ok(prints)
}

//! Keeps detail from one generation to the next.

use super::carry::{UserDay, Verdict};
use super::day::Users;
use super::label::Owner;
use super::layout::{Arranged, DayDetail};
use super::{FINE_DAYS, HistoryDay};
use crate::column::{CellBatch, Cells, NodeTexts};
use crate::snapshot::build::SegmentWriter;
use crate::snapshot::codes::Codes;
use crate::snapshot::error::SnapshotError;
use crate::snapshot::file::{self, DETAIL};
use crate::snapshot::generation::Generation;
use crate::snapshot::manifest::{Manifest, Sum};
use crate::snapshot::refresh::Writing;
use crate::snapshot::table::CellTable;
use std::collections::{BTreeSet, HashMap};
use std::io;

impl Writing<'_> {
    /// `after`, in which `days` were read again, with the detail of what was merged since
    /// `published`. `before` holds the rows that have come since as well.
    pub(in crate::snapshot) fn carried(
        &self,
        published: &Generation,
        before: &Generation,
        after: Generation,
        days: &BTreeSet<i64>,
        writer: &mut SegmentWriter,
    ) -> Result<Generation, SnapshotError> {
        if self.history_days(&after.manifest) == 0 {
            return Ok(after);
        }
        let mut manifest = after.manifest.clone();
        for &day in days.iter().filter(|&&day| self.may_have_detail(before, &after, day)) {
            let users_before = published.users_seen_on(day)?;
            let kept = self.carried_day(&users_before, before, &after, day, writer)?;
            manifest.history.retain(|it| it.day != day);
            manifest.history.extend(kept);
        }
        manifest.history.sort_unstable_by_key(|it| it.day);
        Generation::open(self.folder, manifest, None, Some(&after))
    }

    /// True for days that are over and were merged, or may be soon.
    fn may_have_detail(&self, before: &Generation, after: &Generation, day: i64) -> bool {
        let manifest = &after.manifest;
        let is_merged = |it: &Generation| it.manifest.merged_of(day).rows > 0;
        let is_known = manifest.history.iter().any(|it| it.day == day);
        // The rows that are gone may have been the newest.
        let today = self.today(&before.manifest).max(self.today(manifest));
        let is_recent = (today - FINE_DAYS..today).contains(&day);
        manifest.days.is_exact(day)
            && day >= self.first_kept_day(manifest, self.history_days(manifest))
            && (is_known || is_recent || is_merged(before) || is_merged(after))
    }

    fn carried_day(
        &self,
        users_before: &Users,
        before: &Generation,
        after: &Generation,
        day: i64,
        writer: &mut SegmentWriter,
    ) -> Result<Option<HistoryDay>, SnapshotError> {
        let users = after.users_of(day)?;
        let gone = before.gone_by(after, day)?;
        let known = before.detail_of(day)?;
        let verdicts = verdicts(known.as_ref(), &gone, users_before, &users);
        let detail = sorted_out(known.as_ref(), &gone, &verdicts);
        let coarse = known.is_some_and(|it| it.day.coarse);
        self.write_day(writer, detail, &users, day, coarse)
    }

    /// Writes the detail of a day for good: the database does not have it any longer.
    pub(super) fn write_day(
        &self,
        writer: &mut SegmentWriter,
        detail: DayDetail,
        users: &Users,
        day: i64,
        coarse: bool,
    ) -> Result<Option<HistoryDay>, SnapshotError> {
        if detail.is_empty() {
            return Ok(None);
        }
        let (cells, texts, mut described) = Arranged::of(detail, users).described(day, coarse);
        let label = self.owner().label(&described);
        let encode = |out: &mut dyn io::Write| {
            CellTable::encode(cells, &texts, &label.map_err(io::Error::other)?, out)
        };
        // Whatever the limit of space is: older detail makes room for it when it is published.
        described.cells = file::write_whole(self.folder, writer.name(DETAIL), encode)?;
        Ok(Some(described))
    }

    /// Whose detail this writes.
    pub(in crate::snapshot) fn owner(&self) -> Owner<'_> {
        Owner { store: self.store, zone: self.zone }
    }

    /// `next` with its detail compared with sums that came since, and without what is too old.
    pub(in crate::snapshot) fn settled(
        &self,
        mut next: Manifest,
        before: Option<&Generation>,
    ) -> Result<Manifest, SnapshotError> {
        next.history_days = self.history_days(&next);
        let first = self.first_kept_day(&next, next.history_days);
        next.history.retain(|it| it.day >= first);
        let is_due = |it: &HistoryDay| next.merged_of(it.day) != it.merged;
        let due: Vec<i64> = next.history.iter().filter(|it| is_due(it)).map(|it| it.day).collect();
        if due.is_empty() {
            return Ok(next);
        }
        let mut writer = self.writer_after(&next);
        let generation = Generation::open(self.folder, next, None, before)?;
        let mut next = generation.manifest.clone();
        for day in due {
            // Sums came and no row went: what is held may be in them.
            let nothing = (CellBatch::default(), NodeTexts::default());
            self.rewrite(&generation, &mut next, &mut writer, day, |known, users| {
                let verdicts = verdicts(Some(known), &nothing, users, users);
                (sorted_out(Some(known), &nothing, &verdicts), known.day.coarse)
            })?;
        }
        next.next_file = writer.next_file;
        Ok(next)
    }

    /// A day whose rows are kept one by one for longer than they need be.
    pub(in crate::snapshot) fn due_day(&self, generation: &Generation) -> Option<i64> {
        let fine_from = self.today(&generation.manifest) - FINE_DAYS;
        let is_due = |it: &&HistoryDay| !it.coarse && it.day < fine_from;
        generation.manifest.history.iter().find(is_due).map(|it| it.day)
    }

    /// The same generation with the detail of `day` summed by hour, and without what waits in vain.
    pub(in crate::snapshot) fn with_hours(
        &self,
        generation: &Generation,
        day: i64,
    ) -> Result<Manifest, SnapshotError> {
        let mut next = generation.manifest.clone();
        let mut writer = self.writer_after(&next);
        self.rewrite(generation, &mut next, &mut writer, day, |known, _| {
            let mut detail = known.copied();
            detail.coarsen(&mut self.calendar.local());
            detail.held = CellBatch::default();
            (detail, true)
        })?;
        next.next_file = writer.next_file;
        Ok(next)
    }

    /// Writes the detail of `day` as `change` would have it, and whether that is coarse.
    fn rewrite(
        &self,
        generation: &Generation,
        next: &mut Manifest,
        writer: &mut SegmentWriter,
        day: i64,
        change: impl FnOnce(&Known<'_>, &Users) -> (DayDetail, bool),
    ) -> Result<(), SnapshotError> {
        let (users, known) = (generation.users_of(day)?, generation.detail_of(day)?);
        let Some(known) = known else {
            return Ok(());
        };
        let (detail, coarse) = change(&known, &users);
        let written = self.write_day(writer, detail, &users, day, coarse)?;
        next.history.retain(|it| it.day != day);
        next.history.extend(written);
        next.history.sort_unstable_by_key(|it| it.day);
        Ok(())
    }
}

/// Detail of a day as it lies in its file.
pub(super) struct Known<'a> {
    pub(super) day: &'a HistoryDay,
    table: &'a CellTable,
}

impl Known<'_> {
    fn kept(&self) -> [Cells<'_>; 2] {
        let fine = &self.day.fine;
        [&fine.agreeing, &fine.exceeding].map(|range| self.table.cells(range.clone()))
    }

    fn held(&self) -> Cells<'_> {
        self.table.cells(self.day.held.clone())
    }

    fn copied(&self) -> DayDetail {
        let (mut detail, mut codes) = (DayDetail::default(), Codes::default());
        self.kept().iter().for_each(|cells| detail.take(cells, &mut codes, |_| true));
        detail.take(&self.held(), &mut codes, |_| false);
        detail
    }
}

impl Generation {
    /// The detail of `day`; nothing where none is kept.
    pub(crate) fn detail_on(&self, day: i64) -> Result<Vec<Cells<'_>>, SnapshotError> {
        let Some((day, file)) = self.history().find(|(it, _)| it.day == day) else {
            return Ok(Vec::new());
        };
        let table = file.get()?;
        let shares = [&day.fine.agreeing, &day.fine.exceeding];
        Ok(shares.map(|range| table.cells(range.clone())).into())
    }

    fn detail_of(&self, day: i64) -> Result<Option<Known<'_>>, SnapshotError> {
        let found = self.history().find(|(it, _)| it.day == day);
        found.map(|(day, file)| Ok(Known { day, table: file.get()? })).transpose()
    }
}

type Verdicts = HashMap<i64, Verdict, foldhash::fast::RandomState>;

fn verdicts(
    known: Option<&Known<'_>>,
    (gone, texts): &(CellBatch, NodeTexts),
    before: &Users,
    now: &Users,
) -> Verdicts {
    let mut days: HashMap<i64, UserDay, foldhash::fast::RandomState> = HashMap::default();
    let mut each = |cells: &Cells<'_>, add: fn(&mut UserDay, Sum)| {
        for cell in 0..cells.len() {
            let sum = Sum { rows: cells.records(cell), traffic: cells.traffic(cell) };
            add(days.entry(cells.user_id[cell]).or_default(), sum);
        }
    };
    if let Some(known) = known {
        known.kept().iter().for_each(|cells| each(cells, |day, it| day.kept += it));
        each(&known.held(), |day, it| *day.held.get_or_insert_default() += it.traffic);
    }
    each(&gone.cells(texts), |day, it| *day.vanished.get_or_insert_default() += it.traffic);
    let sum_of = |users: &Users, user| users.get(&user).map(|it| it.sum).unwrap_or_default();
    let judged = days.into_iter().map(|(user, day)| {
        let sums = (sum_of(before, user), sum_of(now, user));
        let rows = now.get(&user).map(|it| it.rows).unwrap_or_default();
        (user, UserDay { sums, rows, ..day }.verdict())
    });
    judged.collect()
}

/// All cells, by what was decided.
fn sorted_out(
    known: Option<&Known<'_>>,
    (gone, texts): &(CellBatch, NodeTexts),
    verdicts: &Verdicts,
) -> DayDetail {
    let (mut detail, mut codes) = (DayDetail::default(), Codes::default());
    if let Some(known) = known {
        for cells in known.kept() {
            detail.take(&cells, &mut codes, |user| verdicts[&user].counts_kept);
        }
        detail.take(&known.held(), &mut codes, |user| verdicts[&user].counts_held);
    }
    detail.take(&gone.cells(texts), &mut codes, |user| verdicts[&user].counts_vanished);
    detail
}

//! How the cells of a day lie in their file.

use super::day::{OfUser, Users};
use super::{Account, HistoryDay, Shares};
use crate::calendar::LocalTime;
use crate::column::{CellBatch, Cells, DAY_MARKER, NodeTexts};
use crate::snapshot::codes::Codes;
use crate::snapshot::file::FileRef;
use crate::snapshot::manifest::Sum;
use crate::units::{Traffic, UnixSeconds};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// Detail of a day in the making.
#[derive(Default)]
pub(super) struct DayDetail {
    pub(super) texts: NodeTexts,
    /// What counts, in any order.
    pub(super) kept: CellBatch,
    /// What waits.
    pub(super) held: CellBatch,
}

impl DayDetail {
    /// Adds those of `cells` that `wanted` chooses to what counts, or to what waits.
    pub(super) fn take(
        &mut self,
        cells: &Cells<'_>,
        codes: &mut Codes,
        counts: impl Fn(i64) -> bool,
    ) {
        for cell in 0..cells.len() {
            let node = codes.translate(cells.node[cell], cells.texts, &mut self.texts);
            let batch = if counts(cells.user_id[cell]) { &mut self.kept } else { &mut self.held };
            batch.push(cells, cell, node);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.held.is_empty()
    }

    /// Sums what counts by hour.
    pub(super) fn coarsen(&mut self, local: &mut LocalTime) {
        let cells = self.kept.cells(&self.texts);
        let key = |cell: usize, hour| (cells.user_id[cell], cells.node[cell], hour);
        let mut order: Vec<_> =
            (0..cells.len()).map(|it| (key(it, local.hour_start(cells.first[it])), it)).collect();
        order.sort_unstable();
        self.kept = summed(&cells, order.into_iter());
    }
}

/// Cells of a day as they are written, and what is said of them.
pub(super) struct Arranged {
    cells: CellBatch,
    texts: NodeTexts,
    fine: Shares,
    by_day: Shares,
    rest: Range<usize>,
    held: Range<usize>,
    span: (UnixSeconds, UnixSeconds),
    merged: Sum,
    account: Account,
}

impl Arranged {
    /// Arranges `detail` of a day on which `users` have what they have.
    pub(super) fn of(detail: DayDetail, users: &Users) -> Self {
        let DayDetail { mut texts, kept, held } = detail;
        let of_users = Accounts::of(&kept, users);
        let marker = texts.encode(DAY_MARKER);
        let rest = of_users.rest(marker);
        let span = kept.first.iter().min().zip(kept.last.iter().max());
        let span = span.map_or((UnixSeconds::MAX, UnixSeconds::MIN), |(&a, &b)| (a, b));
        let mut cells = CellBatch::default();
        let (fine, by_day) = {
            let kept = kept.cells(&texts);
            let sorted = of_users.sorted(&kept);
            let fine = sorted.clone().map(|part| cells.append(picked(&kept, &part)));
            let by_day = sorted.map(|part| cells.append(by_day(&kept, &part)));
            (Shares::of(fine), Shares::of(by_day))
        };
        let (rest, held) = (cells.append(rest), cells.append(held));
        let (merged, account) = (of_users.merged(), of_users.account());
        Self { cells, texts, fine, by_day, rest, held, span, merged, account }
    }

    /// The cells, to be written under their dictionary, and what is to be said of the day.
    pub(super) fn described(self, day: i64, coarse: bool) -> (CellBatch, NodeTexts, HistoryDay) {
        let Self { cells, texts, fine, by_day, rest, held, span, merged, account } = self;
        let blank = FileRef::default();
        let day = HistoryDay {
            day,
            cells: blank,
            span,
            fine,
            by_day,
            coarse,
            rest,
            held,
            merged,
            account,
        };
        (cells, texts, day)
    }
}

impl Shares {
    fn of([agreeing, exceeding]: [Range<usize>; 2]) -> Self {
        Self { agreeing, exceeding }
    }
}

/// How much of each user's sum is explained.
struct Accounts<'a> {
    users: &'a Users,
    kept: HashMap<i64, Traffic, foldhash::fast::RandomState>,
}

impl<'a> Accounts<'a> {
    fn of(kept: &CellBatch, users: &'a Users) -> Self {
        let mut sums: HashMap<i64, Traffic, foldhash::fast::RandomState> = HashMap::default();
        for cell in 0..kept.len() {
            *sums.entry(kept.user_id[cell]).or_default() +=
                Traffic::of(kept.upload[cell], kept.download[cell]);
        }
        Self { users, kept: sums }
    }

    fn sum_of(&self, user: i64) -> Traffic {
        self.users.get(&user).map(|it| it.sum.traffic).unwrap_or_default()
    }

    fn exceeds(&self, user: i64) -> bool {
        let kept = self.kept.get(&user).copied().unwrap_or_default();
        self.sum_of(user).without(kept).is_none()
    }

    /// Places of `kept` by user, node and time: those of users that agree, then of those that do not.
    fn sorted(&self, kept: &Cells<'_>) -> [Vec<usize>; 2] {
        let mut order: Vec<usize> = (0..kept.len()).collect();
        order.sort_by_key(|&it| (kept.user_id[it], kept.node[it], kept.first[it], kept.last[it]));
        let (exceeding, agreeing) =
            order.into_iter().partition(|&it| self.exceeds(kept.user_id[it]));
        [agreeing, exceeding]
    }

    /// What no detail explains, by ascending user. Where detail and sum disagree that is the whole
    /// sum: totals follow it.
    fn rest(&self, marker: u32) -> CellBatch {
        let users: BTreeMap<_, _> = self.users.iter().filter(|(_, it)| it.sum.rows > 0).collect();
        let mut rest = CellBatch::default();
        for (&user, of_user) in users {
            let kept = self.kept.get(&user).copied().unwrap_or_default();
            let left = of_user.sum.traffic.without(kept).unwrap_or(of_user.sum.traffic);
            if !left.is_zero() || kept.is_zero() {
                push_sum(&mut rest, user, marker, of_user, left);
            }
        }
        rest
    }

    fn merged(&self) -> Sum {
        let mut merged = Sum::default();
        self.users.values().for_each(|user| merged += user.sum);
        merged
    }

    fn account(&self) -> Account {
        let mut account = Account::default();
        for (&user, &kept) in &self.kept {
            account.attributed += kept;
            account.excess += kept.beyond(self.sum_of(user));
            account.disagreeing += u64::from(self.exceeds(user));
        }
        for (user, of_user) in self.users {
            let kept = self.kept.get(user).copied().unwrap_or_default();
            account.unattributed += of_user.sum.traffic.beyond(kept);
        }
        account
    }
}

/// Adds a sum as one cell, or as more where it does not fit.
fn push_sum(batch: &mut CellBatch, user: i64, node: u32, of_user: &OfUser, sum: Traffic) {
    let Traffic { mut upload, mut download } = sum;
    let mut records = of_user.sum.rows;
    loop {
        let part = |bytes: u128| u64::try_from(bytes).unwrap_or(u64::MAX);
        batch.user_id.push(user);
        batch.node.push(node);
        batch.first.push(of_user.span.0);
        batch.last.push(of_user.span.1);
        batch.upload.push(part(upload));
        batch.download.push(part(download));
        batch.records.push(std::mem::take(&mut records));
        upload -= u128::from(part(upload));
        download -= u128::from(part(download));
        if upload == 0 && download == 0 {
            return;
        }
    }
}

fn picked(cells: &Cells<'_>, places: &[usize]) -> CellBatch {
    let mut batch = CellBatch::default();
    places.iter().for_each(|&place| batch.push(cells, place, cells.node[place]));
    batch
}

/// The cells at `places`, which are sorted by user and node, summed by both.
fn by_day(cells: &Cells<'_>, places: &[usize]) -> CellBatch {
    summed(cells, places.iter().map(|&it| ((cells.user_id[it], cells.node[it]), it)))
}

/// Cells by key and place, those of equal keys side by side, summed by key.
fn summed<K: PartialEq>(cells: &Cells<'_>, sorted: impl Iterator<Item = (K, usize)>) -> CellBatch {
    let (mut batch, mut last) = (CellBatch::default(), None);
    for (key, place) in sorted {
        let end = batch.len().checked_sub(1).filter(|_| last.as_ref() == Some(&key));
        if !end.is_some_and(|end| batch.add(end, cells, place)) {
            batch.push(cells, place, cells.node[place]);
        }
        last = Some(key);
    }
    batch
}

//! The rows of one day in a generation: sums of merged rows, and others.

use crate::column::{CellBatch, DAY_MARKER, NodeTexts, Rows};
use crate::snapshot::codes::Codes;
use crate::snapshot::error::SnapshotError;
use crate::snapshot::generation::Generation;
use crate::snapshot::manifest::Sum;
use crate::units::{Traffic, UnixSeconds};
use std::collections::HashMap;

/// What a user has on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OfUser {
    /// The sums of merged rows.
    pub(super) sum: Sum,
    /// Their first and last time.
    pub(super) span: (UnixSeconds, UnixSeconds),
    /// The other rows.
    pub(super) rows: Sum,
}

impl Default for OfUser {
    fn default() -> Self {
        let (sum, rows) = Default::default();
        Self { sum, span: (UnixSeconds::MAX, UnixSeconds::MIN), rows }
    }
}

/// Users by id.
pub(super) type Users = HashMap<i64, OfUser, foldhash::fast::RandomState>;

impl OfUser {
    fn add_sum(&mut self, t: UnixSeconds, traffic: Traffic) {
        self.sum += Sum { rows: 1, traffic };
        self.span = (self.span.0.min(t), self.span.1.max(t));
    }
}

impl Generation {
    /// What each user with rows has on `day`.
    pub(super) fn users_of(&self, day: i64) -> Result<Users, SnapshotError> {
        self.users_up_to(i64::MAX, day)
    }

    /// What each user had on `day` when all rows were last seen together: sums that came alone
    /// since are news.
    pub(super) fn users_seen_on(&self, day: i64) -> Result<Users, SnapshotError> {
        self.users_up_to(self.manifest.whole_to_on(day), day)
    }

    fn users_up_to(&self, last_id: i64, day: i64) -> Result<Users, SnapshotError> {
        let mut users = Users::default();
        self.rows_of(day, &mut |rows| {
            let marker = rows.texts.code(DAY_MARKER.as_bytes());
            for row in (0..rows.len()).filter(|&row| rows.id[row] <= last_id) {
                let user = users.entry(rows.user_id[row]).or_default();
                let traffic = Traffic::of(rows.upload[row], rows.download[row]);
                if Some(rows.node[row]) == marker {
                    user.add_sum(rows.t[row], traffic);
                } else {
                    user.rows += Sum { rows: 1, traffic };
                }
            }
        })?;
        Ok(users)
    }

    /// The rows of `day`, sums left out, that `later` does not have any longer, as cells. One that
    /// became another user's or node's is another row.
    pub(super) fn gone_by(
        &self,
        later: &Self,
        day: i64,
    ) -> Result<(CellBatch, NodeTexts), SnapshotError> {
        let there = later.nodes_by_row(day)?;
        let (mut gone, mut texts) = (CellBatch::default(), NodeTexts::default());
        let mut codes = Codes::default();
        self.rows_of(day, &mut |rows| {
            for row in 0..rows.len() {
                let text = rows.texts.text(rows.node[row]);
                if text != DAY_MARKER && !there.has(rows, row) {
                    let node = codes.translate(rows.node[row], rows.texts, &mut texts);
                    gone.push(&rows.cells(), row, node);
                }
            }
        })?;
        Ok((gone, texts))
    }

    fn nodes_by_row(&self, day: i64) -> Result<Present, SnapshotError> {
        let (mut present, mut codes) = (Present::default(), Codes::default());
        self.rows_of(day, &mut |rows| {
            for row in 0..rows.len() {
                let node = codes.translate(rows.node[row], rows.texts, &mut present.texts);
                present.rows.insert(rows.id[row], (rows.user_id[row], node));
            }
        })?;
        Ok(present)
    }

    fn rows_of(&self, day: i64, sink: &mut dyn FnMut(&Rows<'_>)) -> Result<(), SnapshotError> {
        for (known, segment) in self.segments() {
            for run in known.runs.iter().filter(|run| run.day == day) {
                sink(&segment.rows.get()?.rows(run.rows.clone()));
            }
        }
        Ok(())
    }
}

/// User and node of each row, by id.
#[derive(Default)]
struct Present {
    rows: HashMap<i64, (i64, u32), foldhash::fast::RandomState>,
    texts: NodeTexts,
}

impl Present {
    fn has(&self, rows: &Rows<'_>, row: usize) -> bool {
        let text = rows.texts.text(rows.node[row]);
        self.rows
            .get(&rows.id[row])
            .is_some_and(|&(user, node)| user == rows.user_id[row] && self.texts.text(node) == text)
    }
}

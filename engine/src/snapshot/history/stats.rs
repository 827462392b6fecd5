//! What is known of merged days, in figures.

use super::HistoryDay;
use crate::snapshot::manifest::{Manifest, Sum};
use crate::units::{Traffic, UnixSeconds};
use serde::Serialize;

/// What is kept of merged days, and how it compares with what the database says of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct HistoryStats {
    /// Days with detail.
    pub days: u64,
    /// Local midnight that begins the first of them.
    pub since: Option<UnixSeconds>,
    /// Local midnight from which on all that merged days hide is known; none where nothing is
    /// hidden, so that all of it is.
    pub complete_since: Option<UnixSeconds>,
    /// Cells of detail.
    pub cells: u64,
    /// Bytes of their files.
    pub bytes: u64,
    /// Bytes that are known by node and hour.
    pub attributed: Traffic,
    /// Bytes of merged days that no detail explains.
    pub unattributed: Traffic,
    /// Bytes of detail beyond what the database has merged.
    pub excess: Traffic,
    /// Users, counted once a day, whose detail is more than what the database has merged.
    pub disagreements: u64,
    /// Rows that vanished and wait for a sum that explains them.
    pub held_rows: u64,
}

impl HistoryStats {
    /// The figures of a generation; `start_of` tells the first second of a day.
    pub(in crate::snapshot) fn of(
        manifest: &Manifest,
        start_of: impl Fn(i64) -> UnixSeconds,
    ) -> Self {
        let history = &manifest.history;
        let detailed = || history.iter().filter(|day| day.has_detail());
        let mut stats = Self {
            days: detailed().count() as u64,
            since: detailed().map(|day| start_of(day.day)).min(),
            complete_since: unexplained_until(manifest).map(|day| start_of(day + 1)),
            cells: history.iter().map(|day| day.fine.len() as u64).sum(),
            bytes: history.iter().map(|day| day.cells.bytes).sum(),
            held_rows: history.iter().map(|day| day.held.len() as u64).sum(),
            ..Self::default()
        };
        for day in history {
            stats.attributed += day.account.attributed;
            stats.excess += day.account.excess;
            stats.disagreements += day.account.disagreeing;
        }
        for (day, merged) in manifest.merged_days() {
            stats.unattributed += unexplained(manifest, day, merged);
        }
        stats
    }
}

/// The last day whose sums are not wholly explained.
pub(in crate::snapshot) fn unexplained_until(manifest: &Manifest) -> Option<i64> {
    let days = manifest.merged_days().into_iter();
    let is_hidden = |&(day, merged): &(i64, Sum)| !unexplained(manifest, day, merged).is_zero();
    days.rev().find(is_hidden).map(|(day, _)| day)
}

fn unexplained(manifest: &Manifest, day: i64, merged: Sum) -> Traffic {
    let known = manifest.history.binary_search_by_key(&day, |it: &HistoryDay| it.day);
    known.map_or(merged.traffic, |at| manifest.history[at].account.unattributed)
}

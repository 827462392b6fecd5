//! The detail of merged days as pieces of an answer.

use super::HistoryDay;
use crate::column::Detail;
use crate::snapshot::generation::{CellFile, Generation};
use crate::snapshot::manifest::{is_uncut, is_within};
use crate::snapshot::pieces::Piece;
use crate::store::{Grain, TimeGrain};
use crate::units::Window;
use std::collections::HashSet;
use std::ops::Range;

impl Generation {
    /// Days of which kernels that want `detail` must not see the sums.
    pub(in crate::snapshot) fn days_in_detail(&self, detail: Detail) -> HashSet<i64> {
        match detail {
            Detail::Whole => self.history().map(|(day, _)| day.day).collect(),
            Detail::None | Detail::Nodes | Detail::NodesUsed => HashSet::new(),
        }
    }

    /// What `detail` asks for, of the days that may have rows in `window`, at least as fine as
    /// `grain`.
    pub(crate) fn detail_pieces(
        &self,
        window: Window,
        grain: &Grain,
        detail: Detail,
    ) -> Vec<Piece> {
        let of_day = |(day, file)| day_pieces(day, file, window, grain, detail);
        let pieces = self.history().filter(|_| detail != Detail::None).flat_map(of_day);
        pieces.filter(|piece| piece.len() > 0).collect()
    }

    /// True when kept detail has this very text for a node.
    pub(crate) fn has_detail_of(&self, text: &str) -> Result<bool, crate::snapshot::SnapshotError> {
        for (_, file) in self.history() {
            if file.get()?.knows(text) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn day_pieces(
    day: &HistoryDay,
    file: &CellFile,
    window: Window,
    grain: &Grain,
    detail: Detail,
) -> Vec<Piece> {
    let is_whole = day.has_detail() && is_within(day.span, window);
    let shares = match grain.time {
        TimeGrain::Any | TimeGrain::Day if is_whole && is_uncut(day.span, &grain.cuts) => {
            &day.by_day
        }
        _ => &day.fine,
    };
    let part = |range: &Range<usize>| {
        Piece::of_detail(file, range.clone(), window, is_whole, detail == Detail::NodesUsed)
    };
    match detail {
        Detail::None => Vec::new(),
        Detail::Nodes | Detail::NodesUsed => vec![part(&shares.agreeing), part(&shares.exceeding)],
        Detail::Whole => {
            let rest = Piece::of_detail(file, day.rest.clone(), window, false, false);
            vec![part(&shares.agreeing), rest]
        }
    }
}

//! Where the detail of days comes from.

use crate::column::Cells;
use crate::error::EngineError;
use crate::snapshot::Generation;
use crate::store::{DaySpan, Fingerprint, Fingerprinting, UsageScan, View};
use crate::units::Window;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Gives the cells of `spans`, which ascend and follow one another, by user, node and local hour or
/// finer, and the fingerprint of each day's rows at that moment.
///
/// They are the rows of the database; [`kept`] has what was seen of others.
pub(super) fn read(
    view: &mut dyn View,
    spans: &[DaySpan],
    take: &mut dyn FnMut(&Cells<'_>) -> Result<(), EngineError>,
) -> Result<BTreeMap<i64, Fingerprint>, EngineError> {
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
        return Ok(BTreeMap::new());
    };
    let window = Window::between(first.start, last.end);
    // A row costs a server less than a group by user, node and hour: see `View::sums_pay`.
    let scan = UsageScan { window, with_count_rate: true, ..UsageScan::default() };
    let mut found: BTreeMap<i64, Fingerprint> = BTreeMap::new();
    let (mut prints, mut outcome) = (Fingerprinting::default(), Ok(()));
    view.scan(&scan, &mut |rows| {
        for row in 0..rows.len() {
            if let Some(day) = day_of(spans, rows.t[row]) {
                *found.entry(day).or_default() += prints.of(rows, row);
            }
        }
        outcome = take(&rows.cells());
        if outcome.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    outcome?;
    Ok(found)
}

/// Gives the cells of rows of `spans` that the snapshot has seen and the database has merged since.
pub(super) fn kept(
    generation: Option<&Generation>,
    spans: &[DaySpan],
    take: &mut dyn FnMut(&Cells<'_>) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    let Some(generation) = generation else {
        return Ok(());
    };
    for span in spans {
        for cells in generation.detail_on(span.day)? {
            take(&cells)?;
        }
    }
    Ok(())
}

fn day_of(spans: &[DaySpan], t: i64) -> Option<i64> {
    let after = spans.partition_point(|span| span.start <= t);
    let span = spans[..after].last()?;
    (t <= span.end).then_some(span.day)
}

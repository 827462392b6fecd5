//! Fingerprints of days: computed by the server where it can, otherwise from its rows.

use super::cell::Cell;
use super::scan::{self, Batches, Param, Statement};
use super::stream::Streams;
use super::{DayCut, Fingerprint, Fingerprinting, StoreError, UsageScan};
use crate::column::Rows;
use crate::units::{UnixSeconds, Window};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// A day and the fingerprint of its rows, one row a day, as [`Fingerprint`] describes it.
pub(super) fn statement(days: &DayCut, since: Option<UnixSeconds>) -> Statement {
    let (spans, first, end) = days.parts();
    let mut cases = String::new();
    let mut earliest = 0;
    for (start, offset) in spans {
        cases.push_str(&format!(" WHEN t >= {start} THEN {offset}"));
        earliest = offset;
    }
    let condition = if since.is_some() { " WHERE t >= ?" } else { "" };
    let sql = format!(
        "SELECT (LEAST(GREATEST(t, {first}), {end}) + CASE{cases} ELSE {earliest} END) \
         DIV 86400 AS day_number, COUNT(*), SUM(u), SUM(d), \
         SUM(CRC32(CONCAT_WS(',', id, user_id, t, u, d, \
         COALESCE(CAST(FLOOR(count_rate * 1000 + 0.5) AS SIGNED), -1), \
         CONVERT(node USING utf8mb4)))) \
         FROM user_usage{condition} GROUP BY day_number"
    );
    Statement { sql, params: since.map(Param::Int).into_iter().collect() }
}

/// A row of [`statement`]; `None` for one that cannot be: its values are not what they must be, so
/// its day equals no day of ours.
pub(super) fn decode(cells: &[Cell<'_>]) -> (i64, Fingerprint) {
    let whole = |at: usize| whole(cells.get(at));
    let fingerprint = Fingerprint {
        rows: whole(1).unwrap_or_default() as u64,
        upload: whole(2).unwrap_or(-1).cast_unsigned(),
        download: whole(3).unwrap_or(-1).cast_unsigned(),
        hash: whole(4).unwrap_or(-1) as u64,
    };
    (whole(0).unwrap_or(i64::MIN.into()) as i64, fingerprint)
}

/// Servers send sums as decimal text.
fn whole(cell: Option<&Cell<'_>>) -> Option<i128> {
    match *cell? {
        Cell::Int(value) => Some(value.into()),
        Cell::UInt(value) => Some(value.into()),
        Cell::Text(digits) => std::str::from_utf8(digits).ok()?.parse().ok(),
        Cell::Null | Cell::Float(_) | Cell::Moment => None,
    }
}

/// The fingerprints of the rows that `view` delivers. A day with a row that cannot be has one that
/// no day of ours has, so that only who reads that day is refused.
pub(super) fn from_rows<S: Streams>(
    view: &mut S,
    days: &DayCut,
    since: Option<UnixSeconds>,
) -> Result<BTreeMap<i64, Fingerprint>, StoreError> {
    let window = Window { start: since, end: None };
    let scan = UsageScan { window, with_count_rate: true, ..UsageScan::default() };
    let (mut found, mut prints) = (BTreeMap::new(), Fingerprinting::default());
    let mut sum = |rows: &Rows<'_>| {
        for row in 0..rows.len() {
            let day: &mut Fingerprint = found.entry(days.day(rows.t[row])).or_default();
            *day += prints.of(rows, row);
        }
        ControlFlow::Continue(())
    };
    let mut batches = Batches::skipping(&scan, &mut sum);
    view.stream(scan::statement(&scan, S::DIALECT), "comparing user_usage", &mut batches)?;
    for t in batches.skipped() {
        let day = if t == i64::MIN { t } else { days.day(t) };
        let print: &mut Fingerprint = found.entry(day).or_default();
        *print = Fingerprint { rows: print.rows + 1, upload: u128::MAX, ..*print };
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Calendar;
    use jiff::tz::TimeZone;

    #[test]
    fn days_are_cut_by_the_latest_change_of_clocks_before_a_time() {
        let zone = TimeZone::get("Europe/Berlin").expect("a known zone");
        let days = DayCut::new(&Calendar::new(zone, 1_755_673_445));
        let sql = statement(&days, Some(5)).sql;
        assert!(sql.contains("WHEN t >= 1743296400 THEN 7200 WHEN t >= 1729990800 THEN 3600"));
        assert!(sql.contains("ELSE 3600 END) DIV 86400"), "{sql}");
        assert!(sql.ends_with("WHERE t >= ? GROUP BY day_number"), "{sql}");
    }

    #[test]
    fn sums_come_as_numbers_or_text() {
        let cells = [
            Cell::Int(20_000),
            Cell::UInt(2),
            Cell::Text(b"36893488147419103232"),
            Cell::Int(7),
            Cell::Text(b"9"),
        ];
        let expected = Fingerprint { rows: 2, upload: 1 << 65, download: 7, hash: 9 };
        assert_eq!(decode(&cells), (20_000, expected));
    }
}

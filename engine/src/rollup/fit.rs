//! Whether figures fit into their columns.

use super::change::Moment;
use super::error::RollupError;
use super::sums::{HourSums, Sums};
use crate::calendar::format_day;
use crate::store::{Hour, Measures};
use crate::units::UnixSeconds;

/// The columns of a day.
pub(super) struct Fit {
    pub(super) day: i64,
}

impl Fit {
    /// A number that is at most `most`.
    fn within(
        &self,
        value: u128,
        most: i64,
        of: impl Fn() -> String,
        column: &'static str,
    ) -> Result<i64, RollupError> {
        let fits = i64::try_from(value).ok().filter(|&value| value <= most);
        let day = || format_day(self.day);
        fits.ok_or_else(|| RollupError::TooLarge { day: day(), of: of(), column, value })
    }

    /// What an `int` holds.
    pub(super) fn int(
        &self,
        value: u128,
        of: impl Fn() -> String,
        column: &'static str,
    ) -> Result<i64, RollupError> {
        self.within(value, i32::MAX.into(), of, column)
    }

    /// What a daily table holds.
    pub(super) fn measures(
        &self,
        sums: &Sums,
        of: impl Fn() -> String,
        unique: &'static str,
    ) -> Result<Measures, RollupError> {
        let bytes = |value, column| self.within(value, i64::MAX, &of, column);
        Ok(Measures {
            upload: bytes(sums.traffic.upload, "total_upload")?,
            download: bytes(sums.traffic.download, "total_download")?,
            traffic: bytes(sums.traffic.total(), "total_traffic")?,
            unique: self.int(sums.unique.into(), &of, unique)?,
            records: self.int(sums.records.into(), &of, "usage_records")?,
        })
    }

    /// What `hourly_stats` holds.
    pub(super) fn hour(
        &self,
        start: UnixSeconds,
        hour: &HourSums,
        at: &Moment<'_>,
    ) -> Result<Hour, RollupError> {
        let of = || format!("hour {start}");
        self.int(start.unsigned_abs().into(), of, "hour_timestamp")?;
        Ok(Hour {
            total_users: at.total_users,
            active_users: self.int(hour.users.into(), of, "active_users")?,
            total_nodes: at.nodes.len() as i64,
            active_nodes: self.int(hour.nodes.into(), of, "active_nodes")?,
            traffic: self.within(hour.traffic, i64::MAX, of, "total_traffic")?,
            peak: self.within(hour.peak.into(), i64::MAX, of, "peak_traffic")?,
        })
    }
}

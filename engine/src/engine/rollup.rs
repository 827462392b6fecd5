//! Pre-aggregates: kept up to date, built anew, pruned, and told about.

mod detail;
mod keeping;
mod reports;

pub use reports::{
    RollupBackfill, RollupPruned, RollupReport, RollupRetention, RollupStatus, RollupWork,
};

use self::keeping::Keeping;
use super::Engine;
use crate::calendar::{Calendar, date_of_day, day_of_date, format_day};
use crate::error::EngineError;
use crate::store::{Access, Expiry, Form};

impl Engine {
    /// Sums the days that changed since they were summed last, of those that are kept: today,
    /// yesterday, and whatever day has other rows than before. Makes the tables first where they are
    /// missing or of an older form. What a run that failed or was killed has left is done by the
    /// next.
    ///
    /// # Errors
    /// [`EngineError::Store`] and [`EngineError::Rollup`]. One day that cannot be summed does not
    /// keep others from it.
    pub fn rollup_update(&self, work: &RollupWork) -> Result<RollupReport, EngineError> {
        let calendar = self.calendar();
        let today = day_of_date(calendar.today());
        let mut keeping = Keeping::begin(self, &calendar, work.lock_wait_s)?;
        let expiry = expiry(&calendar, &work.retention);
        keeping.hours_since = today.saturating_sub(work.retention.hourly_days.into());
        keeping.sum(expiry.day, i64::MAX, Some(today), false)
    }

    /// Sums all days of a stretch that have other rows than when they were summed last, or all of
    /// them outright.
    ///
    /// # Errors
    /// As [`Engine::rollup_update`].
    pub fn rollup_backfill(&self, what: &RollupBackfill) -> Result<RollupReport, EngineError> {
        let calendar = self.calendar();
        let keeping = Keeping::begin(self, &calendar, what.lock_wait_s)?;
        let first = what.from.map_or(i64::MIN, day_of_date);
        let last = what.to.map_or(i64::MAX, day_of_date);
        keeping.sum(first, last, None, what.force)
    }

    /// Deletes what is older than it is kept, in transactions of bounded size.
    ///
    /// # Errors
    /// [`EngineError::Store`]; what was deleted before stays deleted.
    pub fn rollup_prune(&self, work: &RollupWork) -> Result<RollupPruned, EngineError> {
        let calendar = self.calendar();
        let before = expiry(&calendar, &work.retention);
        let mut tables = Keeping::begin(self, &calendar, work.lock_wait_s)?.tables;
        let (mut deleted, total) = (0, tables.expired(&before)?);
        loop {
            self.report("deleting old rows", deleted, Some(total));
            tables.begin_writing()?;
            let more = tables.delete_expired(&before)?;
            tables.commit()?;
            deleted += more;
            if more == 0 {
                break;
            }
        }
        Ok(RollupPruned {
            kept_since: format_day(before.day),
            hours_kept_since: calendar.format(before.hour),
            deleted,
        })
    }

    /// What there is of the pre-aggregates, and what an update would have to do. Changes nothing.
    ///
    /// # Errors
    /// [`EngineError::Store`].
    pub fn rollup_status(&self, work: &RollupWork) -> Result<RollupStatus, EngineError> {
        let calendar = self.calendar();
        let first = expiry(&calendar, &work.retention).day;
        let mut tables = self.store.rollup(Access::Read, work.lock_wait_s)?;
        let forms = tables.tables()?;
        let is_ready = forms.iter().all(|table| table.form == Form::Ready);
        let mut status = RollupStatus {
            tables: forms,
            is_ready,
            zone: None,
            configured_zone: calendar.zone_name(),
            is_other_zone: false,
            first_day: None,
            last_day: None,
            days: 0,
            days_due: 0,
            base_rows: 0,
            last_checked_at: None,
            retention: work.retention,
        };
        tables.begin_reading()?;
        if is_ready {
            status.zone = tables.zone()?;
            status.base_rows = tables.base_rows()?;
            status.tell(&tables.summed(i64::MIN, i64::MAX)?);
        }
        let today = day_of_date(calendar.today());
        let look = keeping::look(&mut *tables, &calendar, first, i64::MAX, Some(today), is_ready)?;
        let same = status.zone.as_deref().filter(|zone| keeping::is_same(zone, &calendar));
        status.days_due = look.due(same.unwrap_or(&status.configured_zone), false).len() as u64;
        status.is_other_zone = status.zone.is_some() && same.is_none();
        Ok(status)
    }
}

/// Where keeping ends.
fn expiry(calendar: &Calendar, retention: &RollupRetention) -> Expiry {
    let today = day_of_date(calendar.today());
    let day = today.saturating_sub(retention.days.into());
    let hour = today.saturating_sub(retention.hourly_days.into());
    Expiry { day, hour: calendar.start_of(date_of_day(hour)) }
}

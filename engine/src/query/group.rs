//! Raw traffic rows summed by hour or day, and daily sums by service.

use super::Kernel;
use super::chart_grain::ChartGrain;
use super::rows::TrafficFilter;
use super::span::Span;
use crate::calendar::{Calendar, LocalTime, format_day};
use crate::column::Cells;
use crate::range::{Meaning, RangeRequest};
use crate::store::{Grain, ListedUser, TimeGrain, Users};
use crate::units::{Traffic, UnixSeconds, UserId};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Asks for traffic rows summed by hour or day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupedTraffic {
    /// The rows.
    pub filter: TrafficFilter,
    /// By hour of the day or by day; what suits the period where it is not given.
    pub grain: Option<ChartGrain>,
}

/// Traffic of an hour or day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TrafficGroup {
    /// Bytes uploaded.
    pub upload: u128,
    /// Bytes downloaded.
    pub download: u128,
    /// Both together.
    pub total: u128,
    /// `HH:00` or `YYYY-MM-DD`.
    #[serde(rename = "timeKey")]
    pub time_key: String,
    /// Time of the newest row.
    pub timestamp: UnixSeconds,
}

/// Sums traffic rows by local hour and day.
pub struct TrafficGrouping {
    local: LocalTime,
    hours: BTreeMap<(i64, u8), GroupSums>,
    span: Span,
}

#[derive(Debug, Clone, Copy, Default)]
struct GroupSums {
    traffic: Traffic,
    newest: UnixSeconds,
}

impl TrafficGrouping {
    /// Groups in the calendar's zone.
    pub fn new(calendar: &Calendar) -> Self {
        Self { local: calendar.local(), hours: BTreeMap::new(), span: Span::default() }
    }

    /// Groups by hour of day for `today`, `time_range` and a `custom` range whose rows lie on one
    /// day, otherwise by day, unless `grain` decides it; ascending by key.
    pub fn finish(
        mut self,
        range: &RangeRequest,
        grain: Option<ChartGrain>,
    ) -> BTreeMap<String, TrafficGroup> {
        let by_hour = match (grain, range.word.meaning()) {
            (Some(grain), _) => grain == ChartGrain::Hour,
            (None, Meaning::Today | Meaning::TimeRange) => true,
            (None, Meaning::Custom) => self.rows_lie_on_one_day(),
            (None, _) => false,
        };
        let mut groups: BTreeMap<String, GroupSums> = BTreeMap::new();
        for ((day, hour), sums) in self.hours {
            let key = if by_hour { format!("{hour:02}:00") } else { format_day(day) };
            let group = groups.entry(key).or_default();
            group.traffic += sums.traffic;
            group.newest = group.newest.max(sums.newest);
        }
        groups.into_iter().map(|(key, sums)| (key.clone(), traffic_group(key, sums))).collect()
    }

    fn rows_lie_on_one_day(&mut self) -> bool {
        self.span.ends().is_none_or(|(first, last)| self.local.day(first) == self.local.day(last))
    }
}

impl Kernel for TrafficGrouping {
    fn grain(&self) -> Grain {
        Grain { time: TimeGrain::Hour, ..Grain::default() }
    }

    fn add(&mut self, cells: &Cells<'_>) {
        for cell in 0..cells.len() {
            let t = cells.first[cell];
            let key = (self.local.day(t), self.local.hour_of_day(t));
            let sums = self.hours.entry(key).or_default();
            sums.traffic += cells.traffic(cell);
            sums.newest = sums.newest.max(cells.last[cell]);
            self.span.widen(cells.span(cell));
        }
    }

    fn memory(&self) -> usize {
        self.hours.len() * size_of::<((i64, u8), GroupSums)>()
    }
}

fn traffic_group(time_key: String, sums: GroupSums) -> TrafficGroup {
    let Traffic { upload, download } = sums.traffic;
    TrafficGroup { upload, download, total: sums.traffic.total(), time_key, timestamp: sums.newest }
}

/// Asks for the traffic of each day and service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayTraffic {
    /// Only this WHMCS service.
    pub service: Option<i64>,
    /// Only the users with this UUID.
    pub uuid: Option<String>,
    /// Period; each bound that is given narrows it.
    pub range: RangeRequest,
}

/// Traffic of a service on a local day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ServiceDay {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// WHMCS service id.
    pub sid: i64,
    /// Bytes uploaded.
    pub upload: u128,
    /// Bytes downloaded.
    pub download: u128,
}

impl DayTraffic {
    /// The listed users the request is about.
    pub fn wanted_users(&self, users: &Users) -> Vec<UserId> {
        let wanted = |user: &ListedUser<'_>| {
            self.service.is_none_or(|service| user.sid == service)
                && self.uuid.as_deref().is_none_or(|uuid| user.uuid.eq_ignore_ascii_case(uuid))
        };
        users.iter().filter(wanted).map(|user| user.id).collect()
    }
}

/// Sums rows of listed users by local day and service.
pub struct ServiceDays<'a> {
    local: LocalTime,
    users: &'a Users,
    days: BTreeMap<(Reverse<i64>, i64), Traffic>,
}

impl<'a> ServiceDays<'a> {
    /// Days in the calendar's zone, services of `users`.
    pub fn new(users: &'a Users, calendar: &Calendar) -> Self {
        Self { local: calendar.local(), users, days: BTreeMap::new() }
    }

    /// Newest day first, then by service id.
    pub fn finish(self) -> Vec<ServiceDay> {
        let days = self.days.into_iter();
        days.map(|((Reverse(day), sid), Traffic { upload, download })| ServiceDay {
            date: format_day(day),
            sid,
            upload,
            download,
        })
        .collect()
    }
}

impl Kernel for ServiceDays<'_> {
    fn grain(&self) -> Grain {
        Grain { users: true, time: TimeGrain::Day, ..Grain::default() }
    }

    fn add(&mut self, cells: &Cells<'_>) {
        for cell in 0..cells.len() {
            let Some(sid) = self.users.find(cells.user_id[cell]).map(|user| user.sid) else {
                continue;
            };
            let day = self.local.day(cells.first[cell]);
            *self.days.entry((Reverse(day), sid)).or_default() += cells.traffic(cell);
        }
    }

    fn memory(&self) -> usize {
        self.days.len() * size_of::<((i64, i64), Traffic)>()
    }
}

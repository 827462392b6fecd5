//! What happens now: active users, recent windows, today by hour.

use super::slots::UserSlots;
use super::{Kernel, ONLINE_S};
use crate::calendar::{Calendar, DAY_S, LocalTime};
use crate::column::Cells;
use crate::store::{Grain, Node, TimeGrain};
use crate::units::{Traffic, UnixSeconds, Window};
use roaring::RoaringBitmap;
use serde::Serialize;
use std::collections::BTreeMap;

/// Live figures. All byte figures are exact.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LiveStats {
    /// Listed users.
    pub total_users: u64,
    /// Distinct user ids with usage rows, by window.
    pub active_users: ActiveUsers,
    /// Listed nodes.
    pub total_nodes: u64,
    /// Nodes with a heartbeat in the last 600 s.
    pub online_nodes: u64,
    /// Bytes uploaded on the current local day.
    pub today_upload: u128,
    /// Bytes downloaded on the current local day.
    pub today_download: u128,
    /// Traffic by window; windows do not end at midnight and have no upper bound.
    pub traffic_periods: TrafficPeriods,
    /// When this was computed.
    pub last_updated: UnixSeconds,
}

/// Distinct user ids by window; merged days and deleted users count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActiveUsers {
    /// Last 300 s.
    #[serde(rename = "5min")]
    pub min5: u64,
    /// Last 3 600 s.
    #[serde(rename = "1hour")]
    pub hour1: u64,
    /// Last 14 400 s.
    #[serde(rename = "4hour")]
    pub hour4: u64,
    /// Last 86 400 s.
    #[serde(rename = "24hours")]
    pub hours24: u64,
}

/// Traffic by window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrafficPeriods {
    /// Last 300 s.
    #[serde(rename = "5min")]
    pub min5: PeriodTraffic,
    /// Last 3 600 s.
    #[serde(rename = "1hour")]
    pub hour1: PeriodTraffic,
    /// Last 14 400 s.
    #[serde(rename = "4hour")]
    pub hour4: PeriodTraffic,
    /// Since the first of this month.
    pub monthly: PeriodTraffic,
}

/// Bytes of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct PeriodTraffic {
    /// Uploaded.
    pub upload: u128,
    /// Downloaded.
    pub download: u128,
    /// Both together.
    pub total: u128,
}

impl From<Traffic> for PeriodTraffic {
    fn from(traffic: Traffic) -> Self {
        Self { upload: traffic.upload, download: traffic.download, total: traffic.total() }
    }
}

/// Computes [`LiveStats`] in one pass.
pub struct LiveCounting {
    now: UnixSeconds,
    today: (UnixSeconds, UnixSeconds),
    month_start: UnixSeconds,
    user_slots: UserSlots,
    active: [(UnixSeconds, RoaringBitmap); 4],
    recent: [(UnixSeconds, Traffic); 3],
    today_traffic: Traffic,
    month_traffic: Traffic,
}

impl LiveCounting {
    /// Live figures at the calendar's moment.
    pub fn new(calendar: &Calendar) -> Self {
        let now = calendar.now();
        Self {
            now,
            today: (calendar.today_start(), calendar.tomorrow_start()),
            month_start: calendar.month_start(),
            user_slots: UserSlots::default(),
            active: [300, 3_600, 14_400, DAY_S].map(|s| (now - s, RoaringBitmap::new())),
            recent: [300, 3_600, 14_400].map(|s| (now - s, Traffic::default())),
            today_traffic: Traffic::default(),
            month_traffic: Traffic::default(),
        }
    }

    /// The rows that matter: those since the earliest window begins.
    pub fn window(calendar: &Calendar) -> Window {
        let day_ago = calendar.now() - DAY_S;
        Window::since(calendar.month_start().min(calendar.today_start()).min(day_ago))
    }

    /// The figures, with the counts of the other two tables.
    pub fn finish(self, total_users: usize, nodes: &[Node]) -> LiveStats {
        let online = nodes.iter().filter(|node| node.last_online >= self.now - ONLINE_S);
        let [min5, hour1, hour4, hours24] = self.active.map(|(_, users)| users.len());
        let [recent5, recent1, recent4] = self.recent.map(|(_, traffic)| traffic.into());
        LiveStats {
            total_users: total_users as u64,
            active_users: ActiveUsers { min5, hour1, hour4, hours24 },
            total_nodes: nodes.len() as u64,
            online_nodes: online.count() as u64,
            today_upload: self.today_traffic.upload,
            today_download: self.today_traffic.download,
            traffic_periods: TrafficPeriods {
                min5: recent5,
                hour1: recent1,
                hour4: recent4,
                monthly: self.month_traffic.into(),
            },
            last_updated: self.now,
        }
    }
}

impl Kernel for LiveCounting {
    fn grain(&self) -> Grain {
        let (today_start, tomorrow_start) = self.today;
        let active = self.active.iter().map(|(start, _)| *start);
        let cuts = active.chain([today_start, tomorrow_start, self.month_start]).collect();
        Grain { users: true, cuts, ..Grain::default() }
    }

    fn add(&mut self, cells: &Cells<'_>) {
        let (today_start, tomorrow_start) = self.today;
        for cell in 0..cells.len() {
            let (t, traffic) = (cells.first[cell], cells.traffic(cell));
            if t >= today_start && t < tomorrow_start {
                self.today_traffic += traffic;
            }
            if t >= self.month_start {
                self.month_traffic += traffic;
            }
            for (start, sum) in &mut self.recent {
                if t >= *start {
                    *sum += traffic;
                }
            }
            if t >= self.now - DAY_S {
                let user = self.user_slots.assign(cells.user_id[cell]);
                for (_, users) in self.active.iter_mut().filter(|(start, _)| t >= *start) {
                    users.insert(user);
                }
            }
        }
    }
}

/// Today's traffic by hour.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TodayTraffic {
    /// Today, `YYYY-MM-DD`.
    pub date: String,
    /// By hour `00`–`23`: every hour up to the current one, and later ones that hold rows.
    pub hourly_stats: BTreeMap<String, HourTraffic>,
    /// Name of the zone.
    pub timezone: String,
    /// When this was computed.
    pub last_updated: UnixSeconds,
}

/// Bytes of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct HourTraffic {
    /// Uploaded.
    pub upload: u128,
    /// Downloaded.
    pub download: u128,
}

/// Computes [`TodayTraffic`] from today's rows.
pub struct TodayCounting {
    local: LocalTime,
    hours: [Option<Traffic>; 24],
}

impl TodayCounting {
    /// Today at the calendar's moment.
    pub fn new(calendar: &Calendar) -> Self {
        let hour_now = usize::from(calendar.hour_now());
        let hours = std::array::from_fn(|hour| (hour <= hour_now).then(Traffic::default));
        Self { local: calendar.local(), hours }
    }

    /// Today's rows.
    pub fn window(calendar: &Calendar) -> Window {
        Window::between(calendar.today_start(), calendar.tomorrow_start() - 1)
    }

    /// The figures.
    pub fn finish(self, calendar: &Calendar) -> TodayTraffic {
        let hours = self.hours.iter().enumerate().filter_map(|(hour, traffic)| {
            let Traffic { upload, download } = (*traffic)?;
            Some((format!("{hour:02}"), HourTraffic { upload, download }))
        });
        TodayTraffic {
            date: calendar.today().to_string(),
            hourly_stats: hours.collect(),
            timezone: calendar.zone_name(),
            last_updated: calendar.now(),
        }
    }
}

impl Kernel for TodayCounting {
    fn grain(&self) -> Grain {
        Grain { time: TimeGrain::Hour, ..Grain::default() }
    }

    fn add(&mut self, cells: &Cells<'_>) {
        for cell in 0..cells.len() {
            let hour = usize::from(self.local.hour_of_day(cells.first[cell]));
            *self.hours[hour].get_or_insert_default() += cells.traffic(cell);
        }
    }
}

//! What happens now: active users, recent windows, today by hour.

use super::distinct::DistinctSets;
use super::renumbering::Renumbering;
use super::user_slots::UserSlots;
use super::{Kernel, Mergeable, ONLINE_S};
use crate::calendar::{Calendar, DAY_S, LocalTime};
use crate::column::Cells;
use crate::store::{Grain, Node, TimeGrain};
use crate::units::{Traffic, UnixSeconds, Window};
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
    /// First seconds of the windows that count users, widest last.
    active_since: [UnixSeconds; 4],
    /// A set of users by window.
    active: DistinctSets,
    /// Traffic of all but the widest.
    recent: [Traffic; 3],
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
            active_since: [300, 3_600, 14_400, DAY_S].map(|seconds| now - seconds),
            active: DistinctSets::default(),
            recent: [Traffic::default(); 3],
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
        let [min5, hour1, hour4, hours24] = [0, 1, 2, 3].map(|at| self.active.len_of(at));
        let [recent5, recent1, recent4] = self.recent.map(PeriodTraffic::from);
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
        let active = self.active_since.into_iter();
        let cuts = active.chain([today_start, tomorrow_start, self.month_start]).collect();
        Grain { users: true, cuts, ..Grain::default() }
    }

    fn add(&mut self, cells: &Cells<'_>) {
        let [.., day_ago] = self.active_since;
        let lately = day_ago.min(self.today.0);
        self.month_traffic += traffic_since(self.month_start, cells);
        for (cell, &t) in cells.first.iter().enumerate() {
            if t >= lately {
                self.add_lately(t, cells.user_id[cell], cells.traffic(cell));
            }
        }
    }

    fn memory(&self) -> usize {
        self.user_slots.memory() + self.active.memory()
    }
}

impl LiveCounting {
    /// Takes in a row of today or the last 24 hours.
    fn add_lately(&mut self, t: UnixSeconds, user_id: i64, traffic: Traffic) {
        let ((today_start, tomorrow_start), [.., day_ago]) = (self.today, self.active_since);
        if t >= today_start && t < tomorrow_start {
            self.today_traffic += traffic;
        }
        if t < day_ago {
            return;
        }
        let user = self.user_slots.slot(user_id);
        for (window, _) in (0..).zip(self.active_since).filter(|&(_, since)| t >= since) {
            self.active.insert(window, user);
            if let Some(sum) = self.recent.get_mut(window) {
                *sum += traffic;
            }
        }
    }
}

impl Mergeable for LiveCounting {
    fn split(&self) -> Self {
        Self {
            user_slots: UserSlots::default(),
            active: DistinctSets::default(),
            recent: [Traffic::default(); 3],
            today_traffic: Traffic::default(),
            month_traffic: Traffic::default(),
            ..*self
        }
    }

    fn merge(&mut self, other: Self) {
        let users = self.user_slots.merge(&other.user_slots);
        self.active.merge(other.active, &Renumbering::Same, &users);
        for (mine, theirs) in self.recent.iter_mut().zip(other.recent) {
            *mine += theirs;
        }
        self.today_traffic += other.today_traffic;
        self.month_traffic += other.month_traffic;
    }
}

/// Traffic of the cells that begin at `since` or later, without a branch that could be guessed
/// wrongly: this loop runs on vectors.
fn traffic_since(since: UnixSeconds, cells: &Cells<'_>) -> Traffic {
    let mut traffic = Traffic::default();
    let times = cells.first.chunks(SUM_CHUNK);
    let bytes = cells.upload.chunks(SUM_CHUNK).zip(cells.download.chunks(SUM_CHUNK));
    for (times, (upload, download)) in times.zip(bytes) {
        let (mut up, mut down) = (Halves::default(), Halves::default());
        for ((&t, &upload), &download) in times.iter().zip(upload).zip(download) {
            // All ones or none, by the sign; both are times of the calendar, far from overflow.
            let earlier = (t.wrapping_sub(since) >> 63) as u64;
            up.add(upload & !earlier);
            down.add(download & !earlier);
        }
        traffic += Traffic { upload: up.sum(), download: down.sum() };
    }
    traffic
}

/// Values summed before halves are joined, far fewer than the 2³² that fit.
const SUM_CHUNK: usize = 1 << 12;

/// A sum by halves of 32 bits: vectors have no carry between words of 64.
#[derive(Default)]
struct Halves {
    low: u64,
    high: u64,
}

impl Halves {
    #[inline]
    fn add(&mut self, value: u64) {
        self.low += value & u64::from(u32::MAX);
        self.high += value >> 32;
    }

    fn sum(self) -> u128 {
        (u128::from(self.high) << 32) + u128::from(self.low)
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

    fn memory(&self) -> usize {
        0
    }
}

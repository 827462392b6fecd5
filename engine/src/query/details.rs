//! One user or node with its last 30 days.

use super::Kernel;
use super::slots::UserSlots;
use crate::calendar::{Calendar, LocalTime, format_day};
use crate::column::Cells;
use crate::store::{Grain, Record, TimeGrain};
use crate::units::{Traffic, Window};
use roaring::RoaringBitmap;
use serde::Serialize;
use std::collections::BTreeMap;

/// A user and the traffic of each day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UserDetails {
    /// All columns of the user.
    pub user: Record,
    /// Days with usage rows, newest first.
    pub traffic_history: Vec<UserDay>,
}

/// A user's traffic on a local day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct UserDay {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// Bytes uploaded.
    pub daily_upload: u128,
    /// Bytes downloaded.
    pub daily_download: u128,
}

/// A node and the traffic of each day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NodeDetails {
    /// All columns of the node.
    pub node: Record,
    /// Days with usage rows, newest first.
    pub traffic_stats: Vec<NodeDay>,
}

/// A node's traffic on a local day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct NodeDay {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// Distinct user ids.
    pub unique_users: u64,
    /// Bytes uploaded.
    pub daily_upload: u128,
    /// Bytes downloaded.
    pub daily_download: u128,
}

/// Sums rows by local day.
pub struct Daily {
    local: LocalTime,
    users: bool,
    user_slots: UserSlots,
    days: BTreeMap<i64, (Traffic, RoaringBitmap)>,
}

impl Daily {
    /// The days of a user, in the calendar's zone.
    pub fn of_user(calendar: &Calendar) -> Self {
        Self::new(calendar, false)
    }

    /// The days of a node, in the calendar's zone.
    pub fn of_node(calendar: &Calendar) -> Self {
        Self::new(calendar, true)
    }

    fn new(calendar: &Calendar, users: bool) -> Self {
        let (user_slots, days) = (UserSlots::default(), BTreeMap::new());
        Self { local: calendar.local(), users, user_slots, days }
    }

    /// The rows that matter: today, the 29 days before it, and any later ones.
    pub fn window(calendar: &Calendar) -> Window {
        Window::since(calendar.days_ago_start(29))
    }

    /// The days of a user, newest first.
    pub fn user_days(self) -> Vec<UserDay> {
        let newest_first = self.days.into_iter().rev();
        newest_first
            .map(|(day, (Traffic { upload, download }, _))| UserDay {
                date: format_day(day),
                daily_upload: upload,
                daily_download: download,
            })
            .collect()
    }

    /// The days of a node, newest first.
    pub fn node_days(self) -> Vec<NodeDay> {
        let newest_first = self.days.into_iter().rev();
        newest_first
            .map(|(day, (Traffic { upload, download }, users))| NodeDay {
                date: format_day(day),
                unique_users: users.len(),
                daily_upload: upload,
                daily_download: download,
            })
            .collect()
    }
}

impl Kernel for Daily {
    fn grain(&self) -> Grain {
        Grain { users: self.users, time: TimeGrain::Day, ..Grain::default() }
    }

    fn add(&mut self, cells: &Cells<'_>) {
        for cell in 0..cells.len() {
            let user = self.user_slots.assign(cells.user_id[cell]);
            let (traffic, users) = self.days.entry(self.local.day(cells.first[cell])).or_default();
            *traffic += cells.traffic(cell);
            users.insert(user);
        }
    }
}

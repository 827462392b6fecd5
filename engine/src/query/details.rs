//! One user or node with its last 30 days.

use super::distinct::DistinctSets;
use super::time_slots::{Buckets, TimeSlots};
use super::user_slots::UserSlots;
use super::{Kernel, entry};
use crate::calendar::{Calendar, format_day};
use crate::column::{Cells, Detail};
use crate::store::{Grain, Record, TimeGrain};
use crate::units::{Traffic, Window};
use serde::Serialize;

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
    counts_users: bool,
    user_slots: UserSlots,
    days: TimeSlots,
    /// By slot of the day, like the sets below.
    traffic: Vec<Traffic>,
    users: DistinctSets,
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

    fn new(calendar: &Calendar, counts_users: bool) -> Self {
        Self {
            counts_users,
            user_slots: UserSlots::default(),
            days: TimeSlots::new(Buckets::Days, calendar),
            traffic: Vec::new(),
            users: DistinctSets::default(),
        }
    }

    /// The rows that matter: today, the 29 days before it, and any later ones.
    pub fn window(calendar: &Calendar) -> Window {
        Window::since(calendar.days_ago_start(29))
    }

    /// The days of a user, newest first.
    pub fn user_days(self) -> Vec<UserDay> {
        let newest_first = self.days.ascending().into_iter().rev();
        newest_first
            .map(|slot| UserDay {
                date: format_day(self.days.keys()[slot]),
                daily_upload: self.traffic[slot].upload,
                daily_download: self.traffic[slot].download,
            })
            .collect()
    }

    /// The days of a node, newest first.
    pub fn node_days(self) -> Vec<NodeDay> {
        let newest_first = self.days.ascending().into_iter().rev();
        newest_first
            .map(|slot| NodeDay {
                date: format_day(self.days.keys()[slot]),
                unique_users: self.users.len_of(slot),
                daily_upload: self.traffic[slot].upload,
                daily_download: self.traffic[slot].download,
            })
            .collect()
    }
}

impl Kernel for Daily {
    fn grain(&self) -> Grain {
        Grain { users: self.counts_users, time: TimeGrain::Day, ..Grain::default() }
    }

    fn detail(&self) -> Detail {
        if self.counts_users { Detail::Nodes } else { Detail::None }
    }

    fn add(&mut self, cells: &Cells<'_>) {
        for cell in 0..cells.len() {
            let day = self.days.slot(cells.first[cell]);
            *entry(&mut self.traffic, day) += cells.traffic(cell);
            if self.counts_users {
                self.users.insert(day, self.user_slots.slot(cells.user_id[cell]));
            }
        }
    }

    fn memory(&self) -> usize {
        self.user_slots.memory()
            + self.days.memory()
            + self.traffic.capacity() * size_of::<Traffic>()
            + self.users.memory()
    }
}

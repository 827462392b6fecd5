//! One user or node with its last 30 days.

use super::Kernel;
use super::slots::UserSlots;
use crate::calendar::{Calendar, LocalTime, format_day};
use crate::column::{NodeTexts, UsageBatch};
use crate::store::Record;
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
    user_slots: UserSlots,
    days: BTreeMap<i64, (Traffic, RoaringBitmap)>,
}

impl Daily {
    /// Days in the calendar's zone.
    pub fn new(calendar: &Calendar) -> Self {
        Self { local: calendar.local(), user_slots: UserSlots::default(), days: BTreeMap::new() }
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
    fn add(&mut self, batch: &UsageBatch, _: &NodeTexts) {
        for row in 0..batch.len() {
            let user = self.user_slots.assign(batch.user_id[row]);
            let (traffic, users) = self.days.entry(self.local.day(batch.t[row])).or_default();
            *traffic += Traffic::of(batch.upload[row], batch.download[row]);
            users.insert(user);
        }
    }
}

//! Single usage rows with the user and node they belong to.

use super::format::format_bytes;
use super::slots::{NodeIndex, NodeMeaning};
use super::sort::Limit;
use crate::calendar::{Calendar, LocalTime};
use crate::column::{DAY_MARKER, Rows};
use crate::range::RangeRequest;
use crate::store::{Cursor, ListedUser, Node, StoreError, Table, Users};
use crate::units::{UnixSeconds, UserId};
use serde::Serialize;

/// Asks for usage records, newest first, equal times by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRecords {
    /// Only this node: its id or its name.
    pub node: Option<String>,
    /// Only this user.
    pub user: Option<UserId>,
    /// Only the users with this UUID.
    pub uuid: Option<String>,
    /// Period.
    pub range: RangeRequest,
    /// How many records.
    pub limit: Limit,
    /// Only records that come after this one.
    pub after: Option<Cursor>,
}

/// A usage record.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct UsageRecord {
    /// Row id.
    pub id: i64,
    /// User id.
    pub user_id: UserId,
    /// Unix seconds.
    pub t: UnixSeconds,
    /// Bytes uploaded.
    pub u: u64,
    /// Bytes downloaded.
    pub d: u64,
    /// Node text as stored.
    pub node: String,
    /// Billing multiplier of the row; 1 where it is NULL or 0.
    pub count_rate: f64,
    /// UUID of a listed user.
    pub uuid: Option<String>,
    /// WHMCS service id of a listed user.
    pub sid: Option<i64>,
    /// Name of a listed node.
    pub node_name: Option<String>,
    /// Country of a listed node.
    pub node_country: Option<String>,
    /// Bytes both ways.
    pub total_traffic: u128,
    /// Local time, `YYYY-MM-DD HH:MM:SS`.
    pub formatted_time: String,
    /// Upload for people.
    pub formatted_upload: String,
    /// Download for people.
    pub formatted_download: String,
    /// Both ways for people.
    pub formatted_total: String,
}

/// Asks for raw traffic rows, newest first, equal times by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrafficFilter {
    /// Only this user.
    pub user: Option<UserId>,
    /// Only the users of this WHMCS service.
    pub service: Option<i64>,
    /// Only rows with this very node text.
    pub node: Option<String>,
    /// Only users whose UUID holds this text.
    pub uuid: Option<String>,
    /// Period; each bound that is given narrows it.
    pub range: RangeRequest,
    /// Name merged days `Day Summary`, leave out node addresses, and let no merged day match a node.
    pub enhanced: bool,
    /// Leave out merged days (enhanced only).
    pub exclude_day_rows: bool,
}

/// A raw traffic row.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct TrafficRow {
    /// Row id.
    pub id: i64,
    /// User id.
    pub user_id: UserId,
    /// Unix seconds.
    pub t: UnixSeconds,
    /// Bytes uploaded.
    pub u: u64,
    /// Bytes downloaded.
    pub d: u64,
    /// Node text as stored.
    pub node: String,
    /// Billing multiplier of the row.
    pub count_rate: Option<f64>,
    /// UUID of a listed user.
    pub uuid: Option<String>,
    /// WHMCS service id of a listed user.
    pub service_id: Option<i64>,
    /// Quota of a listed user.
    pub transfer_enable: Option<i128>,
    /// Bytes the user uploaded in the quota period.
    pub total_upload: Option<u64>,
    /// Bytes the user downloaded in the quota period.
    pub total_download: Option<u64>,
    /// Speed limit of a listed user.
    pub speedlimitss: Option<i64>,
    /// Speed limit of other protocols.
    pub speedlimitother: Option<i64>,
    /// Violations of a listed user.
    pub illegal: Option<i64>,
    /// Name of a listed node, otherwise the node text; `Day Summary` for merged days when enhanced.
    pub node_name: String,
    /// Address of a listed node; the key is absent when enhanced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_address: Option<Option<String>>,
    /// Node text as stored.
    pub node_identifier: String,
    /// `node_name` for rows of today, otherwise empty.
    pub current_node_name: String,
}

/// Users and nodes by the keys that usage rows carry.
pub struct Directory<'a> {
    users: &'a Users,
    nodes: &'a [Node],
    index: &'a NodeIndex,
    local: LocalTime,
    today_start: UnixSeconds,
}

impl<'a> Directory<'a> {
    /// A directory of `users` and `nodes` (indexed by `index`).
    pub fn new(
        users: &'a Users,
        nodes: &'a [Node],
        index: &'a NodeIndex,
        calendar: &Calendar,
    ) -> Self {
        Self { users, nodes, index, local: calendar.local(), today_start: calendar.today_start() }
    }

    /// A row as usage record.
    pub fn usage_record(&mut self, rows: &Rows<'_>, row: usize) -> UsageRecord {
        let text = rows.texts.text(rows.node[row]);
        let user = self.users.find(rows.user_id[row]);
        let node = self.listed(text);
        let (upload, download) = (rows.upload[row], rows.download[row]);
        let total_traffic = u128::from(upload) + u128::from(download);
        UsageRecord {
            id: rows.id[row],
            user_id: UserId(rows.user_id[row]),
            t: rows.t[row],
            u: upload,
            d: download,
            node: text.to_owned(),
            count_rate: rows.rate(row).filter(|&rate| rate != 0.0).unwrap_or(1.0),
            uuid: user.map(|user| user.uuid.to_owned()),
            sid: user.map(|user| user.sid),
            node_name: node.map(|node| node.name.clone()),
            node_country: node.and_then(|node| node.country.clone()),
            total_traffic,
            formatted_time: self.local.format(rows.t[row]),
            formatted_upload: format_bytes(upload.into()),
            formatted_download: format_bytes(download.into()),
            formatted_total: format_bytes(total_traffic),
        }
    }

    /// A row as traffic row.
    pub fn traffic_row(&self, rows: &Rows<'_>, row: usize, enhanced: bool) -> TrafficRow {
        let text = rows.texts.text(rows.node[row]);
        let user = self.users.find(rows.user_id[row]);
        let node = self.listed(text);
        let node_name = match node {
            Some(node) if !node.name.is_empty() => node.name.clone(),
            None if enhanced && text == DAY_MARKER => "Day Summary".to_owned(),
            _ => text.to_owned(),
        };
        let is_today = rows.t[row] >= self.today_start;
        TrafficRow {
            id: rows.id[row],
            user_id: UserId(rows.user_id[row]),
            t: rows.t[row],
            u: rows.upload[row],
            d: rows.download[row],
            node: text.to_owned(),
            count_rate: rows.rate(row),
            uuid: user.map(|user| user.uuid.to_owned()),
            service_id: user.map(|user| user.sid),
            transfer_enable: user.map(|user| user.transfer_enable),
            total_upload: user.map(|user| user.upload),
            total_download: user.map(|user| user.download),
            speedlimitss: user.and_then(|user| user.speedlimitss),
            speedlimitother: user.and_then(|user| user.speedlimitother),
            illegal: user.map(|user| user.illegal),
            current_node_name: if is_today { node_name.clone() } else { String::new() },
            node_name,
            node_address: (!enhanced).then(|| node.map(|node| node.address.clone())),
            node_identifier: text.to_owned(),
        }
    }

    /// Refuses to show a row as usage record where a value that it shows is not what it must be.
    ///
    /// # Errors
    /// [`StoreError::BadValue`].
    pub fn check_usage_record(&self, rows: &Rows<'_>, row: usize) -> Result<(), StoreError> {
        self.check(rows, row, &["uuid", "sid"], &["country"])
    }

    /// Refuses to show a row as traffic row where a value that it shows is not what it must be.
    ///
    /// # Errors
    /// [`StoreError::BadValue`].
    pub fn check_traffic_row(
        &self,
        rows: &Rows<'_>,
        row: usize,
        enhanced: bool,
    ) -> Result<(), StoreError> {
        const USER: [&str; 8] = [
            "uuid",
            "sid",
            "transfer_enable",
            "u",
            "d",
            "speedlimitss",
            "speedlimitother",
            "illegal",
        ];
        self.check(rows, row, &USER, if enhanced { &[] } else { &["address"] })
    }

    fn check(
        &self,
        rows: &Rows<'_>,
        row: usize,
        of_user: &[&str],
        of_node: &[&str],
    ) -> Result<(), StoreError> {
        let id = rows.user_id[row];
        if let Some(fault) = self.users.find(id).and_then(|user| user.faults.among(of_user)) {
            return Err(fault.error(Table::User, id));
        }
        let node = self.listed(rows.texts.text(rows.node[row]));
        match node.and_then(|node| node.faults.among(of_node).map(|fault| (node, fault))) {
            Some((node, fault)) => Err(fault.error(Table::Node, node.id.0)),
            None => Ok(()),
        }
    }

    fn listed(&self, text: &str) -> Option<&'a Node> {
        match self.index.meaning(text) {
            NodeMeaning::Known(at) => self.nodes.get(at),
            NodeMeaning::Day | NodeMeaning::Unlisted => None,
        }
    }
}

impl UsageRecords {
    /// The listed users that the request's UUID names; `None` when it names none in particular.
    pub fn wanted_users(&self, users: &Users) -> Option<Vec<UserId>> {
        let by_uuid = self.uuid.as_deref().map(|uuid| {
            let same = |user: &ListedUser<'_>| user.uuid.eq_ignore_ascii_case(uuid);
            users.iter().filter(same).map(|user| user.id).collect()
        });
        both(self.user, by_uuid)
    }
}

impl TrafficFilter {
    /// Columns of `user` that decide whose rows are shown.
    pub(crate) fn deciding_columns(&self) -> &'static [&'static str] {
        match (self.service.is_some(), self.uuid.is_some()) {
            (true, true) => &["sid", "uuid"],
            (true, false) => &["sid"],
            (false, true) => &["uuid"],
            (false, false) => &[],
        }
    }

    /// The listed users that service and UUID narrow the request to; `None` when neither does.
    pub fn wanted_users(&self, users: &Users) -> Option<Vec<UserId>> {
        let by_listing = (self.service.is_some() || self.uuid.is_some()).then(|| {
            let wanted = |user: &ListedUser<'_>| {
                self.service.is_none_or(|service| user.sid == service)
                    && self.uuid.as_deref().is_none_or(|part| holds(user.uuid, part))
            };
            users.iter().filter(wanted).map(|user| user.id).collect()
        });
        both(self.user, by_listing)
    }
}

/// The users that are `one` and among `listed`, where each is given; ascending.
fn both(one: Option<UserId>, listed: Option<Vec<UserId>>) -> Option<Vec<UserId>> {
    match (one, listed) {
        (None, listed) => listed,
        (Some(one), None) => Some(vec![one]),
        (Some(one), Some(listed)) => Some(listed.into_iter().filter(|&user| user == one).collect()),
    }
}

/// True when `uuid` holds `part`, ASCII case ignored.
pub(super) fn holds(uuid: &str, part: &str) -> bool {
    uuid.to_ascii_lowercase().contains(&part.to_ascii_lowercase())
}

//! Contract section 4.5, user rankings.

use super::calendar::Calendar;
use super::range::{Reader, bounds};
use super::sums::{distinct_nodes, download, ratio, since, span, total, upload};
use super::{cut, shown};
use crate::database::{Database, Usage, User};
use crate::json::{Json, map};
use crate::question::{Range, Refusal};
use std::cmp::Ordering;

pub(crate) fn rank_users(
    database: &Database,
    calendar: &Calendar,
    range: &Range,
    sort: &str,
    limit: Option<u64>,
) -> Result<Json, Refusal> {
    let bounds = bounds(range, calendar, Reader::Ranking)?;
    let order = order_of(sort);
    let mut ranks = Vec::new();
    for user in &database.users {
        let rows = database.usage.iter().filter(|row| row.user_id == user.id && bounds.hold(row.t));
        let rows: Vec<&Usage> = rows.collect();
        let nodes = distinct_nodes(&rows, &database.nodes);
        ranks.push(Rank { user, rows, nodes });
    }
    ranks.sort_by(|a, b| order(a, b).then(a.user.id.cmp(&b.user.id)));
    Ok(cut(ranks.iter().map(|rank| rank.row(calendar.now)), limit))
}

struct Rank<'a> {
    user: &'a User,
    rows: Vec<&'a Usage>,
    nodes: usize,
}

type Order = fn(&Rank<'_>, &Rank<'_>) -> Ordering;

fn order_of(sort: &str) -> Order {
    match sort {
        "traffic_desc" => |a, b| total(&b.rows).cmp(&total(&a.rows)),
        "traffic_asc" => |a, b| total(&a.rows).cmp(&total(&b.rows)),
        "remaining_desc" => |a, b| b.remaining().cmp(&a.remaining()),
        "remaining_asc" => |a, b| a.remaining().cmp(&b.remaining()),
        "nodes_desc" => |a, b| b.nodes.cmp(&a.nodes),
        // Never used is `None`, which is less than any time.
        "recent_activity" => |a, b| b.last_usage().cmp(&a.last_usage()),
        _ => unreachable!("questions name a known order"),
    }
}

impl Rank<'_> {
    fn used(&self) -> i128 {
        i128::from(self.user.u) + i128::from(self.user.d)
    }

    fn remaining(&self) -> i128 {
        i128::from(self.user.transfer_enable) - self.used()
    }

    fn last_usage(&self) -> Option<i64> {
        span(&self.rows).map(|(_, last)| last)
    }

    fn row(&self, now: i64) -> Json {
        let Self { user, rows, nodes } = self;
        let quota = i128::from(user.transfer_enable);
        let (first_usage, last_usage) = span(rows).unwrap_or((0, 0));
        map([
            ("user_id", user.id.into()),
            ("uuid", user.uuid.as_str().into()),
            ("sid", user.sid.into()),
            ("total_upload_user", user.u.into()),
            ("total_download_user", user.d.into()),
            ("transfer_enable", user.transfer_enable.into()),
            ("enable", user.enable.into()),
            ("created_at", user.created_at.into()),
            ("remark", user.remark.clone().into()),
            ("speedlimitss", shown(user.speedlimitss)),
            ("speedlimitother", shown(user.speedlimitother)),
            ("period_upload", upload(rows).into()),
            ("period_download", download(rows).into()),
            ("period_traffic", total(rows).into()),
            ("traffic_5min", total(&since(rows, now - 300)).into()),
            ("traffic_1hour", total(&since(rows, now - 3_600)).into()),
            ("traffic_4hour", total(&since(rows, now - 14_400)).into()),
            ("nodes_used", (*nodes).into()),
            ("usage_records", rows.len().into()),
            ("first_usage", first_usage.into()),
            ("last_usage", last_usage.into()),
            ("used_traffic", self.used().into()),
            ("remaining_quota", self.remaining().max(0).into()),
            ("quota_utilization", (ratio(self.used(), quota) * 100.0).into()),
            ("has_activity", (total(rows) > 0).into()),
            ("avg_traffic_per_node", ratio(total(rows), *nodes as i128).into()),
        ])
    }
}

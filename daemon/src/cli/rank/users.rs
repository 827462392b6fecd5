//! `rank users`.

use crate::cli::range_options::RangeOptions;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Column, Reply, Row, bytes, per_cent};
use traffic_engine::{Limit, RankUsers, UserRank, UserSort};

/// Rank all users, merged days included
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine rank users --range month --sort remaining_asc --limit 10"
)]
pub(super) struct Users {
    /// traffic_desc, traffic_asc, remaining_desc, remaining_asc, nodes_desc or recent_activity
    #[arg(long, value_name = "SORT", default_value = "traffic_desc")]
    sort: UserSort,
    /// At most this many users; 0 and all mean all
    #[arg(long, value_name = "N|all", default_value = "all", allow_negative_numbers = true)]
    limit: Limit,
    #[command(flatten)]
    range: RangeOptions,
}

impl Users {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let range = self.range.period("today")?;
        let request = RankUsers { range, sort: self.sort, limit: self.limit };
        context.output().rows(context.value(context.engine()?.rank_users(&request)?))
    }
}

impl Row for UserRank {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::number("#", |_, place| place.position.to_string()),
        Column::number("user", |row, _| row.user_id.to_string()),
        Column::number("service", |row, _| row.sid.to_string()),
        Column::number("traffic", |row, _| bytes(row.period_traffic)),
        Column::number("upload", |row, _| bytes(row.period_upload)),
        Column::number("download", |row, _| bytes(row.period_download)),
        Column::number("nodes", |row, _| row.nodes_used.to_string()),
        Column::number("quota", |row, _| quota_used(row)),
        Column::text("last usage", |row, place| place.time(row.last_usage)),
    ];
}

fn quota_used(user: &UserRank) -> String {
    if user.transfer_enable > 0 { per_cent(user.quota_utilization) } else { "-".to_owned() }
}

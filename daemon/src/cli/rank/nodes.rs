//! `rank nodes`.

use crate::cli::range_options::RangeOptions;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Column, Reply, Row, bytes, per_cent, shortened};
use traffic_engine::{Limit, NodeRank, NodeSort, RankNodes};

/// Rank all listed nodes; merged days belong to none
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  traffic-engine rank nodes --range last_6_hours --sort users_desc"
)]
pub(super) struct Nodes {
    /// traffic_desc, traffic_asc, remaining_desc, remaining_asc, users_desc or name_asc
    #[arg(long, value_name = "SORT", default_value = "traffic_desc")]
    sort: NodeSort,
    /// At most this many nodes; 0 and all mean all
    #[arg(long, value_name = "N|all", default_value = "all", allow_negative_numbers = true)]
    limit: Limit,
    #[command(flatten)]
    range: RangeOptions,
}

impl Nodes {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let range = self.range.period("today")?;
        let request = RankNodes { range, sort: self.sort, limit: self.limit };
        context.output().rows(context.value(context.engine()?.rank_nodes(&request)?))
    }
}

impl Row for NodeRank {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::number("#", |_, place| place.position.to_string()),
        Column::number("node", |row, _| row.id.to_string()),
        Column::text("name", |row, _| shortened(&row.name)),
        Column::number("traffic", |row, _| bytes(row.total_traffic)),
        Column::number("upload", |row, _| bytes(row.total_upload)),
        Column::number("download", |row, _| bytes(row.total_download)),
        Column::number("users", |row, _| row.unique_users.to_string()),
        Column::number("limit", |row, _| limit_used(row)),
        Column::text("online", |row, _| if row.is_online { "yes" } else { "no" }.to_owned()),
    ];
}

fn limit_used(node: &NodeRank) -> String {
    if node.max_traffic > 0 { per_cent(node.traffic_utilization) } else { "-".to_owned() }
}

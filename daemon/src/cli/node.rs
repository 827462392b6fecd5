//! `node`.

use super::{columns, ids};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Column, Place, Reply, Row, bytes};
use traffic_engine::{NodeDay, NodeId};

/// One node: all columns, and the traffic of each of the last 30 days
#[derive(clap::Args)]
#[command(after_help = "Example:\n  traffic-engine node 3\n\n\
    CSV has a field,value line for each value, such as node.name and traffic_stats.0.date.")]
pub(super) struct Node {
    /// Node id
    #[arg(value_parser = ids::node, allow_negative_numbers = true)]
    id: NodeId,
}

impl Node {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let Some(details) = context.value(context.engine()?.node_details(self.id)?) else {
            return context.output().nobody(ids::no_node(&self.id.to_string()));
        };
        let history = details.traffic_stats.clone();
        let columns = |place: &mut Place| columns::fields(&details.node, place);
        context.output().details(&details, columns, history)
    }
}

impl Row for NodeDay {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("date", |row, _| row.date.clone()),
        Column::number("users", |row, _| row.unique_users.to_string()),
        Column::number("upload", |row, _| bytes(row.daily_upload)),
        Column::number("download", |row, _| bytes(row.daily_download)),
        Column::number("total", |row, _| bytes(row.daily_upload + row.daily_download)),
    ];
}

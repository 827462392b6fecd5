//! `nodes`.

use super::columns;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Column, Place, Reply, Row, bytes, per_cent, shortened};
use serde::Serialize;
use traffic_engine::{NodeSummary, Record};

/// All nodes with their usage over all of history, most traffic first
#[derive(clap::Args)]
#[command(after_help = "Example:\n  traffic-engine nodes")]
pub(super) struct Nodes {
    /// The node table itself, by id; JSON and CSV hold all its columns
    #[arg(long)]
    raw: bool,
}

impl Nodes {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let (engine, output) = (context.engine()?, context.output());
        if self.raw {
            return output.rows(context.value(engine.node_table()?).into_iter().map(RawNode));
        }
        output.rows(context.value(engine.all_nodes()?))
    }
}

impl Row for NodeSummary {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::number("node", |row, _| row.id.to_string()),
        Column::text("name", |row, _| shortened(&row.name)),
        Column::text("country", |row, _| shortened(&row.country)),
        Column::text("online", |row, _| if row.is_online { "yes" } else { "no" }.to_owned()),
        Column::number("traffic", |row, _| bytes(row.total_traffic)),
        Column::number("users", |row, _| row.user_count.to_string()),
        Column::number("in 24 h", |row, _| bytes(row.recent_traffic)),
        Column::number("by users", |row, _| row.recent_users.to_string()),
        Column::number("limit", |row, _| limit_used(row)),
    ];
}

fn limit_used(node: &NodeSummary) -> String {
    if node.max_traffic > 0 { per_cent(node.traffic_utilization) } else { "-".to_owned() }
}

/// A row of table `node` with whatever columns it has.
#[derive(Default, Serialize)]
#[serde(transparent)]
struct RawNode(Record);

impl RawNode {
    fn text(&self, column: &str) -> String {
        self.0.get(column).map_or_else(String::new, columns::text)
    }

    fn readable(&self, column: &str, place: &mut Place) -> String {
        self.0.get(column).map_or_else(String::new, |value| columns::readable(column, value, place))
    }
}

impl Row for RawNode {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::number("id", |row, _| row.text("id")),
        Column::text("name", |row, _| shortened(&row.text("name"))),
        Column::text("type", |row, _| shortened(&row.text("type"))),
        Column::text("address", |row, _| shortened(&row.text("address"))),
        Column::number("enable", |row, _| row.text("enable")),
        Column::number("limit GB", |row, _| row.text("max_traffic")),
        Column::text("last online", |row, place| row.readable("last_online", place)),
    ];
}

//! `chart user` and `chart node`.

use super::grain::GrainOption;
use super::ids;
use super::range_options::RangeOptions;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Column, Reply, Row, bar, gigabytes};
use clap::Subcommand;
use serde::Serialize;
use traffic_engine::{NodeChart, NodeChartRequest, NodeId, UserChart, UserChartRequest, UserId};

/// Traffic of one user or node by hour or day, in GB of 10⁹ bytes
#[derive(clap::Args)]
#[command(after_help = "Example:\n  traffic-engine chart user 42 --range week\n\n\
    JSON is one object of lists; CSV and tables have a row a label.")]
pub(super) struct Chart {
    #[command(subcommand)]
    of: Of,
}

#[derive(Subcommand)]
enum Of {
    /// A user's traffic, merged days included
    #[command(after_help = "Example:\n  traffic-engine chart user 42 --range week")]
    User {
        /// User id
        #[arg(value_parser = ids::user, allow_negative_numbers = true)]
        id: UserId,
        #[command(flatten)]
        grain: GrainOption,
        #[command(flatten)]
        range: RangeOptions,
    },
    /// A node's traffic
    #[command(after_help = "Example:\n  traffic-engine chart node 3 --range last_12_hours")]
    Node {
        /// Node id
        #[arg(value_parser = ids::node, allow_negative_numbers = true)]
        id: NodeId,
        #[command(flatten)]
        grain: GrainOption,
        #[command(flatten)]
        range: RangeOptions,
    },
}

impl Chart {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        match self.of {
            Of::User { id, grain, range } => {
                let (grain, range) = (grain.chosen(), range.period("today")?);
                of_user(context, &UserChartRequest { user: id, range, grain })
            }
            Of::Node { id, grain, range } => {
                let (grain, range) = (grain.chosen(), range.period("today")?);
                of_node(context, &NodeChartRequest { node: id, range, grain })
            }
        }
    }
}

fn of_user(context: &Context, request: &UserChartRequest) -> Result<Reply, Failure> {
    let engine = context.engine()?;
    let chart = context.value(engine.user_chart(request)?);
    // A chart with points proves that the user is known.
    let user = chart.labels.is_empty().then_some(request.user);
    let reply = context.output().object_of_rows(&chart, user_points(&chart))?;
    Ok(reply.with_remark(ids::unknown(engine, user, None)?))
}

fn of_node(context: &Context, request: &NodeChartRequest) -> Result<Reply, Failure> {
    let engine = context.engine()?;
    let chart = context.value(engine.node_chart(request)?);
    let node = chart.labels.is_empty().then(|| request.node.to_string());
    let reply = context.output().object_of_rows(&chart, node_points(&chart))?;
    Ok(reply.with_remark(ids::unknown(engine, None, node.as_deref())?))
}

/// The largest of `totals`, 0 without any.
fn most(totals: &[f64]) -> f64 {
    totals.iter().copied().fold(0.0, f64::max)
}

/// An hour or day of a user's chart.
#[derive(Default, Serialize)]
struct UserPoint {
    label: String,
    upload: f64,
    download: f64,
    total: f64,
    nodes: u64,
    /// Of the longest bar.
    #[serde(skip)]
    share: f64,
}

fn user_points(chart: &UserChart) -> impl Iterator<Item = UserPoint> {
    let most = most(&chart.total);
    chart.labels.iter().enumerate().map(move |(at, label)| UserPoint {
        label: label.clone(),
        upload: chart.upload[at],
        download: chart.download[at],
        total: chart.total[at],
        nodes: chart.nodes[at],
        share: chart.total[at] / most,
    })
}

impl Row for UserPoint {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("label", |row, _| row.label.clone()),
        Column::number("upload", |row, _| gigabytes(row.upload)),
        Column::number("download", |row, _| gigabytes(row.download)),
        Column::number("total", |row, _| gigabytes(row.total)),
        Column::number("nodes", |row, _| row.nodes.to_string()),
        Column::text("", |row, _| bar(row.share)),
    ];
}

/// An hour or day of a node's chart.
#[derive(Default, Serialize)]
struct NodePoint {
    label: String,
    upload: f64,
    download: f64,
    total: f64,
    users: u64,
    /// Of the longest bar.
    #[serde(skip)]
    share: f64,
}

fn node_points(chart: &NodeChart) -> impl Iterator<Item = NodePoint> {
    let most = most(&chart.total);
    chart.labels.iter().enumerate().map(move |(at, label)| NodePoint {
        label: label.clone(),
        upload: chart.upload[at],
        download: chart.download[at],
        total: chart.total[at],
        users: chart.users[at],
        share: chart.total[at] / most,
    })
}

impl Row for NodePoint {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("label", |row, _| row.label.clone()),
        Column::number("upload", |row, _| gigabytes(row.upload)),
        Column::number("download", |row, _| gigabytes(row.download)),
        Column::number("total", |row, _| gigabytes(row.total)),
        Column::number("users", |row, _| row.users.to_string()),
        Column::text("", |row, _| bar(row.share)),
    ];
}

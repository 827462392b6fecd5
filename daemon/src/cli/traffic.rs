//! `traffic`.

use super::grain::GrainOption;
use super::ids;
use super::range_options::RangeOptions;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Column, Reply, Row, bytes, shortened};
use serde::Serialize;
use traffic_engine::{Engine, GroupedTraffic, TrafficFilter, TrafficGroup, TrafficRow, UserId};

/// Raw traffic rows, newest first, merged days included
#[derive(clap::Args)]
#[command(after_help = "Example:\n  traffic-engine traffic --service 1001 --range week --enhanced")]
pub(super) struct Traffic {
    /// Only this user
    #[arg(long, value_name = "ID", value_parser = ids::user, allow_negative_numbers = true)]
    user: Option<UserId>,
    /// Only the users of this WHMCS service
    #[arg(long, value_name = "ID")]
    #[arg(value_parser = ids::number::<i64>, allow_negative_numbers = true)]
    service: Option<i64>,
    /// Only rows with this very text as their node
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    node: Option<String>,
    /// Only users whose UUID holds this text
    #[arg(long, value_name = "PART")]
    uuid: Option<String>,
    /// Call merged days `Day Summary` and leave out node addresses; no node holds a merged day
    #[arg(long)]
    enhanced: bool,
    /// Leave out merged days
    #[arg(long, requires = "enhanced")]
    exclude_day_rows: bool,
    /// Sum the rows by hour (today, time_range, a custom day) or by day
    #[arg(long)]
    grouped: bool,
    #[command(flatten)]
    grain: GrainOption,
    #[command(flatten)]
    range: RangeOptions,
}

impl Traffic {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let engine = context.engine()?;
        let (grouped, grain) = (self.grouped, self.grain.chosen());
        let filter = self.filter()?;
        let remark = ids::unknown(engine, filter.user, filter.node.as_deref())?;
        let reply = match (grouped, filter.enhanced) {
            (true, _) => by_time(context, engine, &GroupedTraffic { filter, grain }),
            (false, true) => row_by_row::<true>(context, engine, &filter),
            (false, false) => row_by_row::<false>(context, engine, &filter),
        };
        Ok(reply?.with_remark(remark))
    }

    fn filter(self) -> Result<TrafficFilter, Failure> {
        Ok(TrafficFilter {
            user: self.user,
            service: self.service,
            node: self.node,
            uuid: self.uuid,
            range: self.range.period("month_including_today")?,
            enhanced: self.enhanced,
            exclude_day_rows: self.exclude_day_rows,
        })
    }
}

fn row_by_row<const ENHANCED: bool>(
    context: &Context,
    engine: &Engine,
    filter: &TrafficFilter,
) -> Result<Reply, Failure> {
    context.output().streamed(|sink| {
        let read = engine.traffic(filter, &mut |row| sink(Shown::<ENHANCED>(row)));
        read.map(|answer| context.value(answer))
    })
}

fn by_time(context: &Context, engine: &Engine, request: &GroupedTraffic) -> Result<Reply, Failure> {
    let groups = context.value(engine.grouped_traffic(request)?);
    context.output().object_of_rows(&groups, groups.values().cloned())
}

/// A traffic row; enhanced ones have no `node_address`.
#[derive(Serialize)]
#[serde(transparent)]
struct Shown<const ENHANCED: bool>(TrafficRow);

impl<const ENHANCED: bool> Default for Shown<ENHANCED> {
    fn default() -> Self {
        let node_address = (!ENHANCED).then_some(None);
        Self(TrafficRow { node_address, ..TrafficRow::default() })
    }
}

impl<const ENHANCED: bool> Row for Shown<ENHANCED> {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::number("id", |Self(row), _| row.id.to_string()),
        Column::text("time", |Self(row), place| place.time(row.t)),
        Column::number("user", |Self(row), _| row.user_id.to_string()),
        Column::number("service", |Self(row), _| {
            row.service_id.map_or("-".into(), |id| id.to_string())
        }),
        Column::text("node", |Self(row), _| shortened(&row.node_name)),
        Column::number("upload", |Self(row), _| bytes(row.u)),
        Column::number("download", |Self(row), _| bytes(row.d)),
    ];
}

impl Row for TrafficGroup {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("time", |row, _| row.time_key.clone()),
        Column::number("upload", |row, _| bytes(row.upload)),
        Column::number("download", |row, _| bytes(row.download)),
        Column::number("total", |row, _| bytes(row.total)),
        Column::text("newest", |row, place| place.time(row.timestamp)),
    ];
}

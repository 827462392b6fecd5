//! `records`.

use super::ids;
use super::range_options::RangeOptions;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Column, Reply, Row, shortened};
use thiserror::Error;
use traffic_engine::{Cursor, Limit, UsageRecord, UsageRecords, UserId};

/// Single usage records, newest first, merged days included
#[derive(clap::Args)]
#[command(after_help = "Example, a page of 100 and the page after its last record:\n  \
    traffic-engine records --user 42 --range week --limit 100\n  \
    traffic-engine records --user 42 --range week --limit 100 --after 1755673445:812")]
pub(super) struct Records {
    /// Only this user
    #[arg(long, value_name = "ID", value_parser = ids::user, allow_negative_numbers = true)]
    user: Option<UserId>,
    /// Only this node, by id or name
    #[arg(long, value_name = "ID|NAME", allow_hyphen_values = true)]
    node: Option<String>,
    /// Only the user with this UUID
    #[arg(long)]
    uuid: Option<String>,
    /// At most this many records; 0 and all mean all
    #[arg(long, value_name = "N|all", default_value = "all", allow_negative_numbers = true)]
    limit: Limit,
    /// Only records after this one: its keys t and id
    #[arg(long, value_name = "T:ID", value_parser = cursor, allow_hyphen_values = true)]
    after: Option<Cursor>,
    #[command(flatten)]
    range: RangeOptions,
}

/// A text that is no position among records.
#[derive(Debug, Error)]
#[error("{given:?} is not a position; give the t and id of a record, for example 1755673445:812")]
struct BadCursor {
    given: String,
}

fn cursor(text: &str) -> Result<Cursor, BadCursor> {
    let parts = || {
        let (t, id) = text.split_once(':')?;
        Some(Cursor { t: t.parse().ok()?, id: id.parse().ok()? })
    };
    parts().ok_or_else(|| BadCursor { given: text.to_owned() })
}

impl Records {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let engine = context.engine()?;
        let request = UsageRecords {
            node: self.node,
            user: self.user,
            uuid: self.uuid,
            range: self.range.period("today")?,
            limit: self.limit,
            after: self.after,
        };
        let remark = ids::unknown(engine, request.user, request.node.as_deref())?;
        let reply = context.output().streamed(|sink| {
            engine.usage_records(&request, sink).map(|answer| context.value(answer))
        })?;
        Ok(reply.with_remark(remark))
    }
}

impl Row for UsageRecord {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::number("id", |row, _| row.id.to_string()),
        Column::text("time", |row, _| row.formatted_time.clone()),
        Column::number("user", |row, _| row.user_id.to_string()),
        Column::text("node", |row, _| shortened(row.node_name.as_ref().unwrap_or(&row.node))),
        Column::number("upload", |row, _| row.formatted_upload.clone()),
        Column::number("download", |row, _| row.formatted_download.clone()),
        Column::number("total", |row, _| row.formatted_total.clone()),
    ];
}

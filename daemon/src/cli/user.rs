//! `user`.

use super::{columns, ids};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Column, Place, Reply, Row, bytes};
use traffic_engine::{UserDay, UserId};

/// One user: all columns, and the traffic of each of the last 30 days
#[derive(clap::Args)]
#[command(after_help = "Example:\n  traffic-engine user 42\n\n\
    CSV has a field,value line for each value, such as user.uuid and traffic_history.0.date.")]
pub(super) struct User {
    /// User id
    #[arg(value_parser = ids::user, allow_negative_numbers = true)]
    id: UserId,
}

impl User {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let Some(details) = context.value(context.engine()?.user_details(self.id)?) else {
            return context.output().nobody(ids::no_user(self.id));
        };
        let history = details.traffic_history.clone();
        let columns = |place: &mut Place| columns::fields(&details.user, place);
        context.output().details(&details, columns, history)
    }
}

impl Row for UserDay {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("date", |row, _| row.date.clone()),
        Column::number("upload", |row, _| bytes(row.daily_upload)),
        Column::number("download", |row, _| bytes(row.daily_download)),
        Column::number("total", |row, _| bytes(row.daily_upload + row.daily_download)),
    ];
}

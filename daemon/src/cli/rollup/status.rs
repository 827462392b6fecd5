//! `rollup status`.

use super::{LockWait, Retention};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{Field, Reply};
use traffic_engine::RollupStatus;
use traffic_engine::calendar::LocalTime;
use traffic_engine::store::{Form, RollupTable};

/// Show what there is, and how many days an update would sum; changes nothing
#[derive(clap::Args)]
#[command(after_help = "Example:\n  traffic-engine rollup status --store sqlite://usage.db")]
pub(super) struct Status {
    #[command(flatten)]
    retention: Retention,
    #[command(flatten)]
    wait: LockWait,
}

impl Status {
    pub(super) fn answer(self, context: &Context) -> Result<Reply, Failure> {
        let status = context.engine()?.rollup_status(&self.retention.work(&self.wait))?;
        let mut local = context.calendar().local();
        context.output().object(&status, |_| fields(&status, &mut local))
    }
}

fn fields(status: &RollupStatus, local: &mut LocalTime) -> Vec<Field> {
    let table = |table: &RollupTable| Field::new(table.name, form(table.form));
    let days = format!("{} to {}", known(&status.first_day), known(&status.last_day));
    let checked = status.last_checked_at.map(|t| local.format(t));
    let kept = format!("{} days, {} by hour", status.retention.days, status.retention.hourly_days);
    let figures = [
        Field::new("zone", known(&status.zone)),
        Field::new("days summed", format!("{}, {days}", status.days)),
        Field::new("days to be summed", status.days_due),
        Field::new("kept of merged rows", format!("{} nodes' days", status.base_rows)),
        Field::new("last compared", known(&checked)),
        Field::new("kept", kept),
    ];
    let fields = status.tables.iter().map(table).chain(figures);
    fields.chain(other_zone(status)).collect()
}

fn form(form: Form) -> &'static str {
    match form {
        Form::Missing => "missing; `rollup update` makes it",
        Form::Old => "of an older form; `rollup update` changes it",
        Form::Ready => "ready",
    }
}

fn known(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or("-")
}

/// What a change of zone costs.
fn other_zone(status: &RollupStatus) -> Option<Field> {
    let what = format!(
        "the next update sums all days anew in {}; nodes and hours of merged days are lost",
        status.configured_zone
    );
    status.is_other_zone.then(|| Field::new("another zone", what))
}

//! The commands: one file each, which holds its options, its question and how its rows look.

mod aggregate;
mod cache;
mod chart;
mod columns;
mod days;
mod doctor;
mod generate;
mod grain;
mod ids;
mod live;
mod node;
mod nodes;
mod peak;
mod range;
mod range_options;
mod rank;
mod records;
mod refresh;
mod rollup;
mod schema;
mod snapshot;
mod today;
mod total;
mod traffic;
mod user;

use crate::context::Context;
use crate::failure::Failure;
use crate::maintenance;
use crate::output::Reply;
use crate::settings::{GlobalOptions, Settings};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

/// Who used how much traffic, where and when: exact answers from the usage rows of V2RaySocks
#[derive(Parser)]
#[command(
    name = "traffic-engine",
    version,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Example:\n  traffic-engine --store sqlite://usage.db rank users --range month --limit 10\n\n\
        Exit status: 0 when there is an answer, 2 when the command line or the configuration is at \
        fault, 1 for every other failure. Nothing is printed on standard output unless the answer \
        is complete."
)]
struct CommandLine {
    #[command(flatten)]
    options: GlobalOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Rank(rank::Rank),
    Aggregate(aggregate::Aggregate),
    Chart(chart::Chart),
    Records(records::Records),
    Traffic(traffic::Traffic),
    Days(days::Days),
    Live(live::Live),
    Today(today::Today),
    Total(total::Total),
    Peak(peak::Peak),
    Nodes(nodes::Nodes),
    User(user::User),
    Node(node::Node),
    Range(range::Range),
    Refresh(refresh::Refresh),
    Snapshot(snapshot::Snapshot),
    Schema(schema::Schema),
    Cache(cache::Cache),
    Rollup(rollup::Rollup),
    Generate(generate::Generate),
    Doctor(doctor::Doctor),
}

/// Answers the command line of this process.
///
/// # Errors
/// A [`Failure`], also for a request for help or the version.
pub(crate) fn answer() -> Result<Reply, Failure> {
    let matches = CommandLine::command().try_get_matches()?;
    let CommandLine { options, command } = CommandLine::from_arg_matches(&matches)?;
    let context = Context::new(Settings::gather(options, &matches)?);
    if maintenance::is_ours() {
        maintenance::run(&context)?;
        return Ok(Reply::nothing());
    }
    let reply = command.answer(&context)?.with_remark(context.remark());
    Ok(reply.then_maintain(context.maintenance_is_due()))
}

impl Command {
    fn answer(self, context: &Context) -> Result<Reply, Failure> {
        match self {
            Self::Rank(command) => command.answer(context),
            Self::Aggregate(command) => command.answer(context),
            Self::Chart(command) => command.answer(context),
            Self::Records(command) => command.answer(context),
            Self::Traffic(command) => command.answer(context),
            Self::Days(command) => command.answer(context),
            Self::Live(command) => command.answer(context),
            Self::Today(command) => command.answer(context),
            Self::Total(command) => command.answer(context),
            Self::Peak(command) => command.answer(context),
            Self::Nodes(command) => command.answer(context),
            Self::User(command) => command.answer(context),
            Self::Node(command) => command.answer(context),
            Self::Range(command) => command.answer(context),
            Self::Refresh(command) => command.answer(context),
            Self::Snapshot(command) => command.answer(context),
            Self::Schema(command) => command.answer(context),
            Self::Cache(command) => command.answer(context),
            Self::Rollup(command) => command.answer(context),
            Self::Generate(command) => command.answer(context),
            Self::Doctor(command) => command.answer(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }
}

//! The answers of the contract by plain loops over rows, slow and short.
//!
//! Nothing here comes from the engine: times are cut by `chrono`, nodes resolved by searching the
//! list, sums added up one by one. Where the two differ, one of them is wrong.

mod aggregate;
pub mod calendar;
mod charts;
mod details;
mod live;
pub mod node;
mod range;
mod rank_nodes;
mod rank_users;
mod records;
mod sums;
mod totals;
mod traffic;

use crate::json::Json;
use crate::question::{Question, Refusal, World};
use calendar::Calendar;

pub use records::formatted;

/// The answer to `question`, or why there is none.
pub fn answer(world: &World, question: &Question) -> Result<Json, Refusal> {
    let (database, calendar) = (&world.database, &Calendar::new(world.zone, world.now));
    Ok(match question {
        Question::RankUsers { range, sort, limit } => {
            rank_users::rank_users(database, calendar, range, sort, *limit)?
        }
        Question::RankNodes { range, sort, limit } => {
            rank_nodes::rank_nodes(database, calendar, range, sort, *limit)?
        }
        Question::Aggregate { by, range } => aggregate::aggregate(database, calendar, by, range)?,
        Question::UserChart { user, range } => {
            charts::user_chart(database, calendar, *user, range)?
        }
        Question::NodeChart { node, range } => {
            charts::node_chart(database, calendar, *node, range)?
        }
        Question::Records(asked) => records::usage_records(database, calendar, asked)?,
        Question::Traffic(asked) => traffic::traffic(database, calendar, asked)?,
        Question::GroupedTraffic(asked) => traffic::grouped_traffic(database, calendar, asked)?,
        Question::DayTraffic { service, uuid, range } => {
            traffic::day_traffic(database, calendar, *service, uuid.as_deref(), range)?
        }
        Question::Live => live::live(database, calendar),
        Question::Today => live::today(database, calendar, world.zone),
        Question::Total => totals::total_traffic(database, calendar),
        Question::Peak => totals::peak(database, calendar),
        Question::AllNodes => totals::all_nodes(database, calendar),
        Question::NodeTable => details::node_table(database),
        Question::UserDetails(id) => details::user_details(database, calendar, *id)?,
        Question::NodeDetails(id) => details::node_details(database, calendar, *id)?,
    })
}

/// The first `limit` rows, all without a limit.
fn cut(rows: impl Iterator<Item = Json>, limit: Option<u64>) -> Json {
    let limit = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    Json::List(rows.take(limit).collect())
}

/// A limit as page scripts want it: text, empty for none.
fn shown(limit: Option<i64>) -> Json {
    limit.map(|limit| limit.to_string()).unwrap_or_default().into()
}

//! Made-up usage that looks like the real thing: few heavy users, many light ones, log-normal
//! sizes, busy evenings, and merged days. The same plan at the same moment gives the same rows.

mod people;
mod usage;

use crate::calendar::Calendar;
use crate::store::{Fill, StoreError};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use thiserror::Error;

/// Ids are 32-bit integers in the tables.
const ID_MAX: u64 = i32::MAX as u64;

/// Ten years.
const DAYS_MAX: u64 = 3_660;

/// How much usage to make up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Usage rows in all.
    pub rows: u64,
    /// Users, 1 or more.
    pub users: u64,
    /// Nodes, 1 or more.
    pub nodes: u64,
    /// Days the rows spread over, today included, 1 or more.
    pub days: u64,
    /// Merge past days into one `DAY` row per user, as V2RaySocks does after midnight.
    pub merged: bool,
    /// Seed of all randomness.
    pub seed: u64,
}

/// A plan that cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what} is {given}, but must be from {min} to {max}")]
pub struct BadPlan {
    what: &'static str,
    given: u64,
    min: u64,
    max: u64,
}

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generated {
    /// Users written.
    pub users: u64,
    /// Nodes written.
    pub nodes: u64,
    /// Usage rows written.
    pub rows: u64,
}

impl Plan {
    /// The plan, when it can be carried out.
    pub(crate) fn checked(self) -> Result<Self, BadPlan> {
        let limits = [
            ("rows", self.rows, 0, ID_MAX),
            ("users", self.users, 1, ID_MAX),
            ("nodes", self.nodes, 1, 100_000),
            ("days", self.days, 1, DAYS_MAX),
        ];
        let wrong = |&(_, given, min, max): &(_, u64, u64, u64)| !(min..=max).contains(&given);
        match limits.into_iter().find(wrong) {
            Some((what, given, min, max)) => Err(BadPlan { what, given, min, max }),
            None => Ok(self),
        }
    }
}

/// Writes what `plan` says, ending at the calendar's moment; `report` hears of rows written.
pub(crate) fn fill(
    plan: &Plan,
    calendar: &Calendar,
    fill: &mut dyn Fill,
    report: &dyn Fn(u64),
) -> Result<Generated, StoreError> {
    let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
    let users = people::users(plan.users, calendar, &mut rng);
    let nodes = people::nodes(plan.nodes, calendar, &mut rng);
    for users in users.chunks(10_000) {
        fill.users(users)?;
    }
    fill.nodes(&nodes)?;
    let usage = usage::Usage::new(&users, &nodes, calendar);
    let rows = usage.write(plan, &mut rng, fill, report)?;
    Ok(Generated { users: plan.users, nodes: plan.nodes, rows })
}

//! Random worlds and questions, leaning towards the places where answers go wrong.
//!
//! Everything is drawn as a recipe without times or ids first and only then turned into rows, so
//! that a failing case shrinks to few rows with plain values.

mod moment;
mod questions;
mod rows;

use crate::support::question::{Question, World};
use moment::Moment;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::sample::subsequence;
use std::fmt;

/// A world and what is asked about it.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) world: World,
    pub(crate) questions: Vec<Question>,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let World { zone, now, database } = &self.world;
        let local = crate::oracle::calendar::Calendar::new(zone, *now).format(*now);
        writeln!(f, "at {now}, which is {local} in {zone}, {database:?}asked:")?;
        self.questions.iter().try_for_each(|question| writeln!(f, "    {question:?}"))
    }
}

/// Worlds with up to `rows` usage rows and users and nodes in proportion, asked up to `questions`
/// questions each.
pub(crate) fn cases(rows: usize, questions: usize) -> impl Strategy<Value = Case> {
    let database = rows::database(rows);
    let questions = vec(questions::question(), 1..=questions);
    (moment::moment(), database, questions).prop_map(|(moment, database, questions)| {
        let database = database.at(&moment);
        let questions = questions.iter().map(|it| it.at(&moment, &database)).collect();
        let Moment { zone, now, .. } = moment;
        Case { world: World { database, zone, now }, questions }
    })
}

/// Some of the columns that databases may lack; mostly none.
fn missing_columns() -> impl Strategy<Value = Vec<&'static str>> {
    let some = subsequence(crate::support::database::OPTIONAL_NODE_COLUMNS.to_vec(), 0..=3);
    (any::<u8>(), some).prop_map(|(dice, some)| if dice < 200 { Vec::new() } else { some })
}

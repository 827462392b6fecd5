//! Random worlds and questions, leaning towards the places where answers go wrong.
//!
//! Everything is drawn as a recipe without times or ids first and only then turned into rows, so
//! that a failing case shrinks to few rows with plain values.

mod moment;
mod questions;
mod rows;

use crate::environment::number;
use crate::question::{Question, World};
use moment::Moment;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::sample::subsequence;
use proptest::test_runner::{
    Config, RngAlgorithm, RngSeed, TestCaseError, TestError, TestRng, TestRunner,
};
use std::fmt;

/// A number here draws other cases.
const SEED: &str = "TRAFFIC_ENGINE_TEST_SEED";

/// A world and what is asked about it.
#[derive(Clone)]
pub struct Case {
    pub world: World,
    pub questions: Vec<Question>,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let World { zone, now, database } = &self.world;
        let local = crate::oracle::calendar::Calendar::new(zone, *now).format(*now);
        writeln!(f, "at {now}, which is {local} in {zone}, {database:?}asked:")?;
        self.questions.iter().try_for_each(|question| writeln!(f, "    {question:?}"))
    }
}

/// How large cases may be.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Usage rows at most, users and nodes in proportion.
    pub rows: usize,
    /// Questions asked of a world at most.
    pub questions: usize,
}

/// How values for a test are drawn that are the same on every run.
pub fn config() -> Config {
    let rng_seed = RngSeed::Fixed(number(SEED).unwrap_or(1));
    Config { failure_persistence: None, rng_seed, ..Config::default() }
}

/// Draws cases and shrinks the first one that fails.
pub fn hold(cases: u32, size: Size, test: impl Fn(&Case) -> Result<(), String>) {
    let count = number("PROPTEST_CASES").map_or(cases, |cases| cases as u32);
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number(SEED).unwrap_or(1).to_le_bytes());
    let config = Config { cases: count, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let outcome = TestRunner::new_with_rng(config, rng)
        .run(&self::cases(size), |case| test(&case).map_err(TestCaseError::fail));
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, case)) => panic!("{reason}\n\nsmallest case {case:?}"),
        Err(TestError::Abort(reason)) => panic!("gave up: {reason}"),
    }
}

fn cases(size: Size) -> impl Strategy<Value = Case> {
    let database = rows::database(size.rows);
    let questions = vec(questions::question(), 1..=size.questions);
    (moment::moment(), database, questions).prop_map(|(moment, database, questions)| {
        let database = database.at(&moment);
        let questions = questions.iter().map(|it| it.at(&moment, &database)).collect();
        let Moment { zone, now, .. } = moment;
        Case { world: World { database, zone, now }, questions }
    })
}

/// Some of the columns that databases may lack; mostly none.
fn missing_columns() -> impl Strategy<Value = Vec<&'static str>> {
    let some = subsequence(crate::database::OPTIONAL_NODE_COLUMNS.to_vec(), 0..=3);
    (any::<u8>(), some).prop_map(|(dice, some)| if dice < 200 { Vec::new() } else { some })
}

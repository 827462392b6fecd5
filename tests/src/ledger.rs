//! Every state a database was in, and when; and whether an answer fits one of them.

use crate::job::Told;
use crate::now_us;
use crate::rows::{Question, Rows, figures};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Clocks are read in whole milliseconds on one side.
const SLACK_US: u64 = 2_000;

/// What a server says to a view that was opened before a table was emptied and read from after:
/// asking again helps.
const TABLE_CHANGED: &str = "Table definition has changed";

/// All states so far; the last one still is.
#[derive(Default)]
pub struct Ledger(Mutex<States>);

#[derive(Default)]
struct States {
    all: Vec<State>,
    /// Numbers of states by what they say.
    by_figures: HashMap<(Question, String), Vec<usize>>,
}

struct State {
    what: String,
    /// Before it was committed.
    from_us: u64,
    /// After the next one was committed.
    to_us: Option<u64>,
}

impl Ledger {
    /// A ledger that begins with `rows`.
    pub fn beginning(rows: &Rows) -> Self {
        let ledger = Self::default();
        ledger.states().enter("the beginning".to_owned(), now_us(), rows);
        ledger
    }

    /// Notes that `commit` leads to `rows`.
    pub fn commit(&self, what: String, rows: &Rows, commit: impl FnOnce()) {
        self.states().enter(what, now_us(), rows);
        commit();
        let mut states = self.states();
        let before = states.all.len() - 2;
        states.all[before].to_us = Some(now_us());
    }

    /// Number of states.
    pub fn len(&self) -> usize {
        self.states().all.len()
    }

    /// False: there is always one.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// True for answers that admit that older rows may be those of an earlier moment: which they are
    /// is held elsewhere, step by step.
    pub fn is_of_two_moments(told: &Told) -> bool {
        told.source.is_some_and(|it| it.verified_age_ms > it.age_ms)
    }

    /// What is wrong with an answer of one moment; nothing when it says what the database said at some moment
    /// between the answer and as long before it as the answer admits.
    pub fn problem(&self, told: &Told) -> Option<String> {
        let figures = match &told.said {
            Ok(figures) => figures,
            Err((_, message)) if message.contains(TABLE_CHANGED) => return None,
            Err((code, message)) => return Some(format!("{code}: {message}")),
        };
        let age_us = told.source.map_or(0, |it| it.age_ms.saturating_mul(1_000));
        let earliest_us = told.from_us.saturating_sub(age_us).saturating_sub(SLACK_US);
        let states = self.states();
        let key = (told.question, figures.clone());
        let numbers = states.by_figures.get(&key).map_or(&[][..], Vec::as_slice);
        let fits = |&number: &usize| {
            let state = &states.all[number];
            state.from_us <= told.to_us + SLACK_US
                && state.to_us.is_none_or(|to_us| to_us >= earliest_us)
        };
        (!numbers.iter().any(fits)).then(|| states.explain(told, numbers, earliest_us))
    }

    fn states(&self) -> MutexGuard<'_, States> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl States {
    fn enter(&mut self, what: String, from_us: u64, rows: &Rows) {
        let number = self.all.len();
        for question in Question::ALL {
            self.by_figures.entry((question, figures(question, rows))).or_default().push(number);
        }
        self.all.push(State { what, from_us, to_us: None });
    }

    fn explain(&self, told: &Told, numbers: &[usize], earliest_us: u64) -> String {
        let from = |us: u64| us as f64 / 1_000.0 - told.from_us as f64 / 1_000.0;
        let line = |number: usize| {
            let state = &self.all[number];
            let to = state.to_us.map_or("now".to_owned(), |to_us| format!("{:.1} ms", from(to_us)));
            format!("  {number} {}: {:.1} ms to {to}", state.what, from(state.from_us))
        };
        let said = match numbers {
            [] => "no state ever was so".to_owned(),
            some => format!(
                "states that were so:\n{}",
                some.iter().map(|&it| line(it)).collect::<Vec<_>>().join("\n")
            ),
        };
        let around = (0..self.all.len()).filter(|&it| {
            let state = &self.all[it];
            state.from_us <= told.to_us && state.to_us.is_none_or(|to_us| to_us >= earliest_us)
        });
        let around: Vec<String> = around.map(line).collect();
        let shown = &around[around.len().saturating_sub(12)..];
        let next: Vec<String> =
            numbers.iter().flat_map(|&it| it + 1..(it + 3).min(self.all.len())).map(line).collect();
        let said = format!("{said}\nwhat came then:\n{}", next.join("\n"));
        format!(
            "{told:?}\n{said}\nstates within the stated age ({:.1} ms to {:.1} ms):\n{}",
            from(earliest_us),
            from(told.to_us),
            shown.join("\n")
        )
    }
}

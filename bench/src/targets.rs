//! What the figures must reach.

use crate::question::Question;
use crate::results::{Measured, rounded};
use crate::times::Timed;
use serde::Serialize;

/// A promise and what was reached.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Target {
    pub(crate) what: String,
    #[serde(flatten)]
    pub(crate) bound: Bound,
    pub(crate) unit: &'static str,
    /// Nothing where a contestant is missing.
    pub(crate) reached: Option<f64>,
    pub(crate) met: Option<bool>,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Bound {
    fn holds(self, reached: f64) -> bool {
        match self {
            Self::AtLeast(least) => reached >= least,
            Self::AtMost(most) => reached <= most,
        }
    }
}

/// The targets of `measured`; `small` is the smaller data set of the same run.
pub(crate) fn targets(measured: &Measured, small: Option<&Measured>) -> Vec<Target> {
    let large = measured.size.plan.rows > 500_000;
    let mut targets = vec![user_ranking_by_sql(measured, large), by_original(measured)];
    if large {
        targets.push(growth(measured, small));
    }
    targets.extend(Question::ALL.into_iter().skip(1).map(|question| by_sql(measured, question)));
    targets.extend(Question::ALL.map(|question| by_duckdb(measured, question)));
    targets.extend(snapshot(measured, large));
    targets
}

fn user_ranking_by_sql(measured: &Measured, large: bool) -> Target {
    let least = if large { 200.0 } else { 100.0 };
    let question = Question::RankUsers;
    let ratio = measured.ratio(Timed::Sql(question), Timed::Warm(question));
    target(format!("{}: best SQL by ours", question.name()), Bound::AtLeast(least), "×", ratio)
}

fn by_original(measured: &Measured) -> Target {
    let ours = measured.median(Timed::Warm(Question::RankUsers));
    let ratio =
        measured.at_least(Timed::Original).zip(ours).map(|(original, ours)| original / ours);
    let what = format!("{}: original by ours", Question::RankUsers.name());
    target(what, Bound::AtLeast(500.0), "×", ratio)
}

fn growth(measured: &Measured, small: Option<&Measured>) -> Target {
    let warm = |measured: &Measured| measured.median(Timed::Warm(Question::RankUsers));
    let ratio = warm(measured).zip(small.and_then(warm)).map(|(large, small)| large / small);
    let what = format!("{}: ours by ours at 500k", Question::RankUsers.name());
    target(what, Bound::AtMost(5.0), "×", ratio)
}

fn by_sql(measured: &Measured, question: Question) -> Target {
    let ratio = measured.ratio(Timed::Sql(question), Timed::Warm(question));
    target(format!("{}: best SQL by ours", question.name()), Bound::AtLeast(50.0), "×", ratio)
}

fn by_duckdb(measured: &Measured, question: Question) -> Target {
    let ratio = measured.ratio(Timed::DuckDb(question), Timed::Warm(question));
    target(format!("{}: DuckDB by ours", question.name()), Bound::AtLeast(5.0), "×", ratio)
}

fn snapshot(measured: &Measured, large: bool) -> [Target; 5] {
    let refresh = measured.ratio(Timed::Refresh, Timed::Cold).map(|ratio| ratio * 100.0);
    let private_mb = if large { 100.0 } else { 40.0 };
    [
        target(
            "cold build: speed by streaming".to_owned(),
            Bound::AtLeast(0.7),
            "×",
            measured.ratio(Timed::Stream, Timed::Cold),
        ),
        target("refresh of 5 000 rows by cold build".to_owned(), Bound::AtMost(2.0), "%", refresh),
        target(
            "new process opens and answers".to_owned(),
            Bound::AtMost(30.0),
            "ms",
            measured.median(Timed::Open),
        ),
        target(
            "private memory".to_owned(),
            Bound::AtMost(private_mb),
            "MB",
            Some(measured.memory.peak_private_mb),
        ),
        target(
            "without snapshot: rank by rows by streaming".to_owned(),
            Bound::AtMost(2.0),
            "×",
            measured.ratio(Timed::RankByRows, Timed::Stream),
        ),
    ]
}

fn target(what: String, bound: Bound, unit: &'static str, reached: Option<f64>) -> Target {
    let met = reached.map(|reached| bound.holds(reached));
    Target { what, bound, unit, reached: reached.map(rounded), met }
}

#[cfg(test)]
mod tests {
    use super::Bound;

    #[test]
    fn a_bound_holds_up_to_itself() {
        assert!(Bound::AtLeast(5.0).holds(5.0) && !Bound::AtLeast(5.0).holds(4.9));
        assert!(Bound::AtMost(5.0).holds(5.0) && !Bound::AtMost(5.0).holds(5.1));
    }
}

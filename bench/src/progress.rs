//! Shows how far the work has come: a line on a terminal, sentences elsewhere.

use crate::Result;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use traffic_engine::Observer;

const ROWS: &str = "{msg} {wide_bar} {human_pos}/{human_len}, {eta} left";
const ROUNDS: &str = "{msg:32} {wide_bar} step {pos}/{len}, {elapsed}";

/// Says what begins now.
pub(crate) fn say(what: &str) -> Result<()> {
    Ok(writeln!(io::stderr(), "bench: {what}")?)
}

/// A line that counts rows.
pub(crate) struct RowsLine(ProgressBar);

impl RowsLine {
    pub(crate) fn new() -> Self {
        Self(bar(ROWS, 0))
    }

    pub(crate) fn observer(&self) -> Observer {
        let bar = self.0.clone();
        Arc::new(move |progress| {
            bar.set_message(progress.doing);
            bar.set_length(progress.total.unwrap_or(progress.done));
            bar.set_position(progress.done);
        })
    }

    pub(crate) fn done(self) {
        self.0.finish_and_clear();
    }
}

/// A line that counts steps.
pub(crate) struct Steps(ProgressBar);

impl Steps {
    pub(crate) fn new(steps: usize) -> Self {
        Self(bar(ROUNDS, steps as u64))
    }

    pub(crate) fn begin(&self, what: impl Into<String>) {
        self.0.set_message(what.into());
        self.0.inc(1);
        self.0.tick();
    }

    /// A whole round is done; told where no line can be seen.
    pub(crate) fn round_done(&self, round: u64, rounds: u64) -> Result<()> {
        match io::stderr().is_terminal() {
            true => Ok(()),
            false => say(&format!("round {round} of {rounds} done")),
        }
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Indicatif draws nothing where standard error is no terminal.
fn bar(template: &str, len: u64) -> ProgressBar {
    let style = ProgressStyle::with_template(template).expect("the templates above are valid");
    ProgressBar::new(len).with_style(style)
}

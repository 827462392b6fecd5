//! A line on the terminal that shows how far long work has come.

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt;
use std::io::{self, IsTerminal};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use traffic_engine::{Observer, Progress};

/// Work that is done sooner needs no line.
const QUIET_FOR: Duration = Duration::from_millis(300);

const BAR: &str = "{msg} {wide_bar} {human_pos}/{human_len}, {rate}, {eta} left";
const SPINNER: &str = "{spinner} {msg}: {human_pos}, {rate}";

/// Draws on standard error when that is a terminal, and wipes its line when dropped.
#[derive(Default)]
pub(crate) struct ProgressLine {
    bar: Arc<OnceLock<ProgressBar>>,
}

impl ProgressLine {
    /// What the engine reports to; nothing where nobody watches.
    pub(crate) fn observer(&self) -> Option<Observer> {
        if !io::stderr().is_terminal() {
            return None;
        }
        let bar = self.bar.clone();
        Some(Arc::new(move |progress: Progress| {
            let bar = bar.get_or_init(|| new_bar(progress));
            bar.set_position(progress.done);
            if bar.is_hidden() && bar.elapsed() > QUIET_FOR {
                bar.set_draw_target(ProgressDrawTarget::stderr());
            }
        }))
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

/// A line that counts, but is not drawn yet.
fn new_bar(progress: Progress) -> ProgressBar {
    let style = if progress.total.is_some() { BAR } else { SPINNER };
    let style = ProgressStyle::with_template(style).expect("the templates above are valid");
    ProgressBar::with_draw_target(progress.total, ProgressDrawTarget::hidden())
        .with_style(style.with_key("rate", rate))
        .with_message(progress.doing)
}

fn rate(state: &ProgressState, out: &mut dyn fmt::Write) {
    // A line that cannot be drawn is no reason to stop the work.
    let _ = write!(out, "{} rows/s", HumanCount(state.per_sec() as u64));
}

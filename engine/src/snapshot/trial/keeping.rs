//! Neither another caller's options nor a wrong clock delete history; only who says so does.

use super::Panel;
use crate::calendar::DAY_S;

/// Days that were seen and merged.
fn days(count: i64) -> Panel {
    let mut panel = Panel::new();
    for _ in 0..count {
        live_a_day(&mut panel);
    }
    panel
}

fn live_a_day(panel: &mut Panel) {
    panel.now += 3_600;
    panel.grow(7);
    panel.look();
    midnight(panel);
    panel.look();
}

fn midnight(panel: &mut Panel) {
    panel.now += DAY_S - panel.now.rem_euclid(DAY_S) + 300;
    panel.merge_yesterday();
}

#[test]
fn one_caller_with_fewer_days_deletes_nothing() {
    let mut panel = days(4);
    for history_days in [0, 1] {
        panel.now += 60;
        panel.grow(1);
        let other = panel.process_with(|config| config.history_days = history_days);
        assert_eq!(other.nodes(), panel.known());
        panel.seen.extend(panel.there.clone());
    }
    // Nor does what is merged while it looks get lost for the others.
    midnight(&mut panel);
    panel.process_with(|config| config.history_days = 0).refresh();
    assert_eq!(panel.process().nodes(), panel.known());
}

#[test]
fn a_folder_of_nobody_who_wants_history_has_none() {
    let mut panel = Panel::new();
    panel.now += 3_600;
    panel.grow(7);
    panel.process_with(|config| config.history_days = 0).refresh();
    midnight(&mut panel);
    let process = panel.process_with(|config| config.history_days = 0);
    assert!(process.nodes().is_empty());
}

#[test]
fn a_clock_that_jumps_ahead_deletes_nothing() {
    let mut panel = days(4);
    let now = panel.now;
    for days_ahead in [450, 5_000] {
        panel.now = now + days_ahead * DAY_S;
        assert_eq!(panel.process().nodes(), panel.known());
        // The panel has the same clock, and goes on counting.
        panel.grow(3);
        panel.look();
    }
    panel.now = now + 3_600;
    panel.grow(3);
    assert_eq!(panel.process().nodes(), panel.known());
    assert_eq!(panel.process().refresh().manifest.history.len(), 4);
}

/// Rows that a snapshot with `retention_days` gives up can be no detail later.
#[test]
fn a_clock_that_jumps_ahead_drops_no_rows_that_are_to_be_merged() {
    let mut panel = Panel::new();
    let rows = |panel: &Panel| {
        panel.process_with(|config| config.retention_days = Some(30)).refresh().manifest.len()
    };
    panel.now += 3_600;
    panel.grow(7);
    rows(&panel);
    panel.seen.extend(panel.there.clone());
    let now = panel.now;
    panel.now = now + 450 * DAY_S;
    panel.grow(1);
    assert_eq!(rows(&panel), 8);
    panel.now = now;
    midnight(&mut panel);
    let process = panel.process_with(|config| config.retention_days = Some(30));
    assert_eq!(process.nodes(), panel.known());
}

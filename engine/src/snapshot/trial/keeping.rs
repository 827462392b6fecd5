//! Neither another caller's options nor a wrong clock delete history; only who says so does.

use super::{Panel, named, nodes};
use crate::calendar::DAY_S;
use crate::snapshot::{RefreshError, SnapshotError};

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

/// Who allows less room cannot write, and others keep what they have; only pruning lets go of it.
#[test]
fn one_caller_with_less_room_deletes_nothing() {
    let mut panel = days(4);
    panel.now += 60;
    panel.grow(1);
    let narrow = panel.process_with(|config| config.size_limit_mb = Some(0));
    let refused = narrow.try_refresh().err().expect("no room");
    assert!(matches!(refused, RefreshError::Snapshot(SnapshotError::TooLarge { .. })), "{refused}");
    assert_eq!(panel.process().nodes(), panel.known());
    // Whoever prunes says that less is to be kept; from then on the narrow limit counts.
    let process = panel.process();
    let pruned = process.snapshot.prune_history(process.source(), 400, false);
    assert_eq!(pruned.expect("pruned").days, 0);
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

#[test]
fn history_ends_where_the_newest_row_says() {
    let mut panel = days(3);
    let keep_two = |panel: &Panel| {
        let process = panel.process_with(|config| config.history_days = 2);
        process.refresh().manifest.history.iter().map(|it| it.day).collect::<Vec<_>>()
    };
    // The folder remembers 400 days.
    assert_eq!(keep_two(&panel).len(), 3);
    let process = panel.process();
    process.snapshot.prune_history(process.source(), 2, false).expect("a shorter history");
    for _ in 0..3 {
        panel.now += 3_600;
        panel.grow(7);
        keep_two(&panel);
        midnight(&mut panel);
        panel.grow(1);
        let today = panel.now.div_euclid(DAY_S);
        let kept = keep_two(&panel);
        assert_eq!(kept, [today - 2, today - 1]);
    }
}

#[test]
fn history_shrinks_when_somebody_says_so() {
    let mut panel = days(5);
    panel.grow(1);
    panel.look();
    let (all, files) = (panel.known(), named(&panel.folder(), "-detail.arrow").len());
    let process = panel.process();
    let told = process.snapshot.prune_history(process.source(), 2, true).expect("a dry run");
    assert_eq!((told.days, told.days_left, told.done), (3, 2, false));
    assert_eq!(
        (told.first.as_deref(), told.last.as_deref()),
        (Some("2025-08-20"), Some("2025-08-22"))
    );
    assert!(told.bytes > 0 && told.attributed.total() > 0);
    assert_eq!(process.nodes(), all);

    let before = process.refresh().identity();
    let done = process.snapshot.prune_history(process.source(), 2, false).expect("less");
    assert_eq!(super::super::HistoryPruned { done: true, ..told }, done);
    let first = (panel.now.div_euclid(DAY_S) - 2) * DAY_S;
    let left = nodes(panel.seen.iter().filter(|row| row.t >= first));
    assert_eq!(panel.process().nodes(), left);
    assert_ne!(panel.process().refresh().identity(), before, "other answers, another generation");
    // Nor do they come back when all is built again, though their files are there.
    named(&panel.folder(), "-users.arrow").iter().for_each(|path| {
        std::fs::remove_file(path).expect("a file");
    });
    assert_eq!(panel.process().refresh().manifest.history.len(), 2);
    // The files go with the next generation, for those who have them open.
    panel.now += 60;
    panel.grow(1);
    panel.process().refresh();
    assert_eq!(named(&panel.folder(), "-detail.arrow").len(), files - 3);
}

//! History is moved from one folder to another, or brought back.

use super::{Panel, Process};
use crate::calendar::DAY_S;
use crate::snapshot::{HistoryImported, RefreshError, SnapshotError};
use std::fs;
use std::path::Path;

fn lived() -> Panel {
    let mut panel = Panel::new();
    for _ in 0..5 {
        panel.now += 3_600;
        panel.grow(7);
        panel.look();
        panel.now += DAY_S - panel.now.rem_euclid(DAY_S) + 300;
        panel.merge_yesterday();
        panel.look();
    }
    panel.now += 3_600;
    panel.grow(4);
    panel.look();
    panel
}

fn import(
    process: &Process<'_>,
    file: &Path,
    as_ours: bool,
) -> Result<HistoryImported, SnapshotError> {
    let imported = process.snapshot.import_history(process.source(), file, as_ours);
    imported.map_err(|error| match error {
        RefreshError::Snapshot(error) => error,
        RefreshError::Store(error) => panic!("{error}"),
    })
}

#[test]
fn what_was_exported_is_imported_once() {
    let panel = lived();
    let (process, file) = (panel.process(), panel.data_dir().with_extension("arrow"));
    let exported = process.snapshot.export_history(process.source(), &file).expect("a file");
    assert_eq!((exported.days, exported.cells), (5, 35));
    assert_eq!(exported.bytes, fs::metadata(&file).expect("a file").len());

    let elsewhere = panel.path().with_extension("elsewhere");
    let new = panel.process_with(|config| config.dir = elsewhere);
    assert_ne!(new.nodes(), panel.known());
    let imported = import(&new, &file, false).expect("an import");
    assert_eq!((imported.days, imported.cells, imported.days_known), (5, 35, 0));
    assert_eq!(new.nodes(), panel.known());
    let again = import(&new, &file, false).expect("an import");
    assert_eq!((again.days, again.days_known), (0, 5));
    assert_eq!(new.nodes(), panel.known());
    // What was imported is exported again as it was.
    let second = file.with_extension("second");
    let told = new.snapshot.export_history(new.source(), &second).expect("a file");
    assert_eq!(told, exported);
}

#[test]
fn days_that_are_there_stay_as_they_are() {
    let panel = lived();
    let (process, file) = (panel.process(), panel.data_dir().with_extension("arrow"));
    process.snapshot.export_history(process.source(), &file).expect("a file");
    process.snapshot.prune_history(process.source(), 2, false).expect("less");
    let imported = import(&process, &file, false).expect("an import");
    // As many days are kept as this process' configuration names.
    assert_eq!((imported.days, imported.days_known, imported.days_too_old), (3, 2, 0));
    assert_eq!(panel.process().nodes(), panel.known());
    let few = panel.path().with_extension("few");
    let few = panel.process_with(|config| (config.dir, config.history_days) = (few, 2));
    let imported = import(&few, &file, false).expect("an import");
    assert_eq!((imported.days, imported.days_too_old), (2, 3));
}

/// Where a backup from before the merge was restored, rows tell all by themselves.
#[test]
fn detail_of_rows_that_are_back_does_not_count_twice() {
    let mut panel = Panel::new();
    panel.now += 3_600;
    panel.grow(7);
    panel.look();
    fs::copy(panel.path(), panel.path().with_extension("backup")).expect("a backup");
    let there = panel.there.clone();
    panel.now += DAY_S;
    panel.merge_yesterday();
    panel.look();
    let (process, file) = (panel.process(), panel.data_dir().with_extension("arrow"));
    process.snapshot.export_history(process.source(), &file).expect("a file");
    fs::copy(panel.path().with_extension("backup"), panel.path()).expect("a restored file");
    panel.there = there;
    let elsewhere = panel.path().with_extension("elsewhere");
    let new = panel.process_with(|config| config.dir = elsewhere);
    import(&new, &file, false).expect("an import");
    assert_eq!(new.nodes(), panel.known());
}

#[test]
fn others_history_is_refused_unless_it_is_said_to_be_ours() {
    let (panel, other) = (lived(), Panel::new());
    let (process, file) = (panel.process(), panel.data_dir().with_extension("arrow"));
    process.snapshot.export_history(process.source(), &file).expect("a file");
    fs::copy(panel.path(), other.path()).expect("the same database elsewhere");
    let moved = Panel { now: panel.now, ..other };
    let process = moved.process();
    let refused = import(&process, &file, false).expect_err("another database");
    assert!(matches!(&refused, SnapshotError::OthersHistory { .. }), "{refused}");
    assert!(refused.to_string().contains("--as-ours"), "{refused}");
    assert_eq!(import(&process, &file, true).expect("an import").days, 5);
    assert_eq!(process.nodes(), panel.known());
}

#[test]
fn what_is_no_whole_export_is_refused_and_changes_nothing() {
    let panel = lived();
    let (process, file) = (panel.process(), panel.data_dir().with_extension("arrow"));
    process.snapshot.export_history(process.source(), &file).expect("a file");
    let good = fs::read(&file).expect("a file");
    let elsewhere = panel.path().with_extension("elsewhere");
    let new = panel.process_with(|config| config.dir = elsewhere);
    let before = new.nodes();
    let detail = &super::named(&panel.folder(), "-detail.arrow")[0];
    let mut spoilt = good.clone();
    spoilt[good.len() / 2] ^= 1;
    let bad = [&good[..good.len() - 1], &good[..0], &spoilt, b"day,user_id\n1,2\n"];
    for bytes in bad.into_iter().chain([fs::read(detail).expect("a file").as_slice()]) {
        fs::write(&file, bytes).expect("a file");
        let refused = import(&new, &file, true).expect_err("no whole export");
        assert!(matches!(&refused, SnapshotError::NotHistory { .. }), "{refused}");
        assert_eq!(new.nodes(), before);
    }
}

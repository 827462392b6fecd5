//! Files that are spoilt, lost or of another version cost only what they held.

use super::{Panel, named};
use crate::calendar::DAY_S;
use std::fs;
use std::path::Path;

/// Some days that were seen and merged, and one that was seen and is not merged yet.
fn lived() -> Panel {
    let mut panel = Panel::new();
    for _ in 0..3 {
        for _ in 0..3 {
            panel.now += 3_600;
            panel.grow(7);
            panel.look();
        }
        panel.now += DAY_S - panel.now.rem_euclid(DAY_S) + 300;
        panel.merge_yesterday();
        panel.look();
    }
    panel.now += 3_600;
    panel.grow(9);
    panel.look();
    panel
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).expect("a file");
    let at = at.min(bytes.len() - 1);
    bytes[at] ^= 1;
    // Another file, as a disk does not change what is mapped.
    fs::remove_file(path).expect("a file");
    fs::write(path, bytes).expect("a file");
}

fn cut(path: &Path) {
    let bytes = fs::read(path).expect("a file");
    fs::remove_file(path).expect("a file");
    fs::write(path, &bytes[..bytes.len() / 2]).expect("a file");
}

/// `spoil` costs nothing of what was seen, whether or not the last day is merged meanwhile.
fn costs_nothing(what: &str, spoil: impl Fn(&Path)) {
    for merged in [false, true] {
        let mut panel = lived();
        spoil(&panel.folder());
        if merged {
            panel.merge_all();
        }
        assert_eq!(panel.process().nodes(), panel.known(), "{what}, merged: {merged}");
        // And it stays so.
        panel.now += 60;
        panel.grow(1);
        assert_eq!(panel.process().nodes(), panel.known(), "{what}, later, merged: {merged}");
    }
}

#[test]
fn a_spoilt_manifest_costs_no_history() {
    costs_nothing("header", |folder| flip(&folder.join("manifest"), 3));
    costs_nothing("checksum", |folder| flip(&folder.join("manifest"), 30));
    costs_nothing("middle", |folder| {
        let length = fs::metadata(folder.join("manifest")).expect("a file").len();
        flip(&folder.join("manifest"), length as usize / 2);
    });
    costs_nothing("cut", |folder| cut(&folder.join("manifest")));
    costs_nothing("empty", |folder| fs::write(folder.join("manifest"), "").expect("a file"));
    costs_nothing("lost", |folder| fs::remove_file(folder.join("manifest")).expect("a file"));
}

/// What an older or newer version of this program leaves: another number in the header.
#[test]
fn a_manifest_of_another_version_costs_no_history() {
    for version in ["3", "5", "77"] {
        costs_nothing(version, |folder| {
            let path = folder.join("manifest");
            let text = fs::read_to_string(&path).expect("a manifest");
            let (magic, rest) = text.split_once(' ').expect("a header");
            let (_, rest) = rest.split_once(' ').expect("a header");
            fs::write(&path, format!("{magic} {version} {rest}")).expect("a manifest");
        });
    }
}

/// Where no manifest at all can be read, rows that were not merged yet are lost, and only these.
#[test]
fn detail_is_found_without_any_manifest() {
    let mut panel = lived();
    panel.merge_all();
    panel.look();
    let folder = panel.folder();
    named(&folder, "manifest").iter().for_each(|path| fs::remove_file(path).expect("a file"));
    assert_eq!(panel.process().nodes(), panel.known());

    named(&folder, "manifest").iter().for_each(|path| flip(path, 200));
    assert_eq!(panel.process().nodes(), panel.known());
}

/// One damaged file of another kind does not take the rows of whole ones along.
#[test]
fn a_damaged_file_costs_only_what_it_held() {
    for kind in ["-users.arrow", "-nodes.arrow", "-hours.arrow", "-days.arrow"] {
        costs_nothing(kind, |folder| named(folder, kind).iter().for_each(|path| flip(path, 700)));
        costs_nothing(kind, |folder| named(folder, kind).iter().for_each(|path| cut(path)));
    }
    let mut panel = lived();
    let rows = named(&panel.folder(), "-rows.arrow");
    assert!(rows.len() > 2, "{rows:?}");
    // The newest file has the nine rows of the last look.
    flip(rows.last().expect("a file"), 700);
    let lost: Vec<_> = panel.there.iter().rev().take(9).cloned().collect();
    panel.merge_all();
    lost.iter().for_each(|row| assert!(panel.seen.remove(row)));
    assert_eq!(panel.process().nodes(), panel.known());
}

/// A day's detail that is damaged is missed, kept for somebody who can read it, and told.
#[test]
fn damaged_detail_is_put_aside_and_other_detail_stays() {
    let panel = lived();
    let folder = panel.folder();
    let detail = named(&folder, "-detail.arrow");
    assert_eq!(detail.len(), 3);
    let all = panel.process().nodes();
    flip(&detail[1], 700);
    let left = panel.process().nodes();
    let carried = |nodes: &super::Nodes| nodes.values().sum::<u128>();
    assert!(carried(&left) < carried(&all) && carried(&left) > carried(&all) / 2);
    let aside = named(&folder, ".aside");
    assert_eq!(aside.len(), 1, "{aside:?}");
    // Whoever mends it has it back with the next rebuild.
    flip(&aside[0], 700);
    fs::remove_file(folder.join("manifest")).expect("a file");
    fs::remove_file(folder.join("manifest.copy")).expect("a file");
    assert_eq!(panel.process().nodes(), all);
}

/// Files of another database or zone in our folder are neither used nor removed.
#[test]
fn foreign_detail_is_left_alone() {
    let (ours, other) = (lived(), lived());
    let folder = ours.folder();
    let theirs = &named(&other.folder(), "-detail.arrow")[0];
    let name = folder.join("00000001-detail.arrow");
    fs::copy(theirs, &name).expect("a copy");
    fs::remove_file(folder.join("manifest")).expect("a file");
    fs::remove_file(folder.join("manifest.copy")).expect("a file");
    let unmerged: Vec<_> = ours.there.iter().cloned().collect();
    assert!(!unmerged.is_empty());
    assert_eq!(ours.process().nodes(), ours.known());
    assert!(name.exists());
}

/// A build that fails leaves for the next one what only the files hold.
#[test]
fn a_rebuild_that_fails_costs_no_history() {
    let mut panel = lived();
    flip(&named(&panel.folder(), "-users.arrow")[0], 700);
    panel.run("ALTER TABLE user_usage RENAME TO elsewhere");
    assert!(panel.process().try_refresh().is_err(), "no table to read");
    panel.run("ALTER TABLE elsewhere RENAME TO user_usage");
    panel.merge_all();
    assert_eq!(panel.process().nodes(), panel.known());
}

#[test]
fn every_flipped_bit_of_detail_is_noticed() {
    let panel = lived();
    let path = &named(&panel.folder(), "-detail.arrow")[0];
    let good = fs::read(path).expect("a file");
    crate::snapshot::seal::check(&good).expect("a whole file");
    for at in 0..good.len() {
        let mut bytes = good.clone();
        bytes[at] ^= 1 << (at % 8);
        assert!(crate::snapshot::seal::check(&bytes).is_err(), "byte {at}");
    }
    for length in 0..good.len() {
        assert!(crate::snapshot::seal::check(&good[..length]).is_err(), "{length} bytes");
    }
}

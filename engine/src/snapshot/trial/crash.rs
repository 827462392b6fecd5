//! The power goes at any moment of a panel's days, and takes whatever was not made certain: no
//! history that was seen is lost, whether or not the panel merged its rows before we are back.

use super::disk::{Bytes, Disk, Left};
use super::{Nodes, Panel, Row, nodes};
use crate::calendar::DAY_S;
use crate::snapshot::disk::recorder::{self, Call};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

/// States tried by default; `TRAFFIC_ENGINE_CRASH_STATES` sets another number.
const STATES: u64 = 300;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// A look at the database, and the calls it made.
struct Look {
    calls: std::ops::Range<usize>,
    database: Vec<u8>,
    now: i64,
    /// Rows that were there to be seen.
    there: BTreeSet<Row>,
    /// Rows that looks before had shown.
    seen: BTreeSet<Row>,
}

/// A panel's days, call by call.
struct Life {
    panel: Panel,
    calls: Vec<(PathBuf, Call)>,
    looks: Vec<Look>,
    folder: PathBuf,
}

impl Life {
    /// Looks by day, merges after midnight with late rows, and enough looks for small segments to
    /// be merged and detail to be summed by hour.
    fn lived() -> Self {
        let mut life = Self::begun();
        for day in 0..5 {
            for _ in 0..[2, 10, 1, 3, 2][day] {
                life.panel.now += 1_800;
                life.panel.grow(5);
                life.look();
            }
            life.panel.now += DAY_S - life.panel.now.rem_euclid(DAY_S) + 300;
            if day % 2 == 1 {
                // Late rows, which come before anybody looks again or after.
                life.late(2);
                life.panel.merge_yesterday();
                life.late(1);
            } else {
                life.panel.merge_yesterday();
            }
            life.look();
            life.panel.merge_yesterday();
            life.look();
        }
        life.calls = recorder::so_far(&life.panel.data_dir());
        recorder::end(&life.panel.data_dir());
        life.folder = life.panel.folder();
        life
    }

    fn begun() -> Self {
        let panel = Panel::new();
        recorder::begin(&panel.data_dir());
        Self { panel, calls: Vec::new(), looks: Vec::new(), folder: PathBuf::new() }
    }

    fn late(&mut self, rows: i64) {
        let now = self.panel.now;
        self.panel.now -= 600;
        self.panel.grow(rows);
        self.panel.now = now;
    }

    fn look(&mut self) {
        let calls = || recorder::so_far(&self.panel.data_dir()).len();
        let (first, seen) = (calls(), self.panel.seen.clone());
        let process = self.panel.process();
        let got = process.nodes();
        // Rows that come and go between two looks are never seen.
        assert_eq!(got, self.panel.known());
        let look = Look {
            calls: first..calls(),
            database: fs::read(self.panel.path()).expect("a database"),
            now: self.panel.now,
            there: self.panel.there.clone(),
            seen,
        };
        drop(process);
        self.looks.push(look);
        self.panel.seen.extend(self.panel.there.iter().cloned());
    }

    /// The disk after so many calls.
    fn disk(&self, calls: usize) -> Disk {
        let mut disk = Disk::default();
        self.calls[..calls].iter().for_each(|(path, call)| disk.apply(path, call));
        disk
    }

    /// Whoever comes after the power cut knows what was seen before.
    fn recovers(&mut self, at: usize, left: &Left, look: usize, merged: bool, what: &str) {
        let Look { database, now, there, seen, calls } = &self.looks[look];
        let mut sure = seen.clone();
        if at == calls.end {
            sure.extend(there.iter().cloned());
        }
        let perhaps: BTreeSet<Row> = sure.union(there).cloned().collect();
        fs::write(self.panel.path(), database).expect("a database");
        (self.panel.now, self.panel.there) = (*now, there.clone());
        if merged {
            self.panel.merge_all();
        }
        let dir = super::folder();
        let folder = dir.path().join(self.folder.file_name().expect("a name"));
        put(&folder, left);
        let there = &self.panel.there;
        let (least, most) = (nodes(sure.union(there)), nodes(perhaps.union(there)));
        let process = self.panel.process_with(|config| config.dir = dir.path().to_owned());
        let got = process.nodes();
        let lies_between = is_within(&least, &got) && is_within(&got, &most);
        assert!(lies_between, "{what}: {got:?} is not between {least:?} and {most:?}");
        let later = self.panel.process_with(|config| config.dir = dir.path().to_owned());
        assert_eq!(later.nodes(), got, "{what}, asked again");
    }
}

fn is_within(part: &Nodes, whole: &Nodes) -> bool {
    part.iter().all(|(node, bytes)| whole.get(node).is_some_and(|all| bytes <= all))
}

fn put(folder: &Path, left: &Left) {
    fs::create_dir_all(folder).expect("a folder");
    for (path, bytes) in left {
        fs::write(folder.join(path.file_name().expect("a name")), bytes).expect("a file");
    }
}

/// Which of the pending changes of names have happened, and what is left of bytes.
struct Cut {
    names: Vec<bool>,
    bytes: Vec<(usize, Bytes)>,
}

impl Cut {
    fn random(disk: &Disk, rng: &mut ChaCha8Rng) -> Self {
        let (pending, unsynced) = (disk.pending(), disk.unsynced());
        let one = rng.random_range(0..pending.max(1));
        let way = rng.random_range(0..6);
        let happened = |at: usize, coin: bool| match way {
            0 => true,
            1 => false,
            2 => at < one,
            3 => at != one,
            4 => at == one,
            _ => coin,
        };
        let names = (0..pending).map(|at| happened(at, rng.random())).collect();
        let way = rng.random_range(0..6_usize);
        let newest = unsynced.last().copied();
        let bytes = unsynced.iter().map(|&file| {
            let any = Bytes::ALL[rng.random_range(0..4_usize)];
            let bytes = match way {
                0..4 => Bytes::ALL[way],
                4 if Some(file) == newest => any,
                4 => Bytes::Kept,
                _ => any,
            };
            (file, bytes)
        });
        Self { names, bytes: bytes.collect() }
    }

    fn of_all(disk: &Disk, names: bool, bytes: Bytes) -> Self {
        let all = disk.unsynced().into_iter().map(|file| (file, bytes)).collect();
        Self { names: vec![names; disk.pending()], bytes: all }
    }

    fn left(&self, disk: &Disk) -> Left {
        let bytes = |file| self.bytes.iter().find(|(of, _)| *of == file);
        disk.left(|at| self.names[at], |file| bytes(file).map_or(Bytes::Kept, |(_, it)| *it))
    }
}

#[test]
fn no_power_cut_loses_history_that_was_seen() {
    let mut life = Life::lived();
    let kinds: HashSet<_> =
        life.calls.iter().map(|(_, call)| std::mem::discriminant(call)).collect();
    assert_eq!(kinds.len(), 6, "all kinds of calls were made");
    let mut tried = HashSet::new();
    // After each look, when all that was not made certain is gone, or only its names are.
    for look in 0..life.looks.len() {
        let at = life.looks[look].calls.end;
        let disk = life.disk(at);
        for (names, bytes) in [(true, Bytes::Lost), (false, Bytes::Lost), (false, Bytes::Kept)] {
            let left = Cut::of_all(&disk, names, bytes).left(&disk);
            try_both(&mut life, &mut tried, at, &left, look, &format!("{names} {bytes:?}"));
        }
    }
    // Before each call that makes names certain, when one file has no name yet.
    for at in 0..life.calls.len() {
        if life.calls[at].1 != Call::SyncFolder {
            continue;
        }
        let look = life.looks.iter().position(|look| look.calls.contains(&at)).expect("a look");
        let disk = life.disk(at);
        for without in [disk.naming("-rows.arrow"), disk.naming("-detail.arrow")].concat() {
            let left = disk.left(|change| change != without, |_| Bytes::Kept);
            try_both(&mut life, &mut tried, at, &left, look, &format!("without {without}"));
        }
    }
    // And at any other moment.
    let seed = number("TRAFFIC_ENGINE_TEST_SEED").unwrap_or(1);
    let states = number("TRAFFIC_ENGINE_CRASH_STATES").unwrap_or(STATES) as usize;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    for number in 0..4 * states {
        if tried.len() >= states {
            break;
        }
        let look = rng.random_range(0..life.looks.len());
        let calls = life.looks[look].calls.clone();
        let at = rng.random_range(calls.start..=calls.end);
        let disk = life.disk(at);
        let left = Cut::random(&disk, &mut rng).left(&disk);
        try_both(&mut life, &mut tried, at, &left, look, &format!("seed {seed}, cut {number}"));
    }
    assert!(tried.len() >= states, "only {} states are different", tried.len());
}

/// Tries a state that was not tried yet, with the database as it was and with all days merged.
fn try_both(
    life: &mut Life,
    tried: &mut HashSet<u64>,
    at: usize,
    left: &Left,
    look: usize,
    what: &str,
) {
    let mut hasher = DefaultHasher::new();
    (left, look, at == life.looks[look].calls.end).hash(&mut hasher);
    if !tried.insert(hasher.finish()) {
        return;
    }
    let last = life.calls[..at].last().map(|(path, call)| (path.file_name(), discriminant(call)));
    let last = format!("{last:?}");
    for merged in [false, true] {
        let what = format!("look {look}, call {at} ({last}), {what}, all merged: {merged}");
        life.recovers(at, left, look, merged, &what);
    }
}

fn discriminant(call: &Call) -> &'static str {
    match call {
        Call::Create => "create",
        Call::Write(_) => "write",
        Call::Sync => "sync",
        Call::Rename(_) => "rename",
        Call::Remove => "remove",
        Call::SyncFolder => "sync folder",
    }
}

//! A disk that forgets: what may be left of recorded calls when the power goes.
//!
//! Bytes are there for certain once their file was synced, names once their folder was. Until then
//! bytes may be missing, cut off or zero, and names may have come, gone or changed in any order.

use crate::snapshot::disk::recorder::Call;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// What becomes of bytes that were never synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bytes {
    Kept,
    Lost,
    Halved,
    Zero,
}

impl Bytes {
    pub(super) const ALL: [Self; 4] = [Self::Kept, Self::Lost, Self::Halved, Self::Zero];
}

#[derive(Debug, Clone, Default)]
struct File {
    bytes: Vec<u8>,
    synced: usize,
}

/// A change of names that the folder may have been told of or not.
#[derive(Debug, Clone)]
enum Pending {
    Put(PathBuf, usize),
    Rename(PathBuf, PathBuf, usize),
    Remove(PathBuf),
}

/// The files of a folder after some calls.
#[derive(Debug, Clone, Default)]
pub(super) struct Disk {
    files: Vec<File>,
    /// Names as the process sees them.
    names: HashMap<PathBuf, usize>,
    /// Names that are there for certain, before what is pending.
    durable: BTreeMap<PathBuf, usize>,
    pending: Vec<Pending>,
}

/// Name and bytes of all files that are left.
pub(super) type Left = BTreeMap<PathBuf, Vec<u8>>;

impl Disk {
    /// A call that went well.
    pub(super) fn apply(&mut self, path: &Path, call: &Call) {
        match call {
            Call::Create => {
                let file = self.files.len();
                self.files.push(File::default());
                self.names.insert(path.to_owned(), file);
                self.pending.push(Pending::Put(path.to_owned(), file));
            }
            Call::Write(bytes) => self.files[self.names[path]].bytes.extend(bytes),
            Call::Sync => {
                let file = &mut self.files[self.names[path]];
                file.synced = file.bytes.len();
            }
            Call::Rename(to) => {
                let file = self.names.remove(path).expect("a file to rename");
                self.names.insert(to.clone(), file);
                self.pending.push(Pending::Rename(path.to_owned(), to.clone(), file));
            }
            Call::Remove => {
                self.names.remove(path).expect("a file to remove");
                self.pending.push(Pending::Remove(path.to_owned()));
            }
            Call::SyncFolder => {
                let pending = std::mem::take(&mut self.pending);
                pending.iter().for_each(|change| happen(&mut self.durable, change));
            }
        }
    }

    /// Changes of names that may have happened or not.
    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Those of them that give a file a name which contains `part`.
    pub(super) fn naming(&self, part: &str) -> Vec<usize> {
        let names = |change: &Pending| match change {
            Pending::Put(name, _) | Pending::Rename(_, name, _) => {
                name.to_string_lossy().contains(part)
            }
            Pending::Remove(_) => false,
        };
        (0..self.pending.len()).filter(|&at| names(&self.pending[at])).collect()
    }

    /// Files whose bytes are not there for certain, the newest last.
    pub(super) fn unsynced(&self) -> Vec<usize> {
        let all = self.files.iter().enumerate();
        all.filter(|(_, file)| file.synced < file.bytes.len()).map(|(at, _)| at).collect()
    }

    /// What is left when the changes of names happened that `happened` says, and `bytes` of each
    /// unsynced file stay.
    pub(super) fn left(
        &self,
        happened: impl Fn(usize) -> bool,
        bytes: impl Fn(usize) -> Bytes,
    ) -> Left {
        let mut names = self.durable.clone();
        for (at, change) in self.pending.iter().enumerate().filter(|(at, _)| happened(*at)) {
            debug_assert!(at < self.pending());
            happen(&mut names, change);
        }
        let content = |(name, file): (PathBuf, usize)| {
            let File { bytes: all, synced } = &self.files[file];
            let (sure, rest) = all.split_at(*synced);
            let left = match bytes(file) {
                Bytes::Kept => rest.to_vec(),
                Bytes::Lost => Vec::new(),
                Bytes::Halved => rest[..rest.len() / 2].to_vec(),
                Bytes::Zero => vec![0; rest.len()],
            };
            (name, [sure, &left].concat())
        };
        names.into_iter().map(content).collect()
    }
}

fn happen(names: &mut BTreeMap<PathBuf, usize>, change: &Pending) {
    match change {
        Pending::Put(name, file) => {
            names.insert(name.clone(), *file);
        }
        Pending::Remove(name) => {
            names.remove(name);
        }
        // It is there under its new name even where the folder was never told of the first one.
        Pending::Rename(from, to, file) => {
            names.remove(from);
            names.insert(to.clone(), *file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_synced_is_left_in_any_case() {
        let (mut disk, [a, b]) = (Disk::default(), ["a", "b"].map(PathBuf::from));
        disk.apply(&a, &Call::Create);
        disk.apply(&a, &Call::Write(vec![1, 2]));
        disk.apply(&a, &Call::Sync);
        disk.apply(&a, &Call::Write(vec![3, 4]));
        assert!(disk.left(|_| false, |_| Bytes::Kept).is_empty());
        disk.apply(Path::new(""), &Call::SyncFolder);
        let left = |disk: &Disk, happened: bool, bytes| disk.left(|_| happened, |_| bytes);
        assert_eq!(left(&disk, true, Bytes::Lost), [(a.clone(), vec![1, 2])].into());
        assert_eq!(left(&disk, true, Bytes::Halved), [(a.clone(), vec![1, 2, 3])].into());
        disk.apply(&a, &Call::Rename(b.clone()));
        assert_eq!(left(&disk, false, Bytes::Kept), [(a, vec![1, 2, 3, 4])].into());
        assert_eq!(left(&disk, true, Bytes::Zero), [(b, vec![1, 2, 0, 0])].into());
    }
}

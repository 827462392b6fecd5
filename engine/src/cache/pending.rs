//! Invalidations that Redis has not been told, kept in a file: they outlive whoever made them.
//!
//! A process may end while Redis is away, and Redis may come back with all it had. Whoever of this
//! host reaches it next tells it. Without a folder to keep them in, invalidations last as long as
//! the process, and what they meant at most as long as its lifetime.

use super::glob::Pattern;
use crate::snapshot::{private_folder, unfollowed};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use xxhash_rust::xxh3::xxh3_64;

/// Below the data directory.
const FOLDER: &str = "invalidations";
const FILE_MODE: u32 = 0o600;

/// More are as good as one that means everything.
const BYTES_MAX: u64 = 1 << 16;

/// What Redis is still to be told of one namespace.
#[derive(Debug)]
pub(super) struct Pending {
    dir: PathBuf,
    name: String,
}

/// Patterns taken to be told; nobody else takes them meanwhile.
pub(super) struct Taken {
    file: File,
    pub(super) patterns: Vec<Pattern>,
}

impl Pending {
    /// For the keys that begin with `prefix`, in the data directory `dir`.
    pub(super) fn new(dir: PathBuf, prefix: &str) -> Self {
        Self { dir, name: format!("{:016x}", xxh3_64(prefix.as_bytes())) }
    }

    /// Keeps `pattern`; false where that cannot be done.
    pub(super) fn add(&self, pattern: &Pattern) -> bool {
        let keep = || -> io::Result<()> {
            let mut file = self.open(true)?;
            file.lock()?;
            let line = serde_json::to_string(pattern.as_str())?;
            let bytes = file.seek(SeekFrom::End(0))?;
            let is_too_long = bytes + line.len() as u64 > BYTES_MAX;
            let line = if is_too_long {
                file.set_len(0)?;
                file.rewind()?;
                serde_json::to_string(Pattern::everything().as_str())?
            } else {
                line
            };
            writeln!(file, "{line}")
        };
        private_folder(&self.dir, &self.dir.join(FOLDER)).is_ok() && keep().is_ok()
    }

    /// What is to be told, unless there is nothing or somebody tells it already.
    pub(super) fn take(&self) -> Option<Taken> {
        let is_there = std::fs::symlink_metadata(self.path()).is_ok_and(|it| it.len() > 0);
        if !is_there || private_folder(&self.dir, &self.dir.join(FOLDER)).is_err() {
            return None;
        }
        let mut file = self.open(false).ok()?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => return None,
        }
        let mut text = String::new();
        let read = file.read_to_string(&mut text);
        // What cannot be read may have meant everything.
        let pattern = |line: &str| {
            let text = serde_json::from_str::<String>(line).ok();
            text.and_then(|it| Pattern::new(&it).ok()).unwrap_or_else(Pattern::everything)
        };
        let patterns: Vec<Pattern> = match read {
            Ok(_) => text.lines().map(pattern).collect(),
            Err(_) => vec![Pattern::everything()],
        };
        (!patterns.is_empty()).then_some(Taken { file, patterns })
    }

    fn open(&self, create: bool) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(create).truncate(false).mode(FILE_MODE);
        unfollowed(&mut options, &self.path())
    }

    fn path(&self) -> PathBuf {
        self.dir.join(FOLDER).join(&self.name)
    }
}

impl Taken {
    /// Redis was told of all.
    pub(super) fn told(self) {
        // What stays is told once more, which changes nothing.
        let _ = self.file.set_len(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pending: &Pending) -> Vec<String> {
        let taken = pending.take();
        taken.iter().flat_map(|it| &it.patterns).map(|it| it.as_str().to_owned()).collect()
    }

    #[test]
    fn what_was_kept_is_taken_until_it_is_told() {
        let dir = tempfile::tempdir().expect("a folder");
        let pending = || Pending::new(dir.path().to_owned(), "a");
        assert!(pending().take().is_none());
        assert!(
            pending().add(&Pattern::exactly("line\nbreak"))
                && pending().add(&Pattern::everything())
        );
        assert_eq!(texts(&pending()), ["line\nbreak", "*"]);
        assert!(Pending::new(dir.path().to_owned(), "b").take().is_none());
        let taken = pending().take().expect("patterns");
        assert!(pending().take().is_none(), "one at a time");
        taken.told();
        assert!(pending().take().is_none());
    }

    #[test]
    fn too_many_mean_everything_and_so_does_what_is_not_ours() {
        let dir = tempfile::tempdir().expect("a folder");
        let pending = Pending::new(dir.path().to_owned(), "a");
        let long = Pattern::exactly(&"x".repeat(1_000));
        (0..100).for_each(|_| assert!(pending.add(&long)));
        let kept = texts(&pending);
        assert!(kept.len() < 100 && kept.contains(&"*".to_owned()), "{}", kept.len());
        std::fs::write(pending.path(), b"\xff\n").expect("our own file");
        assert_eq!(texts(&pending), ["*"]);
        std::fs::write(pending.path(), b"no json\n").expect("our own file");
        assert_eq!(texts(&pending), ["*"]);
    }
}

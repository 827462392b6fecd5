//! What can go wrong with the files of a snapshot.

use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A failure of the snapshot.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// The operating system refuses a file or folder of the data directory.
    #[error(
        "snapshot: cannot {doing} {path}: {source}; check the data directory's rights and space"
    )]
    File {
        /// What we were doing.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The data directory is not ours alone, so that nobody can trust in what lies there.
    #[error("snapshot: {path} {problem}; {remedy}")]
    NotPrivate {
        /// The folder.
        path: PathBuf,
        /// Why it is not ours alone.
        problem: String,
        /// What to do.
        remedy: String,
    },
    /// A file was cut while rows of it were passed on: those before are right, and some are missing.
    #[error(
        "snapshot: {path} was cut while rows of it were read, so that the answer breaks off; ask again"
    )]
    Cut {
        /// The file.
        path: PathBuf,
    },
    /// A file is not what its writer left there. It is rebuilt when the snapshot is next written.
    #[error("snapshot: {path} is damaged: {problem}; it will be rebuilt from the database")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The snapshot would not fit into the space it may take.
    #[error(
        "snapshot: {path} would need {needed_mb} MB, but size_limit_mb is {limit_mb}; raise it, lower retention_days, or drop old detail by `snapshot prune-history`"
    )]
    TooLarge {
        /// The data directory.
        path: PathBuf,
        /// Space needed at least, in MB of 10⁶ bytes.
        needed_mb: u64,
        /// Space allowed.
        limit_mb: u64,
    },
    /// Another process has been building the first generation for longer than we wait.
    #[error("snapshot: {path} is being built by another process; ask again in a moment")]
    Busy {
        /// The data directory.
        path: PathBuf,
    },
    /// Another process has begun to write and does not get on: it may have been stopped.
    #[error(
        "snapshot: another process has been writing {path} since before the last rows were seen, {age_s} s ago; end it, or let it go on"
    )]
    Stuck {
        /// The data directory.
        path: PathBuf,
        /// Age of the newest rows, in seconds.
        age_s: u64,
    },
    /// The database holds a row that no snapshot can hold; it answers by itself meanwhile.
    #[error("snapshot: {reason}; until then the database answers")]
    Unfit {
        /// The row, the column, and what to do.
        reason: String,
    },
    /// The range reaches back further than the snapshot does.
    #[error(
        "snapshot: the range begins before {horizon}, where the snapshot begins; raise retention_days, or let the database answer (path auto)"
    )]
    BeforeHorizon {
        /// First second the snapshot covers.
        horizon: i64,
    },
    /// A question as of another moment than now, which writes nothing, finds no snapshot that is as the
    /// database is.
    #[error(
        "snapshot: {path} holds nothing as new as the database, and a question as of another moment (--now) writes nothing; run `refresh` without it, or let the database answer (path auto)"
    )]
    ReadOnly {
        /// The folder of this database and zone.
        path: PathBuf,
    },
    /// A file that is named as exported history and is none.
    #[error("history: {path}: {problem}; name a file that `snapshot export-history` has written")]
    NotHistory {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Exported history of another database or zone.
    #[error(
        "history: {path} is of {of}, not of {ours}; where it is this database at another address, import it as ours (--as-ours)"
    )]
    OthersHistory {
        /// The file.
        path: PathBuf,
        /// The database it is of, and the zone its days are cut in.
        of: String,
        /// Those of this snapshot.
        ours: String,
    },
    /// The question needs the snapshot, and none is configured.
    #[error("snapshot: no data directory is configured; set one, or use path auto")]
    NotConfigured,
}

impl SnapshotError {
    /// A refusal of the operating system while `doing` something with `path`.
    pub(super) fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { doing, path, source }
    }

    /// A file that is not what its writer left there.
    pub(super) fn damaged(path: &Path, problem: impl ToString) -> Self {
        Self::Damaged { path: path.to_owned(), problem: problem.to_string() }
    }

    /// The same after rows were passed on, which cannot be taken back.
    pub(crate) fn after_rows(self) -> Self {
        match self {
            Self::Damaged { path, .. } => Self::Cut { path },
            other => other,
        }
    }

    /// True when a file vanished or was damaged, so that the manifest is worth reading again.
    pub(super) fn is_stale(&self) -> bool {
        match self {
            Self::File { source, .. } => source.kind() == io::ErrorKind::NotFound,
            Self::Damaged { .. } => true,
            _ => false,
        }
    }
}

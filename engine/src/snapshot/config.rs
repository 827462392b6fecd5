//! Where a snapshot lies and how fresh it is kept.

use std::path::PathBuf;

/// Where a snapshot lies and how fresh it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct SnapshotConfig {
    /// The data directory; each database and zone has a folder of its own in it. Only the user that
    /// runs us can read what lies there.
    pub dir: PathBuf,
    /// A question looks for new rows unless somebody has within this time, in milliseconds; with 0
    /// every question does.
    pub refresh_interval_ms: u64,
    /// Changes of rows already stored are found within this time, in milliseconds, where that costs
    /// no more than 1 % of one core.
    pub verify_interval_ms: u64,
    /// Compare and compact in a thread of its own, and answer from the last generation meanwhile.
    pub background: bool,
    /// Write nothing: answer from the snapshot that is there while the database is known to be as it
    /// says, and leave everything else to the database. For questions as of another moment than now.
    pub read_only: bool,
    /// Days kept, by local midnight; ranges that begin earlier are asked of the database. `None`
    /// keeps all.
    pub retention_days: Option<u32>,
    /// Days for which detail is kept that the database has merged into sums; 0 for none.
    pub history_days: u32,
    /// Space the files may take, in MB of 10⁶ bytes; `None` for no limit. A database that does not
    /// fit is asked itself.
    pub size_limit_mb: Option<u64>,
    /// Cells are kept where they are at most this share of the rows they stand for.
    pub cube_share: f64,
    /// Cells are kept for segments of at least this many rows.
    pub cube_rows_min: usize,
}

impl SnapshotConfig {
    /// A snapshot in `dir`: new rows within a second, other changes within 30, nothing in the
    /// background, all days, detail of merged days for 400, no limit of space.
    pub fn new(dir: PathBuf) -> Self {
        Self {
            dir,
            refresh_interval_ms: 1_000,
            verify_interval_ms: 30_000,
            background: false,
            read_only: false,
            retention_days: None,
            history_days: 400,
            size_limit_mb: None,
            cube_share: 0.5,
            cube_rows_min: 8_192,
        }
    }
}

//! Which way questions are answered, and whether, where and how a snapshot is kept.

use super::{Choice, Source, path};
use crate::config::Config;
use crate::failure::Failure;
use std::path::PathBuf;
use traffic_engine::{EngineError, Path, SnapshotConfig};

/// Options about the snapshot.
#[derive(clap::Args)]
#[command(next_help_heading = "Snapshot options")]
pub(crate) struct SnapshotOptions {
    /// Folder that keeps a snapshot of the usage rows, to answer from it in milliseconds
    ///
    /// It is made where it is missing. All processes of a user share it; nobody else can read it,
    /// and it holds no password. Without it the database answers.
    #[arg(long, global = true, value_name = "DIR", value_parser = path())]
    #[arg(env = "TRAFFIC_ENGINE_DATA_DIR", hide_env_values = true)]
    data_dir: Option<PathBuf>,
    /// Who answers: auto, snapshot, push_down (database sums) or rows (database delivers) [default: auto]
    ///
    /// auto is the snapshot where a data directory is named and can be used, else the database.
    #[arg(long, global = true, value_name = "PATH")]
    #[arg(env = "TRAFFIC_ENGINE_PATH", hide_env_values = true)]
    path: Option<String>,
    /// Say on standard error where the answer came from, and how old that is
    #[arg(long, global = true)]
    explain: bool,
    /// Look for new rows unless somebody has within so many ms; 0: always [default: 1000]
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true)]
    #[arg(env = "TRAFFIC_ENGINE_REFRESH_INTERVAL_MS", hide_env_values = true)]
    refresh_interval_ms: Option<String>,
    /// Look for other changes of the database within so many ms [default: 30000]
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true)]
    #[arg(env = "TRAFFIC_ENGINE_VERIFY_INTERVAL_MS", hide_env_values = true)]
    verify_interval_ms: Option<String>,
    /// Private memory that a question may take, in MB of 10^6 bytes [default: 80]
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true)]
    #[arg(env = "TRAFFIC_ENGINE_MEMORY_LIMIT_MB", hide_env_values = true)]
    memory_limit_mb: Option<String>,
    /// Give the database up when it is silent for so many ms [default: 10000]
    ///
    /// Where a snapshot is there, a second of silence is enough to answer from it.
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true)]
    #[arg(env = "TRAFFIC_ENGINE_READ_TIMEOUT_MS", hide_env_values = true)]
    read_timeout_ms: Option<String>,
    /// Time that a question may take, in ms; 0: any [default: any]
    ///
    /// It includes building the first snapshot; the command `refresh` builds one at its leisure.
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true)]
    #[arg(env = "TRAFFIC_ENGINE_QUERY_TIMEOUT_MS", hide_env_values = true)]
    query_timeout_ms: Option<String>,
    /// Keep this many days; the database answers what begins earlier [default: all]
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true)]
    #[arg(env = "TRAFFIC_ENGINE_RETENTION_DAYS", hide_env_values = true)]
    retention_days: Option<String>,
    /// Keep nodes and hours of rows that the database merges, for this many days; 0: not [default: 400]
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true)]
    #[arg(env = "TRAFFIC_ENGINE_HISTORY_DAYS", hide_env_values = true)]
    history_days: Option<String>,
    /// Space that the snapshot may take, in MB of 10^6 bytes [default: no limit]
    #[arg(long, global = true, value_name = "N", allow_negative_numbers = true)]
    #[arg(env = "TRAFFIC_ENGINE_SIZE_LIMIT_MB", hide_env_values = true)]
    size_limit_mb: Option<String>,
}

/// How questions are answered.
pub(crate) struct Answering {
    pub(crate) path: Path,
    pub(crate) snapshot: Option<SnapshotConfig>,
    /// `None` for the engine's own.
    pub(crate) memory_limit_mb: Option<u64>,
    /// `None` for the engine's own.
    pub(crate) read_timeout_ms: Option<u64>,
    /// `None` for any time.
    pub(crate) query_timeout_ms: Option<u64>,
    /// Say where an answer came from.
    pub(crate) explain: bool,
}

impl SnapshotOptions {
    /// # Errors
    /// A [`Failure`] that names the setting at fault.
    pub(super) fn gather(
        self,
        config: Config,
        choose: &Choice<'_>,
        as_of_another_moment: bool,
    ) -> Result<Answering, Failure> {
        let any =
            |name, given, configured| number(name, choose.between(name, given, configured), 0);
        let many =
            |name, given, configured| number(name, choose.between(name, given, configured), 1);
        let refresh =
            any("refresh_interval_ms", self.refresh_interval_ms, config.refresh_interval_ms)?;
        let verify = any("verify_interval_ms", self.verify_interval_ms, config.verify_interval_ms)?;
        let retention = many("retention_days", self.retention_days, config.retention_days)?;
        let history = any("history_days", self.history_days, config.history_days)?;
        let size_limit_mb = many("size_limit_mb", self.size_limit_mb, config.size_limit_mb)?;
        let memory_limit_mb =
            many("memory_limit_mb", self.memory_limit_mb, config.memory_limit_mb)?;
        let read_timeout_ms =
            many("read_timeout_ms", self.read_timeout_ms, config.read_timeout_ms)?;
        let query_timeout_ms =
            any("query_timeout_ms", self.query_timeout_ms, config.query_timeout_ms)?;
        let path = choose.between("path", self.path, config.path);
        let path = path.map(|(path, _)| path.parse()).transpose().map_err(EngineError::from)?;
        let dir = choose.between("data_dir", self.data_dir, config.data_dir);
        let snapshot = dir.map(|(dir, _)| {
            let usual = SnapshotConfig::new(dir);
            SnapshotConfig {
                refresh_interval_ms: refresh.unwrap_or(usual.refresh_interval_ms),
                verify_interval_ms: verify.unwrap_or(usual.verify_interval_ms),
                // More days than that are all there are.
                retention_days: retention.and_then(|days| u32::try_from(days).ok()),
                history_days: history
                    .map_or(usual.history_days, |days| u32::try_from(days).unwrap_or(u32::MAX)),
                size_limit_mb,
                read_only: as_of_another_moment,
                ..usual
            }
        });
        Ok(Answering {
            path: path.unwrap_or_default(),
            snapshot,
            memory_limit_mb,
            read_timeout_ms,
            query_timeout_ms: query_timeout_ms.filter(|wait| *wait > 0),
            explain: self.explain,
        })
    }
}

/// A whole number from `least` up.
fn number(
    name: &'static str,
    said: Option<(String, Source)>,
    least: u64,
) -> Result<Option<u64>, Failure> {
    let Some((given, _)) = said else {
        return Ok(None);
    };
    match given.parse() {
        Ok(number) if number >= least => Ok(Some(number)),
        _ => Err(Failure::BadNumber { option: name.replace('_', "-"), given, least }),
    }
}

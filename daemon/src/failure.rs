//! What ends a command early: the one message, and the exit status.

use crate::moment::BadMoment;
use crate::output::printable;
use clap::error::{ContextKind, ErrorKind};
use std::error::Error as _;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use thiserror::Error;
use traffic_engine::EngineError;
use traffic_engine::range::RangeError;

/// Exit status when the command line or the configuration is at fault.
const USAGE: u8 = 2;
/// Exit status of every other failure.
const FAILED: u8 = 1;

/// Why there is no answer. Messages name the input and the remedy, and never hold a password.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// Arguments that cannot be understood, or a request for help or the version.
    #[error(transparent)]
    Arguments(#[from] clap::Error),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(
        "no store is named; give --store URL, or set TRAFFIC_ENGINE_STORE, or `store` in a --config file"
    )]
    NoStore,
    #[error(
        "no data directory is named; give --data-dir DIR, or set TRAFFIC_ENGINE_DATA_DIR, or `data_dir` in a --config file"
    )]
    NoDataDir,
    #[error("no Redis is named; give --redis URL, or set TRAFFIC_ENGINE_REDIS")]
    NoRedis,
    #[error(
        "a password in --redis shows in lists of processes; give it by --redis-password-file, or set TRAFFIC_ENGINE_REDIS"
    )]
    PasswordInOption,
    #[error(
        "Redis does not answer, or cannot do it, so others have forgotten nothing; `traffic-engine cache stats` says what is wrong"
    )]
    RedisAway,
    #[error("--{option}: {given:?} is not a whole number from {least} up; give digits alone")]
    BadNumber { option: String, given: String, least: u64 },
    #[error("unknown time zone {zone:?}; use a name such as Europe/Berlin, Asia/Shanghai or UTC")]
    UnknownZone { zone: String },
    #[error("--now: {0}")]
    BadNow(BadMoment),
    #[error("unknown format {given:?}; use one of: table, json, csv")]
    UnknownFormat { given: String },
    #[error("configuration {}: {problem}; correct the file, or name another with --config", path.display())]
    BadConfig { path: PathBuf, problem: String },
    #[error("password file {}: {reason}; name a file that you can read and that holds the password alone", path.display())]
    BadPasswordFile { path: PathBuf, reason: String },
    #[error(
        "cannot keep the answer in a temporary file: {0}; make room in the folder for temporary files, or name another with TMPDIR"
    )]
    Spool(io::Error),
    #[error("cannot write to standard output: {0}")]
    Print(io::Error),
    #[error(
        "cannot start again without the password in the process title: {0}; use --password-file instead"
    )]
    Hide(io::Error),
}

impl From<RangeError> for Failure {
    fn from(error: RangeError) -> Self {
        Self::Engine(error.into())
    }
}

impl Failure {
    /// Says what is wrong on standard error; the exit status tells whose fault it is.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::Arguments(error) => match bad_value(&error) {
                Some(message) => complain(&message, USAGE),
                None => {
                    // Nothing is left to tell it to when this fails.
                    let _ = error.print();
                    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(USAGE))
                }
            },
            // The reader, such as `head`, has all it wanted.
            Self::Print(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            failure => complain(&failure.to_string(), failure.status()),
        }
    }

    fn status(&self) -> u8 {
        match self {
            Self::Engine(error) if !error.is_usage() => FAILED,
            Self::Spool(_) | Self::Print(_) | Self::RedisAway | Self::Hide(_) => FAILED,
            Self::Arguments(_)
            | Self::Engine(_)
            | Self::NoStore
            | Self::NoDataDir
            | Self::NoRedis
            | Self::PasswordInOption
            | Self::BadNumber { .. }
            | Self::UnknownZone { .. }
            | Self::BadNow(_)
            | Self::UnknownFormat { .. }
            | Self::BadConfig { .. }
            | Self::BadPasswordFile { .. } => USAGE,
        }
    }
}

/// The message about a value of ours that cannot be read. Our texts name value and remedy, which
/// the usual rendering would say again.
fn bad_value(error: &clap::Error) -> Option<String> {
    let option = error.get(ContextKind::InvalidArg)?;
    let problem = error.source().filter(|_| error.kind() == ErrorKind::ValueValidation)?;
    Some(format!("{option}: {problem}"))
}

fn complain(message: &str, status: u8) -> ExitCode {
    // Where nobody can be told, the status still tells.
    let _ = writeln!(io::stderr(), "error: {}", printable(message));
    ExitCode::from(status)
}

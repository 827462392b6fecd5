//! Work on the snapshot that no question waits for, done by a process of its own after the answer.

use crate::context::Context;
use crate::failure::Failure;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::{env, io};

/// Tells a process that it was started for this work, and not to answer.
const VARIABLE: &str = "TRAFFIC_ENGINE_MAINTENANCE";

/// True in a process that was started for this work.
pub(crate) fn is_ours() -> bool {
    env::var_os(VARIABLE).is_some()
}

/// Does the work. Nobody reads what this process says, so a failure shows where the next question
/// meets it.
///
/// # Errors
/// A [`Failure`] of the engine.
pub(crate) fn run(context: &Context) -> Result<(), Failure> {
    Ok(context.engine_with_snapshot()?.maintain()?)
}

/// Starts a process that does the work, and does not wait for it: this program again, with the same
/// settings. It has a process group of its own, so that the interrupt key ends the question alone.
///
/// # Errors
/// What the system says when no process can be started.
pub(crate) fn start() -> io::Result<()> {
    let mut child = Command::new(env::current_exe()?);
    child
        .args(env::args_os().skip(1))
        .env(VARIABLE, "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0);
    child.spawn().map(drop)
}

//! The command line of Traffic Engine: asks the engine and prints what it answers.
//!
//! A command computes its whole answer before a byte of it is printed, so that a failure half-way
//! leaves nothing on standard output.
#![forbid(unsafe_code)]

mod cli;
mod config;
mod context;
mod explanation;
mod failure;
mod maintenance;
mod moment;
mod output;
mod progress;
mod secrets;
mod settings;

use signal_hook::consts::SIGXFSZ;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

fn main() -> ExitCode {
    // With somebody at home for the signal, a file beyond the limit (ulimit -f) is an error that
    // says so, and not the end. Where this cannot be had, all is as it was.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
    let outcome =
        secrets::hide_password().and_then(|()| cli::answer()).and_then(output::Reply::print);
    outcome.unwrap_or_else(|failure| failure.report())
}

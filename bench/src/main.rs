//! Measures Traffic Engine beside what it is held against: SQL, the original module's query,
//! DuckDB, and the bare stream of the rows.
//!
//! `make bench` starts a private server and runs this. Rounds alternate between all contestants, so
//! that a busy machine disturbs them alike; medians are printed and written to `bench/results/`.
//! Answers are compared first: figures of wrong answers are worthless.
#![forbid(unsafe_code)]

mod choice;
mod data;
mod duckdb;
mod live;
mod machine;
mod mariadb;
mod measure;
mod memory;
mod moments;
mod original;
mod ours;
mod progress;
mod question;
mod report;
mod results;
mod sql;
mod targets;
mod times;

use crate::data::Size;
use clap::{Parser, Subcommand, ValueEnum};
use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Measures Traffic Engine beside what it is held against
#[derive(Debug, Parser)]
#[command(name = "traffic-engine-bench", args_conflicts_with_subcommands = false)]
struct CommandLine {
    /// Measured rounds, after one that warms up
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u64).range(1..))]
    rounds: u64,
    /// Data sets
    #[arg(long, value_enum, default_value_t = Rows::Both)]
    rows: Rows,
    /// Folder that the figures are written to
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/results"))]
    results: PathBuf,
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Rows {
    #[value(name = "500k")]
    Small,
    #[value(name = "5m")]
    Large,
    Both,
}

impl Rows {
    fn sizes(self) -> &'static [Size] {
        match self {
            Self::Small => &[Size::SMALL],
            Self::Large => &[Size::LARGE],
            Self::Both => &[Size::SMALL, Size::LARGE],
        }
    }
}

/// What needs a process of its own; this program runs itself with these.
#[derive(Debug, Subcommand)]
enum Part {
    /// Asks while a panel writes all the time and merges days: how old are answers?
    Live {
        /// For how long each account asks at each size
        #[arg(long, default_value_t = 150)]
        seconds: u64,
    },
    /// Opens the snapshot in a folder, answers once, and prints how long that took
    #[command(hide = true)]
    Open { database: String, directory: PathBuf },
    /// Fills a folder, refreshes it, asks everything, and prints the memory it took
    #[command(hide = true)]
    Memory { database: String, directory: PathBuf },
}

fn main() -> Result<()> {
    let started = Instant::now();
    let CommandLine { rounds, rows, results, part } = CommandLine::parse();
    match part {
        None => measure_all(rounds, rows, &results),
        Some(Part::Live { seconds }) => live::measure(rows.sizes(), seconds, &results),
        Some(Part::Open { database, directory }) => ours::open(started, &database, &directory),
        Some(Part::Memory { database, directory }) => memory::sample(&database, &directory),
    }
}

fn measure_all(rounds: u64, rows: Rows, folder: &std::path::Path) -> Result<()> {
    let machine = machine::Machine::look()?;
    let mut measured: Vec<results::Measured> = Vec::new();
    for size in rows.sizes() {
        let found = measure::measure(size, rounds)?;
        let targets = targets::targets(&found, measured.first());
        report::print(&found, &targets)?;
        results::write(folder, &machine, &found, &targets)?;
        measured.push(found);
    }
    Ok(())
}

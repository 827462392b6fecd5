//! Kills, starves and lies to snapshots, and holds every answer against the database: in one
//! program, because linking it takes longer than most of these tests.

mod appending;
mod damage;
mod fork;
mod freshness;
mod kill;
mod machine;
mod merging;
mod moments;
mod refusals;

/// The program of the processes that are killed.
const WORKER: &str = env!("CARGO_BIN_EXE_fault-worker");

//! The command line as its users meet it: the real binary on real databases.

mod support;

mod absent;
mod bad_input;
mod cache;
mod generate;
mod golden;
mod history;
mod impostors;
mod keys;
mod limits;
mod memory;
mod mysql;
mod other_rights;
mod output;
mod rollup;
mod schema;
mod schema_faults;
mod secrets;
mod session_settings;
mod settings;
mod snapshot;
mod turned_away;

//! What the tests of this workspace share: databases of a test's own in every store, private
//! servers and small disks, and the answers that plain loops over rows give.
//!
//! A test asks [`environment`] for a server; where there is none, it says so and is left out.
#![allow(missing_docs, reason = "helpers of tests say by their names what they are for")]

pub mod ask;
pub mod database;
pub mod disk;
pub mod environment;
pub mod history;
pub mod json;
pub mod mysql;
pub mod oracle;
pub mod own_server;
pub mod panel;
pub mod place;
pub mod proxy;
pub mod question;
pub mod random;
pub mod redis;
pub mod replay;
pub mod sample;
pub mod sqlite;
pub mod tables;

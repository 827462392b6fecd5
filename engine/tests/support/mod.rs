//! What all tests of the engine share: made-up databases in real stores, and questions in plain
//! words.
#![allow(dead_code, reason = "each test program uses its own part of this, together all of it")]

pub(crate) mod ask;
pub(crate) mod database;
pub(crate) mod json;
pub(crate) mod mysql;
pub(crate) mod place;
pub(crate) mod question;
pub(crate) mod sample;
pub(crate) mod sqlite;
pub(crate) mod tables;

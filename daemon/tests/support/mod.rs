//! What all tests share: running the binary, and databases to run it on.

pub(crate) mod disk;
pub(crate) mod mysql;
pub(crate) mod own_server;
pub(crate) mod run;
pub(crate) mod sqlite;

//! SQLite stores to ask.

use super::run::{answer, on, words};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;

/// A SQLite store in a folder of its own.
pub(crate) struct Store {
    path: PathBuf,
    /// Removed with the store.
    _folder: Option<TempDir>,
}

impl Store {
    /// A store without a file yet.
    pub(crate) fn absent() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { path: folder.path().join("usage.db"), _folder: Some(folder) }
    }

    /// A store with generated rows; the arguments are those of `generate`.
    pub(crate) fn generated(line: &str) -> Self {
        let store = Self::absent();
        answer(on(&store.url()).arg("generate").args(words(line)));
        store
    }

    /// A copy of the usual store, changed by SQL.
    pub(crate) fn changed(sql: &str) -> Self {
        let store = Self::absent();
        std::fs::copy(usual().path(), store.path()).expect("a copy");
        store.connection().execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        store
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite://{}", self.path.display())
    }

    pub(crate) fn connection(&self) -> Connection {
        Connection::open(&self.path).expect("a SQLite file")
    }
}

/// Three weeks of a small provider, past days merged.
pub(crate) const USUAL: &str = "--rows 3000 --users 40 --nodes 6 --days 21 --seed 7 --merged";

/// The store that tests only read. Nothing drops a static, so it has a place that the next run
/// takes again; it is moved there complete, for runs at the same time.
pub(crate) fn usual() -> &'static Store {
    static STORE: OnceLock<Store> = OnceLock::new();
    STORE.get_or_init(|| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("usual.db");
        let fresh = path.with_extension(std::process::id().to_string());
        let store = Store { path: fresh, _folder: None };
        answer(on(&store.url()).arg("generate").args(words(USUAL)));
        std::fs::rename(&store.path, &path).expect("both names lie in one folder");
        Store { path, ..store }
    })
}

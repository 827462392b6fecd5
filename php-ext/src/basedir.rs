//! `open_basedir`: a script may only name files below the folders that the operator lists.
//!
//! PHP checks the files that PHP opens; those of the engine are ours to check. What php.ini itself
//! names (`traffic_engine.data_dir`, `traffic_engine.log`) is the operator's own word.

use crate::exceptions::Failure;
use crate::ini;
use ext_php_rs::zend::ExecutorGlobals;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use traffic_engine::cache::CacheConfig;
use traffic_engine::{BadConfig, EngineConfig, EngineError, FromOptions, Options};

/// Refuses the configuration of an engine that names a file outside.
pub(crate) fn check_engine(options: &Options) -> Result<(), Failure> {
    match allowed() {
        Some(allowed) => check(EngineConfig::from_options(options)?.files(), &allowed),
        None => Ok(()),
    }
}

/// Refuses the configuration of a cache that names a file outside.
pub(crate) fn check_cache(options: &Options) -> Result<(), Failure> {
    match allowed() {
        Some(allowed) => check(CacheConfig::from_options(options)?.files(), &allowed),
        None => Ok(()),
    }
}

/// The setting as it stands for this request; scripts may narrow it. None where all is allowed.
fn allowed() -> Option<String> {
    let setting = ExecutorGlobals::get().ini_values().remove("open_basedir").flatten();
    setting.filter(|it| !it.is_empty())
}

fn check(files: Vec<(&'static str, PathBuf)>, allowed: &str) -> Result<(), Failure> {
    let folders: Vec<PathBuf> =
        allowed.split(':').filter(|it| !it.is_empty()).map(folder).collect();
    let operators_own = ini::settings().data_dir.as_ref().map(PathBuf::from);
    let mut files = files.into_iter().filter(|(_, path)| operators_own.as_ref() != Some(path));
    let is_outside = |path: &Path| match real(path) {
        Ok(real) => !folders.iter().any(|folder| real.starts_with(folder)),
        Err(_) => true,
    };
    match files.find(|(_, path)| is_outside(path)) {
        Some((option, path)) => {
            let outside = BadConfig::Outside { option, path, allowed: allowed.to_owned() };
            Err(EngineError::from(outside).into())
        }
        None => Ok(()),
    }
}

/// A folder of the setting; one that does not exist holds nothing.
fn folder(text: &str) -> PathBuf {
    let path = Path::new(text);
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

/// Where a path leads, which need not exist yet: links and `..` are resolved as far as it does, and
/// nothing of either may be behind that.
fn real(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    match path.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        outcome => return outcome,
    }
    // It would be made where the link points to.
    let is_dangling = fs::symlink_metadata(&path).is_ok_and(|it| it.is_symlink());
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if !is_dangling => Ok(real(parent)?.join(name)),
        _ => Err(io::ErrorKind::NotFound.into()),
    }
}

//! Looks into the folder of a snapshot, and spoils what lies there.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;

/// The one folder in a data directory.
///
/// # Panics
/// When there is none or there are several.
pub fn only_folder(dir: &Path) -> PathBuf {
    let folders: Vec<PathBuf> = fs::read_dir(dir)
        .expect("a data directory")
        .map(|entry| entry.expect("a readable entry").path())
        .collect();
    assert_eq!(folders.len(), 1, "{folders:?}");
    folders.into_iter().next().expect("there is one")
}

/// The manifest's JSON.
///
/// # Panics
/// When there is none.
pub fn manifest(folder: &Path) -> Value {
    let bytes = fs::read(folder.join("manifest")).expect("a manifest");
    let end = bytes.iter().position(|&byte| byte == b'\n').expect("a header");
    serde_json::from_slice(&bytes[end + 1..]).expect("JSON behind the header")
}

/// Puts another manifest in the place of the one there is, with a right checksum.
///
/// # Panics
/// When it cannot be written.
pub fn replace_manifest(folder: &Path, manifest: &Value) {
    let before = fs::read(folder.join("manifest")).expect("a manifest");
    let header = String::from_utf8_lossy(&before);
    let words: Vec<&str> = header.split(' ').take(2).collect();
    let json = serde_json::to_vec(manifest).expect("JSON");
    let header = format!("{} {} {:016x} {}\n", words[0], words[1], xxh3_64(&json), json.len());
    replace(&folder.join("manifest"), &[header.as_bytes(), &json].concat());
}

/// Puts a file with other bytes in the place of one; whoever has that open keeps it.
///
/// # Panics
/// When it cannot be written.
pub fn replace(path: &Path, bytes: &[u8]) {
    let new = path.with_extension("replacement");
    fs::write(&new, bytes).expect("a new file");
    fs::rename(&new, path).expect("a file in the place of another");
}

/// Names of all files.
///
/// # Panics
/// When the folder cannot be read.
pub fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| entry.expect("a readable entry").file_name().to_string_lossy().into_owned())
        .collect()
}

/// True for the names of files that hold no columns and stay.
pub fn is_no_column(name: &str) -> bool {
    ["manifest", "manifest.copy", "lock", "next", "comparing"].contains(&name)
}

/// Names of the files of columns that a manifest needs.
pub fn needed(manifest: &Value) -> BTreeSet<String> {
    match manifest {
        Value::String(text) if text.ends_with(".arrow") => [text.clone()].into(),
        Value::Array(values) => values.iter().flat_map(needed).collect(),
        Value::Object(fields) => fields.values().flat_map(needed).collect(),
        _ => BTreeSet::new(),
    }
}

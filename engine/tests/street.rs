//! Rooms use rooms to their left, never to their right.

use std::fs;
use std::path::{Path, PathBuf};

/// The hallway, which every room may use and which uses no room.
const HALLWAY: [&str; 6] = ["units", "calendar", "range", "column", "options", "progress"];

/// The street, left to right; the last three see every room.
const STREET: [&str; 10] = [
    "store", "snapshot", "query", "rollup", "cache", "doctor", "generate", "error", "engine", "ask",
];

#[test]
fn the_street_is_one_way() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = 0;
    for file in rust_files(&source) {
        let Some(room) = room_of(&source, &file) else {
            continue;
        };
        let text = fs::read_to_string(&file).expect("a readable source file");
        for used in used_rooms(&text) {
            seen += 1;
            assert!(may_use(&room, &used), "{room} uses {used} in {}", file.display());
        }
    }
    assert!(seen > 50, "only {seen} uses were found; does this test still read the source?");
}

fn may_use(room: &str, used: &str) -> bool {
    let at = |name: &str| STREET.iter().position(|room| *room == name);
    if room == used {
        return true;
    }
    match (at(room), at(used)) {
        (_, None) => HALLWAY.contains(&used),
        (Some(room), Some(used)) => used < room,
        (None, Some(_)) => false,
    }
}

/// The first part of every `crate::` path outside comments.
fn used_rooms(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let paths = code.flat_map(|line| line.split("crate::").skip(1));
    let name = |path: &str| path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    paths.map(name).collect()
}

fn room_of(source: &Path, file: &Path) -> Option<String> {
    let inside = file.strip_prefix(source).ok()?;
    let first = inside.components().next()?.as_os_str().to_str()?;
    let room = first.trim_end_matches(".rs");
    (room != "lib").then(|| room.to_owned())
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a readable folder");
    let paths = entries.map(|entry| entry.expect("a readable entry").path());
    paths
        .flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

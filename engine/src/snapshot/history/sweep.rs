//! What becomes of files of detail that a generation does not name: the database could not replace
//! them, so they are not removed as other files are.

use super::label::{Found, Owner};
use super::remains::ASIDE;
use crate::snapshot::disk;
use crate::snapshot::file::{self, DETAIL};
use crate::snapshot::manifest::Manifest;
use std::collections::HashSet;
use std::path::Path;

/// Files put aside that are kept at most; the oldest go first.
const ASIDE_MAX: usize = 64;

/// Removes what `now` has better detail for, puts aside what cannot be read, and leaves the rest
/// where it is. Files of `before` are still in use.
pub(in crate::snapshot) fn sweep(
    folder: &Path,
    owner: Owner<'_>,
    now: &Manifest,
    before: Option<&Manifest>,
) {
    let files = before.into_iter().chain([now]).flat_map(Manifest::history_files);
    let used: HashSet<&str> = files.map(|file| file.name.as_str()).collect();
    let retired = before.map(|it| it.retired.as_slice()).unwrap_or_default();
    for name in file::names(folder) {
        if !file::is_of_kind(&name, &[DETAIL]) || used.contains(name.as_str()) {
            continue;
        }
        // Whatever fails here is tried again when the next generation is published.
        let path = folder.join(&name);
        if retired.contains(&name) {
            let _ = disk::remove(&path);
            continue;
        }
        let found = match before {
            // Something was damaged, perhaps this.
            None => Found::in_file(folder, &name, owner),
            Some(_) => Found::by_label(folder, &name, owner),
        };
        match found {
            Found::Ours(day) if is_replaced(now, day.day, &name) => {
                let _ = disk::remove(&path);
            }
            Found::Unreadable(_) => {
                let _ = disk::rename(&path, &folder.join(format!("{name}{ASIDE}")));
            }
            Found::Ours(_) | Found::Foreign | Found::Unknown(_) => {}
        }
    }
    bound(folder);
}

/// True when `now` has detail of the day that was written later.
fn is_replaced(now: &Manifest, day: i64, name: &str) -> bool {
    let known = now.history.iter().find(|it| it.day == day);
    known.is_some_and(|it| file::number(&it.cells.name) > file::number(name))
}

fn bound(folder: &Path) {
    let mut aside: Vec<String> = file::names(folder);
    aside.retain(|name| name.ends_with(ASIDE));
    aside.sort_unstable_by_key(|name| file::number(name));
    for name in &aside[..aside.len().saturating_sub(ASIDE_MAX)] {
        let _ = disk::remove(&folder.join(name));
    }
}

impl Manifest {
    /// Remembers which detail of `before` it does without, as long as that is there.
    pub(in crate::snapshot) fn retire(&mut self, folder: &Path, before: Option<&Self>) {
        let used: HashSet<&str> = self.history_files().map(|file| file.name.as_str()).collect();
        let dropped = before.into_iter().flat_map(Self::history_files).map(|file| &file.name);
        let mut names: Vec<String> = dropped.chain(&self.retired).cloned().collect();
        names.retain(|name| !used.contains(name.as_str()) && folder.join(name).exists());
        names.sort_unstable();
        names.dedup();
        self.retired = names;
    }
}

//! Whose folder the files lie in: ours, and nobody else may write there.
//!
//! What is mapped must not change under those who read it, and what is kept of merged days exists
//! nowhere else; both rest on that. Root is no exception: what it wrote into a service's folder,
//! the service could not read, and what it reads there, the service may change. So root leaves a
//! folder to its owner and asks the database.

use super::error::SnapshotError;
use rustix::process::geteuid;
use std::fs::{self, DirBuilder, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;

const FOLDER_MODE: u32 = 0o700;
/// Rights of the group and of others to write.
const OTHERS_WRITE: u32 = 0o022;
/// Entries of a folder may only be taken away by their owners.
const STICKY: u32 = 0o1000;

/// Makes `folder` in the data directory `dir`, for this user alone, where they are missing.
pub(crate) fn create(dir: &Path, folder: &Path) -> Result<(), SnapshotError> {
    let made = DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(dir);
    made.map_err(SnapshotError::file("create", dir))?;
    check_directory(dir)?;
    match DirBuilder::new().mode(FOLDER_MODE).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(SnapshotError::file("create", folder)(error))
        }
        _ => check_folder(folder),
    }
}

/// Refuses a folder that is not ours alone; one that is missing is fine.
pub(super) fn check(dir: &Path, folder: &Path) -> Result<(), SnapshotError> {
    check_directory(dir)?;
    check_folder(folder)
}

/// An operator may well name a data directory by a symbolic link; what it leads to counts. In one
/// with the sticky bit, as fresh disks and `/tmp` have it, nobody but root and we can take our
/// folder away.
fn check_directory(dir: &Path) -> Result<(), SnapshotError> {
    let metadata = fs::metadata(dir);
    let owners = [0, geteuid().as_raw()];
    let is_shared = |it: &Metadata| it.mode() & STICKY != 0 && owners.contains(&it.uid());
    if metadata.as_ref().is_ok_and(is_shared) { Ok(()) } else { is_private(dir, metadata) }
}

fn check_folder(folder: &Path) -> Result<(), SnapshotError> {
    is_private(folder, fs::symlink_metadata(folder))
}

fn is_private(path: &Path, metadata: io::Result<Metadata>) -> Result<(), SnapshotError> {
    let metadata = match metadata {
        Ok(metadata) => metadata,
        // What cannot be looked at is found out when it is used, which says more.
        Err(_) => return Ok(()),
    };
    let refused = |problem: String, remedy: String| {
        Err(SnapshotError::NotPrivate { path: path.to_owned(), problem, remedy })
    };
    if metadata.is_symlink() {
        let problem = "is a symbolic link, which is not followed";
        return refused(problem.to_owned(), "put the folder itself there".to_owned());
    }
    let (owner, we) = (metadata.uid(), geteuid().as_raw());
    if owner != we {
        let who = if we == 0 { "root leaves it to them" } else { "we may not keep data there" };
        let problem = format!("belongs to user {owner}, and {who} (user {we})");
        let remedy = format!(
            "run as that user (sudo -u '#{owner}'), name another data directory, or make it ours \
             with chown -R {we}"
        );
        return refused(problem, remedy);
    }
    if metadata.is_dir() && metadata.mode() & OTHERS_WRITE != 0 {
        let problem = format!("is open to others (mode {:04o})", metadata.mode() & 0o7777);
        let remedy = "take their rights away with chmod 700, or name another data directory";
        return refused(problem, remedy.to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn refusal(dir: &Path, folder: &Path) -> String {
        let error = create(dir, folder).expect_err("a refusal");
        assert_eq!(check(dir, folder).expect_err("a refusal").to_string(), error.to_string());
        error.to_string()
    }

    #[test]
    fn a_folder_that_others_may_write_is_refused_with_the_remedy() {
        let root = tempfile::tempdir().expect("a folder");
        let (dir, folder) = (root.path().join("data"), root.path().join("data/5f1c"));
        create(&dir, &folder).expect("a private folder");
        check(&dir, &folder).expect("a private folder");
        for path in [&folder, &dir] {
            let to = |mode| fs::set_permissions(path, fs::Permissions::from_mode(mode));
            for mode in [0o770, 0o777] {
                to(mode).expect("our own folder");
                let said = refusal(&dir, &folder);
                assert!(said.contains("chmod 700") && said.contains("open to others"), "{said}");
            }
            to(0o755).expect("our own folder");
            check(&dir, &folder).expect("others may look");
        }
        let to = |path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode));
        to(&dir, 0o1777).expect("our own folder");
        check(&dir, &folder).expect("nobody can take ours away");
        to(&folder, 0o1777).expect("our own folder");
        assert!(refusal(&dir, &folder).contains("open to others"));
    }

    #[test]
    fn a_folder_that_is_a_link_is_refused_and_a_data_directory_may_be_one() {
        let root = tempfile::tempdir().expect("a folder");
        let (real, link) = (root.path().join("real"), root.path().join("link"));
        create(&real, &real.join("5f1c")).expect("a private folder");
        symlink(&real, &link).expect("a link");
        check(&link, &link.join("5f1c")).expect("an operator's link");
        symlink(real.join("5f1c"), real.join("other")).expect("a link");
        assert!(refusal(&real, &real.join("other")).contains("symbolic link"));
    }
}

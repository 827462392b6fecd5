//! Small disks, to be full.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A disk in memory, mounted on a folder until it is dropped.
pub(crate) struct Mounted(PathBuf);

impl Mounted {
    /// `None` where we may not mount.
    pub(crate) fn at(folder: &Path, mib: u32) -> Option<Self> {
        let size = format!("size={mib}m");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder);
        let mounted = mount.output().is_ok_and(|it| it.status.success());
        mounted.then(|| Self(folder.to_owned()))
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // What stays mounted the system's end unmounts.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

//! Small disks, to be full.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A disk in memory, mounted on a folder until it is dropped.
pub struct Mounted(PathBuf);

impl Mounted {
    /// A disk of so many KiB; `None` where we may not mount.
    pub fn at(folder: &Path, kib: u64) -> Option<Self> {
        mount(folder, &format!("size={kib}k")).then(|| Self(folder.to_owned()))
    }

    /// Gives it another size.
    pub fn resize(&self, kib: u64) {
        assert!(mount(&self.0, &format!("remount,size={kib}k")), "a disk of another size");
    }
}

fn mount(folder: &Path, options: &str) -> bool {
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder);
    mount.output().is_ok_and(|it| it.status.success())
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // What stays mounted the system's end unmounts.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

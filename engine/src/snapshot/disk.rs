//! The calls that change what lies on the disk, in one place: a test records them and tries what a
//! power cut may leave of them.

#[cfg(test)]
pub(super) mod recorder;

use super::limits::FileLimit;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Only the user that runs us may look.
pub(super) const FILE_MODE: u32 = 0o600;

/// A file being written.
pub(super) struct NewFile {
    file: File,
    path: PathBuf,
    bytes: u64,
    limit: FileLimit,
    #[cfg(test)]
    has_name: bool,
}

impl NewFile {
    /// A new file for this user alone. One of that name is unlinked, never overwritten: somebody
    /// may have it mapped.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        remove(path)?;
        let file = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(path)?;
        #[cfg(test)]
        recorder::note(path, recorder::Call::Create);
        Ok(Self::of(file, path))
    }

    /// A new file that can be read as well and is nowhere to be found: its name is gone at once, and
    /// its space when nobody has it open or mapped any longer.
    pub(super) fn unnamed(path: &Path) -> io::Result<Self> {
        remove(path)?;
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create_new(true).mode(FILE_MODE).open(path)?;
        #[cfg(test)]
        recorder::note(path, recorder::Call::Create);
        remove(path)?;
        Ok(Self {
            #[cfg(test)]
            has_name: false,
            ..Self::of(file, path)
        })
    }

    fn of(file: File, path: &Path) -> Self {
        Self {
            file,
            path: path.to_owned(),
            bytes: 0,
            limit: FileLimit::of_this_process(),
            #[cfg(test)]
            has_name: true,
        }
    }

    /// The file itself.
    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Waits until its bytes are on the disk. Its name is there once its folder is synced.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()?;
        #[cfg(test)]
        recorder::note(&self.path, recorder::Call::Sync);
        Ok(())
    }

    /// Where it lies.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.limit.allows(self.bytes + bytes.len() as u64)?;
        let written = self.file.write(bytes)?;
        self.bytes += written as u64;
        #[cfg(test)]
        if self.has_name {
            recorder::note(&self.path, recorder::Call::Write(bytes[..written].to_owned()));
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Removes a file, where there is one.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        outcome => outcome?,
    }
    #[cfg(test)]
    recorder::note(path, recorder::Call::Remove);
    Ok(())
}

/// Puts a file in the place of another one of its folder.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    #[cfg(test)]
    recorder::note(from, recorder::Call::Rename(to.to_owned()));
    Ok(())
}

/// Waits until all that was created, renamed and removed in `folder` is on the disk. Some file
/// systems know no such thing for folders, and see to it themselves.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {}
        outcome => outcome?,
    }
    #[cfg(test)]
    recorder::note(folder, recorder::Call::SyncFolder);
    Ok(())
}

//! What the system lets this process write.

use rustix::process::{Resource, getrlimit};
use std::io;

/// Bytes that a file may have, by the limit of this process.
#[derive(Debug, Clone, Copy)]
pub(super) struct FileLimit(Option<u64>);

impl FileLimit {
    pub(super) fn of_this_process() -> Self {
        Self(getrlimit(Resource::Fsize).current)
    }

    /// Refuses a file of `bytes` that the system would not let us write. It would not tell so: its
    /// signal (SIGXFSZ) ends the host that we are a library of.
    pub(super) fn allows(self, bytes: u64) -> io::Result<()> {
        match self.0 {
            Some(limit) if bytes > limit => {
                let told = format!(
                    "this process may not write files beyond {limit} bytes (RLIMIT_FSIZE, ulimit -f)"
                );
                Err(io::Error::new(io::ErrorKind::FileTooLarge, told))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_beyond_the_limit_is_refused_and_no_limit_refuses_none() {
        assert!(FileLimit(Some(10)).allows(10).is_ok());
        let refused = FileLimit(Some(10)).allows(11).expect_err("a refusal");
        assert!(refused.to_string().contains("RLIMIT_FSIZE"), "{refused}");
        assert!(FileLimit(None).allows(u64::MAX).is_ok());
    }
}

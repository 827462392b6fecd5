//! The configuration of an engine as text: JSON or TOML, or a file of either.

use super::requests::FromOptions;
use crate::engine::EngineConfig;
use crate::error::EngineError;
use crate::options::{BadConfig, BadOption, OptionValue, Options};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Nobody configures more than that; a file that is larger is some other file.
const FILE_BYTES_MAX: u64 = 1 << 20;

impl EngineConfig {
    /// The configuration that `text` holds: a JSON object where it begins with a brace, which no
    /// TOML does, otherwise TOML.
    ///
    /// # Errors
    /// [`EngineError::Config`], which quotes nothing of the text.
    pub fn from_text(text: &str) -> Result<Self, EngineError> {
        Self::from_options(&read(text).map_err(BadConfig::from)?)
    }

    /// The configuration in the file at `path`, JSON or TOML. A data directory that is not
    /// absolute lies beside the file.
    ///
    /// # Errors
    /// [`EngineError::Config`], which quotes nothing of the file.
    pub fn from_file(path: &Path) -> Result<Self, EngineError> {
        let bad = |problem| BadConfig::File { path: path.to_owned(), problem };
        let text = text_of(path).map_err(|error| bad(error.to_string()))?;
        let mut options = read(&text).map_err(|problem| bad(problem.to_string()))?;
        // A value that is no text is told about by whoever reads it.
        if let Ok(Some(dir)) = options.text("data_dir")
            && !dir.is_empty()
        {
            let beside = path.parent().unwrap_or(Path::new("")).join(dir);
            let beside = beside.into_os_string().into_string();
            let beside =
                beside.map_err(|_| bad("its folder has a name that is not UTF-8".to_owned()))?;
            options.set("data_dir", OptionValue::Text(beside));
        }
        Self::from_options(&options)
    }
}

fn read(text: &str) -> Result<Options, BadOption> {
    if text.trim_start().starts_with('{') {
        Options::from_json(text)
    } else {
        Options::from_toml(text)
    }
}

fn text_of(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let size = File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
    if size as u64 > FILE_BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 1 MiB"));
    }
    Ok(text)
}

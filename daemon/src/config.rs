//! The configuration file: TOML, every key optional.

use crate::failure::Failure;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use std::path::{Path, PathBuf};

/// What a configuration file may say.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Store address, which may hold a password.
    #[serde(default, deserialize_with = "secret")]
    pub(crate) store: Option<SecretString>,
    /// Beside the configuration file, unless the path is absolute.
    pub(crate) password_file: Option<PathBuf>,
    pub(crate) tz: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    pub(crate) now: Option<String>,
    pub(crate) format: Option<String>,
    /// Beside the configuration file, unless the path is absolute.
    pub(crate) data_dir: Option<PathBuf>,
    pub(crate) path: Option<String>,
    #[serde(default, deserialize_with = "number")]
    pub(crate) refresh_interval_ms: Option<String>,
    #[serde(default, deserialize_with = "number")]
    pub(crate) verify_interval_ms: Option<String>,
    #[serde(default, deserialize_with = "number")]
    pub(crate) memory_limit_mb: Option<String>,
    #[serde(default, deserialize_with = "number")]
    pub(crate) read_timeout_ms: Option<String>,
    #[serde(default, deserialize_with = "number")]
    pub(crate) query_timeout_ms: Option<String>,
    #[serde(default, deserialize_with = "number")]
    pub(crate) retention_days: Option<String>,
    #[serde(default, deserialize_with = "number")]
    pub(crate) history_days: Option<String>,
    #[serde(default, deserialize_with = "number")]
    pub(crate) size_limit_mb: Option<String>,
}

impl Config {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// [`Failure::BadConfig`] when it cannot be read or says something else than a [`Config`].
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let bad = |problem| Failure::BadConfig { path: path.to_owned(), problem };
        let text = std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
        let config: Self = toml::from_str(&text).map_err(|error| bad(described(&error, &text)))?;
        let beside = path.parent().unwrap_or(Path::new(""));
        Ok(Self {
            password_file: config.password_file.map(|file| beside.join(file)),
            data_dir: config.data_dir.map(|dir| beside.join(dir)),
            ..config
        })
    }
}

/// The error without the line it quotes, which may hold a password.
fn described(error: &toml::de::Error, text: &str) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    format!("line {line}: {}", error.message().replace('\n', ", "))
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    String::deserialize(deserializer).map(|text| Some(text.into()))
}

/// Numbers are checked where those of options are.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    i64::deserialize(deserializer).map(|number| Some(number.to_string()))
}

/// Unix seconds may be written with and without quotes.
fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "`now` is unix seconds, or RFC 3339 in quotes")]
    enum Written {
        Seconds(i64),
        Text(String),
    }
    Written::deserialize(deserializer).map(|written| match written {
        Written::Seconds(seconds) => Some(seconds.to_string()),
        Written::Text(text) => Some(text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        let error = toml::from_str::<Config>(text).err().expect(text);
        described(&error, text)
    }

    #[test]
    fn moments_may_be_numbers_or_texts() {
        for text in ["now = 5", "now = '5'"] {
            assert_eq!(toml::from_str::<Config>(text).expect(text).now.as_deref(), Some("5"));
        }
        assert!(error("now = true").contains("`now` is unix seconds"));
    }

    #[test]
    fn errors_name_line_and_key_but_never_quote_the_file() {
        let unknown = error("tz = 'UTC'\nstor = 'mysql://ada:hunter2@db/v2r'\n");
        assert!(unknown.starts_with("line 2: unknown field `stor`"), "{unknown}");
        for bad in ["store = mysql://ada:hunter2@db/v2r", "store = ['mysql://ada:hunter2@db/v2r']"]
        {
            assert!(!error(bad).contains("hunter2"), "{}", error(bad));
        }
    }
}

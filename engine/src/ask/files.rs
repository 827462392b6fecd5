//! The files that a configuration names, for hosts that must not let everybody name any.

use crate::cache::CacheConfig;
use crate::engine::EngineConfig;
use crate::store::Location;
use std::path::PathBuf;

/// A file or folder, and the option that names it.
pub type NamedFile = (&'static str, PathBuf);

impl EngineConfig {
    /// Every file and folder that an engine of this configuration opens, and what names it.
    pub fn files(&self) -> Vec<NamedFile> {
        let mut files = match &self.location {
            Location::Sqlite(path) => vec![("store", path.clone())],
            Location::Mysql(mysql) => {
                let named = [&mysql.socket, &mysql.tls_ca].into_iter().flatten();
                named.map(|path| ("store", path.clone())).collect()
            }
        };
        files.extend(self.snapshot.iter().map(|snapshot| ("data_dir", snapshot.dir.clone())));
        files.extend(self.cache.iter().flat_map(CacheConfig::files));
        files
    }
}

impl CacheConfig {
    /// Every file that a cache of this configuration opens, and what names it.
    pub fn files(&self) -> Vec<NamedFile> {
        let files = self.redis.iter().flat_map(|redis| redis.files());
        files.map(|path| ("redis", path)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask::FromOptions;
    use crate::options::{OptionValue, Options};

    #[test]
    fn every_file_of_a_configuration_is_told() {
        let mut options = Options::default();
        for (key, text) in [
            ("store", "mysql://ada@db/v2r?socket=/run/a.sock&tls-ca=/etc/a.pem"),
            ("timezone", "UTC"),
            ("data_dir", "/var/data"),
            ("redis", "rediss://cache?tls-ca=/etc/b.pem"),
        ] {
            options.set(key, OptionValue::Text(text.to_owned()));
        }
        let files = EngineConfig::from_options(&options).expect("a configuration").files();
        let expected = [
            ("store", "/run/a.sock"),
            ("store", "/etc/a.pem"),
            ("data_dir", "/var/data"),
            ("redis", "/etc/b.pem"),
        ];
        assert_eq!(files, expected.map(|(key, path)| (key, PathBuf::from(path))));
        options.set("store", OptionValue::Text("sqlite:///var/usage.db".to_owned()));
        options.set("redis", OptionValue::Text("unix:///run/redis.sock".to_owned()));
        let files = EngineConfig::from_options(&options).expect("a configuration").files();
        let expected =
            [("store", "/var/usage.db"), ("data_dir", "/var/data"), ("redis", "/run/redis.sock")];
        assert_eq!(files, expected.map(|(key, path)| (key, PathBuf::from(path))));
    }
}

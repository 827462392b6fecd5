//! The settings of php.ini.

use ext_php_rs::flags::IniEntryPermission;
use ext_php_rs::zend::{ExecutorGlobals, IniEntryDef, IniEntryDefs};
use std::sync::OnceLock;

/// Only php.ini sets them: a script must not choose where files are written.
static ENTRIES: IniEntryDefs<4> = IniEntryDefs::new([
    IniEntryDef::new(c"traffic_engine.data_dir", c"", IniEntryPermission::System),
    IniEntryDef::new(c"traffic_engine.memory_limit_mb", c"80", IniEntryPermission::System),
    IniEntryDef::new(c"traffic_engine.log", c"", IniEntryPermission::System),
    IniEntryDef::end(),
]);

/// Announces the settings to PHP.
pub(crate) fn register(module: i32) {
    IniEntryDef::register(ENTRIES.as_slice(), module);
}

/// What php.ini says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    /// Data directory, where a configuration names none.
    pub(crate) data_dir: Option<String>,
    /// Memory limit, where a configuration names none; text as it stands there.
    pub(crate) memory_limit_mb: Option<String>,
    /// File that takes the log.
    pub(crate) log: Option<String>,
    /// What PDO takes the host `localhost` for.
    pub(crate) local_socket: Option<String>,
}

/// The settings, which do not change while a process lives.
pub(crate) fn settings() -> &'static Settings {
    static SETTINGS: OnceLock<Settings> = OnceLock::new();
    SETTINGS.get_or_init(|| {
        let mut values = ExecutorGlobals::get().ini_values();
        let mut value = |name: &str| values.remove(name).flatten().filter(|it| !it.is_empty());
        Settings {
            data_dir: value("traffic_engine.data_dir"),
            memory_limit_mb: value("traffic_engine.memory_limit_mb"),
            log: value("traffic_engine.log"),
            local_socket: value("pdo_mysql.default_socket"),
        }
    })
}

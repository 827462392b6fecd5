//! The section of `phpinfo()`.

use crate::{engines, ini};
use ext_php_rs::zend::ModuleEntry;
use ext_php_rs::{info_table_end, info_table_row, info_table_start};

/// Shows version and settings; never an address or a password.
pub(crate) extern "C" fn show(_module: *mut ModuleEntry) {
    let settings = ini::settings();
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "no value".to_owned());
    info_table_start!();
    info_table_row!("Traffic Engine", "enabled");
    info_table_row!("Version", env!("CARGO_PKG_VERSION"));
    info_table_row!("Engines open in this process", engines::count().to_string());
    info_table_row!("traffic_engine.data_dir", shown(&settings.data_dir));
    info_table_row!("traffic_engine.memory_limit_mb", shown(&settings.memory_limit_mb));
    info_table_row!("traffic_engine.log", shown(&settings.log));
    info_table_end!();
}

//! The log that php.ini names: one line for each thing that went wrong.

use crate::ini;
use std::fs::OpenOptions;
use std::sync::{Mutex, Once};
use tracing::Level;

/// Begins to write, once in a process; without a file nothing is written.
pub(crate) fn begin() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        let Some(path) = &ini::settings().log else {
            return;
        };
        // A log that cannot be written must not keep anybody from an answer; PHP's own log has
        // every exception that is not caught.
        if let Ok(file) = OpenOptions::new().create(true).append(true).open(path) {
            tracing_subscriber::fmt()
                .with_ansi(false)
                .with_target(false)
                .with_max_level(Level::INFO)
                .with_writer(Mutex::new(file))
                .init();
        }
    });
}

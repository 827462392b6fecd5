//! Runs the real binary.

use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The moment at which all tests ask: 2025-08-20 15:04:05 in Shanghai.
pub(crate) const NOW: &str = "1755673445";
pub(crate) const ZONE: &str = "Asia/Shanghai";

/// The binary, without any setting of the person who runs the tests.
pub(crate) fn bare() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_traffic-engine"));
    for (name, _) in std::env::vars_os() {
        let is_ours = name.to_string_lossy().starts_with("TRAFFIC_ENGINE_");
        if is_ours || name == "MYSQL_PWD" || name == "TZ" {
            command.env_remove(name);
        }
    }
    command
}

/// The binary on a store, at [`NOW`] in [`ZONE`].
pub(crate) fn on(store: &str) -> Command {
    let mut command = bare();
    command.args(["--store", store, "--now", NOW, "--tz", ZONE]);
    command
}

/// [`NOW`] as the library that gives programs another time of day takes it.
const NOW_IN_UTC: &str = "2025-08-20 07:04:05";

/// The binary on a store whose snapshot lies in `dir`. Its machine's clock stands at [`NOW`], for a
/// question as of another moment than the clock's would not write there; and since that clock does
/// not move, every question looks for news.
pub(crate) fn kept(store: &str, dir: &Path) -> Command {
    let mut command = bare();
    command.args(["--store", store, "--tz", ZONE]).arg("--data-dir").arg(dir);
    command.env("TRAFFIC_ENGINE_REFRESH_INTERVAL_MS", "0");
    at(&mut command, NOW_IN_UTC);
    command
}

/// Sets the clock of a command to a moment in UTC, at which it stands still.
pub(crate) fn at<'a>(command: &'a mut Command, moment: &str) -> &'a mut Command {
    command
        .env("LD_PRELOAD", clock_library())
        .env("FAKETIME", moment)
        // Waiting takes the time it takes.
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .env("TZ", "UTC")
}

/// The library that sets the clock of programs.
fn clock_library() -> PathBuf {
    const FOLDERS: [&str; 5] = [
        "/usr/lib/x86_64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu",
        "/usr/lib64",
        "/usr/lib",
        "/usr/local/lib",
    ];
    let library = |folder| Path::new(folder).join("faketime/libfaketime.so.1");
    let found = FOLDERS.into_iter().map(library).find(|library| library.exists());
    found.expect("libfaketime; run: scripts/setup test")
}

/// What a run printed, and how it ended.
#[derive(Debug, Clone)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) fn run(command: &mut Command) -> Ran {
    let Output { status, stdout, stderr } = command.output().expect("the binary starts");
    Ran {
        status: status.code().expect("an exit status"),
        stdout: String::from_utf8(stdout).expect("output is UTF-8"),
        stderr: String::from_utf8(stderr).expect("errors are UTF-8"),
    }
}

/// What a run that must succeed printed.
pub(crate) fn answer(command: &mut Command) -> String {
    let ran = run(command);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{command:?}");
    ran.stdout
}

/// The answer of `line` (words between blanks) on `store` in JSON.
pub(crate) fn json(store: &str, line: &str) -> Value {
    let text = answer(on(store).args(["--format", "json"]).args(line.split_whitespace()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{line}: {error}: {text}"))
}

/// Writes a file into a folder and gives its path.
pub(crate) fn file(folder: &Path, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a writable folder");
    path.to_str().expect("a UTF-8 path").to_owned()
}

/// The keys of an object, in order.
pub(crate) fn keys(value: &Value) -> Vec<&str> {
    let object = value.as_object().unwrap_or_else(|| panic!("no object: {value}"));
    object.keys().map(String::as_str).collect()
}

/// A shell's words.
pub(crate) fn words(line: &str) -> impl Iterator<Item = &OsStr> {
    line.split_whitespace().map(OsStr::new)
}

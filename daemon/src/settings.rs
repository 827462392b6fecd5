//! What the global options, the environment and the configuration file say, in that order.

mod snapshot;

pub(crate) use snapshot::Answering;

use crate::config::Config;
use crate::failure::Failure;
use crate::moment::Moment;
use crate::output::{Format, printable};
use crate::secrets;
use clap::ArgMatches;
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::parser::ValueSource;
use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};
use snapshot::SnapshotOptions;
use std::convert::Infallible;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use traffic_engine::{Clock, EngineError, FixedClock, Location, SystemClock};

/// Options that every command takes, before or after its name.
#[derive(clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalOptions {
    /// Where the usage rows are: mysql://user@host:3306/database or sqlite://path
    ///
    /// mysql:// takes ?tls=off|required|verify-ca|verify-identity, tls-ca=FILE, socket=PATH and
    /// trusted-network=yes, which lets a server of another machine ask for the password without TLS. A
    /// password in the address is taken out of the process title at once; better give it by
    /// --password-file, TRAFFIC_ENGINE_STORE_PASSWORD or MYSQL_PWD.
    #[arg(long, global = true, value_name = "URL", value_parser = secret)]
    #[arg(env = "TRAFFIC_ENGINE_STORE", hide_env_values = true)]
    store: Option<SecretString>,
    /// TOML file that sets these options by name, with _ for -
    ///
    /// It takes store, password_file, tz, now and format, and of the snapshot data_dir, path,
    /// refresh_interval_ms, verify_interval_ms, memory_limit_mb, retention_days, history_days and
    /// size_limit_mb, and of time read_timeout_ms and query_timeout_ms.
    /// A relative password_file or data_dir lies beside it. An option wins over its environment
    /// variable, and that over the file.
    #[arg(long, global = true, value_name = "FILE", value_parser = path())]
    #[arg(env = "TRAFFIC_ENGINE_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,
    /// File that holds the password of the store, and nothing else
    #[arg(long, global = true, value_name = "FILE", value_parser = path())]
    #[arg(env = "TRAFFIC_ENGINE_PASSWORD_FILE", hide_env_values = true)]
    password_file: Option<PathBuf>,
    /// Zone in which days and hours are cut, such as Asia/Shanghai [default: the system's]
    #[arg(long, global = true, value_name = "ZONE")]
    #[arg(env = "TRAFFIC_ENGINE_TZ", hide_env_values = true)]
    tz: Option<String>,
    /// Answer as of this moment: unix seconds or RFC 3339 [default: now]
    ///
    /// The snapshot is not written then: it answers while the database is as it says, else the
    /// database does.
    #[arg(long, global = true, value_name = "TIME", allow_negative_numbers = true)]
    #[arg(env = "TRAFFIC_ENGINE_NOW", hide_env_values = true)]
    now: Option<String>,
    /// table for people, json or csv for programs [default: table]
    #[arg(long, global = true, value_name = "table|json|csv")]
    #[arg(env = "TRAFFIC_ENGINE_FORMAT", hide_env_values = true)]
    format: Option<String>,
    #[command(flatten)]
    snapshot: SnapshotOptions,
}

fn secret(text: &str) -> Result<SecretString, Infallible> {
    Ok(text.into())
}

/// Any path; unlike the usual parser also the empty one, for variables that say nothing.
fn path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}

/// Who said it; later ones win.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    File,
    Environment,
    Option,
}

/// What a command works with.
pub(crate) struct Settings {
    /// Where the usage rows are, with the password.
    pub(crate) location: Option<Location>,
    pub(crate) zone: TimeZone,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) format: Format,
    pub(crate) answering: Answering,
}

impl Settings {
    /// Gathers the settings; `matches` tell which options were given and which are variables.
    ///
    /// # Errors
    /// A [`Failure`] that names the setting at fault.
    pub(crate) fn gather(options: GlobalOptions, matches: &ArgMatches) -> Result<Self, Failure> {
        let GlobalOptions { store, config, password_file, tz, now, format, snapshot } = options;
        let config_file = config.filter(|path| !path.as_os_str().is_empty());
        let mut config = config_file.as_deref().map(Config::read).transpose()?.unwrap_or_default();
        let choose = Choice { matches };
        let store = choose.between("store", store, config.store.take());
        let password_file =
            choose.between("password_file", password_file, config.password_file.take());
        let format = choose.between("format", format, config.format.take());
        let now = choose.between("now", now, config.now.take());
        let as_of_another_moment = now.is_some();
        Ok(Self {
            location: store.map(|store| location(store, password_file, config_file)).transpose()?,
            zone: zone(choose.between("tz", tz, config.tz.take()))?,
            clock: clock(now)?,
            format: format.map_or(Ok(Format::Table), |(format, _)| format.parse())?,
            answering: snapshot.gather(config, &choose, as_of_another_moment)?,
        })
    }
}

/// Chooses between what was given and what the configuration file says.
struct Choice<'a> {
    matches: &'a ArgMatches,
}

impl Choice<'_> {
    fn between<T: Setting>(
        &self,
        name: &str,
        given: Option<T>,
        configured: Option<T>,
    ) -> Option<(T, Source)> {
        let source = match self.matches.value_source(name) {
            Some(ValueSource::CommandLine) => Source::Option,
            _ => Source::Environment,
        };
        // An empty variable is how many programs say that it is not set.
        let given = given.filter(|value| source == Source::Option || !value.is_empty());
        let configured = configured.map(|value| (value, Source::File));
        given.map(|value| (value, source)).or(configured)
    }
}

/// A value that says nothing when it is empty.
trait Setting {
    fn is_empty(&self) -> bool;
}

impl Setting for String {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

impl Setting for SecretString {
    fn is_empty(&self) -> bool {
        self.expose_secret().is_empty()
    }
}

impl Setting for PathBuf {
    fn is_empty(&self) -> bool {
        self.as_os_str().is_empty()
    }
}

/// The store's location with its password. The password beside the address counts as part of it;
/// a password file wins only where it was given closer to the user than the address.
fn location(
    (address, said_by): (SecretString, Source),
    password_file: Option<(PathBuf, Source)>,
    config_file: Option<PathBuf>,
) -> Result<Location, Failure> {
    let location = Location::parse(address.expose_secret()).map_err(EngineError::from)?;
    let mut mysql = match location {
        Location::Mysql(mysql) => mysql,
        // A snapshot outlives the folder we happen to be in.
        Location::Sqlite(path) => {
            return Ok(Location::Sqlite(std::path::absolute(&path).unwrap_or(path)));
        }
    };
    if said_by == Source::File && mysql.password.is_some() {
        warn_when_open(config_file.as_deref());
    }
    let own = mysql.password.take().or_else(|| secrets::from_environment(secrets::HANDED_OVER));
    let file_is_closer = password_file.as_ref().is_some_and(|(_, by)| *by > said_by);
    mysql.password = match (own, password_file) {
        (Some(own), _) if !file_is_closer => Some(own),
        (_, Some((file, _))) => Some(password_in(&file)?),
        (_, None) => secrets::from_environment("MYSQL_PWD"),
    };
    Ok(Location::Mysql(mysql))
}

fn password_in(file: &Path) -> Result<SecretString, Failure> {
    let password = secrets::from_file(file)?;
    warn_when_open(Some(file));
    Ok(password)
}

fn warn_when_open(file: Option<&Path>) {
    let Some(file) = file.filter(|file| secrets::is_open_to_others(file)) else {
        return;
    };
    let warning = format!(
        "every user of this machine can read the password in {0}; run: chmod 600 {0}",
        file.display()
    );
    // The answer does not depend on whether the warning can be read.
    let _ = writeln!(std::io::stderr(), "warning: {}", printable(&warning));
}

fn zone(name: Option<(String, Source)>) -> Result<TimeZone, Failure> {
    match name {
        Some((zone, _)) => TimeZone::get(&zone).map_err(|_| Failure::UnknownZone { zone }),
        None => system_zone(),
    }
}

/// The zone of this system; one that names none keeps UTC, as all its programs assume.
fn system_zone() -> Result<TimeZone, Failure> {
    match (TimeZone::try_system(), std::env::var("TZ")) {
        (Ok(zone), _) => Ok(zone),
        (Err(_), Ok(zone)) if !zone.is_empty() => Err(Failure::UnknownZone { zone }),
        (Err(_), _) => Ok(TimeZone::UTC),
    }
}

fn clock(now: Option<(String, Source)>) -> Result<Arc<dyn Clock>, Failure> {
    let Some((now, _)) = now else {
        return Ok(Arc::new(SystemClock));
    };
    let Moment(now) = now.parse().map_err(Failure::BadNow)?;
    Ok(Arc::new(FixedClock(now)))
}

//! The configuration array of an engine, and what php.ini and PHP itself say where it is silent.

use crate::exceptions::Failure;
use crate::{ini, options};
use ext_php_rs::types::{ZendCallable, ZendHashTable};
use traffic_engine::{BadConfig, BadOption, EngineError, OptionValue, Options};

/// The options an engine is opened with; equal ones share an engine.
///
/// # Errors
/// [`BadConfig`] names the key at fault, and no error repeats a password.
pub(crate) fn read(table: &ZendHashTable) -> Result<Options, Failure> {
    let mut options =
        options::read(Some(table)).map_err(BadConfig::from).map_err(EngineError::from)?;
    let settings = ini::settings();
    if let Some(folder) = &settings.data_dir {
        options.set_default("data_dir", OptionValue::Text(folder.clone()));
    }
    if let Some(socket) = &settings.local_socket {
        options.set("local_socket", OptionValue::Text(socket.clone()));
    }
    if let Some(limit) = &settings.memory_limit_mb
        && !options.has("memory_limit_mb")
    {
        options.set("memory_limit_mb", ini_number("memory_limit_mb", limit)?);
    }
    if !options.has("timezone") {
        options.set("timezone", OptionValue::Text(default_zone()?));
    }
    // A worker that answers should not wait for what can be done beside.
    options.set_default("background", OptionValue::Bool(true));
    Ok(options)
}

fn ini_number(name: &str, text: &str) -> Result<OptionValue, Failure> {
    text.parse().map(OptionValue::Int).map_err(|_| {
        let (key, problem) = (format!("traffic_engine.{name}"), format!("is {text:?} in php.ini"));
        let problem = BadOption::Kind { key, problem, wanted: "a whole number" };
        EngineError::from(BadConfig::from(problem)).into()
    })
}

/// The zone that PHP's own dates are in.
fn default_zone() -> Result<String, Failure> {
    let ask = ZendCallable::try_from_name("date_default_timezone_get")?;
    let zone = ask.try_call(Vec::new())?;
    zone.string().ok_or_else(|| Failure::Internal("PHP has no default time zone".to_owned()))
}

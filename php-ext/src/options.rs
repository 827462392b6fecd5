//! Options arrays, and the texts beside them: what PHP code passes.

use crate::exceptions::Failure;
use ext_php_rs::types::{ZendHashTable, Zval};
use traffic_engine::{BadOption, OptionValue, Options};

/// The options of `table`; none without one.
///
/// # Errors
/// [`BadOption`] for a name that is not UTF-8, and a value of a kind that no option takes.
pub(crate) fn read(table: Option<&ZendHashTable>) -> Result<Options, BadOption> {
    let mut options = Options::default();
    for (key, value) in table.into_iter().flat_map(pairs) {
        let key = name(&key)?;
        let value = value_of(&key, value.dereference())?;
        options.set(key, value);
    }
    Ok(options)
}

/// The text of the argument `name` of a method.
///
/// # Errors
/// [`BadOption::ArgumentNotUtf8`].
pub(crate) fn argument<'a>(name: &'static str, bytes: &'a [u8]) -> Result<&'a str, BadOption> {
    str::from_utf8(bytes).map_err(|_| BadOption::ArgumentNotUtf8 { name })
}

/// What an array holds, by keys as PHP has them: the iterator of the binding makes them UTF-8, and
/// panics where they are not.
fn pairs(table: &ZendHashTable) -> impl Iterator<Item = (Zval, &Zval)> {
    let mut rest = table.iter();
    std::iter::from_fn(move || rest.next_zval())
}

/// The name of an option; one without a name has its number.
fn name(key: &Zval) -> Result<String, BadOption> {
    match key.zend_str() {
        None => Ok(key.long().unwrap_or_default().to_string()),
        Some(text) => str::from_utf8(text.as_bytes()).map(str::to_owned).map_err(|_| {
            let name = String::from_utf8_lossy(text.as_bytes()).into_owned();
            BadOption::NameNotUtf8 { name }
        }),
    }
}

fn value_of(key: &str, value: &Zval) -> Result<Option<OptionValue>, BadOption> {
    if value.is_null() {
        return Ok(None);
    }
    if let Some(number) = value.long() {
        return Ok(Some(OptionValue::Int(number)));
    }
    if let Some(on) = value.bool() {
        return Ok(Some(OptionValue::Bool(on)));
    }
    if let Some(list) = value.array() {
        // Whatever its keys are.
        let values = pairs(list).map(|(_, value)| text(key, value.dereference()));
        return Ok(Some(OptionValue::Texts(values.collect::<Result<_, _>>()?)));
    }
    text(key, value).map(|text| Some(OptionValue::Text(text)))
}

fn text(key: &str, value: &Zval) -> Result<String, BadOption> {
    match value.zend_str().map(|text| str::from_utf8(text.as_bytes())) {
        Some(Ok(text)) => Ok(text.to_owned()),
        Some(Err(_)) => Err(BadOption::NotUtf8 { key: key.to_owned() }),
        None => Err(BadOption::NoKind { key: key.to_owned() }),
    }
}

impl From<BadOption> for Failure {
    fn from(problem: BadOption) -> Self {
        Self::Engine(problem.into())
    }
}

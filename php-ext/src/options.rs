//! Options arrays: what PHP code passes.

use crate::exceptions::Failure;
use ext_php_rs::types::{ArrayKey, ZendHashTable, Zval};
use traffic_engine::{BadOption, OptionValue, Options};

/// The options of `table`; none without one.
///
/// # Errors
/// [`BadOption`] for a value of a kind that no option takes.
pub(crate) fn read(table: Option<&ZendHashTable>) -> Result<Options, BadOption> {
    let mut options = Options::default();
    for (key, value) in table.into_iter().flat_map(ZendHashTable::iter) {
        let key = text_of(&key);
        let value = value_of(&key, value.dereference())?;
        options.set(key, value);
    }
    Ok(options)
}

fn text_of(key: &ArrayKey<'_>) -> String {
    match key {
        ArrayKey::Long(number) => number.to_string(),
        ArrayKey::String(text) => text.clone(),
        ArrayKey::Str(text) => (*text).to_owned(),
        ArrayKey::ZendString(text) => String::from_utf8_lossy(text.as_bytes()).into_owned(),
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
        let texts = list.values().map(|value| text(key, value.dereference()));
        return Ok(Some(OptionValue::Texts(texts.collect::<Result<_, _>>()?)));
    }
    text(key, value).map(|text| Some(OptionValue::Text(text)))
}

fn text(key: &str, value: &Zval) -> Result<String, BadOption> {
    match value.zend_str().map(|text| text.as_str()) {
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

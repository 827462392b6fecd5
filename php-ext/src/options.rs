//! Options arrays: what PHP code passes, checked key by key.

use crate::exceptions::Failure;
use ext_php_rs::types::{ArrayKey, ZendHashTable, Zval};
use std::collections::BTreeMap;

/// A value PHP code may pass.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Int(i64),
    Bool(bool),
    Text(String),
}

/// Options by key; those that are null count as not given.
#[derive(Debug, Default)]
pub(crate) struct Options(BTreeMap<String, Value>);

impl Options {
    /// The options of `table`, whose keys must be among `known`.
    ///
    /// # Errors
    /// What is wrong with a key or a value, in words.
    pub(crate) fn read(table: Option<&ZendHashTable>, known: &[&str]) -> Result<Self, String> {
        let mut options = BTreeMap::new();
        for (key, value) in table.into_iter().flat_map(ZendHashTable::iter) {
            let key = text_of(&key);
            if !known.contains(&key.as_str()) {
                return Err(unknown(&key, known));
            }
            if let Some(value) = value_of(&key, value.dereference())? {
                options.insert(key, value);
            }
        }
        Ok(Self(options))
    }

    /// A text; numbers are taken as their digits.
    pub(crate) fn text(&self, key: &str) -> Result<Option<String>, String> {
        match self.0.get(key) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text.clone())),
            Some(Value::Int(number)) => Ok(Some(number.to_string())),
            Some(Value::Bool(_)) => Err(format!("option {key:?} is a bool; give a text")),
        }
    }

    /// A whole number; texts of digits are taken as theirs.
    pub(crate) fn int(&self, key: &str) -> Result<Option<i64>, String> {
        match self.0.get(key) {
            None => Ok(None),
            Some(Value::Int(number)) => Ok(Some(*number)),
            Some(Value::Text(text)) => text
                .parse()
                .map(Some)
                .map_err(|_| format!("option {key:?} is {text:?}; give a whole number")),
            Some(Value::Bool(_)) => Err(format!("option {key:?} is a bool; give a whole number")),
        }
    }

    /// A switch.
    pub(crate) fn switch(&self, key: &str) -> Result<Option<bool>, String> {
        match self.0.get(key) {
            None => Ok(None),
            Some(Value::Bool(on)) => Ok(Some(*on)),
            Some(_) => Err(format!("option {key:?} is no bool; give true or false")),
        }
    }
}

fn unknown(key: &str, known: &[&str]) -> String {
    match known.join(", ").as_str() {
        "" => format!("unknown option {key:?}; there are none here"),
        known => format!("unknown option {key:?}; use one of: {known}"),
    }
}

fn text_of(key: &ArrayKey<'_>) -> String {
    match key {
        ArrayKey::Long(number) => number.to_string(),
        ArrayKey::String(text) => text.clone(),
        ArrayKey::Str(text) => (*text).to_owned(),
        ArrayKey::ZendString(text) => String::from_utf8_lossy(text.as_bytes()).into_owned(),
    }
}

fn value_of(key: &str, value: &Zval) -> Result<Option<Value>, String> {
    if value.is_null() {
        return Ok(None);
    }
    if let Some(number) = value.long() {
        return Ok(Some(Value::Int(number)));
    }
    if let Some(on) = value.bool() {
        return Ok(Some(Value::Bool(on)));
    }
    match value.zend_str().map(|text| text.as_str()) {
        Some(Ok(text)) => Ok(Some(Value::Text(text.to_owned()))),
        Some(Err(_)) => Err(format!("option {key:?} is not valid UTF-8")),
        None => Err(format!("option {key:?} is neither a text, a number, a bool nor null")),
    }
}

impl From<String> for Failure {
    fn from(problem: String) -> Self {
        Self::Options(problem)
    }
}

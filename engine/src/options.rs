//! What hosts give by key, checked when it is read, and what can be wrong with it.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use thiserror::Error;

/// A value that an option may have.
#[derive(Clone, PartialEq, Eq)]
pub enum OptionValue {
    /// A whole number.
    Int(i64),
    /// A switch.
    Bool(bool),
    /// A text.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
}

/// Options by key. One that is null is not given, but its key must be known.
#[derive(Clone, Default)]
pub struct Options(BTreeMap<String, Option<OptionValue>>);

/// What is not given makes no difference.
impl PartialEq for Options {
    fn eq(&self, other: &Self) -> bool {
        self.given().eq(other.given())
    }
}

impl Eq for Options {}

/// Values stay out: one may be a password.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// An option that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadOption {
    /// A key that nothing is known by here.
    #[error("unknown option {key:?}; {}", use_one_of(.known))]
    Unknown {
        /// The key.
        key: String,
        /// Those that are known.
        known: Vec<&'static str>,
    },
    /// An option without which there is no question.
    #[error("option {key:?} is missing; give {wanted}")]
    Missing {
        /// Its key.
        key: &'static str,
        /// What it must be.
        wanted: &'static str,
    },
    /// A value of another kind than its option takes.
    #[error("option {key:?} {problem}; give {wanted}")]
    Kind {
        /// The key.
        key: String,
        /// What it is.
        problem: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// A bound of a period without its other end, or a word that needs bounds without them.
    #[error("{given} is given without {missing}; a period has both ends, so add {missing}")]
    HalfPeriod {
        /// What is given, as the host calls it.
        given: String,
        /// What is missing, as the host calls it.
        missing: String,
    },
    /// Parts that name two periods, so that an answer about either may be about the wrong one.
    #[error("{one} is one period, {other} another; give one of the two")]
    TwoPeriods {
        /// One of them, as the host calls it.
        one: String,
        /// The other, as the host calls it.
        other: String,
    },
    /// A value of a kind that no option takes.
    #[error("option {key:?} is neither a text, a number, a bool, a list of texts nor null")]
    NoKind {
        /// The key.
        key: String,
    },
    /// A text that is not UTF-8.
    #[error("option {key:?} is not valid UTF-8")]
    NotUtf8 {
        /// The key.
        key: String,
    },
    /// The name of an option that is not UTF-8.
    #[error("the name of option {name:?} is not valid UTF-8")]
    NameNotUtf8 {
        /// It, with replacement characters for what is wrong.
        name: String,
    },
    /// An argument beside the options that is not UTF-8.
    #[error("argument {name:?} is not valid UTF-8")]
    ArgumentNotUtf8 {
        /// Its name.
        name: &'static str,
    },
    /// A text that should hold options and does not.
    #[error("the options are no JSON object: {problem}")]
    NotJson {
        /// What the parser says, without the text.
        problem: String,
    },
    /// A text that should hold options as TOML and does not.
    #[error("the options are no TOML: {problem}")]
    NotToml {
        /// What the parser says, without the text.
        problem: String,
    },
}

/// A configuration that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadConfig {
    /// An option of it.
    #[error(transparent)]
    Option(#[from] BadOption),
    /// A zone that nobody knows.
    #[error("unknown time zone {zone:?}; use a name such as Asia/Shanghai")]
    Zone {
        /// Its name.
        zone: String,
    },
    /// A file that the host does not let a configuration name.
    #[error(
        "option {option:?} names {}, which is outside of open_basedir ({allowed}); name a path below it",
        .path.display()
    )]
    Outside {
        /// The option.
        option: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the host allows, as it stands in its setting.
        allowed: String,
    },
    /// A configuration file that cannot be read.
    #[error("configuration file {}: {problem}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        problem: String,
    },
}

/// A question that nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown question {name:?}; {}", use_one_of(.known))]
pub struct UnknownQuestion {
    /// Its name.
    pub name: String,
    /// The names of all questions.
    pub known: &'static [&'static str],
}

/// An index that is not there, or that is the business of others.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no index {name:?} is ours to drop; {}", use_one_of_names(.known))]
pub struct UnknownIndex {
    /// Its name.
    pub name: String,
    /// Those that may be dropped.
    pub known: Vec<String>,
}

fn use_one_of_names(known: &[String]) -> String {
    use_one_of(&known.iter().map(String::as_str).collect::<Vec<_>>())
}

fn use_one_of(known: &[&str]) -> String {
    match known {
        [] => "there are none here".to_owned(),
        known => format!("use one of: {}", known.join(", ")),
    }
}

impl Options {
    /// The options of a JSON object; an empty text holds none.
    ///
    /// # Errors
    /// [`BadOption::NotJson`], or [`BadOption::NoKind`] for a value that is an object, a list of
    /// other things than texts, or not a whole number.
    pub fn from_json(text: &str) -> Result<Self, BadOption> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let table: BTreeMap<String, Value> = serde_json::from_str(text).map_err(not_json)?;
        let mut options = Self::default();
        for (key, value) in table {
            let value = match value {
                Value::Null => None,
                Value::Bool(on) => Some(OptionValue::Bool(on)),
                Value::String(text) => Some(OptionValue::Text(text)),
                Value::Number(number) => match number.as_i64() {
                    Some(number) => Some(OptionValue::Int(number)),
                    None => return Err(BadOption::NoKind { key }),
                },
                Value::Array(list) => match texts(list) {
                    Some(texts) => Some(OptionValue::Texts(texts)),
                    None => return Err(BadOption::NoKind { key }),
                },
                Value::Object(_) => return Err(BadOption::NoKind { key }),
            };
            options.set(key, value);
        }
        Ok(options)
    }

    /// The options of a TOML table; an empty text holds none.
    ///
    /// # Errors
    /// [`BadOption::NotToml`], or [`BadOption::NoKind`] for a value that is a list, a table, a time
    /// or not a whole number.
    pub fn from_toml(text: &str) -> Result<Self, BadOption> {
        let table: toml::Table = toml::from_str(text).map_err(|error| not_toml(&error, text))?;
        let mut options = Self::default();
        for (key, value) in table {
            let value = match value {
                toml::Value::Boolean(on) => OptionValue::Bool(on),
                toml::Value::String(text) => OptionValue::Text(text),
                toml::Value::Integer(number) => OptionValue::Int(number),
                toml::Value::Float(_)
                | toml::Value::Datetime(_)
                | toml::Value::Array(_)
                | toml::Value::Table(_) => return Err(BadOption::NoKind { key }),
            };
            options.set(key, value);
        }
        Ok(options)
    }

    /// Gives an option its value, which may be none.
    pub fn set(&mut self, key: impl Into<String>, value: impl Into<Option<OptionValue>>) {
        self.0.insert(key.into(), value.into());
    }

    /// Gives an option a value where it has none yet.
    pub fn set_default(&mut self, key: &str, value: OptionValue) {
        self.0.entry(key.to_owned()).or_default().get_or_insert(value);
    }

    /// True when the option is given.
    pub fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// The options that are given, by their keys in order.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&String, &OptionValue)> {
        self.0.iter().filter_map(|(key, value)| Some((key, value.as_ref()?)))
    }

    fn value(&self, key: &str) -> Option<&OptionValue> {
        self.0.get(key)?.as_ref()
    }

    /// Refuses all keys but those that are known.
    ///
    /// # Errors
    /// [`BadOption::Unknown`].
    pub(crate) fn only(&self, known: &[&[&'static str]]) -> Result<(), BadOption> {
        let known = known.concat();
        match self.0.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(BadOption::Unknown { key: key.clone(), known }),
            None => Ok(()),
        }
    }

    /// A text; numbers are taken as their digits.
    pub(crate) fn text(&self, key: &str) -> Result<Option<String>, BadOption> {
        match self.value(key) {
            None => Ok(None),
            Some(OptionValue::Text(text)) => Ok(Some(text.clone())),
            Some(OptionValue::Int(number)) => Ok(Some(number.to_string())),
            Some(OptionValue::Bool(_)) => Err(kind(key, "is a bool", "a text")),
            Some(OptionValue::Texts(_)) => Err(kind(key, "is a list", "a text")),
        }
    }

    /// Texts; one alone is a list of one.
    pub(crate) fn texts(&self, key: &str) -> Result<Option<Vec<String>>, BadOption> {
        match self.value(key) {
            None => Ok(None),
            Some(OptionValue::Texts(texts)) => Ok(Some(texts.clone())),
            Some(OptionValue::Text(text)) => Ok(Some(vec![text.clone()])),
            Some(_) => Err(kind(key, "is no list", "a list of texts")),
        }
    }

    /// A whole number; texts of digits are taken as theirs.
    pub(crate) fn int(&self, key: &str) -> Result<Option<i64>, BadOption> {
        const WANTED: &str = "a whole number";
        match self.value(key) {
            None => Ok(None),
            Some(OptionValue::Int(number)) => Ok(Some(*number)),
            Some(OptionValue::Text(text)) => match text.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(kind(key, &format!("is {text:?}"), WANTED)),
            },
            Some(OptionValue::Bool(_)) => Err(kind(key, "is a bool", WANTED)),
            Some(OptionValue::Texts(_)) => Err(kind(key, "is a list", WANTED)),
        }
    }

    /// A whole number that is not negative.
    pub(crate) fn count(&self, key: &str) -> Result<Option<u64>, BadOption> {
        let negative =
            |it: i64| u64::try_from(it).map_err(|_| kind(key, &format!("is {it}"), "0 or more"));
        self.int(key)?.map(negative).transpose()
    }

    /// A switch.
    pub(crate) fn switch(&self, key: &str) -> Result<Option<bool>, BadOption> {
        match self.value(key) {
            None => Ok(None),
            Some(OptionValue::Bool(on)) => Ok(Some(*on)),
            Some(_) => Err(kind(key, "is no bool", "true or false")),
        }
    }

    /// A whole number without which there is no question.
    pub(crate) fn required(&self, key: &'static str) -> Result<i64, BadOption> {
        self.int(key)?.ok_or(BadOption::Missing { key, wanted: "a whole number" })
    }
}

fn kind(key: &str, problem: &str, wanted: &'static str) -> BadOption {
    BadOption::Kind { key: key.to_owned(), problem: problem.to_owned(), wanted }
}

/// The texts of a list that holds nothing else.
fn texts(list: Vec<Value>) -> Option<Vec<String>> {
    let text = |value| match value {
        Value::String(text) => Some(text),
        _ => None,
    };
    list.into_iter().map(text).collect()
}

/// Where it stopped and why, without what stands there.
fn not_json(error: serde_json::Error) -> BadOption {
    let kind = if error.is_eof() { "it ends too early" } else { "it is not understood" };
    let problem = format!("{kind} at line {}, column {}", error.line(), error.column());
    BadOption::NotJson { problem }
}

/// As [`not_json`]; what the parser says may quote the text, where it stands does not.
fn not_toml(error: &toml::de::Error, text: &str) -> BadOption {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|&char| char != '\n').count() + 1;
    BadOption::NotToml { problem: format!("it is not understood at line {line}, column {column}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_gives_the_options_that_are_not_null() {
        let text = r#"{"a": 1, "b": null, "c": "x", "d": true}"#;
        let options = Options::from_json(text).expect("options");
        let has = ["a", "b", "c", "d"].map(|key| options.has(key));
        assert_eq!(has, [true, false, true, true]);
        assert_eq!(options.int("a"), Ok(Some(1)));
        assert_eq!(options.text("c"), Ok(Some("x".to_owned())));
        assert_eq!(options.switch("d"), Ok(Some(true)));
        assert_eq!(Options::from_json("  "), Ok(Options::default()));
    }

    #[test]
    fn a_list_of_texts_is_no_text_and_a_text_is_a_list_of_one() {
        let options = Options::from_json(r#"{"a": ["x", "y"], "b": "z"}"#).expect("options");
        assert_eq!(options.texts("a"), Ok(Some(vec!["x".to_owned(), "y".to_owned()])));
        assert_eq!(options.texts("b"), Ok(Some(vec!["z".to_owned()])));
        assert_eq!(options.texts("c"), Ok(None));
        assert!(options.text("a").is_err() && options.int("a").is_err());
        assert!(options.switch("a").is_err());
    }

    #[test]
    fn what_is_no_option_is_refused_without_being_repeated() {
        for (text, says) in [
            (r#"{"a": [1]}"#, "neither a text"),
            (r#"{"a": 1.5}"#, "neither a text"),
            (r#"{"a": 9223372036854775808}"#, "neither a text"),
            ("[1]", "not understood"),
            (r#"{"password": "hunter2"#, "ends too early"),
            (r#"{"password": "hunter2" x}"#, "not understood"),
        ] {
            let error = Options::from_json(text).expect_err(text).to_string();
            assert!(error.contains(says) && !error.contains("hunter2"), "{text}: {error}");
        }
    }

    #[test]
    fn toml_gives_the_options_of_its_table() {
        let options = Options::from_toml("a = 1\nc = 'x' # why\nd = true\n").expect("options");
        assert_eq!(options, Options::from_json(r#"{"a":1,"c":"x","d":true}"#).expect("options"));
        assert_eq!(Options::from_toml(""), Ok(Options::default()));
        for (text, says) in [
            ("a = [1]", "neither a text"),
            ("a = 1.5", "neither a text"),
            ("a = 2026-01-01", "neither a text"),
            ("[a]\nb = 1", "neither a text"),
            ("a = 1\na = 2", "line 2, column 1"),
            ("store = mysql://ada:hunter2@db", "line 1, column 9"),
            ("password = 'hunter2", "not understood at line 1"),
        ] {
            let error = Options::from_toml(text).expect_err(text).to_string();
            assert!(error.contains(says) && !error.contains("hunter2"), "{text}: {error}");
        }
    }

    #[test]
    fn values_are_not_shown() {
        let mut options = Options::default();
        options.set("password", OptionValue::Text("hunter2".to_owned()));
        assert_eq!(format!("{options:?}"), r#"{"password"}"#);
    }
}

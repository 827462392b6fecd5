//! JSON with exact integers of any size and keys in their order.
//!
//! `serde_json::Value` has both only through features that would reach the program under test too.

use std::fmt;

/// A JSON value. Integers are exact; maps keep the order of their keys.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

/// A map with these keys in this order.
pub fn map<const N: usize>(entries: [(&str, Json); N]) -> Json {
    Json::Map(entries.map(|(key, value)| (key.to_owned(), value)).into())
}

impl Json {
    /// Reads JSON text.
    pub fn parse(text: &str) -> Self {
        let mut parser = Parser { text, at: 0 };
        let value = parser.value();
        parser.skip_space();
        assert_eq!(parser.at, text.len(), "text behind the JSON value: {text}");
        value
    }

    /// The value under `key` of a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, it)| it),
            _ => None,
        }
    }

    /// The keys of a map, in order.
    pub fn keys(&self) -> Vec<&str> {
        match self {
            Self::Map(entries) => entries.iter().map(|(key, _)| key.as_str()).collect(),
            _ => Vec::new(),
        }
    }

    /// The entries of a list.
    pub fn entries(&self) -> &[Self] {
        match self {
            Self::List(entries) => entries,
            _ => &[],
        }
    }
}

/// The first place where `got` is not `want`; numbers as whole numbers must be equal, others
/// within 1e-9 of each other.
pub fn difference(want: &Json, got: &Json) -> Option<String> {
    difference_at("$", want, got)
}

fn difference_at(path: &str, want: &Json, got: &Json) -> Option<String> {
    match (want, got) {
        (Json::Map(wants), Json::Map(gots)) if want.keys() == got.keys() => {
            let mut pairs = wants.iter().zip(gots);
            pairs.find_map(|((key, a), (_, b))| difference_at(&format!("{path}.{key}"), a, b))
        }
        (Json::Map(_), Json::Map(_)) => {
            Some(format!("{path}: want keys {:?}, got {:?}", want.keys(), got.keys()))
        }
        (Json::List(wants), Json::List(gots)) if wants.len() == gots.len() => {
            let mut pairs = wants.iter().zip(gots).enumerate();
            pairs.find_map(|(at, (a, b))| difference_at(&format!("{path}[{at}]"), a, b))
        }
        _ if is_same_leaf(want, got) => None,
        _ => Some(format!("{path}: want {want}, got {got}")),
    }
}

fn is_same_leaf(want: &Json, got: &Json) -> bool {
    let exact_in_a_float = |int: i128| int.unsigned_abs() <= 1 << 53;
    match (want, got) {
        (Json::Float(a), Json::Float(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()),
        (Json::Int(a), Json::Float(b)) | (Json::Float(b), Json::Int(a)) => {
            exact_in_a_float(*a) && *a as f64 == *b
        }
        _ => want == got,
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::List(entries) => f.debug_list().entries(entries.iter().map(Shown)).finish(),
            Self::Map(entries) => f
                .debug_map()
                .entries(entries.iter().map(|(key, value)| (key, Shown(value))))
                .finish(),
        }
    }
}

struct Shown<'a>(&'a Json);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.0, f)
    }
}

macro_rules! json_from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Json {
            fn from(value: $integer) -> Self {
                Self::Int(value as i128)
            }
        }
    )*};
}
json_from_integers!(i32, i64, i128, u32, u64, usize);

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<f64> for Json {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

/// A parser of well-formed JSON; anything else panics, which fails the test.
struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn value(&mut self) -> Json {
        self.skip_space();
        match self.text.as_bytes()[self.at] {
            b'{' => self.map(),
            b'[' => self.list(),
            b'"' => Json::Text(self.string()),
            b'n' => self.word("null", Json::Null),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Json {
        assert!(self.text[self.at..].starts_with(word), "not JSON: {}", &self.text[self.at..]);
        self.at += word.len();
        value
    }

    fn number(&mut self) -> Json {
        let rest = &self.text[self.at..];
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        let digits = &rest[..rest.find(|c| !is_number(c)).unwrap_or(rest.len())];
        self.at += digits.len();
        match digits.parse() {
            Ok(int) => Json::Int(int),
            Err(_) => Json::Float(digits.parse().expect("a JSON number")),
        }
    }

    /// Strings hold escapes, which serde_json knows well.
    fn string(&mut self) -> String {
        let mut strings =
            serde_json::Deserializer::from_str(&self.text[self.at..]).into_iter::<String>();
        let string = strings.next().expect("a string").expect("a JSON string");
        self.at += strings.byte_offset();
        string
    }

    fn list(&mut self) -> Json {
        let mut entries = Vec::new();
        while self.goes_on(entries.is_empty(), b']') {
            entries.push(self.value());
        }
        Json::List(entries)
    }

    fn map(&mut self) -> Json {
        let mut entries = Vec::new();
        while self.goes_on(entries.is_empty(), b'}') {
            self.skip_space();
            let key = self.string();
            self.skip_space();
            assert_eq!(self.text.as_bytes()[self.at], b':');
            self.at += 1;
            entries.push((key, self.value()));
        }
        Json::Map(entries)
    }

    /// Steps over the opening bracket, a comma or the closing bracket; false at the last.
    fn goes_on(&mut self, is_first: bool, close: u8) -> bool {
        self.at += usize::from(is_first);
        self.skip_space();
        let is_end = self.text.as_bytes()[self.at] == close;
        self.at += usize::from(is_end || !is_first);
        !is_end
    }

    fn skip_space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }
}

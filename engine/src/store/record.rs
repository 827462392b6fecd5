//! Whole rows with whatever columns a table has.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// A value in the database's own type.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    /// NULL.
    Null,
    /// Any integer column.
    Int(i64),
    /// An unsigned integer above the signed range.
    UInt(u64),
    /// FLOAT and DOUBLE.
    Float(f64),
    /// Everything else, as the database writes it.
    Text(String),
}

impl Serialize for Datum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::UInt(value) => serializer.serialize_u64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
        }
    }
}

/// A row: column names and values in the order of the table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record(pub Vec<(String, Datum)>);

impl Record {
    /// The value of a column.
    pub fn get(&self, column: &str) -> Option<&Datum> {
        self.0.iter().find(|(name, _)| name == column).map(|(_, value)| value)
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

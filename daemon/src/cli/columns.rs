//! Values of the tables `user` and `node` as people read them.

use crate::output::{Field, Place, bytes};
use traffic_engine::{Datum, Record};

/// Columns of a row, by name.
pub(super) fn fields(row: &Record, place: &mut Place) -> Vec<Field> {
    let field =
        |(column, value): &(String, Datum)| Field::new(column, readable(column, value, place));
    row.0.iter().map(field).collect()
}

/// A value, with its unit where the column has one.
pub(super) fn readable(column: &str, value: &Datum, place: &mut Place) -> String {
    match (column, value) {
        ("u" | "d" | "transfer_enable" | "statistics", Datum::Int(number)) => {
            u128::try_from(*number).map_or_else(|_| number.to_string(), bytes)
        }
        ("t" | "created_at" | "updated_at" | "last_online", Datum::Int(t)) => place.time(*t),
        (_, value) => text(value),
    }
}

/// A value as it is stored.
pub(super) fn text(value: &Datum) -> String {
    match value {
        Datum::Null => "-".to_owned(),
        Datum::Int(number) => number.to_string(),
        Datum::UInt(number) => number.to_string(),
        Datum::Float(number) => number.to_string(),
        Datum::Text(text) => text.clone(),
    }
}

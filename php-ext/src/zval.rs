//! Answers as PHP values: whatever serializes becomes arrays, in the order of its fields.

use crate::exceptions::Failure;
use crate::floats::Floats;
use ext_php_rs::boxed::ZBox;
use ext_php_rs::convert::IntoZval;
use ext_php_rs::types::{ZendHashTable, Zval};
use serde::Serialize;
use serde::ser::{
    Error as _, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, Serializer,
};
use std::fmt::{self, Display};

/// `value` as PHP has it: lists and maps are arrays, whole numbers are ints as far as those reach
/// and floats beyond, as PHP itself does it, and floats under the keys of `floats`.
pub(crate) fn of(value: &impl Serialize, floats: Floats) -> Result<Zval, Failure> {
    let values = Values { floats, is_float: false };
    value.serialize(values).map_err(|error| Failure::Internal(error.0))
}

/// Why a value has no PHP counterpart.
#[derive(Debug)]
pub(crate) struct NoValue(String);

impl Display for NoValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for NoValue {}

impl serde::ser::Error for NoValue {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl From<ext_php_rs::error::Error> for NoValue {
    fn from(error: ext_php_rs::error::Error) -> Self {
        Self(error.to_string())
    }
}

fn zval(value: impl IntoZval) -> Result<Zval, NoValue> {
    Ok(value.into_zval(false)?)
}

#[derive(Clone, Copy)]
struct Values {
    floats: Floats,
    /// The key at hand is one of them.
    is_float: bool,
}

impl Values {
    fn integer<T: Copy + TryInto<i64>>(self, value: T, as_float: f64) -> Result<Zval, NoValue> {
        match value.try_into() {
            Ok(value) if !self.is_float => zval(value),
            _ => zval(as_float),
        }
    }

    fn filling(self, len: Option<usize>) -> Filling {
        let room = len.and_then(|len| u32::try_from(len).ok()).unwrap_or(0);
        Filling { values: self, table: ZendHashTable::with_capacity(room), key: None }
    }
}

/// An array being filled.
struct Filling {
    values: Values,
    table: ZBox<ZendHashTable>,
    key: Option<String>,
}

impl Filling {
    fn push(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), NoValue> {
        Ok(self.table.push(value.serialize(self.values)?)?)
    }

    fn put(&mut self, key: &str, value: &(impl Serialize + ?Sized)) -> Result<(), NoValue> {
        let is_float = self.values.floats.binary_search(&key).is_ok();
        Ok(self.table.insert(key, value.serialize(Values { is_float, ..self.values })?)?)
    }

    fn done(self) -> Result<Zval, NoValue> {
        zval(self.table)
    }
}

impl Serializer for Values {
    type Ok = Zval;
    type Error = NoValue;
    type SerializeSeq = Filling;
    type SerializeTuple = Filling;
    type SerializeTupleStruct = serde::ser::Impossible<Zval, NoValue>;
    type SerializeTupleVariant = serde::ser::Impossible<Zval, NoValue>;
    type SerializeMap = Filling;
    type SerializeStruct = Filling;
    type SerializeStructVariant = serde::ser::Impossible<Zval, NoValue>;

    fn serialize_bool(self, value: bool) -> Result<Zval, NoValue> {
        zval(value)
    }

    fn serialize_i8(self, value: i8) -> Result<Zval, NoValue> {
        self.integer(value, value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<Zval, NoValue> {
        self.integer(value, value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<Zval, NoValue> {
        self.integer(value, value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<Zval, NoValue> {
        self.integer(value, value as f64)
    }

    fn serialize_i128(self, value: i128) -> Result<Zval, NoValue> {
        self.integer(value, value as f64)
    }

    fn serialize_u8(self, value: u8) -> Result<Zval, NoValue> {
        self.integer(value, value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<Zval, NoValue> {
        self.integer(value, value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<Zval, NoValue> {
        self.integer(value, value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<Zval, NoValue> {
        self.integer(value, value as f64)
    }

    fn serialize_u128(self, value: u128) -> Result<Zval, NoValue> {
        self.integer(value, value as f64)
    }

    fn serialize_f32(self, value: f32) -> Result<Zval, NoValue> {
        zval(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Result<Zval, NoValue> {
        zval(value)
    }

    fn serialize_char(self, value: char) -> Result<Zval, NoValue> {
        zval(value.to_string())
    }

    fn serialize_str(self, value: &str) -> Result<Zval, NoValue> {
        zval(value)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Zval, NoValue> {
        Err(NoValue::custom("answers hold no raw bytes"))
    }

    fn serialize_none(self) -> Result<Zval, NoValue> {
        Ok(Zval::null())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Zval, NoValue> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Zval, NoValue> {
        Ok(Zval::null())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Zval, NoValue> {
        Ok(Zval::null())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Zval, NoValue> {
        zval(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Zval, NoValue> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Zval, NoValue> {
        let mut filling = self.filling(Some(1));
        filling.put(variant, value)?;
        filling.done()
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Filling, NoValue> {
        Ok(self.filling(len))
    }

    fn serialize_tuple(self, len: usize) -> Result<Filling, NoValue> {
        Ok(self.filling(Some(len)))
    }

    fn serialize_tuple_struct(
        self,
        name: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, NoValue> {
        Err(NoValue::custom(format_args!("{name} has no field names")))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, NoValue> {
        Err(NoValue::custom(format_args!("{name} has no field names")))
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Filling, NoValue> {
        Ok(self.filling(len))
    }

    fn serialize_struct(self, _: &'static str, len: usize) -> Result<Filling, NoValue> {
        Ok(self.filling(Some(len)))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, NoValue> {
        Err(NoValue::custom(format_args!("{name} is no plain value")))
    }
}

impl SerializeSeq for Filling {
    type Ok = Zval;
    type Error = NoValue;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoValue> {
        self.push(value)
    }

    fn end(self) -> Result<Zval, NoValue> {
        self.done()
    }
}

impl SerializeTuple for Filling {
    type Ok = Zval;
    type Error = NoValue;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoValue> {
        self.push(value)
    }

    fn end(self) -> Result<Zval, NoValue> {
        self.done()
    }
}

impl SerializeMap for Filling {
    type Ok = Zval;
    type Error = NoValue;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NoValue> {
        let key = serde_json::to_value(key).map_err(NoValue::custom)?;
        self.key = Some(key.as_str().map_or_else(|| key.to_string(), str::to_owned));
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoValue> {
        let key = self.key.take().ok_or_else(|| NoValue::custom("a value came without its key"))?;
        self.put(&key, value)
    }

    fn end(self) -> Result<Zval, NoValue> {
        self.done()
    }
}

impl SerializeStruct for Filling {
    type Ok = Zval;
    type Error = NoValue;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), NoValue> {
        self.put(key, value)
    }

    fn end(self) -> Result<Zval, NoValue> {
        self.done()
    }
}

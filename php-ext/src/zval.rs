//! Answers as PHP values: whatever serializes becomes arrays, in the order of its fields.

use crate::exceptions::Failure;
use crate::floats::Floats;
use ext_php_rs::boxed::ZBox;
use ext_php_rs::convert::IntoZval;
use ext_php_rs::flags::DataType;
use ext_php_rs::types::{ZendHashTable, ZendStr, Zval};
use serde::Serialize;
use serde::ser::{
    Error as _, Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, Serializer,
};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::{self, Display};

/// `value` as PHP has it: lists and maps are arrays, whole numbers are ints as far as those reach
/// and floats beyond, as PHP itself does it, and floats under the keys of `floats`.
fn of(value: &impl Serialize, floats: Floats) -> Result<Zval, Failure> {
    let keys = Keys::default();
    let values = Values { floats, is_float: false, keys: &keys };
    value.serialize(values).map_err(|error| Failure::Internal(error.0))
}

/// An answer that is an array, with `NULL` an array or null; the signatures PHP shows say so.
pub struct Shape<const NULL: bool>(Zval);

pub(crate) type Array = Shape<false>;
pub(crate) type MaybeArray = Shape<true>;

impl<const NULL: bool> Shape<NULL> {
    /// `value` by [`of`], which must be a list, a map or a struct.
    pub(crate) fn of(value: &impl Serialize, floats: Floats) -> Result<Self, Failure> {
        of(value, floats).map(Self)
    }
}

impl<const NULL: bool> IntoZval for Shape<NULL> {
    const TYPE: DataType = DataType::Array;
    const NULLABLE: bool = NULL;

    fn set_zval(self, zval: &mut Zval, _persistent: bool) -> ext_php_rs::error::Result<()> {
        *zval = self.0;
        Ok(())
    }
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

/// Keys as PHP strings: rows share them, as those of PHP code do. One each in every row would take
/// as much memory again as all values.
#[derive(Default)]
struct Keys(RefCell<HashMap<String, ZBox<ZendStr>>>);

impl Keys {
    /// Names of fields are fewer; keys of maps, such as dates, may be any number.
    const MAX: usize = 256;

    fn insert(&self, table: &mut ZendHashTable, key: &str, value: Zval) -> Result<(), NoValue> {
        let mut keys = self.0.borrow_mut();
        if keys.len() < Self::MAX && !keys.contains_key(key) {
            keys.insert(key.to_owned(), ZendStr::new(key, false));
        }
        match keys.get(key) {
            Some(shared) => table.insert(shared, value)?,
            None => table.insert(key, value)?,
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
struct Values<'k> {
    floats: Floats,
    /// The key at hand is one of them.
    is_float: bool,
    keys: &'k Keys,
}

impl<'k> Values<'k> {
    fn filling(self, len: Option<usize>) -> Filling<'k> {
        let room = len.and_then(|len| u32::try_from(len).ok()).unwrap_or(0);
        Filling { values: self, table: ZendHashTable::with_capacity(room), key: None }
    }
}

/// An array being filled.
struct Filling<'k> {
    values: Values<'k>,
    table: ZBox<ZendHashTable>,
    key: Option<String>,
}

impl Filling<'_> {
    fn push(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), NoValue> {
        Ok(self.table.push(value.serialize(self.values)?)?)
    }

    fn put(&mut self, key: &str, value: &(impl Serialize + ?Sized)) -> Result<(), NoValue> {
        let is_float = self.values.floats.binary_search(&key).is_ok();
        let value = value.serialize(Values { is_float, ..self.values })?;
        self.values.keys.insert(&mut self.table, key, value)
    }

    fn name(&mut self, key: &(impl Serialize + ?Sized)) -> Result<(), NoValue> {
        let key = serde_json::to_value(key).map_err(NoValue::custom)?;
        self.key = Some(key.as_str().map_or_else(|| key.to_string(), str::to_owned));
        Ok(())
    }

    fn put_named(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), NoValue> {
        let key = self.key.take().ok_or_else(|| NoValue::custom("a value came without its key"))?;
        self.put(&key, value)
    }

    fn done(self) -> Result<Zval, NoValue> {
        zval(self.table)
    }
}

/// Integers of all widths.
macro_rules! integers {
    ($($method:ident: $integer:ty),*) => {
        $(
            fn $method(self, value: $integer) -> Result<Zval, NoValue> {
                match i64::try_from(value) {
                    Ok(value) if !self.is_float => zval(value),
                    _ => zval(value as f64),
                }
            }
        )*
    };
}

/// Values that PHP has as they are.
macro_rules! plain {
    ($($method:ident: $plain:ty),*) => {
        $(
            fn $method(self, value: $plain) -> Result<Zval, NoValue> {
                zval(value)
            }
        )*
    };
}

/// Shapes no answer has.
macro_rules! refused {
    ($($method:ident($($argument:ty),*) -> $shape:ty;)*) => {
        $(
            fn $method(self, $(_: $argument),*) -> Result<$shape, NoValue> {
                Err(NoValue::custom(concat!("no answer takes ", stringify!($method))))
            }
        )*
    };
}

impl<'k> Serializer for Values<'k> {
    type Ok = Zval;
    type Error = NoValue;
    type SerializeSeq = Filling<'k>;
    type SerializeTuple = Filling<'k>;
    type SerializeTupleStruct = Impossible<Zval, NoValue>;
    type SerializeTupleVariant = Impossible<Zval, NoValue>;
    type SerializeMap = Filling<'k>;
    type SerializeStruct = Filling<'k>;
    type SerializeStructVariant = Impossible<Zval, NoValue>;

    integers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_i128: i128, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32,
        serialize_u64: u64, serialize_u128: u128
    }

    plain! { serialize_bool: bool, serialize_f32: f32, serialize_f64: f64, serialize_str: &str }

    refused! {
        serialize_bytes(&[u8]) -> Zval;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize)
            -> Self::SerializeTupleVariant;
        serialize_struct_variant(&'static str, u32, &'static str, usize)
            -> Self::SerializeStructVariant;
    }

    fn serialize_char(self, value: char) -> Result<Zval, NoValue> {
        zval(value.to_string())
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

    fn serialize_seq(self, len: Option<usize>) -> Result<Filling<'k>, NoValue> {
        Ok(self.filling(len))
    }

    fn serialize_tuple(self, len: usize) -> Result<Filling<'k>, NoValue> {
        Ok(self.filling(Some(len)))
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Filling<'k>, NoValue> {
        Ok(self.filling(len))
    }

    fn serialize_struct(self, _: &'static str, len: usize) -> Result<Filling<'k>, NoValue> {
        Ok(self.filling(Some(len)))
    }
}

/// What serde has in several traits alike: an array takes its elements, and is done.
macro_rules! fills {
    ($($shape:ident { $($method:ident($($key:ident: $type:ty)?) => $take:ident;)* })*) => {
        $(
            impl $shape for Filling<'_> {
                type Ok = Zval;
                type Error = NoValue;

                $(
                    fn $method<T: Serialize + ?Sized>(
                        &mut self,
                        $($key: $type,)?
                        value: &T,
                    ) -> Result<(), NoValue> {
                        self.$take($($key,)? value)
                    }
                )*

                fn end(self) -> Result<Zval, NoValue> {
                    self.done()
                }
            }
        )*
    };
}

fills! {
    SerializeSeq { serialize_element() => push; }
    SerializeTuple { serialize_element() => push; }
    SerializeMap { serialize_key() => name; serialize_value() => put_named; }
    SerializeStruct { serialize_field(key: &'static str) => put; }
}

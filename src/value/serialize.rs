//! Any value that serde can serialize, as a [`Value`].

use std::fmt::Display;

use serde::ser::{self, Impossible, Serialize, Serializer};

use super::{Map, Value};

/// What has no place in a [`Value`], in words.
#[derive(Debug)]
pub(crate) struct NotAValue(pub(crate) String);

impl Display for NotAValue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for NotAValue {}

impl ser::Error for NotAValue {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

pub(super) struct ValueSerializer;

macro_rules! numbers {
    ($($method:ident $type:ty as $wide:ty,)*) => {
        $(fn $method(self, number: $type) -> Result<Value, NotAValue> {
            Ok(Value::from(<$wide>::from(number)))
        })*
    };
}

impl Serializer for ValueSerializer {
    type Ok = Value;
    type Error = NotAValue;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = Impossible<Value, NotAValue>;
    type SerializeMap = Entries;
    type SerializeStruct = Entries;
    type SerializeStructVariant = Impossible<Value, NotAValue>;

    numbers! {
        serialize_i8 i8 as i64,
        serialize_i16 i16 as i64,
        serialize_i32 i32 as i64,
        serialize_i64 i64 as i64,
        serialize_u8 u8 as u64,
        serialize_u16 u16 as u64,
        serialize_u32 u32 as u64,
        serialize_u64 u64 as u64,
    }

    fn serialize_bool(self, bool: bool) -> Result<Value, NotAValue> {
        Ok(bool.into())
    }

    fn serialize_f32(self, number: f32) -> Result<Value, NotAValue> {
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, number: f64) -> Result<Value, NotAValue> {
        if number.is_finite() {
            Ok(Value::Float(number))
        } else {
            Err(NotAValue(format!("{number} is not a finite number")))
        }
    }

    fn serialize_char(self, character: char) -> Result<Value, NotAValue> {
        Ok(character.to_string().into())
    }

    fn serialize_str(self, text: &str) -> Result<Value, NotAValue> {
        Ok(text.into())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<Value, NotAValue> {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> Result<Value, NotAValue> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, NotAValue> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, NotAValue> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, NotAValue> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value, NotAValue> {
        Ok(variant.into())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Value, NotAValue> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, NotAValue> {
        Ok(Map::from_iter([(variant, value.serialize(self)?)]).into())
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Items, NotAValue> {
        Ok(Items(Vec::with_capacity(length.unwrap_or(0).min(1024))))
    }

    fn serialize_tuple(self, length: usize) -> Result<Items, NotAValue> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Items, NotAValue> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, NotAValue> {
        Err(NotAValue(format!("{name}::{variant} has fields without names")))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries, NotAValue> {
        Ok(Entries { map: Map::new(), key: None })
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Entries, NotAValue> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, NotAValue> {
        Err(NotAValue(format!("{name}::{variant} is not plain data")))
    }
}

pub(super) struct Items(Vec<Value>);

macro_rules! items {
    ($($trait:ident $method:ident,)*) => {
        $(impl ser::$trait for Items {
            type Ok = Value;
            type Error = NotAValue;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotAValue> {
                self.0.push(value.serialize(ValueSerializer)?);
                Ok(())
            }

            fn end(self) -> Result<Value, NotAValue> {
                Ok(Value::List(self.0))
            }
        })*
    };
}

items! {
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
}

pub(super) struct Entries {
    map: Map,
    key: Option<String>,
}

impl ser::SerializeMap for Entries {
    type Ok = Value;
    type Error = NotAValue;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NotAValue> {
        match key.serialize(ValueSerializer)? {
            Value::Text(key) => self.key = Some(key),
            _ => return Err(NotAValue("a key is not text".to_owned())),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotAValue> {
        let key = self.key.take().ok_or_else(|| NotAValue("a value has no key".to_owned()))?;
        self.map.insert(key, value.serialize(ValueSerializer)?);
        Ok(())
    }

    fn end(self) -> Result<Value, NotAValue> {
        Ok(self.map.into())
    }
}

impl ser::SerializeStruct for Entries {
    type Ok = Value;
    type Error = NotAValue;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), NotAValue> {
        self.map.insert(key, value.serialize(ValueSerializer)?);
        Ok(())
    }

    fn end(self) -> Result<Value, NotAValue> {
        Ok(self.map.into())
    }
}

mod deserialize;
mod serialize;

use indexmap::IndexMap;
use serde::ser::{Serialize, Serializer};

use self::serialize::ValueSerializer;
use crate::error::Error;

/// Data of any shape: what stands under `extensions`, and what a template's variables hold.
///
/// It has what JSON has, with whole numbers kept apart from the others and maps in the order they were written.
///
/// ```
/// use personas::{Map, Value};
///
/// let mut map = Map::new();
/// map.insert("owner", "ada@example.com");
/// map.insert("seats", 3);
/// let value = Value::from(map);
/// assert_eq!(value.get("seats"), Some(&Value::Integer(3)));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number that an `i64` can hold.
    Integer(i64),
    /// A whole number above those.
    Unsigned(u64),
    /// Any other number; finite.
    Float(f64),
    /// Text.
    Text(String),
    /// Values in a row.
    List(Vec<Value>),
    /// Values by name.
    Map(Map),
}

impl Value {
    /// Any data that serde can serialize.
    ///
    /// ```
    /// use personas::Value;
    ///
    /// let value = Value::from_serialize(&vec![("ada", 1815)])?;
    /// assert_eq!(value, Value::from(vec![vec!["ada".into(), Value::from(1815)].into()]));
    /// # Ok::<(), personas::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The data has a number that is not finite, a map whose keys are not text, or a variant with several fields.
    pub fn from_serialize<T: Serialize + ?Sized>(data: &T) -> Result<Self, Error> {
        data.serialize(ValueSerializer).map_err(|error| Error::write(error.0))
    }

    /// The value of a key, when this is a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Map(map) => map.get(key),
            _ => None,
        }
    }

    /// The text, when this is text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Values by name, in the order they were written. Two maps with the same entries are equal, whatever their order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Map(IndexMap<String, Value>);

impl Map {
    /// A map with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// Puts a value in, and returns the one that was there.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.0.insert(key.into(), value.into())
    }

    /// Takes a value out; the order of the others stays.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        self.0.shift_remove(key)
    }

    /// The entries in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Value)> {
        self.0.iter_mut().map(|(key, value)| (key.as_str(), value))
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

macro_rules! value_from {
    ($($type:ty => $variant:ident,)*) => {
        $(impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        })*
    };
}

value_from! {
    bool => Bool,
    i32 => Integer,
    i64 => Integer,
    u32 => Integer,
    String => Text,
    &str => Text,
    Vec<Value> => List,
    Map => Map,
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        i64::try_from(number).map_or(Self::Unsigned(number), Self::Integer)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(bool) => serializer.serialize_bool(*bool),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Unsigned(number) => serializer.serialize_u64(*number),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(list) => serializer.collect_seq(list),
            Self::Map(map) => map.serialize(serializer),
        }
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

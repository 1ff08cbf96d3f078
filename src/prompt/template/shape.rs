use crate::value::{Map, Value};

/// What a template can expect of a value, as far as it is known before rendering.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// Nothing is known.
    Any,
    /// Text, a number, true or false: it has no keys.
    Plain,
    List(Box<Shape>),
    Map(Vec<(String, Shape)>),
}

impl Shape {
    /// The shape of a value that stands for all like it. An empty list or map, or none, tells nothing.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Any,
            Value::List(list) => Self::List(Box::new(list.first().map_or(Self::Any, Self::of))),
            Value::Map(map) => Self::of_map(map),
            _ => Self::Plain,
        }
    }

    pub(super) fn of_map(map: &Map) -> Self {
        if map.is_empty() {
            return Self::Any;
        }
        Self::Map(map.iter().map(|(key, value)| (key.to_owned(), Self::of(value))).collect())
    }

    /// A map whose values are plain.
    pub(super) fn plain(keys: &[&str]) -> Self {
        Self::Map(keys.iter().map(|&key| (key.to_owned(), Self::Plain)).collect())
    }

    /// An item of it.
    pub(super) fn item(&self) -> Self {
        match self {
            Self::List(item) => Shape::clone(item),
            _ => Self::Any,
        }
    }

    /// The value of a key, or the keys that there are instead.
    pub(super) fn key(&self, key: &str) -> Result<Self, Vec<&str>> {
        match self {
            Self::Any => Ok(Self::Any),
            Self::Map(entries) => entries
                .iter()
                .find(|(known, _)| known == key)
                .map(|(_, shape)| shape.clone())
                .ok_or_else(|| entries.iter().map(|(known, _)| known.as_str()).collect()),
            Self::Plain | Self::List(_) => Err(Vec::new()),
        }
    }
}

//! Typed values from a tree, through serde.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor};

use super::tree::{Data, Entry, Node, NodeRef, Tree};
use crate::diagnostic::{Code, Diagnostic, nearest, quote};
use crate::pointer::Pointer;
use crate::source::Span;

/// A typed value, or the first fault in the way of it.
pub(crate) fn from_tree<'t, T: de::Deserialize<'t>>(tree: &'t Tree<'t>) -> Result<T, Box<Diagnostic>> {
    let root = tree.root();
    T::deserialize(root).map_err(|error| Box::new(error.into_diagnostic(tree, root.span())))
}

/// A fault as serde tells it. The place is filled in on the way out, by the innermost value that knows it.
#[derive(Debug)]
pub(crate) struct Fault {
    code: Code,
    message: String,
    help: Option<String>,
    fix: Option<String>,
    at: Option<At>,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy)]
enum At {
    Span(Span),
    /// The head of the map that the steps lead to.
    Head,
}

#[derive(Debug)]
enum Step {
    Key(String),
    Index(usize),
}

impl Fault {
    fn new(code: Code, message: String) -> Self {
        Self { code, message, help: None, fix: None, at: None, steps: Vec::new() }
    }

    fn within(mut self, step: Step, span: Span) -> Self {
        self.at.get_or_insert(At::Span(span));
        self.steps.push(step);
        self
    }

    fn into_diagnostic(self, tree: &Tree<'_>, root: Span) -> Diagnostic {
        let pointer = self.steps.iter().rev().fold(Pointer::root(), |pointer, step| match step {
            Step::Key(key) => pointer.key(key),
            Step::Index(index) => pointer.index(*index),
        });
        let span = match self.at {
            Some(At::Span(span)) => span,
            Some(At::Head) => tree.locate(&pointer).map_or(root, |place| place.head()),
            None => root,
        };
        let mut found = Diagnostic::new(self.code, self.message, pointer, span);
        if let Some(help) = self.help {
            found = found.help(help);
        }
        match self.fix {
            Some(replacement) => found.fix(span, replacement),
            None => found,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Code::InvalidValue, message.to_string())
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let found = match unexpected {
            Unexpected::Unit | Unexpected::Option => "nothing".to_owned(),
            Unexpected::Str(text) => format!("the text {}", quote(text)),
            Unexpected::Seq => "a list".to_owned(),
            Unexpected::Map => "a map".to_owned(),
            other => other.to_string(),
        };
        let wanted = match expected.to_string() {
            structure if structure.starts_with("struct ") => "a map".to_owned(),
            text if text == "a string" => "text".to_owned(),
            other => other.replace("a sequence", "a list"),
        };
        Self::new(Code::WrongType, format!("expected {wanted}, found {found}"))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let mut fault = Self::new(Code::UnknownKey, format!("unknown key {}", quote(field)));
        if let Some(meant) = nearest(field, expected.iter().copied()) {
            fault.help = Some(format!("did you mean `{meant}`?"));
            fault.fix = Some(meant.to_owned());
        }
        fault
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let mut fault = Self::new(Code::UnknownValue, format!("unknown value {}", quote(variant)));
        let known: Vec<String> = expected.iter().map(|value| format!("`{value}`")).collect();
        fault.help = Some(format!("it is one of {}", known.join(", ")));
        fault.fix = nearest(variant, expected.iter().copied()).map(str::to_owned);
        fault
    }

    fn missing_field(field: &'static str) -> Self {
        let mut fault = Self::new(Code::MissingKey, format!("the key `{field}` is missing"));
        fault.at = Some(At::Head);
        fault
    }
}

impl<'de> Deserializer<'de> for NodeRef<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.data() {
            Data::Null | Data::Hole => visitor.visit_unit(),
            Data::Bool(bool) => visitor.visit_bool(*bool),
            Data::Integer(number) => visitor.visit_i64(*number),
            Data::Unsigned(number) => visitor.visit_u64(*number),
            Data::Float(number) => visitor.visit_f64(*number),
            Data::Text(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Data::Text(Cow::Owned(text)) => visitor.visit_str(text),
            Data::List(_) => {
                visitor.visit_seq(Items { at: self, items: self.items().unwrap_or_default().iter().enumerate() })
            }
            Data::Map(_) => {
                visitor.visit_map(Entries { at: self, rest: self.entries().unwrap_or_default().iter(), value: None })
            }
        }
    }

    /// A key that is there has a value: `tagline:` with nothing after it is a fault, as it is to the schema.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.data() {
            Data::Text(text) => visitor.visit_enum(text.as_ref().into_deserializer()),
            _ => self.deserialize_any(visitor),
        }
    }

    /// A struct is a map; serde would take a list for one, too.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.data() {
            Data::List(_) => Err(de::Error::invalid_type(Unexpected::Seq, &"a map")),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map identifier
    }
}

struct Items<'t> {
    at: NodeRef<'t>,
    items: std::iter::Enumerate<std::slice::Iter<'t, Node<'t>>>,
}

impl<'t> SeqAccess<'t> for Items<'t> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some((index, node)) = self.items.next() else {
            return Ok(None);
        };
        seed.deserialize(self.at.with(node)).map(Some).map_err(|fault| fault.within(Step::Index(index), node.span))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Entries<'t> {
    at: NodeRef<'t>,
    rest: std::slice::Iter<'t, Entry<'t>>,
    value: Option<&'t Entry<'t>>,
}

impl<'t> MapAccess<'t> for Entries<'t> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'t>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some(entry) = self.rest.next() else {
            return Ok(None);
        };
        self.value = Some(entry);
        let key = de::value::BorrowedStrDeserializer::new(&entry.key);
        seed.deserialize(key).map(Some).map_err(|mut fault: Fault| {
            fault.at = Some(At::Span(entry.key_span));
            fault
        })
    }

    fn next_value_seed<V: DeserializeSeed<'t>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let Some(entry) = self.value.take() else {
            return Err(de::Error::custom("a value was asked for before its key"));
        };
        let step = || Step::Key(entry.key.clone().into_owned());
        seed.deserialize(self.at.with(&entry.value)).map_err(|fault| fault.within(step(), entry.value.span))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

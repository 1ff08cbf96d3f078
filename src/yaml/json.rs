//! The tree as the JSON that jsonschema validates, without a copy. The only file that names its `Json` trait.

use std::borrow::Cow;

use jsonschema::json::{Array, Json, JsonNumber, Node as JsonNode, NodeIdentity, Object};
use jsonschema::types::JsonType;
use serde_json::{Number, Value};

use super::tree::{Data, Entry, Node, NodeRef, Tree};
use crate::source::Span;

/// Our tree, to jsonschema.
#[derive(Debug)]
pub(crate) struct TreeJson;

static NO_TREE: Tree<'static> = Tree::EMPTY;

impl Json for TreeJson {
    type Node<'a> = NodeRef<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    // Entries are searched in a row, so one pass over them beats many look-ups.
    const KEYS_PER_LOOKUP: usize = 16;
    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), string: &str, take: impl FnOnce(NodeRef<'_>) -> T) -> T {
        let node = Node { data: Data::Text(Cow::Borrowed(string)), span: Span::EMPTY };
        take(NodeRef { tree: &NO_TREE, node: &node })
    }
}

impl Tree<'_> {
    /// A copy of the whole.
    pub(crate) fn to_json(&self) -> Value {
        self.root().to_value().into_owned()
    }
}

impl<'a> JsonNode<'a, TreeJson> for NodeRef<'a> {
    type Object = Members<'a>;
    type Array = Elements<'a>;
    type Number = &'a Data<'a>;

    fn as_object(&self) -> Option<Members<'a>> {
        self.entries().map(|entries| Members { of: *self, entries })
    }

    fn as_array(&self) -> Option<Elements<'a>> {
        self.items().map(|items| Elements { of: *self, items })
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match self.data() {
            Data::Text(text) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    fn as_number(&self) -> Option<&'a Data<'a>> {
        self.is_number().then_some(self.data())
    }

    fn as_boolean(&self) -> Option<bool> {
        match self.data() {
            Data::Bool(bool) => Some(*bool),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self.data(), Data::Null | Data::Hole)
    }

    fn is_number(&self) -> bool {
        matches!(self.data(), Data::Integer(_) | Data::Unsigned(_) | Data::Float(_))
    }

    fn json_type(&self) -> JsonType {
        match self.data() {
            Data::Null | Data::Hole => JsonType::Null,
            Data::Bool(_) => JsonType::Boolean,
            Data::Integer(_) | Data::Unsigned(_) | Data::Float(_) => JsonType::Number,
            Data::Text(_) => JsonType::String,
            Data::List(_) => JsonType::Array,
            Data::Map(_) => JsonType::Object,
        }
    }

    fn to_value(&self) -> Cow<'a, Value> {
        Cow::Owned(match self.data() {
            Data::Null | Data::Hole => Value::Null,
            Data::Bool(bool) => Value::Bool(*bool),
            data @ (Data::Integer(_) | Data::Unsigned(_) | Data::Float(_)) => {
                Value::Number(data.to_number().into_owned())
            }
            Data::Text(text) => Value::String(text.clone().into_owned()),
            Data::List(_) => {
                let items = self.items().unwrap_or_default();
                items.iter().map(|item| self.with(item).to_value().into_owned()).collect()
            }
            Data::Map(_) => {
                let entries = self.entries().unwrap_or_default();
                let member = |entry: &'a Entry<'a>| {
                    (entry.key.clone().into_owned(), self.with(&entry.value).to_value().into_owned())
                };
                Value::Object(entries.iter().map(member).collect())
            }
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::new(std::ptr::from_ref(self.node).addr()))
    }
}

impl JsonNumber for &Data<'_> {
    fn as_u64(&self) -> Option<u64> {
        match **self {
            Data::Integer(number) => number.try_into().ok(),
            Data::Unsigned(number) => Some(number),
            _ => None,
        }
    }

    fn as_i64(&self) -> Option<i64> {
        match **self {
            Data::Integer(number) => Some(number),
            _ => None,
        }
    }

    fn as_f64(&self) -> Option<f64> {
        self.to_number().as_f64()
    }

    fn as_str(&self) -> Cow<'_, str> {
        self.to_number().to_string().into()
    }

    fn to_number(&self) -> Cow<'_, Number> {
        Cow::Owned(match **self {
            Data::Integer(number) => number.into(),
            Data::Unsigned(number) => number.into(),
            // The reader lets no number through that is not finite.
            Data::Float(number) => Number::from_f64(number).unwrap_or_else(|| 0.into()),
            _ => 0.into(),
        })
    }

    fn is_integer(&self) -> bool {
        match **self {
            Data::Float(number) => number.fract() == 0.0,
            _ => true,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Members<'a> {
    of: NodeRef<'a>,
    entries: &'a [Entry<'a>],
}

impl<'a> Object<'a, TreeJson> for Members<'a> {
    type Node = NodeRef<'a>;
    type MemberName = &'a str;
    type MembersIter = std::vec::IntoIter<(&'a str, NodeRef<'a>)>;

    fn len(&self) -> usize {
        self.entries.len()
    }

    fn get(&self, key: &String) -> Option<NodeRef<'a>> {
        self.entries.iter().find(|entry| entry.key == *key).map(|entry| self.of.with(&entry.value))
    }

    fn members(&self) -> Self::MembersIter {
        let member = |entry: &'a Entry<'a>| (entry.key.as_ref(), self.of.with(&entry.value));
        self.entries.iter().map(member).collect::<Vec<_>>().into_iter()
    }
}

#[derive(Debug)]
pub(crate) struct Elements<'a> {
    of: NodeRef<'a>,
    items: &'a [Node<'a>],
}

impl<'a> Array<'a, TreeJson> for Elements<'a> {
    type Node = NodeRef<'a>;
    type ElementsIter = std::vec::IntoIter<NodeRef<'a>>;

    fn len(&self) -> usize {
        self.items.len()
    }

    fn elements(&self) -> Self::ElementsIter {
        self.items.iter().map(|item| self.of.with(item)).collect::<Vec<_>>().into_iter()
    }
}

//! The tree as the JSON that jsonschema validates, without a copy. The only file that names its `Json` trait.

use std::borrow::Cow;
use std::sync::atomic::{AtomicUsize, Ordering};

use jsonschema::json::{Array, Json, JsonNumber, Node as JsonNode, NodeIdentity, Object, cmp, unique};
use jsonschema::types::JsonType;
use serde_json::{Number, Value};

use super::tree::{Data, Entry, Node, NodeRef, Tree};
use crate::source::Span;

/// Our tree, to jsonschema.
#[derive(Debug)]
pub(crate) struct TreeJson;

static NO_TREE: Tree<'static> = Tree::empty();

/// How much of a tree its validation may still look at. The engine gathers every fault before it tells of the first, in
/// about two kilobytes each, so what is gathered from a hostile file must end before the file does.
#[derive(Debug)]
pub(super) struct Reach(AtomicUsize);

impl Reach {
    pub(super) const fn all() -> Self {
        Self(AtomicUsize::new(usize::MAX))
    }

    /// Whether one more value is within reach. Only one thread validates a tree.
    fn takes_one(&self) -> bool {
        let left = self.0.load(Ordering::Relaxed);
        if left != usize::MAX {
            self.0.store(left.saturating_sub(1), Ordering::Relaxed);
        }
        left > 0
    }
}

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
    /// From here on, what lies past a number of values is not there when this is validated: the later items of lists, and
    /// the later keys of maps that are larger than any schema asks for one by one.
    pub(crate) fn limit_reach(&self, values: usize) {
        self.reach.0.store(values, Ordering::Relaxed);
    }

    /// Whether a validation has seen all that it asked for; the next one is without a limit.
    pub(crate) fn was_within_reach(&self) -> bool {
        self.reach.0.swap(usize::MAX, Ordering::Relaxed) > 0
    }

    /// A copy of the whole.
    pub(crate) fn to_json(&self) -> Value {
        self.root().copied()
    }
}

impl NodeRef<'_> {
    fn copied(self) -> Value {
        match self.data() {
            Data::Null | Data::Hole => Value::Null,
            Data::Bool(bool) => Value::Bool(*bool),
            data @ (Data::Integer(_) | Data::Unsigned(_) | Data::Float(_)) => {
                Value::Number(data.to_number().into_owned())
            }
            Data::Text(text) => Value::String(text.clone().into_owned()),
            Data::List(_) => self.items().unwrap_or_default().iter().map(|item| self.with(item).copied()).collect(),
            Data::Map(_) => {
                let entries = self.entries().unwrap_or_default().iter();
                let member = |entry: &Entry<'_>| (entry.key.clone().into_owned(), self.with(&entry.value).copied());
                Value::Object(entries.map(member).collect())
            }
        }
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

    fn equals_value(&self, expected: &Value) -> bool {
        match (self.data(), expected) {
            (Data::Text(text), Value::String(expected)) => text == expected,
            (Data::Text(_), _) | (_, Value::String(_)) => false,
            _ => cmp::equal(&self.copied(), expected),
        }
    }

    /// Asked for by errors only, each of which would hold a copy of what is at fault; that is found by its path. Only a key
    /// that is at fault has none.
    fn to_value(&self) -> Cow<'a, Value> {
        let is_key = std::ptr::eq(self.tree, &raw const NO_TREE);
        Cow::Owned(if is_key { self.copied() } else { Value::Null })
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
    type MembersIter = MembersIter<'a>;

    fn len(&self) -> usize {
        self.entries.len()
    }

    fn get(&self, key: &String) -> Option<NodeRef<'a>> {
        self.entries.iter().find(|entry| entry.key == *key).map(|entry| self.of.with(&entry.value))
    }

    fn members(&self) -> MembersIter<'a> {
        MembersIter { of: self.of, entries: self.entries.iter(), is_large: self.entries.len() > LARGE_MAP }
    }
}

/// More keys than the engine looks for in one pass over a map: a map up to this size is always shown whole.
const LARGE_MAP: usize = 1_000;

#[derive(Debug)]
pub(crate) struct MembersIter<'a> {
    of: NodeRef<'a>,
    entries: std::slice::Iter<'a, Entry<'a>>,
    is_large: bool,
}

impl<'a> Iterator for MembersIter<'a> {
    type Item = (&'a str, NodeRef<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let is_within_reach = self.of.tree.reach.takes_one();
        let entry = self.entries.next().filter(|_| is_within_reach || !self.is_large)?;
        Some((entry.key.as_ref(), self.of.with(&entry.value)))
    }
}

#[derive(Debug)]
pub(crate) struct Elements<'a> {
    of: NodeRef<'a>,
    items: &'a [Node<'a>],
}

impl<'a> Array<'a, TreeJson> for Elements<'a> {
    type Node = NodeRef<'a>;
    type ElementsIter = ElementsIter<'a>;

    fn len(&self) -> usize {
        self.items.len()
    }

    fn elements(&self) -> ElementsIter<'a> {
        ElementsIter { of: self.of, items: self.items.iter() }
    }

    fn is_unique(&self) -> bool {
        let copies: Vec<_> = self.items.iter().map(|item| Cow::Owned(self.of.with(item).copied())).collect();
        unique::is_unique(&copies)
    }
}

#[derive(Debug)]
pub(crate) struct ElementsIter<'a> {
    of: NodeRef<'a>,
    items: std::slice::Iter<'a, Node<'a>>,
}

impl<'a> Iterator for ElementsIter<'a> {
    type Item = NodeRef<'a>;

    fn next(&mut self) -> Option<NodeRef<'a>> {
        let item = self.items.next()?;
        self.of.tree.reach.takes_one().then(|| self.of.with(item))
    }
}

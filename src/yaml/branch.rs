use std::borrow::Cow;
use std::fmt::Write as _;

use super::tree::{Data, Entry, Node, NodeRef, Tree};
use crate::source::Span;

/// A value with its own children, so that trees can be put together.
#[derive(Debug, Clone)]
pub(crate) struct Branch<'s> {
    pub(crate) shape: Shape<'s>,
    pub(crate) span: Span,
}

#[derive(Debug, Clone)]
pub(crate) enum Shape<'s> {
    Leaf(Data<'s>),
    List(Vec<Branch<'s>>),
    Map(Vec<Twig<'s>>),
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(crate) struct Twig<'s> {
    pub(crate) key: Cow<'s, str>,
    pub(crate) key_span: Span,
    pub(crate) value: Branch<'s>,
}

/// How much more may be copied.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowance {
    pub(crate) nodes: usize,
    pub(crate) bytes: usize,
}

impl Allowance {
    fn spend(&mut self, bytes: usize) -> Option<()> {
        self.nodes = self.nodes.checked_sub(1)?;
        self.bytes = self.bytes.checked_sub(bytes)?;
        Some(())
    }
}

impl<'s> Branch<'s> {
    /// A copy whose spans begin `base` bytes later; none where it would be more than is allowed.
    pub(crate) fn copy(node: NodeRef<'s>, base: usize, allowance: &mut Allowance) -> Option<Self> {
        let moved = |span: Span| Span::new(span.start() + base..span.end() + base);
        let text = node.text().map_or(0, str::len);
        allowance.spend(text)?;
        let shape = if let Some(entries) = node.entries() {
            let mut twigs = Vec::with_capacity(entries.len());
            for entry in entries {
                allowance.spend(entry.key.len())?;
                let value = Self::copy(node.with(&entry.value), base, allowance)?;
                twigs.push(Twig { key: Cow::Borrowed(&entry.key), key_span: moved(entry.key_span), value });
            }
            Shape::Map(twigs)
        } else if let Some(items) = node.items() {
            let items = items.iter().map(|item| Self::copy(node.with(item), base, allowance));
            Shape::List(items.collect::<Option<_>>()?)
        } else if let Some(text) = node.text() {
            Shape::Leaf(Data::Text(Cow::Borrowed(text)))
        } else {
            Shape::Leaf(node.data().clone())
        };
        Some(Self { shape, span: moved(node.span()) })
    }

    /// The value of a key, when this is a map that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match &self.shape {
            Shape::Map(twigs) => twigs.iter().find(|twig| twig.key == key).map(|twig| &twig.value),
            _ => None,
        }
    }

    /// The text, when this is text.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.shape {
            Shape::Leaf(Data::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The same for the same data, wherever it stands.
    pub(crate) fn canonical(&self) -> String {
        let mut canonical = String::new();
        self.write(&mut canonical);
        canonical
    }

    fn write(&self, into: &mut String) {
        // Writing to a `String` cannot fail. Lengths keep neighbours apart.
        match &self.shape {
            Shape::Leaf(Data::Text(text)) => drop(write!(into, "t{}:{text}", text.len())),
            Shape::Leaf(data) => drop(write!(into, "{data:?};")),
            Shape::List(items) => {
                into.push('[');
                for item in items {
                    item.write(into);
                }
                into.push(']');
            }
            Shape::Map(twigs) => {
                let mut twigs: Vec<&Twig<'_>> = twigs.iter().collect();
                twigs.sort_by(|one, other| one.key.cmp(&other.key));
                into.push('{');
                for twig in twigs {
                    let _ = write!(into, "k{}:{}", twig.key.len(), twig.key);
                    twig.value.write(into);
                }
                into.push('}');
            }
        }
    }

    /// The tree that this is the root of.
    pub(crate) fn into_tree(self) -> Tree<'s> {
        let mut tree = Tree::empty();
        tree.root = self.plant(&mut tree);
        tree
    }

    fn plant(self, tree: &mut Tree<'s>) -> Node<'s> {
        let narrow = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let data = match self.shape {
            Shape::Leaf(data) => data,
            Shape::List(items) => {
                let nodes: Vec<Node<'s>> = items.into_iter().map(|item| item.plant(tree)).collect();
                let start = tree.items.len();
                tree.items.extend(nodes);
                Data::List(narrow(start)..narrow(tree.items.len()))
            }
            Shape::Map(twigs) => {
                let entry = |twig: Twig<'s>| {
                    let Twig { key, key_span, value } = twig;
                    Entry { key, key_span, value: value.plant(tree) }
                };
                let entries: Vec<Entry<'s>> = twigs.into_iter().map(entry).collect();
                let start = tree.entries.len();
                tree.entries.extend(entries);
                Data::Map(narrow(start)..narrow(tree.entries.len()))
            }
        };
        Node { data, span: self.span }
    }
}

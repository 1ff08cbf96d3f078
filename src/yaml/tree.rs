use std::borrow::Cow;
use std::ops::Range;

use crate::pointer::Pointer;
use crate::source::Span;

/// A YAML document as data. Lists and maps are ranges of two arenas, so that an alias is a copy of a few bytes and
/// reading allocates little.
#[derive(Debug)]
pub(crate) struct Tree<'s> {
    pub(super) root: Node<'s>,
    pub(super) entries: Vec<Entry<'s>>,
    pub(super) items: Vec<Node<'s>>,
    /// Whether a syntax error hides part of the document, so that what is missing may only be unseen.
    pub(crate) partial: bool,
    #[cfg(feature = "validate")]
    pub(super) reach: super::json::Reach,
}

/// A value and where it stands; for an alias, where the alias stands.
#[derive(Debug, Clone)]
pub(crate) struct Node<'s> {
    pub(crate) data: Data<'s>,
    pub(crate) span: Span,
}

/// A key and its value.
#[derive(Debug)]
pub(crate) struct Entry<'s> {
    pub(crate) key: Cow<'s, str>,
    pub(crate) key_span: Span,
    pub(crate) value: Node<'s>,
}

/// What a node holds, by the core schema of YAML 1.2.
#[derive(Debug, Clone)]
pub(crate) enum Data<'s> {
    Null,
    Bool(bool),
    Integer(i64),
    Unsigned(u64),
    Float(f64),
    Text(Cow<'s, str>),
    List(Range<u32>),
    Map(Range<u32>),
    /// Something stands here that was refused, and reported, when it was read.
    Hole,
}

impl<'s> Tree<'s> {
    pub(crate) const fn empty() -> Self {
        Tree {
            root: Node { data: Data::Null, span: Span::EMPTY },
            entries: Vec::new(),
            items: Vec::new(),
            partial: false,
            #[cfg(feature = "validate")]
            reach: super::json::Reach::all(),
        }
    }

    pub(crate) fn root(&self) -> NodeRef<'_> {
        NodeRef { tree: self, node: &self.root }
    }

    fn entries(&self, range: &Range<u32>) -> &[Entry<'s>] {
        &self.entries[range.start as usize..range.end as usize]
    }

    fn items(&self, range: &Range<u32>) -> &[Node<'s>] {
        &self.items[range.start as usize..range.end as usize]
    }

    /// The value or key that stands at some bytes. An alias is not followed.
    #[cfg(feature = "catalog")]
    pub(crate) fn pointer_at(&self, span: Span) -> Option<Pointer> {
        let mut open = vec![(Pointer::root(), self.root())];
        while let Some((pointer, value)) = open.pop() {
            if value.span() == span {
                return Some(pointer);
            }
            for entry in value.entries().unwrap_or_default() {
                if entry.key_span == span {
                    return Some(pointer);
                }
                if entry.value.span.start() <= span.start() && span.end() <= entry.value.span.end() {
                    open.push((pointer.clone().key(&entry.key), value.with(&entry.value)));
                }
            }
            for (index, item) in value.items().unwrap_or_default().iter().enumerate() {
                if item.span.start() <= span.start() && span.end() <= item.span.end() {
                    open.push((pointer.clone().index(index), value.with(item)));
                }
            }
        }
        None
    }

    /// The bytes that a pointer names: the one module that turns a path into a place.
    pub(crate) fn locate(&self, pointer: &Pointer) -> Option<Place<'_>> {
        let mut place = Place { key: None, value: self.root() };
        for step in pointer.steps() {
            place = match &place.value.node.data {
                Data::Map(range) => {
                    let entry = self.entries(range).iter().find(|entry| entry.key == step)?;
                    Place { key: Some(entry), value: NodeRef { tree: self, node: &entry.value } }
                }
                Data::List(range) => {
                    let node = self.items(range).get(step.parse::<usize>().ok()?)?;
                    Place { key: None, value: NodeRef { tree: self, node } }
                }
                _ => return None,
            };
        }
        Some(place)
    }
}

/// What a pointer leads to: a value, and its key when it has one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'t> {
    pub(crate) key: Option<&'t Entry<'t>>,
    pub(crate) value: NodeRef<'t>,
}

impl Place<'_> {
    /// What to point at when something is missing within this value: its key, or else where it begins.
    pub(crate) fn head(&self) -> Span {
        let span = self.value.span();
        match (self.key, self.value.entries().and_then(<[_]>::first)) {
            (Some(entry), _) => entry.key_span,
            // What an alias stands for is written elsewhere.
            (None, Some(first)) if span.range().contains(&first.key_span.start()) => first.key_span,
            (None, _) => span,
        }
    }
}

/// A value of a tree.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NodeRef<'t> {
    pub(super) tree: &'t Tree<'t>,
    pub(super) node: &'t Node<'t>,
}

impl<'t> NodeRef<'t> {
    pub(crate) fn data(self) -> &'t Data<'t> {
        &self.node.data
    }

    pub(crate) fn span(self) -> Span {
        self.node.span
    }

    /// The entries, when this is a map.
    pub(crate) fn entries(self) -> Option<&'t [Entry<'t>]> {
        match &self.node.data {
            Data::Map(range) => Some(self.tree.entries(range)),
            _ => None,
        }
    }

    /// The items, when this is a list.
    pub(crate) fn items(self) -> Option<&'t [Node<'t>]> {
        match &self.node.data {
            Data::List(range) => Some(self.tree.items(range)),
            _ => None,
        }
    }

    /// The text, when this is text.
    pub(crate) fn text(self) -> Option<&'t str> {
        match &self.node.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn with(self, node: &'t Node<'t>) -> Self {
        Self { tree: self.tree, node }
    }
}

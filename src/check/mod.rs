//! Facts that no schema can tell: rules about what a persona means, one a file.
//!
//! Rules look at the tree, not at the typed persona, so that a file with errors is told of these as well. They say
//! which keys they are about; [`Context`] knows the bytes.

#[cfg(feature = "catalog")]
mod among;
mod control_token;
mod dialogue_order;
mod duplicate_id;
mod duplicate_item;
mod duplicate_question;
mod hidden_character;
mod long_answer;
mod mismatched_id;
mod missing_alt;
mod missing_sources;
mod related_character;
mod speaker_label;
mod translation;
mod unknown_macro;

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::persona::comparable;
use crate::pointer::Pointer;
#[cfg(feature = "catalog")]
use crate::roster::{FileIndex, Roster};
use crate::source::{Source, Span};
use crate::yaml::{Entry, NodeRef, Tree};

/// Reports what is hardly meant in a tree.
pub(crate) fn check(tree: &Tree<'_>, source: &Source, findings: &mut Diagnostics) {
    let mut context = Context { root: Value::root(tree.root()), source, findings };
    prose(&mut context, &Value::root(tree.root()));
    for rule in [
        dialogue_order::dialogue_order,
        duplicate_id::duplicate_id,
        duplicate_item::duplicate_item,
        duplicate_question::duplicate_question,
        long_answer::long_answer,
        mismatched_id::mismatched_id,
        missing_alt::missing_alt,
        missing_sources::missing_sources,
        related_character::duplicate_character,
        related_character::self_relation,
        speaker_label::speaker_label,
        translation::translation,
    ] {
        rule(&mut context);
    }
}

/// Reports what is hardly meant in a file among others.
#[cfg(feature = "catalog")]
pub(crate) fn check_among(
    tree: &Tree<'_>,
    source: &Source,
    (roster, file): (&Roster, FileIndex),
    findings: &mut Diagnostics,
) {
    let mut context = Context { root: Value::root(tree.root()), source, findings };
    for rule in [among::dangling_relation, among::duplicate_persona, among::one_sided_relation] {
        rule(&mut context, roster, file);
    }
}

/// Asks the rules about every text that a model or a visitor will see; what stands under `extensions` is for others.
fn prose<'a>(context: &mut Context<'a>, value: &Value<'a, '_>) {
    if let Some(text) = value.text() {
        let bytes = Bytes::of(text.content);
        for (kind, rule) in [
            (Bytes::BRACKET, control_token::control_token as fn(&mut Context<'a>, &Text<'a, '_>)),
            (Bytes::HIDING, hidden_character::hidden_character),
            (Bytes::BRACE, unknown_macro::unknown_macro),
        ] {
            if bytes.have(kind) {
                rule(context, &text);
            }
        }
    }
    for item in value.items() {
        prose(context, &item);
    }
    for entry in value.entries() {
        if !matches!((value.way, entry.key.as_ref()), (Way::Root, "extensions" | "$schema")) {
            prose(context, &value.entry(entry));
        }
    }
}

/// What a rule works with.
struct Context<'a> {
    root: Value<'a, 'static>,
    source: &'a Source,
    findings: &'a mut Diagnostics,
}

/// A place that a rule looks at, whether anything stands there or not.
#[derive(Clone, Copy)]
struct Value<'a, 'w> {
    node: Option<NodeRef<'a>>,
    way: Way<'w>,
    /// The bytes of its key, when it has one.
    key: Option<Span>,
}

/// A text that a rule looks at.
#[derive(Clone, Copy)]
struct Text<'a, 'w> {
    content: &'a str,
    way: Way<'w>,
    span: Span,
}

/// The steps from the root to a value. Most values are never reported, so a way costs nothing: each step points to
/// the one before it, which stands on the stack of the rule that took it.
#[derive(Clone, Copy)]
enum Way<'w> {
    Root,
    Key(&'w Way<'w>, &'w str),
    Index(&'w Way<'w>, usize),
}

impl Way<'_> {
    fn pointer(self) -> Pointer {
        match self {
            Way::Root => Pointer::root(),
            Way::Key(before, key) => before.pointer().key(key),
            Way::Index(before, index) => before.pointer().index(index),
        }
    }
}

/// Which kinds of bytes a text has, so that no rule reads one that cannot concern it: most texts are plain prose. All of
/// this is arithmetic without branches, which processors do for many bytes at a time.
#[derive(Clone, Copy)]
struct Bytes(u8);

#[expect(clippy::needless_bitwise_bool, reason = "with branches, it would be done byte by byte")]
impl Bytes {
    /// `<`, `[` or `]`, which begin control tokens.
    const BRACKET: u8 = 1;
    /// `{`, which begins macros.
    const BRACE: u8 = 2;
    /// Bytes that begin characters which cannot be seen, and perhaps a few others.
    const HIDING: u8 = 4;

    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let hides = Self::has_hiding_byte(bytes) || (!text.is_ascii() && Self::has_hiding_pair(bytes));
        let bracket = bytes.iter().fold(false, |found, &byte| found | (byte == b'<') | (byte == b'[') | (byte == b']'));
        let brace = bytes.iter().fold(false, |found, &byte| found | (byte == b'{'));
        Self(u8::from(bracket) * Self::BRACKET + u8::from(brace) * Self::BRACE + u8::from(hides) * Self::HIDING)
    }

    /// A control, or what begins characters of which some cannot be seen. Inlined into what calls it, this was done byte by
    /// byte.
    #[inline(never)]
    fn has_hiding_byte(bytes: &[u8]) -> bool {
        bytes.iter().fold(false, |found, &byte| {
            let is_control = (byte < b' ') & (byte != b'\t') & (byte != b'\n') & (byte != b'\r') | (byte == 0x7f);
            found | is_control | (byte == 0xd8) | (byte == 0xe1) | (byte == 0xf3)
        })
    }

    /// The same, where one byte would be too little to know: the marks of direction begin as quotation marks and dashes do,
    /// which are in nearly all prose.
    #[inline(never)]
    fn has_hiding_pair(bytes: &[u8]) -> bool {
        bytes.windows(2).fold(false, |found, pair| {
            let (first, second) = (pair[0], pair[1]);
            found
                | (first == 0xc2) & (second < 0xa0)
                | (first == 0xe3) & (second == 0x85)
                | (first == 0xef) & ((second == 0xbb) | (second >= 0xbe))
                | (first == 0x80) & ((second.wrapping_sub(0x8b) < 5) | (second.wrapping_sub(0xa8) < 7))
                | (first == 0x81) & (second.wrapping_sub(0xa0) < 16)
        })
    }

    fn have(self, kind: u8) -> bool {
        self.0 & kind != 0
    }
}

impl<'a> Context<'a> {
    /// Whether the file may leave things to others: it extends them, or they extend it.
    fn is_part(&self) -> bool {
        let is_fragment = self.get("spec").text().is_some_and(|spec| spec.content == "persona-fragment/v1");
        is_fragment || self.get("extends").items().len() > 0
    }

    /// What stands at a key of the outermost map.
    fn get(&self, key: &'static str) -> Value<'a, 'static> {
        Value { way: Way::Key(&Way::Root, key), ..self.root.get(key) }
    }

    /// Finds parts of a text in the file.
    fn locator(&self, text: &Text<'a, '_>) -> Locator<'a> {
        Locator {
            content: text.content,
            whole: text.span,
            written: self.source.slice(text.span),
            at: (0, 0),
            is_lost: false,
        }
    }

    /// Counts a finding for which there is no room, which spares describing it.
    fn omits(&mut self) -> bool {
        let is_full = self.findings.room() == 0;
        self.findings.omit(usize::from(is_full));
        is_full
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.findings.push(diagnostic);
    }
}

/// Finds parts of a text in the file, one after the other, in time that grows with the text.
struct Locator<'a> {
    content: &'a str,
    whole: Span,
    written: &'a str,
    /// How far both are compared: bytes of the text, and of what is written.
    at: (usize, usize),
    is_lost: bool,
}

impl Locator<'_> {
    /// The bytes of a part, which must not begin before the last one ended. None where the text is written with escapes
    /// or is folded, and the part is not to be found as it is.
    fn locate(&mut self, part: Range<usize>) -> Option<Span> {
        if self.is_lost {
            return None;
        }
        let wanted = &self.content[part.clone()];
        let before = self.content[self.at.0..part.start].matches(wanted).count();
        let Some((index, _)) = self.written[self.at.1..].match_indices(wanted).nth(before) else {
            self.is_lost = true;
            return None;
        };
        let start = self.at.1 + index;
        self.at = (part.end, start + wanted.len());
        Some(Span::new(self.whole.start() + start..self.whole.start() + start + wanted.len()))
    }
}

impl<'a> Value<'a, '_> {
    fn root(node: NodeRef<'a>) -> Self {
        Self { node: Some(node), way: Way::Root, key: None }
    }

    fn exists(&self) -> bool {
        self.node.is_some()
    }

    fn get<'w>(&'w self, key: &'w str) -> Value<'a, 'w> {
        match self.entries().iter().find(|entry| entry.key == key) {
            Some(entry) => self.entry(entry),
            None => Value { node: None, way: Way::Key(&self.way, key), key: None },
        }
    }

    fn entries(&self) -> &'a [Entry<'a>] {
        self.node.and_then(NodeRef::entries).unwrap_or_default()
    }

    fn entry<'w>(&'w self, entry: &'a Entry<'a>) -> Value<'a, 'w> {
        let node = self.node.map(|node| node.with(&entry.value));
        Value { node, way: Way::Key(&self.way, &entry.key), key: Some(entry.key_span) }
    }

    fn items<'w>(&'w self) -> impl ExactSizeIterator<Item = Value<'a, 'w>> {
        let items = self.node.and_then(NodeRef::items).unwrap_or_default().iter().enumerate();
        items.map(|(index, item)| Value {
            node: self.node.map(|node| node.with(item)),
            way: Way::Index(&self.way, index),
            key: None,
        })
    }
}

impl<'a, 'w> Value<'a, 'w> {
    fn text(&self) -> Option<Text<'a, 'w>> {
        let node = self.node?;
        Some(Text { content: node.text()?, way: self.way, span: node.span() })
    }

    /// The texts of a list.
    fn texts(&self) -> impl Iterator<Item = Text<'a, '_>> {
        self.items().filter_map(|item| item.text())
    }
}

impl Text<'_, '_> {
    fn finding(&self, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, message, self.way.pointer(), self.span)
    }

    /// As people compare: without case, white space and punctuation.
    fn normalized(&self) -> String {
        comparable(self.content)
    }

    /// Without white space around it, and in lower case.
    fn folded(&self) -> String {
        self.content.trim().to_lowercase()
    }
}

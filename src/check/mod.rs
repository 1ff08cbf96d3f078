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
use std::rc::Rc;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::persona::comparable;
use crate::pointer::Pointer;
#[cfg(feature = "catalog")]
use crate::roster::{FileIndex, Roster};
use crate::source::{Source, Span};
use crate::yaml::{Entry, NodeRef, Tree};

/// Reports what is hardly meant in a tree.
pub(crate) fn check(tree: &Tree<'_>, source: &Source, findings: &mut Diagnostics) {
    let prose = prose(tree.root());
    let mut context = Context { root: tree.root(), prose: &prose, source, findings };
    for rule in [
        control_token::control_token,
        dialogue_order::dialogue_order,
        duplicate_id::duplicate_id,
        duplicate_item::duplicate_item,
        duplicate_question::duplicate_question,
        hidden_character::hidden_character,
        long_answer::long_answer,
        mismatched_id::mismatched_id,
        missing_alt::missing_alt,
        missing_sources::missing_sources,
        related_character::duplicate_character,
        related_character::self_relation,
        speaker_label::speaker_label,
        translation::translation,
        unknown_macro::unknown_macro,
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
    let mut context = Context { root: tree.root(), prose: &[], source, findings };
    for rule in [among::dangling_relation, among::duplicate_persona, among::one_sided_relation] {
        rule(&mut context, roster, file);
    }
}

/// What a rule works with.
struct Context<'a> {
    root: NodeRef<'a>,
    /// Every text that a model or a visitor will see; what stands under `extensions` is for others.
    prose: &'a [(Bytes, Text<'a>)],
    source: &'a Source,
    findings: &'a mut Diagnostics,
}

/// A value that a rule looks at.
#[derive(Clone)]
struct Value<'a> {
    node: NodeRef<'a>,
    way: Way<'a>,
    /// The bytes of its key, when it has one.
    key: Option<Span>,
}

/// A text that a rule looks at.
#[derive(Clone)]
struct Text<'a> {
    content: &'a str,
    way: Way<'a>,
    span: Span,
}

/// Which kinds of bytes a text has, so that no rule reads one that cannot concern it: most texts are plain prose.
#[derive(Clone, Copy)]
struct Bytes(u8);

impl Bytes {
    /// `<`, `[` or `]`, which begin control tokens.
    const BRACKET: u8 = 1;
    /// `{`, which begins macros.
    const BRACE: u8 = 2;
    /// Bytes that begin characters which cannot be seen, and perhaps others.
    const HIDING: u8 = 4;

    const KINDS: [u8; 256] = {
        let mut kinds = [0; 256];
        let mut byte = 0;
        while byte < 256 {
            #[expect(clippy::cast_possible_truncation, reason = "it is below 256")]
            #[expect(clippy::match_same_arms, reason = "for different reasons")]
            let kind = match byte as u8 {
                b'<' | b'[' | b']' => Self::BRACKET,
                b'{' => Self::BRACE,
                b'\t' | b'\n' | b'\r' | b' '..=b'~' => 0,
                // What goes on a character; and what begins two bytes with a Latin, Greek, Cyrillic or Hebrew letter, or three
                // with most Chinese characters.
                0x80..=0xbf | 0xc3..=0xd7 | 0xe4..=0xe9 => 0,
                _ => Self::HIDING,
            };
            kinds[byte] = kind;
            byte += 1;
        }
        kinds
    };

    fn of(text: &str) -> Self {
        Self(text.bytes().fold(0, |kinds, byte| kinds | Self::KINDS[usize::from(byte)]))
    }

    fn have(self, kind: u8) -> bool {
        self.0 & kind != 0
    }
}

/// The steps from the root to a value. Most values are never reported, and writing out a pointer to each was a third
/// of the time that the rules take.
#[derive(Clone, Default)]
struct Way<'a>(Option<Rc<(Way<'a>, Step<'a>)>>);

enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> Way<'a> {
    fn then(&self, step: Step<'a>) -> Self {
        Self(Some(Rc::new((self.clone(), step))))
    }

    fn pointer(&self) -> Pointer {
        match self.0.as_deref() {
            None => Pointer::root(),
            Some((before, Step::Key(key))) => before.pointer().key(key),
            Some((before, Step::Index(index))) => before.pointer().index(*index),
        }
    }
}

fn prose(root: NodeRef<'_>) -> Vec<(Bytes, Text<'_>)> {
    let mut open = vec![Value::root(root)];
    let mut texts = Vec::new();
    while let Some(value) = open.pop() {
        texts.extend(value.text().map(|text| (Bytes::of(text.content), text)));
        open.extend(value.items());
        for entry in value.node.entries().unwrap_or_default() {
            if value.way.0.is_some() || !matches!(entry.key.as_ref(), "extensions" | "$schema") {
                open.push(value.entry(entry));
            }
        }
    }
    texts
}

impl<'a> Context<'a> {
    /// The values at a path of keys, where `*` stands for every item of a list: `faq/*/question`.
    fn values(&self, path: &str) -> Vec<Value<'a>> {
        let mut values = vec![Value::root(self.root)];
        for step in path.split('/') {
            values = values
                .iter()
                .flat_map(|value| if step == "*" { value.items() } else { value.get(step).into_iter().collect() })
                .collect();
        }
        values
    }

    fn texts(&self, path: &str) -> Vec<Text<'a>> {
        self.values(path).iter().filter_map(Value::text).collect()
    }

    /// Whether the file may leave things to others: it extends them, or they extend it.
    fn is_part(&self) -> bool {
        let is_fragment = self.text("spec").is_some_and(|spec| spec.content == "persona-fragment/v1");
        is_fragment || !self.values("extends/*").is_empty()
    }

    fn text(&self, path: &str) -> Option<Text<'a>> {
        self.texts(path).into_iter().next()
    }

    /// The prose that has a kind of byte.
    fn prose_with(&self, kind: u8) -> impl Iterator<Item = &'a Text<'a>> + use<'a> {
        self.prose.iter().filter(move |(bytes, _)| bytes.have(kind)).map(|(_, text)| text)
    }

    /// Finds parts of a text in the file.
    fn locator(&self, text: &Text<'a>) -> Locator<'a> {
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

impl<'a> Value<'a> {
    fn root(node: NodeRef<'a>) -> Self {
        Self { node, way: Way::default(), key: None }
    }

    fn get(&self, key: &str) -> Option<Value<'a>> {
        self.node.entries()?.iter().find(|entry| entry.key == key).map(|entry| self.entry(entry))
    }

    fn entry(&self, entry: &'a Entry<'a>) -> Value<'a> {
        Value {
            node: self.node.with(&entry.value),
            way: self.way.then(Step::Key(&entry.key)),
            key: Some(entry.key_span),
        }
    }

    fn items(&self) -> Vec<Value<'a>> {
        let items = self.node.items().unwrap_or_default().iter().enumerate();
        let value =
            |(index, item)| Value { node: self.node.with(item), way: self.way.then(Step::Index(index)), key: None };
        items.map(value).collect()
    }

    fn text(&self) -> Option<Text<'a>> {
        let content = self.node.text()?;
        Some(Text { content, way: self.way.clone(), span: self.node.span() })
    }
}

impl Text<'_> {
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

mod recover;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::{AddAssign, Range};

use self::recover::MOST_SYNTAX_ERRORS;
use super::events::{Anchor, Event, Events, SyntaxError, SyntaxErrorKind, Tag, TagKind};
use super::scalar::{Plain, is_ambiguous_boolean, resolve};
use super::tree::{Data, Entry, Node, Tree};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, quote};
use crate::limits::Limits;
use crate::pointer::Pointer;
use crate::source::{Source, Span};

/// Reads a source into a tree, and reports what is wrong with it as YAML. There is no tree when nothing of use was read.
///
/// After a syntax error, reading goes on at the next line that begins a key of the outermost map, so that one mistake
/// does not hide the next. That is safe: within a block map in the first column, no value reaches that column.
pub(crate) fn read<'s>(source: &'s Source, limits: &Limits, findings: &mut Diagnostics) -> Option<Tree<'s>> {
    let text = source.text();
    if text.len() > limits.bytes.min(u32::MAX as usize) {
        let message = format!("the file is larger than {} bytes", limits.bytes);
        findings.push(Diagnostic::new(Code::FileTooLarge, message, Pointer::root(), Span::EMPTY));
        return None;
    }
    if let [first, others @ ..] = source.undecodable() {
        let message = match others.len() {
            0 => "bytes that are not UTF-8".to_owned(),
            1 => "bytes that are not UTF-8, here and in another place".to_owned(),
            more => format!("bytes that are not UTF-8, here and in {more} more places"),
        };
        let found = Diagnostic::new(Code::InvalidUtf8, message, Pointer::root(), *first);
        findings.push(found.help("save the file as UTF-8"));
        if text.contains('\0') {
            // UTF-16, or no text at all: nothing that could be said of the rest would help.
            return None;
        }
    }
    let mut reader = Reader {
        source,
        text,
        limits,
        depth: limits.depth.min(Limits::MAX_DEPTH),
        findings,
        tree: Tree::empty(),
        frames: Vec::new(),
        entries: Vec::new(),
        items: Vec::new(),
        anchors: HashMap::new(),
        root: None,
        total: Weight::default(),
        last: Span::EMPTY,
        macro_ends: 0,
        is_abandoning: false,
    };
    reader.read_all();
    reader.finish()
}

/// Maps of up to this many keys are searched for a key, larger ones keep a table.
const SMALL_MAP: usize = 16;

struct Reader<'s, 'r> {
    source: &'s Source,
    text: &'s str,
    limits: &'r Limits,
    depth: usize,
    findings: &'r mut Diagnostics,
    tree: Tree<'s>,
    frames: Vec<Frame<'s>>,
    /// What the open frames hold so far, the innermost frame's last.
    entries: Vec<Entry<'s>>,
    items: Vec<Node<'s>>,
    anchors: HashMap<Anchor, (Node<'s>, Weight)>,
    root: Option<Node<'s>>,
    total: Weight,
    /// The event that was understood last.
    last: Span,
    /// The end of the line of the last unquoted macro.
    macro_ends: usize,
    /// Whether frames are closed because of a syntax error.
    is_abandoning: bool,
}

/// A list or map that is open.
struct Frame<'s> {
    kind: Kind<'s>,
    /// Where its entries or items begin among those of all open frames.
    start: usize,
    /// Its opening bracket; empty for a block.
    span: Span,
    anchor: Anchor,
    weight: Weight,
}

enum Kind<'s> {
    List,
    Map {
        key: Key<'s>,
        seen: HashMap<Cow<'s, str>, Span>,
    },
    /// Stands where a key should; it is only read for the faults within.
    Refused,
}

/// Where a map stands between its keys and values.
enum Key<'s> {
    Awaited,
    Read(Cow<'s, str>, Span),
    /// The key was refused; its value is read and dropped.
    Refused,
}

/// What a value comes to once its aliases are followed.
#[derive(Clone, Copy, Default)]
struct Weight {
    nodes: usize,
    bytes: usize,
    height: usize,
}

impl AddAssign for Weight {
    fn add_assign(&mut self, other: Self) {
        self.nodes = self.nodes.saturating_add(other.nodes);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.height = self.height.max(other.height + 1);
    }
}

/// A limit is passed, or the document is over: nothing further is read.
struct Stop;

impl<'s> Reader<'s, '_> {
    fn read_all(&mut self) {
        let mut offset = 0;
        for _ in 0..MOST_SYNTAX_ERRORS {
            let Err(error) = self.read_from(offset) else {
                return;
            };
            self.report_syntax(&error);
            self.tree.partial = true;
            self.is_abandoning = true;
            match self.next_outermost_key() {
                Some(next) if error.kind != SyntaxErrorKind::TooDeep => offset = next,
                _ => return,
            }
            self.close_down_to(1);
            self.is_abandoning = false;
            if let Some(Frame { kind: Kind::Map { key, .. }, .. }) = self.frames.last_mut()
                && let Key::Read(name, span) = std::mem::replace(key, Key::Awaited)
            {
                let value = Node { data: Data::Hole, span };
                self.entries.push(Entry { key: name, key_span: span, value });
            }
        }
    }

    /// Reads from a byte to the end of the document. When that is not the start of the text, it is a line of the
    /// outermost map, whose frame is open.
    fn read_from(&mut self, offset: usize) -> Result<(), SyntaxError> {
        let mut events = Events::new(self.source, offset, self.depth);
        let mut is_within = offset == 0;
        let mut documents = 0;
        self.last = Span::new(offset..offset);
        // Each start numbers its anchors anew.
        self.anchors.clear();
        while let Some(next) = events.next() {
            let (event, span) = next?;
            match event {
                Event::DocumentStart if documents == 0 => documents = 1,
                Event::DocumentStart => {
                    let message = "a second YAML document begins here";
                    self.report(
                        Code::MultipleDocuments,
                        message,
                        span,
                        "a file holds one persona: move the second to its own",
                    );
                    return Ok(());
                }
                Event::MapStart { .. } if !is_within => is_within = true,
                event => {
                    if let Err(Stop) = self.take(event, span) {
                        return Ok(());
                    }
                }
            }
            self.last = span;
        }
        Ok(())
    }

    fn take(&mut self, event: Event<'s>, span: Span) -> Result<(), Stop> {
        match event {
            Event::Scalar { text, plain, anchor, tag } => {
                let weight = Weight { nodes: 1, bytes: text.len(), height: 0 };
                self.count(weight, span)?;
                if self.awaits_key() {
                    let is_text = !plain || tag.kind == TagKind::Text;
                    if anchor > 0 {
                        let node = Node { data: Data::Text(text.clone()), span };
                        self.anchors.insert(anchor, (node, weight));
                    }
                    self.take_key(text, is_text, span);
                    return Ok(());
                }
                let node = self.scalar(text, plain, tag, span);
                if anchor > 0 {
                    self.anchors.insert(anchor, (node.clone(), weight));
                }
                self.add(node, weight);
            }
            Event::ListStart { anchor, tag } => {
                self.check_collection_tag(tag, TagKind::List);
                self.open(Kind::List, anchor, span)?;
            }
            Event::MapStart { anchor, tag } => {
                self.check_collection_tag(tag, TagKind::Map);
                self.open(Kind::Map { key: Key::Awaited, seen: HashMap::new() }, anchor, span)?;
            }
            Event::End => {
                if self.last.end() < span.end() {
                    self.last = span;
                }
                self.close(span.end());
            }
            Event::Alias(anchor) => self.alias(anchor, span)?,
            Event::UnknownAlias(name) => {
                // After a syntax error the anchor may be in the part that was passed over.
                if !self.tree.partial {
                    let message = format!("nothing before this is marked {}", quote(&format!("&{name}")));
                    self.report(Code::UnknownAlias, message, span, "put text that begins with `*` in quotes");
                }
                self.add_or_refuse_key(Node { data: Data::Hole, span }, Weight::default());
            }
            Event::DocumentStart => {}
        }
        Ok(())
    }

    fn alias(&mut self, anchor: Anchor, span: Span) -> Result<(), Stop> {
        let Some((node, weight)) = self.anchors.get(&anchor) else {
            let message = "this alias stands within what it refers to";
            self.report(Code::RecursiveAlias, message, span, "write the value out");
            self.add_or_refuse_key(Node { data: Data::Hole, span }, Weight::default());
            return Ok(());
        };
        let (data, weight) = (node.data.clone(), *weight);
        self.count(weight, span)?;
        if self.frames.len() + weight.height > self.depth {
            return self.too_deep(span);
        }
        match data {
            Data::Text(text) if self.awaits_key() => self.take_key(text, true, span),
            data => self.add_or_refuse_key(Node { data, span }, weight),
        }
        Ok(())
    }

    fn count(&mut self, weight: Weight, span: Span) -> Result<(), Stop> {
        self.total += weight;
        let Limits { nodes, bytes, .. } = *self.limits;
        // Escapes can make text a little longer than it is written; only aliases can make it much longer.
        if self.total.nodes <= nodes && self.total.bytes <= bytes.saturating_mul(2) {
            return Ok(());
        }
        let message =
            format!("with its aliases followed, the file holds more than {nodes} values or {bytes} bytes of text");
        self.report(Code::TooLargeExpanded, message, span, "write the values out, or split the file");
        self.refuse_all()
    }

    fn too_deep(&mut self, span: Span) -> Result<(), Stop> {
        let message = format!("lists and maps are nested more than {} deep", self.depth);
        self.report(Code::TooDeep, message, span, "flatten the data");
        self.refuse_all()
    }

    fn refuse_all(&mut self) -> Result<(), Stop> {
        self.frames.clear();
        self.root = None;
        self.tree.partial = true;
        Err(Stop)
    }

    fn awaits_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { kind: Kind::Map { key: Key::Awaited, .. }, .. }))
    }

    fn take_key(&mut self, text: Cow<'s, str>, is_text: bool, span: Span) {
        let Some(Frame { kind: Kind::Map { key, seen }, start, .. }) = self.frames.last_mut() else {
            return;
        };
        *key = Key::Refused;
        if !is_text && text == "<<" {
            let message = "the merge key `<<` is no part of YAML 1.2";
            self.report(Code::MergeKey, message, span, "write the keys out");
            return;
        }
        if !is_text && !matches!(resolve(Cow::Borrowed(&text)), Plain::Data(Data::Text(_))) {
            let message = if text.is_empty() {
                "a key is missing before this `:`".to_owned()
            } else {
                format!("the key {} is not text", quote(&text))
            };
            let found = self.diagnostic(Code::NonStringKey, message, span);
            let quoted = format!("\"{text}\"");
            self.findings.push(found.help(format!("write {}", quote(&quoted))).fix(span, quoted));
            return;
        }
        let entries = &self.entries[*start..];
        let first = if entries.len() < SMALL_MAP {
            entries.iter().find(|entry| entry.key == text).map(|entry| entry.key_span)
        } else {
            if seen.is_empty() {
                seen.extend(entries.iter().map(|entry| (entry.key.clone(), entry.key_span)));
            }
            let first = seen.get(&text).copied();
            seen.entry(text.clone()).or_insert(span);
            first
        };
        if let Some(first) = first {
            let message = format!("the key {} is here twice", quote(&text));
            let found = self.diagnostic(Code::DuplicateKey, message, span);
            self.findings.push(found.help("delete one of the two").related(first, "first written here"));
            return;
        }
        *key = Key::Read(text, span);
    }

    fn scalar(&mut self, text: Cow<'s, str>, plain: bool, tag: Tag, span: Span) -> Node<'s> {
        if tag.kind == TagKind::Unknown {
            self.report_tag(tag.span);
        }
        // A value that is left out has no bytes; its key shows where it should be.
        let span = match self.frames.last() {
            Some(Frame { kind: Kind::Map { key: Key::Read(_, key), .. }, .. }) if span.start() == span.end() => *key,
            _ => span,
        };
        let is_untagged = matches!(tag.kind, TagKind::None | TagKind::Unknown);
        let is_text = tag.kind == TagKind::Text || (!plain && is_untagged);
        if is_text {
            return Node { data: Data::Text(text), span };
        }
        if is_untagged && is_ambiguous_boolean(&text) {
            let found = self.diagnostic(
                Code::AmbiguousBoolean,
                format!("plain {} is text here, and a boolean to older YAML readers", quote(&text)),
                span,
            );
            let quoted = format!("\"{text}\"");
            self.findings.push(found.help(format!("write {}", quote(&quoted))).fix(span, quoted));
        }
        let (code, message) = match resolve(text.clone()) {
            Plain::NonFinite => (Code::NonFiniteNumber, format!("{} is not a finite number", quote(&text))),
            Plain::OutOfRange => (Code::NumberOutOfRange, format!("{} needs more than 64 bits", quote(&text))),
            Plain::Data(data) => match (tag.kind, data) {
                (TagKind::None | TagKind::Unknown, data)
                | (TagKind::Null, data @ Data::Null)
                | (TagKind::Bool, data @ Data::Bool(_))
                | (TagKind::Integer, data @ (Data::Integer(_) | Data::Unsigned(_)))
                | (TagKind::Float, data @ Data::Float(_)) => return Node { data, span },
                #[expect(clippy::cast_precision_loss, reason = "the author asks for a float")]
                (TagKind::Float, Data::Integer(number)) => {
                    return Node { data: Data::Float(number as f64), span };
                }
                _ => (Code::UnknownTag, format!("the tag does not fit {}", quote(&text))),
            },
        };
        let quoted = format!("\"{}\"", text.escape_default());
        let found = self.diagnostic(code, message, span);
        self.findings.push(found.help(format!("to say it as text, write {}", quote(&quoted))).unsafe_fix(span, quoted));
        Node { data: Data::Hole, span }
    }

    fn check_collection_tag(&mut self, tag: Tag, own: TagKind) {
        match tag.kind {
            TagKind::Unknown => self.report_tag(tag.span),
            kind if kind != TagKind::None && kind != own => {
                self.report(Code::UnknownTag, "the tag does not fit this value", tag.span, "delete the tag");
            }
            _ => {}
        }
    }

    fn report_tag(&mut self, at: Span) {
        let message = format!("a persona is plain data and has no tag {}", quote(&self.text[at.range()]));
        self.report(Code::UnknownTag, message, at, "delete the tag, or put text that begins with `!` in quotes");
    }

    fn open(&mut self, kind: Kind<'s>, anchor: Anchor, span: Span) -> Result<(), Stop> {
        if self.frames.len() >= self.depth {
            return self.too_deep(span);
        }
        self.count(Weight { nodes: 1, ..Weight::default() }, span)?;
        let start = match kind {
            Kind::Map { .. } => self.entries.len(),
            Kind::List | Kind::Refused => self.items.len(),
        };
        let kind = if self.awaits_key() {
            self.report_collection_key(span);
            Kind::Refused
        } else {
            kind
        };
        self.frames.push(Frame { kind, start, span, anchor, weight: Weight { nodes: 1, ..Weight::default() } });
        Ok(())
    }

    /// A list or map where a key should be: nearly always a macro such as `{{user}}` at the start of plain text.
    fn report_collection_key(&mut self, span: Span) {
        let outer = self.frames.last().map_or(Span::EMPTY, |frame| frame.span);
        let is_macro = outer.end() == span.start() && self.text[outer.start()..].starts_with("{{");
        if !is_macro {
            self.report(Code::NonStringKey, "a list or map cannot be a key", span, "put the key in quotes");
            return;
        }
        let line = self.text[outer.start()..].lines().next().unwrap_or_default().trim_end();
        let in_line = Span::new(outer.start()..outer.start() + line.len());
        let braces = Span::new(outer.start()..span.end());
        let found = self.diagnostic(Code::UnquotedMacro, "plain text cannot begin with `{{`", braces);
        let found = found.help("put the text in quotes, or in a block after `|`");
        self.macro_ends = in_line.end() + 1;
        let is_in_brackets = self.frames.iter().rev().skip(1).any(|frame| frame.span.start() < frame.span.end());
        self.findings.push(if is_in_brackets {
            found
        } else {
            found.fix(in_line, format!("\"{}\"", line.replace('\\', "\\\\").replace('"', "\\\"")))
        });
        // What the braces hold is no map, and must not be taken for one.
        if let Some(outer) = self.frames.last_mut() {
            outer.kind = Kind::Refused;
            outer.start = self.items.len();
        }
    }

    fn close(&mut self, end: usize) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        // Casts to `u32` are within range: the text has fewer bytes than that.
        #[expect(clippy::cast_possible_truncation, reason = "see above")]
        let moved = |from: usize, to: usize| -> Range<u32> { from as u32..to as u32 };
        let (mut data, first) = match frame.kind {
            Kind::List => {
                let first = self.items.get(frame.start).map(|item| item.span.start());
                let from = self.tree.items.len();
                self.tree.items.extend(self.items.drain(frame.start..));
                (Data::List(moved(from, self.tree.items.len())), first)
            }
            Kind::Map { .. } => {
                let first = self.entries.get(frame.start).map(|entry| entry.key_span.start());
                let from = self.tree.entries.len();
                self.tree.entries.extend(self.entries.drain(frame.start..));
                (Data::Map(moved(from, self.tree.entries.len())), first)
            }
            Kind::Refused => {
                self.items.truncate(frame.start);
                (Data::Hole, None)
            }
        };
        if self.is_abandoning && frame.span.start() < frame.span.end() {
            // A bracket that is not closed is a fault of its own; what it would have held cannot be known.
            data = Data::Hole;
        }
        // A block ends where the next thing begins; what it covers ends before the white space.
        let start = first.map_or(frame.span.start(), |first| first.min(frame.span.start()));
        let end = start + self.text[start..end.max(start)].trim_end().len();
        let node = Node { data, span: Span::new(start..end) };
        if frame.anchor > 0 {
            self.anchors.insert(frame.anchor, (node.clone(), frame.weight));
        }
        self.add_or_refuse_key(node, frame.weight);
    }

    fn add_or_refuse_key(&mut self, node: Node<'s>, weight: Weight) {
        match self.frames.last_mut() {
            Some(Frame { kind: Kind::Map { key: key @ Key::Awaited, .. }, .. }) => *key = Key::Refused,
            _ => self.add(node, weight),
        }
    }

    fn add(&mut self, value: Node<'s>, weight: Weight) {
        let Some(frame) = self.frames.last_mut() else {
            self.root = Some(value);
            return;
        };
        frame.weight += weight;
        match &mut frame.kind {
            Kind::List | Kind::Refused => self.items.push(value),
            Kind::Map { key, .. } => {
                if let Key::Read(key, key_span) = std::mem::replace(key, Key::Awaited) {
                    self.entries.push(Entry { key, key_span, value });
                }
            }
        }
    }

    fn close_down_to(&mut self, depth: usize) {
        while self.frames.len() > depth {
            self.close(self.last.end());
        }
    }

    fn finish(mut self) -> Option<Tree<'s>> {
        self.close_down_to(0);
        if self.root.is_none() && !self.tree.partial && self.findings.is_empty() {
            let span = Span::new(self.text.len()..self.text.len());
            self.report(
                Code::EmptyFile,
                "the file holds no persona",
                span,
                "a persona has at least a `name` and a `description`",
            );
        }
        let root = self.root?;
        if self.tree.partial && !matches!(root.data, Data::Map(_) | Data::List(_)) {
            // Text at the root of a broken file is what was not understood.
            return None;
        }
        self.tree.root = root;
        Some(self.tree)
    }

    fn report(&mut self, code: Code, message: impl Into<String>, span: Span, help: &str) {
        let found = self.diagnostic(code, message, span).help(help);
        self.findings.push(found);
    }

    fn diagnostic(&self, code: Code, message: impl Into<String>, span: Span) -> Diagnostic {
        Diagnostic::new(code, message, self.pointer(), span)
    }

    /// Where reading stands.
    fn pointer(&self) -> Pointer {
        let mut pointer = Pointer::root();
        let mut items = self.items.len();
        let mut steps = Vec::new();
        for frame in self.frames.iter().rev() {
            match &frame.kind {
                Kind::List => steps.push(Err(items - frame.start)),
                Kind::Map { key: Key::Read(key, _), .. } => steps.push(Ok(key)),
                Kind::Map { .. } | Kind::Refused => {}
            }
            if matches!(frame.kind, Kind::List | Kind::Refused) {
                items = frame.start;
            }
        }
        for step in steps.into_iter().rev() {
            pointer = match step {
                Ok(key) => pointer.key(key),
                Err(index) => pointer.index(index),
            };
        }
        pointer
    }
}

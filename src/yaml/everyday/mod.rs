//! The YAML that nearly every persona file is made of, read line by line.
//!
//! A parser of all of YAML must be ready for anchors, tags, folding and keys of any kind at every byte; it was four
//! fifths of the time that reading takes. What authors write is block maps and lists, plain text, quoted text of one
//! line, literal blocks and short lists in brackets. This gives the same events for that, at the same bytes, in a
//! seventh of the instructions. At the first thing that it is not sure of it gives up, and the parser reads the text
//! from the start: so all faults, and all of YAML that is seldom seen, are the parser's to tell. That both agree is a
//! property, kept by a test.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use super::events::{Event, Tag, TagKind};
use crate::source::{Source, Span};

/// More events than any persona has. They are kept in a list, which must not grow with a hostile file.
const MOST_EVENTS: usize = 20_000;

/// Longer keys are rare, and from 1,024 characters on no keys.
const LONGEST_KEY: usize = 200;

/// The events of a text, or none when there may be more to it than is understood here.
pub(super) fn scan(source: &Source, depth: usize) -> Option<Vec<(Event<'_>, Span)>> {
    let (text, lines) = (source.text(), source.line_starts());
    if !is_everyday(text.as_bytes()) {
        return None;
    }
    let mut scanner =
        Scanner { text, lines, at: 0, line: 0, depth, open: Vec::new(), awaits_value: false, events: Vec::new() };
    scanner.events.reserve((text.len() / 32).min(MOST_EVENTS));
    scanner.document()?;
    Some(scanner.events)
}

/// Whether a text is free of control characters, tabs, byte-order marks and line ends other than `\n`. A few Arabic and
/// Korean forms are taken for a mark as well: two bytes are compared, which processors do for many at a time.
#[expect(clippy::needless_bitwise_bool, reason = "with branches, it would be done byte by byte")]
fn is_everyday(bytes: &[u8]) -> bool {
    let odd = |odd, &byte: &u8| odd | (byte < b' ') & (byte != b'\n') | (byte == 0x7f);
    let odd_pair = |odd, pair: &[u8]| {
        let (first, second) = (pair[0], pair[1]);
        odd | (first == 0xc2) & (second < 0xa0) | (first == 0xef) & ((second == 0xbb) | (second == 0xbf))
    };
    !bytes.iter().fold(false, odd) && !bytes.windows(2).fold(false, odd_pair)
}

struct Scanner<'s> {
    text: &'s str,
    /// Where lines begin.
    lines: &'s [usize],
    at: usize,
    /// The line that this is in.
    line: usize,
    depth: usize,
    /// The block lists and maps that are open, the innermost last.
    open: Vec<Block>,
    /// Whether a key was read whose value begins on a later line.
    awaits_value: bool,
    events: Vec<(Event<'s>, Span)>,
}

#[derive(Clone, Copy)]
struct Block {
    kind: Kind,
    /// Where its entries begin, in bytes from the start of their line, which only has spaces and `-` before them.
    column: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    List,
    Map,
}

/// Where plain text ends on its line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PlainEnd {
    Line,
    Comment,
    Colon,
}

impl<'s> Scanner<'s> {
    fn document(&mut self) -> Option<()> {
        let column = self.next_line()?;
        self.events.push((Event::DocumentStart, Span::new(self.at..self.at)));
        self.block(column)?;
        while let Some(column) = self.next_line() {
            self.line(column)?;
            if self.events.len() > MOST_EVENTS {
                return None;
            }
        }
        while self.open.pop().is_some() {
            self.end();
        }
        (!self.awaits_value).then_some(())
    }

    /// Goes to the next line that is neither blank nor a comment, and says at which column it begins.
    fn next_line(&mut self) -> Option<usize> {
        loop {
            let start = self.at;
            self.skip_spaces();
            match self.byte() {
                b'\n' if self.at == self.text.len() => return None,
                b'\n' | b'#' => self.skip_line(),
                _ => return Some(self.at - start),
            }
        }
    }

    fn line(&mut self, column: usize) -> Option<()> {
        let is_item = self.is_item();
        if std::mem::take(&mut self.awaits_value) {
            let outer = self.open.last()?;
            // A list may stand right below the key that it belongs to.
            let is_within = column > outer.column || (column == outer.column && is_item);
            return if is_within { self.block(column) } else { None };
        }
        while let Some(block) = self.open.last()
            && (block.column > column || (block.column == column && block.kind == Kind::List && !is_item))
        {
            self.open.pop();
            self.end();
        }
        let block = self.open.last()?;
        match block.kind {
            _ if block.column != column => None,
            Kind::List if is_item => self.item(column, false),
            Kind::Map if !is_item => self.entry(),
            _ => None,
        }
    }

    /// A list or map that begins here.
    fn block(&mut self, column: usize) -> Option<()> {
        if self.open.len() >= self.depth {
            return None;
        }
        if self.is_item() {
            self.open.push(Block { kind: Kind::List, column });
            return self.item(column, true);
        }
        self.open.push(Block { kind: Kind::Map, column });
        let span = Span::new(self.at..self.at);
        self.events.push((Event::MapStart { anchor: 0, tag: Tag { kind: TagKind::None, span } }, span));
        self.entry()
    }

    /// `- ` and what follows it.
    fn item(&mut self, column: usize, is_first: bool) -> Option<()> {
        let start = self.at;
        self.at += 1;
        self.skip_spaces();
        if is_first {
            // To the parser, a list that is not indented begins after its first `-`.
            let is_indented = self.open.iter().rev().nth(1).is_none_or(|outer| outer.column < column);
            let at = if is_indented { start } else { self.at };
            let span = Span::new(at..at);
            self.events.push((Event::ListStart { anchor: 0, tag: Tag { kind: TagKind::None, span } }, span));
        }
        let is_map = is_plain_start(self.byte()) && self.plain_end().1 == PlainEnd::Colon;
        if is_map || self.is_item() { self.block(column + self.at - start) } else { self.value(column) }
    }

    /// `key:` and what follows it.
    fn entry(&mut self) -> Option<()> {
        let start = self.at;
        // Dots may be the end of a document.
        if !is_plain_start(self.byte()) || self.text[start..].starts_with("...") {
            return None;
        }
        let (end, at) = self.plain_end();
        let key = &self.text[start..end];
        if at != PlainEnd::Colon || key.len() > LONGEST_KEY || key.ends_with(' ') {
            return None;
        }
        self.scalar(Cow::Borrowed(key), true, start..end);
        self.at = end + 1;
        self.skip_spaces();
        let column = self.open.last()?.column;
        match self.byte() {
            b'\n' | b'#' => {
                self.awaits_value = true;
                self.rest_of_line()
            }
            _ => self.value(column),
        }
    }

    /// A value that begins on the line of its key or `-`; `column` is that of the list or map around it.
    fn value(&mut self, column: usize) -> Option<()> {
        match self.byte() {
            b'|' => return self.literal(column),
            b'"' | b'\'' => self.quoted()?,
            b'[' => self.brackets()?,
            byte if is_plain_start(byte) => self.plain(column)?,
            _ => return None,
        }
        self.rest_of_line()
    }

    /// Plain text, which goes on for as long as lines are indented more than what is around it.
    fn plain(&mut self, column: usize) -> Option<()> {
        let start = self.at;
        let mut folded = String::new();
        let (end, last) = loop {
            let (end, why) = self.plain_end();
            let part = &self.text[self.at..end];
            let next = self.line_start(self.line + 1);
            self.at = next;
            self.skip_spaces();
            match why {
                PlainEnd::Colon => return None,
                PlainEnd::Line if self.at > next + column && !matches!(self.byte(), b'\n' | b'#') => {}
                _ => break (end, part),
            }
            if !is_plain_start(self.byte()) {
                return None;
            }
            folded += part;
            folded.push(' ');
            self.line += 1;
        };
        let text = if folded.is_empty() { Cow::Borrowed(last) } else { Cow::Owned(folded + last) };
        self.scalar(text, true, start..end);
        self.at = end;
        Some(())
    }

    /// The end of plain text on this line, and why it ends there.
    fn plain_end(&self) -> (usize, PlainEnd) {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        let end = loop {
            let is_special = |byte: &u8| matches!(byte, b'\n' | b':' | b'#');
            at = bytes[at..].iter().position(is_special).map_or(bytes.len(), |found| at + found);
            match bytes.get(at) {
                Some(b':') if matches!(bytes.get(at + 1), None | Some(b' ' | b'\n')) => return (at, PlainEnd::Colon),
                Some(b'#') if bytes[at - 1] == b' ' => break PlainEnd::Comment,
                Some(b':' | b'#') => at += 1,
                _ => break PlainEnd::Line,
            }
        };
        (self.at + self.text[self.at..at].trim_end_matches(' ').len(), end)
    }

    /// A literal block.
    fn literal(&mut self, column: usize) -> Option<()> {
        let (keeps, ends) = match &self.text[self.at..self.line_start(self.line + 1)] {
            "|\n" => (false, true),
            "|-\n" => (false, false),
            "|+\n" => (true, true),
            _ => return None,
        };
        self.skip_line();
        let (first_line, line_start) = (self.line, self.at);
        self.skip_spaces();
        let (start, indent) = (self.at, self.at - line_start);
        // A block at the end of the file, without a line end, is the parser's.
        if self.byte() == b'\n' || indent <= column || !self.text.ends_with('\n') {
            return None;
        }
        self.skip_line();
        while self.at < self.text.len() && self.is_in_literal(indent) {
            self.skip_line();
        }
        let mut content = String::with_capacity(self.at - line_start);
        for line in first_line..self.line {
            // A line that is shorter has spaces only.
            let rest = self.text[self.line_start(line)..self.line_start(line + 1)].get(indent..).unwrap_or_default();
            content.push_str(if rest.is_empty() { "\n" } else { rest });
        }
        if !keeps {
            content.truncate(content.trim_end_matches('\n').len());
            if ends {
                content.push('\n');
            }
        }
        let line_start = self.at;
        self.skip_spaces();
        self.scalar(Cow::Owned(content), false, start..self.at);
        self.at = line_start;
        Some(())
    }

    /// Whether the line that begins here is indented as a block, or has spaces only.
    fn is_in_literal(&self, indent: usize) -> bool {
        let line = &self.text.as_bytes()[self.at..self.line_start(self.line + 1)];
        let spaces = line.iter().take(indent).take_while(|byte| **byte == b' ').count();
        spaces == indent || line.get(spaces) == Some(&b'\n')
    }

    /// A list of scalars in brackets, on one line.
    fn brackets(&mut self) -> Option<()> {
        if self.open.len() >= self.depth {
            return None;
        }
        let span = Span::new(self.at..self.at + 1);
        self.events.push((Event::ListStart { anchor: 0, tag: Tag { kind: TagKind::None, span } }, span));
        self.at += 1;
        self.skip_spaces();
        let mut is_first = true;
        while self.byte() != b']' || !is_first {
            is_first = false;
            match self.byte() {
                _ if self.events.len() > MOST_EVENTS => return None,
                b'"' | b'\'' => self.quoted()?,
                byte if is_plain_start(byte) => self.plain_in_brackets()?,
                _ => return None,
            }
            self.skip_spaces();
            match self.byte() {
                b']' => break,
                b',' => self.at += 1,
                _ => return None,
            }
            self.skip_spaces();
        }
        self.events.push((Event::End, Span::new(self.at..self.at + 1)));
        self.at += 1;
        Some(())
    }

    fn plain_in_brackets(&mut self) -> Option<()> {
        let rest = &self.text[self.at..];
        // Colons and `#` may mean something here; few items have any.
        let end = rest.find([',', ']', '\n', ':', '#', '[', '{', '}'])?;
        let item = rest[..end].trim_end_matches(' ');
        self.scalar(Cow::Borrowed(item), true, self.at..self.at + item.len());
        self.at += end;
        Some(())
    }

    /// Quoted text of one line.
    fn quoted(&mut self) -> Option<()> {
        let quote = self.byte();
        let (open, bytes) = (self.at, self.text.as_bytes());
        let mut start = open + 1;
        let mut unescaped = String::new();
        let end = loop {
            let is_special = |byte: &u8| *byte == quote || *byte == b'\n' || (quote == b'"' && *byte == b'\\');
            let at = start + bytes[start..].iter().position(is_special)?;
            let escaped = match bytes[at..] {
                [b'\'', b'\'', ..] => '\'',
                [b'\\', b'"', ..] => '"',
                [b'\\', b'\\', ..] => '\\',
                [b'\\', b'n', ..] => '\n',
                [byte, ..] if byte == quote => break at,
                _ => return None,
            };
            unescaped += &self.text[start..at];
            unescaped.push(escaped);
            start = at + 2;
        };
        let last = &self.text[start..end];
        let content = if start == open + 1 { Cow::Borrowed(last) } else { Cow::Owned(unescaped + last) };
        self.scalar(content, false, open..end + 1);
        self.at = end + 1;
        Some(())
    }

    /// The line after a value: blank, or a comment.
    fn rest_of_line(&mut self) -> Option<()> {
        self.skip_spaces();
        match self.byte() {
            b'\n' => {}
            b'#' if self.text[..self.at].ends_with(' ') => {}
            _ => return None,
        }
        self.skip_line();
        Some(())
    }

    fn scalar(&mut self, text: Cow<'s, str>, plain: bool, range: std::ops::Range<usize>) {
        let span = Span::new(range);
        self.events.push((Event::Scalar { text, plain, anchor: 0, tag: Tag { kind: TagKind::None, span } }, span));
    }

    fn end(&mut self) {
        self.events.push((Event::End, Span::new(self.at..self.at)));
    }

    /// The byte here; after the last line, one more line end.
    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(b'\n')
    }

    fn is_item(&self) -> bool {
        self.text.as_bytes()[self.at..].starts_with(b"- ")
    }

    fn skip_spaces(&mut self) {
        while self.byte() == b' ' {
            self.at += 1;
        }
    }

    /// Goes to the start of the next line, or to the end of the text.
    fn skip_line(&mut self) {
        self.line += 1;
        self.at = self.line_start(self.line);
    }

    fn line_start(&self, line: usize) -> usize {
        self.lines.get(line).copied().unwrap_or(self.text.len())
    }
}

/// Whether a byte can begin plain text, and means nothing else: `-`, `?` and `:` can with what follows them.
fn is_plain_start(byte: u8) -> bool {
    byte > b' ' && !b"-?:,[]{}#&*!|>'\"%@`".contains(&byte)
}

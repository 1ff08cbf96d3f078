//! Data as YAML that a person can edit: block style throughout, prose as literal blocks, nothing folded, so that what
//! is read again is equal to the last space. A reader of YAML 1.1 gets the same values.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::scalar::{Plain, resolve};
use super::tree::Data;
use crate::value::Value;

/// Writes a value as one document.
pub(crate) fn to_yaml(value: &Value) -> String {
    let mut writer = Writer { text: String::new() };
    writer.value(value, 0, Place::Line);
    writer.text
}

/// Where a value begins.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// At the start of a line, indented.
    Line,
    /// After `key:`.
    Key,
    /// After `- `, so that a collection can begin on the same line.
    Item,
}

struct Writer {
    text: String,
}

impl Writer {
    fn value(&mut self, value: &Value, indent: usize, place: Place) {
        match value {
            Value::List(list) if !list.is_empty() => self.list(list, indent, place),
            Value::Map(map) if !map.is_empty() => {
                let entries = map.iter().enumerate();
                self.collection(entries, indent, place, |writer, (key, value)| {
                    writer.key(key);
                    writer.value(value, indent + 2, Place::Key);
                });
            }
            scalar => {
                if place == Place::Key {
                    self.text.push(' ');
                }
                self.scalar(scalar, indent.max(2));
                if !self.text.ends_with('\n') {
                    self.text.push('\n');
                }
            }
        }
    }

    fn list(&mut self, list: &[Value], indent: usize, place: Place) {
        self.collection(list.iter().enumerate(), indent, place, |writer, item| {
            writer.text.push_str("- ");
            writer.value(item, indent + 2, Place::Item);
        });
    }

    fn collection<T>(
        &mut self,
        members: impl Iterator<Item = (usize, T)>,
        indent: usize,
        place: Place,
        write: impl Fn(&mut Self, T),
    ) {
        if place == Place::Key {
            self.text.push('\n');
        }
        for (index, member) in members {
            if index > 0 || place != Place::Item {
                self.indent(indent);
            }
            write(self, member);
        }
    }

    fn key(&mut self, key: &str) {
        // A key longer than this needs the explicit form to be read.
        const LONGEST_SIMPLE_KEY: usize = 120;
        let at = self.text.len();
        if is_plain(key) {
            self.text.push_str(key);
        } else {
            self.quoted(key);
        }
        if self.text.len() - at > LONGEST_SIMPLE_KEY {
            self.text.insert_str(at, "? ");
            self.text.push('\n');
            let column = at - self.text[..at].rfind('\n').map_or(0, |end| end + 1);
            self.indent(column);
        }
        self.text.push(':');
    }

    fn scalar(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Null => self.text.push_str("null"),
            Value::Bool(bool) => self.text.push_str(if *bool { "true" } else { "false" }),
            // Writing to a `String` cannot fail.
            Value::Integer(number) => drop(write!(self.text, "{number}")),
            Value::Unsigned(number) => drop(write!(self.text, "{number}")),
            Value::Float(number) => drop(write!(self.text, "{number:?}")),
            Value::Text(text) if is_literal(text) => self.literal(text, indent),
            Value::Text(text) if is_plain(text) => self.text.push_str(text),
            Value::Text(text) => self.quoted(text),
            Value::List(_) => self.text.push_str("[]"),
            Value::Map(_) => self.text.push_str("{}"),
        }
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.text.push('|');
        if text.starts_with([' ', '\n']) {
            // Without it, the first line that is not blank would set the indentation.
            self.text.push('2');
        }
        let body = text.strip_suffix('\n');
        match body {
            None => self.text.push('-'),
            Some(body) if body.ends_with('\n') => self.text.push('+'),
            Some(_) => {}
        }
        for line in body.unwrap_or(text).split('\n') {
            self.text.push('\n');
            if !line.is_empty() {
                self.indent(indent);
                self.text.push_str(line);
            }
        }
        self.text.push('\n');
    }

    fn quoted(&mut self, text: &str) {
        if text.contains(['"', '\\']) && !text.contains('\'') && !text.contains(needs_escape) {
            let _ = write!(self.text, "'{text}'");
            return;
        }
        self.text.push('"');
        for character in text.chars() {
            match character {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                escaped if needs_escape(escaped) => match u32::from(escaped) {
                    code @ ..=0xff => drop(write!(self.text, "\\x{code:02x}")),
                    code @ ..=0xffff => drop(write!(self.text, "\\u{code:04x}")),
                    code => drop(write!(self.text, "\\U{code:08x}")),
                },
                other => self.text.push(other),
            }
        }
        self.text.push('"');
    }

    fn indent(&mut self, columns: usize) {
        self.text.extend(std::iter::repeat_n(' ', columns));
    }
}

/// Whether text is written as a block: it has lines, and nothing that a block cannot hold.
fn is_literal(text: &str) -> bool {
    text.contains('\n')
        && !text.trim_matches([' ', '\n']).is_empty()
        && !text.trim_start_matches([' ', '\n']).starts_with('\t')
        && !text.contains(|character| needs_escape(character) && !matches!(character, '\n' | '\t'))
}

/// Whether text can stand without quotes and is text to every reader.
fn is_plain(text: &str) -> bool {
    let mut characters = text.chars();
    let (Some(first), last) = (characters.next(), text.chars().next_back()) else {
        return false;
    };
    let is_number_like = (first.is_ascii_digit() || "+-.".contains(first)) && !text.contains(' ');
    let is_reserved =
        matches!(text.to_ascii_lowercase().as_str(), "y" | "n" | "yes" | "no" | "on" | "off" | "=" | "<<");
    !"-?:,[]{}#&*!|>'\"%@`".contains(first)
        && first != ' '
        && !matches!(last, Some(' ' | ':'))
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(needs_escape)
        && !text.starts_with("...")
        && !is_number_like
        && !is_reserved
        && matches!(resolve(Cow::Borrowed(text)), Plain::Data(Data::Text(_)))
}

/// Characters that YAML does not take as they are, that a reader may take for a line break, or that cannot be seen.
fn needs_escape(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

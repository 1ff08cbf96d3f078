use std::ops::Range;

use super::tag::{Tag, Tags};
use super::token::{Token, bound, is_open_set};

/// A template as the engine is given it: with a check after each tag that gives a name to a value.
///
/// The engine counts what it computes, but it does not count how deep values hold each other, nor what a list amounts to
/// that holds another many times: forty times `{% set x = [x, x] %}` is a list that no comparison of it comes to the
/// end of, and forty thousand times `{% set x = [x] %}` is one whose end overflows the stack. A value can only grow by
/// being named again, so that is where it is looked at.
#[derive(Debug)]
pub(super) struct Guarded {
    pub(super) text: String,
    inserted: Vec<Insertion>,
}

/// Text that is not in the source.
#[derive(Debug)]
struct Insertion {
    /// Where it begins in the guarded text.
    start: usize,
    length: usize,
    /// How much was inserted before it.
    before: usize,
    /// The tag that it belongs to, in the source.
    tag: Range<usize>,
}

/// The filters that check a value, which the engine is given: one for a value by a name, one for a value within another.
pub(super) const CHECK: &str = "kept";
pub(super) const CHECK_INNER: &str = "kept_within";

impl Guarded {
    pub(super) fn new(source: &str) -> Self {
        let mut guarded = Self { text: String::new(), inserted: Vec::new() };
        let mut copied = 0;
        // The names of the `{% set x %}` that are not closed yet.
        let mut open = Vec::new();
        for tag in Tags::of(source).filter(Tag::is_statement) {
            let tokens = Token::of(&tag);
            let names = match tag.word() {
                "set" if is_open_set(&tokens) => {
                    open.push(bound(&tokens));
                    continue;
                }
                "endset" => open.pop().unwrap_or_default(),
                _ => bound(&tokens),
            };
            if names.is_empty() {
                continue;
            }
            // One that is never closed is a fault of syntax, and the last.
            let Some(inside) = tag.text.strip_suffix("%}") else { break };
            guarded.text.push_str(&source[copied..tag.range().end]);
            copied = tag.range().end;
            let start = guarded.text.len();
            let before = guarded.inserted.last().map_or(0, |last| last.before + last.length);
            // The white space after the tag is now after this one.
            let close = match inside.as_bytes().last() {
                Some(b'-') => "-%}",
                Some(b'+') => "+%}",
                _ => "%}",
            };
            for (index, (name, attribute)) in names.iter().enumerate() {
                let close = if index + 1 == names.len() { close } else { "%}" };
                let name = name.text;
                guarded.text += &match attribute {
                    Some(attribute) => format!("{{%set {name}.{0}={name}.{0}|{CHECK_INNER}{close}", attribute.text),
                    None => format!("{{%set {name}={name}|{CHECK}{close}"),
                };
            }
            let length = guarded.text.len() - start;
            guarded.inserted.push(Insertion { start, length, before, tag: tag.inside() });
        }
        guarded.text.push_str(&source[copied..]);
        guarded
    }

    /// A template that is trusted, between two texts.
    pub(super) fn trusted(source: &str, [before, after]: [&str; 2]) -> Self {
        let first = Insertion { start: 0, length: before.len(), before: 0, tag: 0..0 };
        Self { text: [before, source, after].concat(), inserted: vec![first] }
    }

    /// The bytes of the source that bytes of the guarded text stand for.
    pub(super) fn source_range(&self, range: Range<usize>) -> Range<usize> {
        let (start, end) = (self.source_byte(range.start), self.source_byte(range.end));
        match (start, end) {
            (Ok(start), Ok(end)) => start..end,
            (Err(tag), _) | (_, Err(tag)) => tag,
        }
    }

    fn source_byte(&self, byte: usize) -> Result<usize, Range<usize>> {
        // The first byte after an insertion is the source's again, and so is the one that it begins at.
        let count = self.inserted.partition_point(|insertion| insertion.start < byte);
        let Some(insertion) = count.checked_sub(1).map(|last| &self.inserted[last]) else { return Ok(byte) };
        if byte < insertion.start + insertion.length {
            return Err(insertion.tag.clone());
        }
        Ok(byte - insertion.before - insertion.length)
    }
}

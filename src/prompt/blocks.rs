use std::ops::Range;

/// The engine's parser and evaluator recurse. Beyond these, a template of a few kilobytes can overflow the 2 MiB stack
/// of a thread, which ends the process; a debug build does so at about 90 nested calls, or 130 nested blocks.
const LONGEST_TAG: usize = 1_000;
const DEEPEST: usize = 32;

/// The blocks of a template: the names of the outermost ones, and the bytes of the source within each.
#[derive(Debug)]
pub(super) struct Blocks {
    blocks: Vec<(String, Range<usize>)>,
    /// Whether it only fills in the blocks of another template.
    pub(super) extends: bool,
}

/// A tag of a template that cannot be compiled safely.
#[derive(Debug)]
pub(super) struct Unsafe {
    pub(super) range: Range<usize>,
    pub(super) message: String,
}

impl Blocks {
    /// Finds the outermost blocks. A template that is not well-formed gives what can be seen; compiling it tells the
    /// fault.
    ///
    /// # Errors
    ///
    /// A tag is longer or nested deeper than is safe to compile.
    pub(super) fn scan(source: &str) -> Result<Self, Unsafe> {
        let mut blocks = Vec::new();
        let mut extends = false;
        // What is open: the name of a block, where it begins, and how deep it goes; `elif` counts as one deeper.
        let mut open: Vec<(Option<&str>, usize, usize)> = Vec::new();
        let mut at = 0;
        while let Some(found) = source[at..].find('{') {
            let start = at + found;
            let rest = &source[start..];
            let tag = match rest.as_bytes().get(1) {
                Some(b'#') => {
                    at = rest.find("#}").map_or(source.len(), |end| start + end + 2);
                    continue;
                }
                Some(b'%') => Tag::read(rest, "%}"),
                Some(b'{') => Tag::read(rest, "}}"),
                _ => {
                    at = start + 1;
                    continue;
                }
            };
            let end = start + tag.text.len();
            at = end;
            let mut depth = tag.depth.max(open.iter().map(|(_, _, depth)| depth).sum());
            match tag.words() {
                ("extends", _) => extends |= open.is_empty(),
                ("raw", _) => at = end_of_raw(source, end),
                ("elif", _) => {
                    if let Some(last) = open.last_mut() {
                        last.2 += 1;
                    }
                }
                ("set", _) if tag.text.contains('=') => {}
                (
                    opener @ ("if" | "for" | "block" | "macro" | "filter" | "call" | "with" | "set" | "autoescape"),
                    name,
                ) => {
                    depth += 1;
                    open.push(((opener == "block").then_some(name), end, 1));
                }
                (word, _) if word.starts_with("end") => {
                    let is_outermost = !open.iter().rev().skip(1).any(|(name, ..)| name.is_some());
                    if let (Some((Some(name), from, _)), true) = (open.pop(), is_outermost) {
                        blocks.push((name.to_owned(), from..start));
                    }
                }
                _ => {}
            }
            let message = if tag.text.len() > LONGEST_TAG {
                format!("this tag is longer than {LONGEST_TAG} bytes")
            } else if depth > DEEPEST {
                format!("the template is nested more than {DEEPEST} deep here")
            } else {
                continue;
            };
            return Err(Unsafe { range: start..end, message });
        }
        Ok(Self { blocks, extends })
    }

    /// The block that a byte of the source stands in.
    pub(super) fn at(&self, byte: usize) -> Option<&str> {
        self.blocks.iter().find(|(_, range)| range.contains(&byte)).map(|(name, _)| name.as_str())
    }

    /// The names in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().map(|(name, _)| name.as_str())
    }
}

/// One `{% … %}` or `{{ … }}`.
struct Tag<'s> {
    text: &'s str,
    /// How deep its brackets are nested.
    depth: usize,
}

impl<'s> Tag<'s> {
    /// The tag that the text begins with, its closing mark included; quoted strings in it may hold that mark.
    fn read(text: &'s str, close: &str) -> Self {
        let bytes = text.as_bytes();
        let (mut quote, mut brackets, mut depth) = (None, 0_usize, 0);
        let mut at = 2;
        while at < bytes.len() {
            match (quote, bytes[at]) {
                (Some(_), b'\\') => at += 1,
                (Some(open), byte) if open == byte => quote = None,
                (None, byte @ (b'"' | b'\'')) => quote = Some(byte),
                // `}}` within a map's braces closes the map.
                (None, _) if brackets == 0 && bytes[at..].starts_with(close.as_bytes()) => {
                    return Self { text: &text[..at + close.len()], depth };
                }
                (None, b'(' | b'[' | b'{') => {
                    brackets += 1;
                    depth = depth.max(brackets);
                }
                (None, b')' | b']' | b'}') => brackets = brackets.saturating_sub(1),
                _ => {}
            }
            at += 1;
        }
        Self { text, depth }
    }

    /// The first two words of a statement; an expression has none.
    fn words(&self) -> (&'s str, &'s str) {
        let Some(statement) = self.text.strip_prefix("{%") else {
            return ("", "");
        };
        let is_part = |character: char| character.is_alphanumeric() || character == '_';
        let mut words = statement.split(|character| !is_part(character)).filter(|word| !word.is_empty());
        (words.next().unwrap_or_default(), words.next().unwrap_or_default())
    }
}

/// Where `{% endraw %}` ends.
fn end_of_raw(source: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(found) = source[at..].find("{%") {
        let tag = Tag::read(&source[at + found..], "%}");
        if tag.words().0 == "endraw" {
            return at + found + tag.text.len();
        }
        at += found + 2;
    }
    source.len()
}

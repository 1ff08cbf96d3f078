use std::ops::Range;

/// The tags of a template in order: what stands between `{%` and `%}` or between `{{` and `}}`. Comments and raw text
/// have none.
pub(super) struct Tags<'s> {
    source: &'s str,
    at: usize,
}

impl<'s> Tags<'s> {
    pub(super) fn of(source: &'s str) -> Self {
        Self { source, at: 0 }
    }
}

impl<'s> Iterator for Tags<'s> {
    type Item = Tag<'s>;

    fn next(&mut self) -> Option<Tag<'s>> {
        while let Some(found) = self.source[self.at..].find('{') {
            let start = self.at + found;
            let rest = &self.source[start..];
            let close = match rest.as_bytes().get(1) {
                Some(b'%') => "%}",
                Some(b'{') => "}}",
                Some(b'#') => {
                    self.at = rest.find("#}").map_or(self.source.len(), |end| start + end + 2);
                    continue;
                }
                _ => {
                    self.at = start + 1;
                    continue;
                }
            };
            let tag = Tag::read(rest, start, close);
            self.at = tag.range().end;
            if tag.word() == "raw" {
                self.at = end_of_raw(self.source, self.at);
                continue;
            }
            return Some(tag);
        }
        None
    }
}

/// One `{% … %}` or `{{ … }}`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag<'s> {
    /// Where it begins in the source.
    pub(super) start: usize,
    /// The whole of it, both marks included.
    pub(super) text: &'s str,
    /// How deep its brackets are nested.
    pub(super) depth: usize,
}

impl<'s> Tag<'s> {
    /// The tag that the text begins with; quoted strings in it may hold its closing mark.
    fn read(text: &'s str, start: usize, close: &str) -> Self {
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
                    return Self { start, text: &text[..at + close.len()], depth };
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
        Self { start, text, depth }
    }

    /// Its bytes in the source.
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// The bytes between its marks, without white space around them.
    pub(super) fn inside(&self) -> Range<usize> {
        let inside = self.text[2..].trim_start_matches(['-', '+']).trim_start();
        let start = self.range().end - inside.len();
        let inside = inside.strip_suffix("%}").or(inside.strip_suffix("}}")).unwrap_or(inside);
        let inside = inside.trim_end_matches(['-', '+']).trim_end();
        start..start + inside.len()
    }

    pub(super) fn is_statement(&self) -> bool {
        self.text.starts_with("{%")
    }

    /// The word that says what a statement does; an expression has none.
    pub(super) fn word(&self) -> &'s str {
        self.words().0
    }

    /// The first two words of a statement; an expression has none.
    pub(super) fn words(&self) -> (&'s str, &'s str) {
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
        let start = at + found;
        let tag = Tag::read(&source[start..], start, "%}");
        if tag.word() == "endraw" {
            return tag.range().end;
        }
        at = start + 2;
    }
    source.len()
}

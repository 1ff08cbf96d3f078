use std::ops::Range;

use super::tag::{Tag, Tags};

/// The engine's parser and evaluator recurse. Beyond these, a template of a few kilobytes can overflow the 2 MiB stack
/// of a thread, which ends the process; a debug build does so at about 90 nested calls, or 130 nested blocks.
const LONGEST_TAG: usize = 1_000;
const DEEPEST: usize = 32;

/// What the tags of a template say of its form: its blocks, and the templates that it names.
#[derive(Debug)]
pub(super) struct Blocks {
    /// The outermost ones, and the bytes of the source within each.
    blocks: Vec<(String, Range<usize>)>,
    /// Those that stand within another, and the outermost one that they stand in.
    inner: Vec<(String, String)>,
    /// The templates that it extends, includes or imports.
    pub(super) references: Vec<Reference>,
}

/// A tag that names other templates.
#[derive(Debug)]
pub(super) struct Reference {
    pub(super) range: Range<usize>,
    pub(super) extends: bool,
    /// The texts in the tag, as they are written.
    pub(super) names: Vec<String>,
    /// Whether it can mean only the one template it names, which must be there.
    pub(super) is_exact: bool,
}

/// A tag of a template that cannot be compiled safely.
#[derive(Debug)]
pub(super) struct Unsafe {
    pub(super) range: Range<usize>,
    pub(super) message: String,
}

impl Blocks {
    /// Finds the blocks. A template that is not well-formed gives what can be seen; compiling it tells the fault.
    ///
    /// # Errors
    ///
    /// A tag is longer or nested deeper than is safe to compile.
    pub(super) fn scan(source: &str) -> Result<Self, Unsafe> {
        let (mut blocks, mut inner, mut references) = (Vec::new(), Vec::new(), Vec::new());
        // What is open: the name of a block, where it begins, and how deep it goes; `elif` counts as one deeper.
        let mut open: Vec<(Option<&str>, usize, usize)> = Vec::new();
        let mut open_depth = 0;
        for tag in Tags::of(source) {
            let mut depth = tag.depth.max(open_depth);
            match tag.words() {
                ("extends" | "include" | "import" | "from", _) => references.push(Reference::of(&tag)),
                ("elif", _) => {
                    if let Some(last) = open.last_mut() {
                        last.2 += 1;
                        open_depth += 1;
                    }
                }
                ("set", _) if tag.text.contains('=') => {}
                (
                    opener @ ("if" | "for" | "block" | "macro" | "filter" | "call" | "with" | "set" | "autoescape"),
                    name,
                ) => {
                    depth += 1;
                    open_depth += 1;
                    let block = (opener == "block").then_some(name);
                    let outermost = open.iter().find_map(|(name, ..)| *name);
                    if let (Some(name), Some(outermost)) = (block, outermost) {
                        inner.push((name.to_owned(), outermost.to_owned()));
                    }
                    open.push((block, tag.range().end, 1));
                }
                (word, _) if word.starts_with("end") => {
                    let is_outermost = !open.iter().rev().skip(1).any(|(name, ..)| name.is_some());
                    if let Some((name, from, levels)) = open.pop() {
                        open_depth -= levels;
                        if let (Some(name), true) = (name, is_outermost) {
                            blocks.push((name.to_owned(), from..tag.start));
                        }
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
            return Err(Unsafe { range: tag.range(), message });
        }
        Ok(Self { blocks, inner, references })
    }

    /// The block that a byte of the source stands in.
    pub(super) fn at(&self, byte: usize) -> Option<&str> {
        self.blocks.iter().find(|(_, range)| range.contains(&byte)).map(|(name, _)| name.as_str())
    }

    /// The outermost block that a block stands in, if it stands in another.
    pub(super) fn outer(&self, block: &str) -> Option<&str> {
        self.inner.iter().find(|(name, _)| name == block).map(|(_, outermost)| outermost.as_str())
    }

    /// The names of the outermost blocks in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().map(|(name, _)| name.as_str())
    }

    /// The tag by which the template fills in the blocks of another.
    pub(super) fn parent(&self) -> Option<&Reference> {
        self.references.iter().find(|reference| reference.extends)
    }
}

impl Reference {
    fn of(tag: &Tag<'_>) -> Self {
        let (mut names, mut rest) = (Vec::new(), tag.text);
        let (mut before, mut after) = (None, "");
        while let Some(start) = rest.find(['"', '\'']) {
            let quote = &rest[start..=start];
            let inside = &rest[start + 1..];
            let Some(end) = end_of_text(inside, quote) else { break };
            before = before.or(Some(&rest[..start]));
            names.push(inside[..end].to_owned());
            rest = &inside[end + 1..];
            after = rest;
        }
        let is_alone = before.is_some_and(|before| before.trim_start_matches(['{', '%', '-', '+']).trim() == tag.word());
        let next = after.trim_start_matches(['-', '+', ' ', '\t', '\r', '\n']);
        let is_whole = ["%}", "with ", "without ", "as ", "import "].iter().any(|follows| next.starts_with(follows));
        let is_exact = names.len() == 1 && is_alone && is_whole;
        Self { range: tag.inside(), extends: tag.word() == "extends", names, is_exact }
    }
}

/// Where quoted text ends.
fn end_of_text(inside: &str, quote: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, character) in inside.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if inside[at..].starts_with(quote) => return Some(at),
            _ => {}
        }
    }
    None
}

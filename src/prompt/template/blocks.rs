use std::ops::Range;

use super::tag::{Tag, Tags};
use super::token::{Kind, Token, is_open_set};

/// The engine's parser and evaluator recurse. Beyond these, a template of a few kilobytes can overflow the 2 MiB stack
/// of a thread, which ends the process; a debug build does so at about 90 nested calls, or 130 nested blocks.
const LONGEST_TAG: usize = 1_000;
const DEEPEST: usize = 32;

/// Each costs the engine some ten kilobytes when it is compiled.
const MOST_BLOCKS: usize = 500;

/// A debug build of the engine's lexer counts columns in 16 bits, and panics past them.
const LONGEST_LINE: usize = 32_000;

/// A list that an expression makes can hold one value as often as it has commas and operators to name it, and the
/// engine does not count what it copies when such a list becomes text.
const MOST_OPERATORS: usize = 64;

/// How often a list can be repeated; it is not counted either. Text can be repeated as often as its bytes are allowed.
const MOST_REPETITIONS: usize = 100;

/// What the tags of a template say of its form: its blocks, and the templates that it names.
#[derive(Debug)]
pub(super) struct Blocks {
    /// The outermost ones, and the bytes of the source within each.
    outermost: Vec<(String, Range<usize>)>,
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
        let mut line = 0;
        for end in source.match_indices('\n').map(|(at, _)| at).chain([source.len()]) {
            if end - line > LONGEST_LINE {
                let message = format!("this line is longer than {LONGEST_LINE} bytes");
                return Err(Unsafe { range: line..line, message });
            }
            line = end + 1;
        }
        for tag in Tags::of(source) {
            let mut depth = tag.depth.max(open_depth);
            match tag.words() {
                ("extends" | "include" | "import" | "from", _) => {
                    let mut reference = Reference::of(&tag);
                    // One that stands under a condition need not be reached.
                    reference.is_exact &= !reference.extends || open.is_empty();
                    references.push(reference);
                }
                ("elif", _) => {
                    if let Some(last) = open.last_mut() {
                        last.2 += 1;
                        open_depth += 1;
                    }
                }
                ("set", _) if !is_open_set(&Token::of(&tag)) => {}
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
            } else if blocks.len() + inner.len() > MOST_BLOCKS {
                format!("the template has more than {MOST_BLOCKS} blocks")
            } else if let Some(message) = growth(&tag) {
                message
            } else {
                continue;
            };
            return Err(Unsafe { range: tag.range(), message });
        }
        Ok(Self { outermost: blocks, inner, references })
    }

    /// The block that a byte of the source stands in.
    pub(super) fn at(&self, byte: usize) -> Option<&str> {
        self.outermost.iter().find(|(_, range)| range.contains(&byte)).map(|(name, _)| name.as_str())
    }

    /// The outermost block that a block stands in, if it stands in another.
    pub(super) fn outer(&self, block: &str) -> Option<&str> {
        self.inner.iter().find(|(name, _)| name == block).map(|(_, outermost)| outermost.as_str())
    }

    /// The names of the outermost blocks in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.outermost.iter().map(|(name, _)| name.as_str())
    }
}

/// What is wrong with a tag that could make a list without bound.
fn growth(tag: &Tag<'_>) -> Option<String> {
    let is_operator = |byte: &u8| matches!(byte, b',' | b'+' | b'~');
    let has_many = tag.text.bytes().filter(|byte| is_operator(byte)).count() > MOST_OPERATORS;
    if !has_many && !tag.text.contains('*') {
        return None;
    }
    let tokens = Token::of(tag);
    let is_sign = |token: &&Token<'_>| token.kind == Kind::Sign;
    if tokens.iter().filter(is_sign).filter(|sign| matches!(sign.text, "," | "+" | "~")).count() > MOST_OPERATORS {
        return Some(format!("this tag has more than {MOST_OPERATORS} commas and operators"));
    }
    let has_brackets = tokens.iter().filter(is_sign).any(|sign| matches!(sign.text, "(" | "[" | "{"));
    let times: Vec<usize> = (0..tokens.len()).filter(|&index| tokens[index].is_sign("*")).collect();
    let sides = |&index: &usize| [index.checked_sub(1), Some(index + 1)].into_iter().flatten();
    let side = |index: usize| tokens.get(index);
    let of_others: Vec<&usize> = times
        .iter()
        .filter(|index| !sides(index).any(|index| side(index).is_some_and(|token| token.kind == Kind::Text)))
        .collect();
    let is_small = |index: usize| {
        let number = side(index).filter(|token| token.kind == Kind::Number).and_then(|token| token.text.parse().ok());
        number.is_some_and(|number: usize| number <= MOST_REPETITIONS)
    };
    let is_bounded = match of_others.as_slice() {
        [] => true,
        [index] => !has_brackets && sides(index).any(is_small),
        _ => false,
    };
    let rule = "`*` must have quoted text on one side, or, without brackets, a number of up to";
    (!is_bounded).then(|| format!("{rule} {MOST_REPETITIONS}"))
}

impl Reference {
    fn of(tag: &Tag<'_>) -> Self {
        let tokens = Token::of(tag);
        let names: Vec<String> = tokens.iter().filter_map(Token::quoted).map(str::to_owned).collect();
        let follows = tokens.get(2).map_or("", |token| token.text);
        let is_whole = matches!(follows, "" | "with" | "without" | "as" | "import");
        let is_exact = names.len() == 1 && tokens.get(1).is_some_and(|token| token.kind == Kind::Text) && is_whole;
        Self { range: tag.inside(), extends: tag.word() == "extends", names, is_exact }
    }
}

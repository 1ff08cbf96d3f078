use super::tag::Tag;

/// A word, number, text or sign within a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'s> {
    pub(super) kind: Kind,
    pub(super) text: &'s str,
    /// Where it begins in the source of the template.
    pub(super) start: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    Number,
    /// In quotes, which belong to it.
    Text,
    Sign,
}

/// Signs of two characters; all others are of one.
const PAIRS: [&str; 6] = ["==", "!=", "<=", ">=", "**", "//"];

impl<'s> Token<'s> {
    /// The tokens between the marks of a tag.
    pub(super) fn of(tag: &Tag<'s>) -> Vec<Self> {
        let inside = tag.inside();
        let text = &tag.text[inside.start - tag.start..inside.end - tag.start];
        let (mut tokens, mut at) = (Vec::new(), 0);
        while let Some(first) = text[at..].chars().next() {
            let rest = &text[at..];
            let is_part = |character: char| character.is_alphanumeric() || character == '_';
            let (kind, length) = if first.is_whitespace() {
                at += first.len_utf8();
                continue;
            } else if first.is_ascii_digit() {
                (Kind::Number, rest.find(|character| !is_part(character)))
            } else if is_part(first) {
                (Kind::Name, rest.find(|character| !is_part(character)))
            } else if matches!(first, '"' | '\'') {
                (Kind::Text, end_of_text(&rest[1..], first).map(|end| end + 2))
            } else if PAIRS.iter().any(|pair| rest.starts_with(pair)) {
                (Kind::Sign, Some(2))
            } else {
                (Kind::Sign, Some(first.len_utf8()))
            };
            let length = length.unwrap_or(rest.len());
            tokens.push(Self { kind, text: &rest[..length], start: inside.start + at });
            at += length;
        }
        tokens
    }

    pub(super) fn is_name(&self) -> bool {
        self.kind == Kind::Name
    }

    pub(super) fn is_sign(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }

    /// What stands between the quotes.
    pub(super) fn quoted(&self) -> Option<&'s str> {
        (self.kind == Kind::Text).then(|| self.text[1..].strip_suffix(['"', '\'']).unwrap_or(&self.text[1..]))
    }

    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Where quoted text ends.
fn end_of_text(inside: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    for (at, character) in inside.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if character == quote => return Some(at),
            _ => {}
        }
    }
    None
}

/// Whether a `set` gives its name to what stands up to `{% endset %}`, instead of to what stands in the tag.
pub(super) fn is_open_set(tokens: &[Token<'_>]) -> bool {
    // A filter of what stands up to there can have arguments, which have `=`, too.
    let sign = tokens.iter().find(|token| token.is_sign("=") || token.is_sign("|"));
    tokens.first().is_some_and(|word| word.text == "set") && sign.is_none_or(|sign| sign.text == "|")
}

/// The names that a tag binds, each with its attribute if it has one: `ns.x` in `{% set ns.x = 1 %}`.
pub(super) fn bound<'s>(tokens: &[Token<'s>]) -> Vec<(Token<'s>, Option<Token<'s>>)> {
    let Some(word) = tokens.first().filter(|word| word.is_name()) else { return Vec::new() };
    let rest = &tokens[1..];
    match word.text {
        "set" => {
            let end = rest.iter().position(|token| token.is_sign("=") || token.is_sign("|"));
            targets(&rest[..end.unwrap_or(rest.len())])
        }
        "for" => targets(&rest[..rest.iter().position(|token| token.text == "in").unwrap_or(rest.len())]),
        "with" => parameters(rest, 0, true),
        "macro" | "call" => parameters(&rest[usize::from(word.text == "macro").min(rest.len())..], 1, false),
        _ => Vec::new(),
    }
}

fn targets<'s>(tokens: &[Token<'s>]) -> Vec<(Token<'s>, Option<Token<'s>>)> {
    let mut targets: Vec<(Token<'s>, Option<Token<'s>>)> = Vec::new();
    for (index, token) in tokens.iter().enumerate().filter(|(_, token)| token.is_name()) {
        let after_dot = index > 0 && tokens[index - 1].is_sign(".");
        match targets.last_mut() {
            Some(last) if after_dot => last.1 = Some(*token),
            _ => targets.push((*token, None)),
        }
    }
    targets
}

/// The names that begin an item of a list divided by commas, so deep in brackets.
fn parameters<'s>(tokens: &[Token<'s>], depth: usize, must_be_set: bool) -> Vec<(Token<'s>, Option<Token<'s>>)> {
    let (mut found, mut open, mut is_first) = (Vec::new(), 0, depth == 0);
    for (index, token) in tokens.iter().enumerate() {
        match token.text {
            "(" | "[" | "{" if token.kind == Kind::Sign => {
                open += 1;
                is_first = open == depth;
                continue;
            }
            ")" | "]" | "}" if token.kind == Kind::Sign => {
                open -= usize::from(open > 0);
                // What follows the parameters is a call.
                if open < depth {
                    break;
                }
            }
            "," if token.kind == Kind::Sign => {
                is_first = open == depth;
                continue;
            }
            _ if token.is_name() && is_first && open == depth => {
                let is_set = tokens.get(index + 1).is_some_and(|next| next.is_sign("="));
                if is_set || !must_be_set {
                    found.push((*token, None));
                }
            }
            _ => {}
        }
        is_first = false;
    }
    found
}

//! What is said of a syntax error, and where reading goes on after it.

use super::{Kind, Reader};
use crate::diagnostic::{Code, quote};
use crate::source::{BYTE_ORDER_MARK, Span};
use crate::yaml::events::{SyntaxError, SyntaxErrorKind};

/// How often reading starts anew after a syntax error; each start may go on to the end of the text.
pub(super) const MOST_SYNTAX_ERRORS: usize = 20;

impl Reader<'_, '_> {
    pub(super) fn report_syntax(&mut self, error: &SyntaxError) {
        if error.offset < self.macro_ends {
            // An unquoted macro is reported, and what follows it on the line cannot be read.
            return;
        }
        let mut offset = error.offset;
        if error.kind == SyntaxErrorKind::Escape {
            offset += unknown_escape(&self.text[offset..]).unwrap_or(0);
        }
        let width = self.text[offset..].chars().next().filter(|&next| next != '\n').map_or(0, char::len_utf8);
        let at = Span::new(offset..offset + width);
        // The parser reads ahead: what it stumbles over can stand before what it told of last.
        let is_far = |span: Span| self.text.get(span.start()..offset).is_some_and(|between| between.contains('\n'));
        let bracket = self.frames.iter().rev().map(|frame| frame.span).find(|span| span.start() < span.end());
        let mut found = self.diagnostic(Code::InvalidYaml, error.message.as_ref(), at);
        found.help.extend(error.help.map(str::to_owned));
        // What was opened and not closed is often seen many lines later: it is the opening that must be mended.
        match (error.kind, bracket) {
            (SyntaxErrorKind::TooDeep, _) => found.code = Code::TooDeep,
            (SyntaxErrorKind::Quotes, _) => {
                if let Some(quotes) = self.opening_quotes(error) {
                    found.span = quotes;
                    found = found.related(at, "this cannot stand within or after it");
                }
            }
            (_, Some(bracket)) if is_far(bracket) => {
                let message = format!("{} is not closed", quote(&self.text[bracket.range()]));
                found = self.diagnostic(Code::InvalidYaml, message, bracket);
                found = found.related(at, "this cannot stand within it");
            }
            (_, Some(bracket)) if bracket != at => found = found.related(bracket, "opened here"),
            (SyntaxErrorKind::Colon, None) if is_far(self.last) => {
                // The line above is plain text, which this one goes on with.
                let has_colon = self.text[self.last.range()].lines().next().is_some_and(|line| line.contains(':'));
                found = found.related(self.last, "this text goes on until the `:`");
                let help = if has_colon {
                    "put a space after the `:` of a key"
                } else {
                    "line the key up with those above it, or put the text in quotes"
                };
                found.help = vec![help.to_owned()];
            }
            (SyntaxErrorKind::Key, None) => {
                let line = self.text[offset..].lines().next().unwrap_or_default().trim_end();
                if line.starts_with("- ") || line.contains(": ") || line.ends_with(':') {
                    found.message = String::from("this line is not indented as those around it");
                    found.help = vec!["line up the items of a list, and the keys of a map".to_owned()];
                }
            }
            _ => {}
        }
        self.findings.push(found);
    }

    /// The mark that begins the quoted text which an error is about.
    fn opening_quotes(&self, error: &SyntaxError) -> Option<Span> {
        let start = self.last.end().min(error.offset);
        let found = self.text[start..error.offset].find(['"', '\'']).map(|found| start + found)?;
        (error.kind == SyntaxErrorKind::Quotes).then(|| Span::new(found..found + 1))
    }

    /// The start of the next line, after what was understood last, that begins a key of the outermost map.
    pub(super) fn next_outermost_key(&self) -> Option<usize> {
        let outermost = self.frames.first()?;
        let before = self.text[..outermost.span.start()].trim_start_matches(BYTE_ORDER_MARK);
        let is_block_in_first_column = matches!(outermost.kind, Kind::Map { .. })
            && outermost.span.start() == outermost.span.end()
            && (before.is_empty() || before.ends_with('\n'));
        if !is_block_in_first_column {
            return None;
        }
        let mut start = self.last.start();
        loop {
            start += self.text[start..].find('\n')? + 1;
            let line = self.text[start..].lines().next()?;
            let key =
                line.find(|character: char| !character.is_alphanumeric() && !matches!(character, '_' | '-' | '$'));
            let is_key = key.is_some_and(|end| end > 0 && (line[end..].starts_with(": ") || &line[end..] == ":"));
            if is_key && !line.starts_with('-') {
                return Some(start);
            }
        }
    }
}

/// Where an escape stands in quoted text that YAML does not have, or that stands for no character
/// ([YAML 1.2.2, 5.7](https://yaml.org/spec/1.2.2/#57-escaped-characters)).
fn unknown_escape(text: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(index) = text[at..].find('\\').map(|found| at + found) {
        let rest = &text[index + 1..];
        let escaped = rest.chars().next()?;
        let code = |rest: &str, digits: usize| u32::from_str_radix(rest.get(1..=digits)?, 16).ok();
        at = index + 1 + escaped.len_utf8();
        let is_known = match escaped {
            'x' => code(rest, 2).is_some(),
            'u' => match code(rest, 4) {
                Some(0xd800..=0xdbff) => {
                    let low = rest.get(5..).and_then(|rest| code(rest.strip_prefix('\\')?, 4));
                    at += 6;
                    matches!(low, Some(0xdc00..=0xdfff))
                }
                code => code.and_then(char::from_u32).is_some(),
            },
            'U' => code(rest, 8).and_then(char::from_u32).is_some(),
            other => "0abtnvfre \"/\\N_LP\t\r\n".contains(other),
        };
        if !is_known {
            return Some(index);
        }
        at = (at..=text.len()).find(|&byte| text.is_char_boundary(byte))?;
    }
    None
}

//! The only file that names granit-parser: its events and errors as ours.

use std::borrow::Cow;

use granit_parser::{ErrorKind, Event as Granit, Parser, ScalarStyle, Span as GranitSpan, StrInput, Tag as GranitTag};

use super::everyday;
use crate::source::{Source, Span};

/// One step of a YAML text.
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(super) enum Event<'s> {
    DocumentStart,
    Scalar {
        text: Cow<'s, str>,
        plain: bool,
        anchor: Anchor,
        tag: Tag,
    },
    ListStart {
        anchor: Anchor,
        tag: Tag,
    },
    MapStart {
        anchor: Anchor,
        tag: Tag,
    },
    /// The list or map that was opened last ends.
    End,
    Alias(Anchor),
    UnknownAlias(Cow<'s, str>),
}

/// The number of an anchor; 0 is none.
pub(super) type Anchor = usize;

/// What a node's tag says of it, and where it stands.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(super) struct Tag {
    pub(super) kind: TagKind,
    pub(super) span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TagKind {
    None,
    Text,
    Null,
    Bool,
    Integer,
    Float,
    List,
    Map,
    Unknown,
}

/// Why the text is not well-formed YAML, and where.
#[cfg_attr(test, derive(Debug))]
pub(super) struct SyntaxError {
    pub(super) kind: SyntaxErrorKind,
    pub(super) message: Cow<'static, str>,
    pub(super) help: Option<&'static str>,
    pub(super) offset: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SyntaxErrorKind {
    TooDeep,
    /// Quoted text does not end where it should.
    Quotes,
    /// An escape within the quoted text that begins here.
    Escape,
    /// A `:` where no value can begin.
    Colon,
    /// Something else where a key should be.
    Key,
    Other,
}

/// Reads events from a byte of the text on; their spans count from the start of the text.
pub(super) enum Events<'s> {
    Everyday(std::vec::IntoIter<(Event<'s>, Span)>),
    Parsed(Box<Parsed<'s>>),
}

impl<'s> Events<'s> {
    pub(super) fn new(source: &'s Source, offset: usize, depth: usize) -> Self {
        let everyday = if offset == 0 { everyday::scan(source, depth) } else { None };
        match everyday {
            Some(events) => Self::Everyday(events.into_iter()),
            None => Self::Parsed(Box::new(Parsed::new(source.text(), offset, depth))),
        }
    }

    pub(super) fn next(&mut self) -> Option<Result<(Event<'s>, Span), SyntaxError>> {
        match self {
            Self::Everyday(events) => events.next().map(Ok),
            Self::Parsed(events) => events.next(),
        }
    }
}

/// Events as the parser gives them, which knows all of YAML.
pub(super) struct Parsed<'s> {
    parser: Parser<'s, StrInput<'s>>,
    offset: usize,
}

impl<'s> Parsed<'s> {
    pub(super) fn new(text: &'s str, offset: usize, depth: usize) -> Self {
        let options = granit_parser::options! {
            emit_comments: false,
            emit_unresolved_aliases: true,
            flow_nesting_limit: depth + 1,
            block_nesting_limit: depth + 1,
        };
        Self { parser: Parser::new_from_str_with_options(&text[offset..], options), offset }
    }

    pub(super) fn next(&mut self) -> Option<Result<(Event<'s>, Span), SyntaxError>> {
        loop {
            let (event, span) = match self.parser.next_event()? {
                Ok(next) => next,
                Err(error) => {
                    let offset = error.marker().byte_offset().unwrap_or(0) + self.offset;
                    return Some(Err(describe(error.kind(), offset)));
                }
            };
            let event = match event {
                Granit::DocumentStart(..) => Event::DocumentStart,
                Granit::Scalar(text, style, anchor, tag) => {
                    // A value that is left out comes as a plain `~` of no bytes.
                    let absent = span.start.byte_offset() == span.end.byte_offset();
                    let plain = style == ScalarStyle::Plain;
                    let text = if absent && plain { Cow::Borrowed("") } else { text };
                    Event::Scalar { text, plain, anchor, tag: self.tag(tag.as_deref(), &span) }
                }
                Granit::SequenceStart(_, anchor, tag) => {
                    Event::ListStart { anchor, tag: self.tag(tag.as_deref(), &span) }
                }
                Granit::MappingStart(_, anchor, tag) => {
                    Event::MapStart { anchor, tag: self.tag(tag.as_deref(), &span) }
                }
                Granit::SequenceEnd | Granit::MappingEnd => Event::End,
                Granit::Alias(anchor) => Event::Alias(anchor),
                Granit::UnresolvedAlias(name) => Event::UnknownAlias(name),
                _ => continue,
            };
            return Some(Ok((event, self.span(&span))));
        }
    }

    fn span(&self, span: &GranitSpan) -> Span {
        let range = span.byte_range().unwrap_or_default();
        Span::new(range.start + self.offset..range.end + self.offset)
    }

    fn tag(&self, tag: Option<&GranitTag>, node: &GranitSpan) -> Tag {
        let span = self.span(&node.tag_span().unwrap_or(*node));
        let Some(tag) = tag else {
            return Tag { kind: TagKind::None, span };
        };
        let kind = match tag.core_suffix() {
            _ if tag.handle().is_empty() && tag.suffix() == "!" => TagKind::Text,
            Some("str") => TagKind::Text,
            Some("null") => TagKind::Null,
            Some("bool") => TagKind::Bool,
            Some("int") => TagKind::Integer,
            Some("float") => TagKind::Float,
            Some("seq") => TagKind::List,
            Some("map") => TagKind::Map,
            _ => TagKind::Unknown,
        };
        Tag { kind, span }
    }
}

/// The parser's words are about its own state; these are about what the author wrote.
fn describe(kind: &ErrorKind, offset: usize) -> SyntaxError {
    use ErrorKind as E;

    let mut of = SyntaxErrorKind::Other;
    let (message, help): (Cow<'static, str>, Option<&'static str>) = match kind {
        E::RecursionLimitExceeded => {
            of = SyntaxErrorKind::TooDeep;
            ("lists and maps are nested deeper than the limit".into(), None)
        }
        E::TabNotAllowed
        | E::TabInBlockIndentation
        | E::TabInIndentation
        | E::TabAtBlockScalarStart
        | E::TabInPlainScalar => ("a tab where YAML wants spaces".into(), Some("indent with spaces")),
        E::UnclosedQuotedScalar
        | E::InvalidTrailingSingleQuotedScalar
        | E::InvalidTrailingDoubleQuotedScalar
        | E::DocumentIndicatorInQuotedScalar
        | E::InvalidQuotedScalarIndent => {
            of = SyntaxErrorKind::Quotes;
            (
                "quoted text does not end where it should".into(),
                Some("close the quotes; inside of '…' write ' twice, inside of \"…\" write \\\""),
            )
        }
        E::UnknownQuotedScalarEscape => {
            of = SyntaxErrorKind::Escape;
            ("an escape that YAML does not have".into(), Some("write `\\\\` for a backslash, or use single quotes"))
        }
        E::InvalidQuotedScalarHexEscape
        | E::InvalidLowSurrogateHexEscape
        | E::InvalidLowSurrogate
        | E::MissingLowSurrogate
        | E::UnpairedLowSurrogate
        | E::InvalidUnicodeEscape => {
            of = SyntaxErrorKind::Escape;
            (
                "an escape that stands for no character".into(),
                Some("write the character itself, or `\\\\` for a backslash"),
            )
        }
        E::UnclosedFlowCollection { open } => (format!("`{open}` is never closed").into(), None),
        E::MismatchedFlowCollectionEnd { open, close } => (format!("`{open}` is closed by `{close}`").into(), None),
        E::UnexpectedEofFlowSequence => ("a list in `[…]` is never closed".into(), None),
        E::UnexpectedEofFlowMapping | E::UnexpectedEofImplicitFlowMapping => {
            ("a map in `{…}` is never closed".into(), None)
        }
        E::ExpectedFlowMappingSeparator => ("expected `,` or `}`".into(), None),
        E::ExpectedFlowSequenceSeparator => ("expected `,` or `]`".into(), None),
        E::MisplacedFlowCollectionEnd => ("a closing bracket that nothing opened".into(), None),
        E::MappingValueNotAllowed
        | E::InvalidColonPlacement
        | E::InvalidMappingValueWhitespace
        | E::FlowMappingValueAdjacentCollection => {
            of = SyntaxErrorKind::Colon;
            (
                "a `:` where no value can begin".into(),
                Some("put text that has `: ` in it in quotes, or in a block after `|`"),
            )
        }
        E::SimpleKeyExpected | E::ExpectedBlockMappingKey | E::InvalidSimpleKey => {
            of = SyntaxErrorKind::Key;
            ("expected a key and `:`".into(), Some("write `key: value`, and indent the lines of a longer text"))
        }
        E::ExpectedBlockSequenceEntry => {
            ("expected another `- ` of the list".into(), Some("line up the items of a list, and the keys of a map"))
        }
        E::BlockSequenceEntryNotAllowed | E::BlockEntryInFlowCollection | E::InvalidBlockEntryWhitespace => {
            ("a `- ` where no list can begin".into(), Some("begin the list on a line of its own"))
        }
        E::InvalidIndentation | E::InvalidFlowScalarIndent | E::InvalidBlockScalarIndent => (
            "this line is not indented as those around it".into(),
            Some("line up the keys of a map, and indent what belongs to them"),
        ),
        E::UnexpectedCharacter { character } if character.is_control() => (
            "a control character, which YAML does not take as it is".into(),
            Some("delete it, or write it as an escape such as \\x1B in double quotes"),
        ),
        E::UnexpectedCharacter { character } => (
            format!("plain text cannot begin with {}", crate::diagnostic::quote(&character.to_string())).into(),
            Some("put the text in quotes"),
        ),
        E::CommentInterceptedScalar => {
            ("a comment in the middle of a plain text".into(), Some("put the text in quotes"))
        }
        E::MissingAnchorOrAliasName => (
            "`*` begins an alias in YAML, and `&` an anchor".into(),
            Some("put the text in quotes; the items of a list begin with `- `"),
        ),
        E::CommentNotSeparated => ("a comment needs a space before `#`".into(), None),
        E::InvalidBlockScalarHeader | E::ZeroBlockScalarIndent => {
            ("text after `|` or `>` on the same line".into(), Some("begin the text on the next line, indented"))
        }
        E::BomInsideDocument => ("a byte-order mark inside of the text".into(), Some("delete the invisible character")),
        E::DirectiveDisallowed | E::UnsupportedYamlMajorVersion | E::DuplicateVersionDirective => {
            ("a `%` directive that cannot be followed".into(), Some("delete the line"))
        }
        E::UndeclaredTagHandle => ("a tag that is not declared".into(), Some("delete the tag")),
        other => (other.to_string().into(), None),
    };
    SyntaxError { kind: of, message, help, offset }
}

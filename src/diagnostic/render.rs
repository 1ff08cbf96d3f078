//! The only file that names annotate-snippets.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Snippet};

use super::quote::{is_unprintable, visible};
use super::{Diagnostic, Diagnostics, Severity};
use crate::source::{BYTE_ORDER_MARK, Source, Span};

/// Shows findings as rustc does: a title, the place, the line with a mark below, and help.
///
/// ```
/// use personas::{Document, Renderer, Source};
///
/// let document = Document::parse(Source::new("ada.yaml", "name: Ada\ndescription: A guide.\ngreting: Hello!\n"));
/// let shown = Renderer::plain().render(document.diagnostics());
/// assert!(shown.starts_with("error[unknown-key]: unknown key `greting`\n --> ada.yaml:3:1"));
/// ```
#[derive(Debug, Clone)]
pub struct Renderer {
    inner: annotate_snippets::Renderer,
}

impl Renderer {
    /// Plain text: what `Display` uses.
    #[must_use]
    pub fn plain() -> Self {
        Self { inner: annotate_snippets::Renderer::plain() }
    }

    /// With ANSI colours, for a terminal.
    #[must_use]
    pub fn colored() -> Self {
        Self { inner: annotate_snippets::Renderer::styled() }
    }

    /// Cuts long lines at a number of columns; 140 unless said.
    #[must_use]
    pub fn width(mut self, columns: usize) -> Self {
        self.inner = self.inner.term_width(columns);
        self
    }

    /// All findings, an empty line between two of them; empty when there are none.
    #[must_use]
    pub fn render(&self, diagnostics: &Diagnostics) -> String {
        let mut shown = String::new();
        for diagnostic in diagnostics {
            if !shown.is_empty() {
                shown.push_str("\n\n");
            }
            shown.push_str(&self.render_one(diagnostics.source(), diagnostic));
        }
        if diagnostics.omitted() > 0 {
            shown += &format!("\n\nand {} more", diagnostics.omitted());
        }
        shown
    }

    fn render_one(&self, source: &Source, diagnostic: &Diagnostic) -> String {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let mut group = level
            .primary_title(visible(&diagnostic.message))
            .id(diagnostic.code.name())
            .elements(windows(source, diagnostic).into_iter().map(|window| window.element(source)));
        for help in &diagnostic.help {
            group = group.element(Level::HELP.message(visible(help)));
        }
        let report: &[Group<'_>] = &[group];
        self.inner.render(report)
    }
}

/// A run of lines that one snippet shows, with the marks on them. Snippets are cut out so that the cost of a finding
/// does not grow with the file.
struct Window<'a> {
    lines: Range<usize>,
    marks: Vec<(Span, AnnotationKind, Option<&'a str>)>,
}

/// Marks further apart than this get a snippet each.
const FAR_APART: usize = 40;
/// A longer line is named, not shown.
const LONGEST_LINE: usize = 4096;

fn windows<'a>(source: &Source, diagnostic: &'a Diagnostic) -> Vec<Window<'a>> {
    let mut windows: Vec<Window<'a>> = Vec::new();
    let primary = (diagnostic.span, AnnotationKind::Primary, None);
    let related =
        diagnostic.related.iter().map(|label| (label.span, AnnotationKind::Context, Some(label.message.as_str())));
    for (span, kind, label) in std::iter::once(primary).chain(related) {
        let span = first_line(source, span);
        let line = source.line_of(span.start());
        let near = windows
            .iter_mut()
            .find(|window| line + FAR_APART > window.lines.start && line < window.lines.end + FAR_APART);
        if let Some(window) = near {
            window.lines = window.lines.start.min(line)..window.lines.end.max(line);
            window.marks.push((span, kind, label));
        } else {
            windows.push(Window { lines: line..line, marks: vec![(span, kind, label)] });
        }
    }
    windows
}

/// The part of a span that lies on its first line: a mark under a whole answer would bury what is said of it.
fn first_line(source: &Source, span: Span) -> Span {
    let end = source.line(source.line_of(span.start())).end;
    Span::new(span.start().min(end)..span.end().min(end))
}

impl<'a> Window<'a> {
    fn element(self, source: &Source) -> Element<'a> {
        let path = visible(source.name()).into_owned();
        let mut bytes = source.line(self.lines.start).start..source.line(self.lines.end).end;
        if (self.lines.start..=self.lines.end).any(|line| source.line(line).len() > LONGEST_LINE) {
            let position = source.position(self.marks[0].0.start());
            return Origin::path(path).line(position.line).char_column(position.column).into();
        }
        if source.text()[bytes.clone()].starts_with(BYTE_ORDER_MARK) {
            bytes.start += BYTE_ORDER_MARK.len_utf8();
        }
        let text = &source.text()[bytes.clone()];
        let offset = |byte: usize| byte.saturating_sub(bytes.start).min(text.len());
        let annotations = self.marks.iter().map(|&(span, kind, label)| {
            kind.span(offset(span.start())..offset(span.end())).label(label.map(|label| visible(label).into_owned()))
        });
        Snippet::source(printable(text).into_owned())
            .line_start(self.lines.start)
            .path(path)
            .annotations(annotations.collect::<Vec<_>>())
            .into()
    }
}

/// The same text, each character that could act on a terminal replaced by a visible one of as many bytes, so that
/// the marks stay where they are.
fn printable(text: &str) -> Cow<'_, str> {
    // annotate-snippets shows the ASCII controls as pictures of themselves, the tab as four spaces.
    let hidden = |character: char| !character.is_ascii() && is_unprintable(character);
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let replacement = |character: char| match character.len_utf8() {
        2 => '·',
        3 => '�',
        _ => '🯄',
    };
    text.chars()
        .map(|character| if hidden(character) { replacement(character) } else { character })
        .collect::<String>()
        .into()
}

//! What is found in an author's file, and how it is shown.

mod code;
mod nearest;
mod quote;
mod render;

use std::sync::Arc;

pub use self::code::{Code, Severity};
pub(crate) use self::nearest::nearest;
#[cfg(feature = "validate")]
pub(crate) use self::quote::is_unprintable;
pub(crate) use self::quote::{brief, quote};
pub use self::render::Renderer;
use crate::pointer::Pointer;
use crate::source::{Source, Span};

/// One fact about a persona file: what is wrong, where, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The kind of finding.
    pub code: Code,
    /// How grave it is.
    pub severity: Severity,
    /// What was found, in one line.
    pub message: String,
    /// The value it is about; the parent when a key is missing or unknown.
    pub pointer: Pointer,
    /// The bytes to look at.
    pub span: Span,
    /// Other places that belong to the finding, such as the first of two equal keys.
    pub related: Vec<Label>,
    /// What would be right, a line each.
    pub help: Vec<String>,
    /// An edit that mends it, when there is an obvious one.
    pub fix: Option<Fix>,
}

/// Another place that belongs to a [`Diagnostic`], and what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// The bytes to look at.
    pub span: Span,
    /// What is there, in a few words.
    pub message: String,
}

/// How a [`Diagnostic`] can be mended: edits of the source that leave all else as it is.
///
/// ```
/// use personas::{Applicability, Document, Source};
///
/// let document = Document::parse(Source::new("ada.yaml", "name: Ada\ndescription: x\ngreting: Hi\n"));
/// let found = document.diagnostics().iter().next().ok_or("a finding")?;
/// let fix = found.fix.as_ref().ok_or("a fix")?;
/// assert_eq!(fix.applicability, Applicability::Safe);
/// assert_eq!(document.source().slice(fix.edits[0].span), "greting");
/// assert_eq!(fix.edits[0].replacement, "greeting");
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fix {
    /// Whether it can be made without a person looking at it.
    pub applicability: Applicability,
    /// The edits, in the order of the text; they do not overlap.
    pub edits: Vec<Edit>,
}

/// Whether a [`Fix`] says what was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Applicability {
    /// It is what was meant, as far as can be known.
    Safe,
    /// It may be; a person should look.
    Unsafe,
}

/// One replacement in a source.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edit {
    /// The bytes to replace.
    pub span: Span,
    /// What to write in their place.
    pub replacement: String,
}

impl Diagnostic {
    /// A finding of the severity that its code has by default.
    pub(crate) fn new(code: Code, message: impl Into<String>, pointer: Pointer, span: Span) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            pointer,
            span,
            related: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    pub(crate) fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Label { span, message: message.into() });
        self
    }

    /// A fix that replaces one span by what was surely meant.
    pub(crate) fn fix(self, span: Span, replacement: impl Into<String>) -> Self {
        self.fix_with(Applicability::Safe, span, replacement)
    }

    /// A fix that a person should look at.
    pub(crate) fn unsafe_fix(self, span: Span, replacement: impl Into<String>) -> Self {
        self.fix_with(Applicability::Unsafe, span, replacement)
    }

    /// A safe fix that deletes several spans.
    pub(crate) fn removals(mut self, spans: Vec<Span>) -> Self {
        let edits = spans.into_iter().map(|span| Edit { span, replacement: String::new() }).collect();
        self.fix = Some(Fix { applicability: Applicability::Safe, edits });
        self
    }

    fn fix_with(mut self, applicability: Applicability, span: Span, replacement: impl Into<String>) -> Self {
        self.fix = Some(Fix { applicability, edits: vec![Edit { span, replacement: replacement.into() }] });
        self
    }
}

/// All findings of one source, in the order of the text.
///
/// `Display` shows them with their snippets as plain text; [`Renderer`] can do so in colour.
#[derive(Debug, Clone)]
pub struct Diagnostics {
    source: Arc<Source>,
    findings: Vec<Diagnostic>,
    limit: usize,
    omitted: usize,
}

impl Diagnostics {
    pub(crate) fn new(source: Arc<Source>, limit: usize) -> Self {
        Self { source, findings: Vec::new(), limit, omitted: 0 }
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if self.findings.len() < self.limit {
            self.findings.push(diagnostic);
        } else {
            self.omitted += 1;
        }
    }

    /// Counts findings that there is no room for, which spares describing them.
    pub(crate) fn omit(&mut self, count: usize) {
        self.omitted += count;
    }

    /// How many more findings are kept.
    pub(crate) fn room(&self) -> usize {
        self.limit.saturating_sub(self.findings.len())
    }

    pub(crate) fn sort(&mut self) {
        self.findings
            .sort_by(|one, other| (one.span, one.code, &one.message).cmp(&(other.span, other.code, &other.message)));
    }

    /// The text that the findings are about.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The findings, in the order of the text.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.findings.iter()
    }

    /// The number of findings that are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// How many findings there were past [`Limits::findings`](crate::Limits::findings).
    ///
    /// In a file of more than some thousand values, faults against a schema are looked for as far as memory allows: there
    /// may be more of them than this says, but never none where this says some.
    #[must_use]
    pub fn omitted(&self) -> usize {
        self.omitted
    }

    /// The number of findings, those that are not kept included.
    pub(crate) fn total(&self) -> usize {
        self.len() + self.omitted
    }

    /// Whether any finding is an error, so that the file is no valid persona.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.omitted > 0 || self.count(Severity::Error) > 0
    }

    /// How many findings are of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.iter().filter(|found| found.severity == severity).count()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl std::fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&Renderer::plain().render(self))
    }
}

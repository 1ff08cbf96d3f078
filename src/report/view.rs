use std::borrow::Cow;

use crate::diagnostic::{Diagnostics, Fix, Label, Severity};
use crate::source::{Source, Span};

/// A file that was checked, as the formats see it.
pub(super) struct CheckedFile<'a> {
    diagnostics: &'a Diagnostics,
    name: Cow<'a, str>,
}

/// A finding as the formats see it.
pub(super) struct Finding<'a> {
    pub(super) code: &'static str,
    pub(super) severity: Severity,
    pub(super) message: Cow<'a, str>,
    pub(super) pointer: &'a str,
    pub(super) span: Span,
    pub(super) related: &'a [Label],
    pub(super) help: &'a [String],
    pub(super) fix: Option<&'a Fix>,
}

impl<'a> CheckedFile<'a> {
    pub(super) fn new(diagnostics: &'a Diagnostics) -> Self {
        let name = diagnostics.source().name();
        let name = if name.contains('\\') { name.replace('\\', "/").into() } else { name.into() };
        Self { diagnostics, name }
    }

    pub(super) fn diagnostics(&self) -> &'a Diagnostics {
        self.diagnostics
    }

    pub(super) fn source(&self) -> &'a Source {
        self.diagnostics.source()
    }

    /// The file's name, with forward slashes.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The name as servers compare it with the paths of a repository, where none begins with `./`.
    pub(super) fn path(&self) -> &str {
        let mut path = self.name();
        while let Some(rest) = path.strip_prefix("./") {
            path = rest.trim_start_matches('/');
        }
        path
    }

    /// What was found, and one more finding when there were others past the limit: a report does not make a file look
    /// better than it is.
    pub(super) fn findings(&self) -> impl Iterator<Item = Finding<'a>> {
        let omitted = match self.diagnostics.omitted() {
            0 => None,
            count => Some(Finding::omitted(count)),
        };
        self.diagnostics
            .iter()
            .map(|found| Finding {
                code: found.code.name(),
                severity: found.severity,
                message: found.message.as_str().into(),
                pointer: found.pointer.as_str(),
                span: found.span,
                related: &found.related,
                help: &found.help,
                fix: found.fix.as_ref(),
            })
            .chain(omitted)
    }
}

impl Finding<'_> {
    fn omitted(count: usize) -> Self {
        Self {
            code: "more-findings",
            severity: Severity::Error,
            message: format!("and {count} more").into(),
            pointer: "",
            span: Span::EMPTY,
            related: &[],
            help: &[],
            fix: None,
        }
    }

    /// The message and then each help.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&*self.message).chain(self.help.iter().map(String::as_str))
    }

    /// The message and the help as one text.
    pub(super) fn text(&self, separator: &str) -> String {
        self.lines().collect::<Vec<_>>().join(separator)
    }
}

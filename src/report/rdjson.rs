use std::io::{self, Write};

use serde::Serialize;

use super::Format;
use super::concise::line;
use super::json_array::JsonArray;
use super::view::{CheckedFile, Finding};
use crate::diagnostic::Severity;
use crate::source::Span;

#[derive(Debug, Default)]
pub(super) struct Rdjson {
    diagnostics: JsonArray,
}

impl Format for Rdjson {
    fn begin(&mut self, output: &mut dyn Write) -> io::Result<()> {
        output.write_all(b"{\"source\":{\"name\":\"persona\"},\"diagnostics\":[")
    }

    fn add(&mut self, output: &mut dyn Write, file: &CheckedFile<'_>) -> io::Result<()> {
        file.findings().try_for_each(|finding| self.diagnostics.push(output, &DiagnosticObject::new(file, &finding)))
    }

    fn end(&mut self, output: &mut dyn Write) -> io::Result<()> {
        self.diagnostics.end(output)?;
        output.write_all(b"}\n")
    }
}

/// Related places are left out: reviewdog refuses a report with a field that it does not know, and not every version of
/// it knows of those.
#[derive(Serialize)]
struct DiagnosticObject<'a> {
    message: String,
    location: Location<'a>,
    severity: &'a str,
    code: CodeObject<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'a>>,
    original_output: String,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    range: Range,
}

#[derive(Serialize)]
struct CodeObject<'a> {
    value: &'a str,
}

#[derive(Serialize)]
struct Suggestion<'a> {
    range: Range,
    text: &'a str,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
}

impl<'a> DiagnosticObject<'a> {
    fn new(file: &'a CheckedFile<'_>, finding: &'a Finding<'_>) -> Self {
        Self {
            message: finding.text("\n"),
            location: Location { path: file.path(), range: Range::new(file, finding.span) },
            severity: match finding.severity {
                Severity::Error => "ERROR",
                Severity::Warning => "WARNING",
                Severity::Note => "INFO",
            },
            code: CodeObject { value: finding.code },
            suggestions: finding
                .fix
                .iter()
                .flat_map(|fix| &fix.edits)
                .map(|edit| Suggestion { range: Range::new(file, edit.span), text: &edit.replacement })
                .collect(),
            original_output: line(file, finding),
        }
    }
}

impl Range {
    fn new(file: &CheckedFile<'_>, span: Span) -> Self {
        Self { start: Position::new(file, span.start()), end: Position::new(file, span.end()) }
    }
}

impl Position {
    /// The column is in bytes of the line as it stands in the file, a byte-order mark included, from 1.
    fn new(file: &CheckedFile<'_>, byte: usize) -> Self {
        let line = file.source().line_of(byte);
        Self { line, column: byte - file.source().line(line).start + 1 }
    }
}

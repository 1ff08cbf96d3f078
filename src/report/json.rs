use std::io::{self, Write};

use serde::Serialize;

use super::Format;
use super::json_array::{JsonArray, write_json};
use super::view::{CheckedFile, Finding};
use crate::diagnostic::Applicability;
use crate::source::Span;

#[derive(Debug, Default)]
pub(super) struct Json {
    findings: JsonArray,
}

impl Format for Json {
    fn begin(&mut self, output: &mut dyn Write) -> io::Result<()> {
        output.write_all(b"[")
    }

    fn add(&mut self, output: &mut dyn Write, file: &CheckedFile<'_>) -> io::Result<()> {
        file.findings().try_for_each(|finding| self.findings.push(output, &FindingObject::new(file, &finding)))
    }

    fn end(&mut self, output: &mut dyn Write) -> io::Result<()> {
        self.findings.end(output)?;
        output.write_all(b"\n")
    }
}

#[derive(Debug)]
pub(super) struct JsonLines;

impl Format for JsonLines {
    fn add(&mut self, output: &mut dyn Write, file: &CheckedFile<'_>) -> io::Result<()> {
        file.findings().try_for_each(|finding| {
            write_json(output, &FindingObject::new(file, &finding))?;
            output.write_all(b"\n")
        })
    }
}

#[derive(Serialize)]
struct FindingObject<'a> {
    file: &'a str,
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    path: &'a str,
    #[serde(flatten)]
    place: Place,
    help: &'a [String],
    related: Vec<RelatedObject<'a>>,
    fix: Option<FixObject<'a>>,
}

#[derive(Serialize)]
struct RelatedObject<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct FixObject<'a> {
    applicability: &'a str,
    edits: Vec<EditObject<'a>>,
}

#[derive(Serialize)]
struct EditObject<'a> {
    #[serde(flatten)]
    place: Place,
    replacement: &'a str,
}

#[derive(Serialize)]
struct Place {
    start: PositionObject,
    end: PositionObject,
}

#[derive(Serialize)]
struct PositionObject {
    line: usize,
    column: usize,
    byte: usize,
}

impl<'a> FindingObject<'a> {
    fn new(file: &'a CheckedFile<'_>, finding: &'a Finding<'_>) -> Self {
        Self {
            file: file.name(),
            code: finding.code,
            severity: finding.severity.name(),
            message: &finding.message,
            path: finding.pointer,
            place: Place::new(file, finding.span),
            help: finding.help,
            related: finding
                .related
                .iter()
                .map(|label| RelatedObject { message: &label.message, place: Place::new(file, label.span) })
                .collect(),
            fix: finding.fix.map(|fix| FixObject {
                applicability: match fix.applicability {
                    Applicability::Safe => "safe",
                    Applicability::Unsafe => "unsafe",
                },
                edits: fix
                    .edits
                    .iter()
                    .map(|edit| EditObject { place: Place::new(file, edit.span), replacement: &edit.replacement })
                    .collect(),
            }),
        }
    }
}

impl Place {
    fn new(file: &CheckedFile<'_>, span: Span) -> Self {
        Self { start: PositionObject::new(file, span.start()), end: PositionObject::new(file, span.end()) }
    }
}

impl PositionObject {
    fn new(file: &CheckedFile<'_>, byte: usize) -> Self {
        let position = file.source().position(byte);
        Self { line: position.line, column: position.column, byte: position.byte }
    }
}

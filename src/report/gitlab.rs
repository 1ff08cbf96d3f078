use std::io::{self, Write};

use serde::Serialize;

use super::Format;
use super::fingerprint::Fingerprints;
use super::json_array::JsonArray;
use super::view::CheckedFile;
use crate::diagnostic::Severity;

#[derive(Debug, Default)]
pub(super) struct Gitlab {
    violations: JsonArray,
}

impl Format for Gitlab {
    fn begin(&mut self, output: &mut dyn Write) -> io::Result<()> {
        output.write_all(b"[")
    }

    fn add(&mut self, output: &mut dyn Write, file: &CheckedFile<'_>) -> io::Result<()> {
        let mut fingerprints = Fingerprints::default();
        for finding in file.findings() {
            let violation = Violation {
                description: &finding.text("; "),
                check_name: finding.code,
                fingerprint: fingerprints.next(file, &finding),
                severity: match finding.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                    Severity::Note => "info",
                },
                location: Location {
                    path: file.path(),
                    lines: LineRange { begin: file.source().line_of(finding.span.start()) },
                },
            };
            self.violations.push(output, &violation)?;
        }
        Ok(())
    }

    fn end(&mut self, output: &mut dyn Write) -> io::Result<()> {
        self.violations.end(output)?;
        output.write_all(b"\n")
    }
}

#[derive(Serialize)]
struct Violation<'a> {
    description: &'a str,
    check_name: &'a str,
    fingerprint: String,
    severity: &'a str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: LineRange,
}

#[derive(Serialize)]
struct LineRange {
    begin: usize,
}

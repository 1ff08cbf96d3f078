use std::io::{self, Write};

use super::Format;
use super::escape::visible;
use super::view::CheckedFile;
use crate::diagnostic::Severity;

#[derive(Debug)]
pub(super) struct Github;

impl Format for Github {
    fn add(&mut self, output: &mut dyn Write, file: &CheckedFile<'_>) -> io::Result<()> {
        for finding in file.findings() {
            let command = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "notice",
            };
            let start = file.source().position(finding.span.start());
            let end = file.source().position(finding.span.end());
            let text = finding.lines().map(visible).collect::<Vec<_>>().join("\n");
            writeln!(
                output,
                "::{command} file={},line={},col={},endLine={},endColumn={},title={}::{}",
                property(&visible(file.path())),
                start.line,
                start.column,
                end.line,
                end.column,
                property(finding.code),
                data(&text),
            )?;
        }
        Ok(())
    }
}

/// What stands after the second `::`, as the runner reads it back.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which a comma or the next `::` would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

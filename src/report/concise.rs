use std::io::{self, Write};

use super::Format;
use super::escape::visible;
use super::view::{CheckedFile, Finding};

#[derive(Debug)]
pub(super) struct Concise;

impl Format for Concise {
    fn add(&mut self, output: &mut dyn Write, file: &CheckedFile<'_>) -> io::Result<()> {
        file.findings().try_for_each(|finding| writeln!(output, "{}", line(file, &finding)))
    }
}

/// A finding as compilers say it: `file:line:column: severity[code]: message`.
pub(super) fn line(file: &CheckedFile<'_>, finding: &Finding<'_>) -> String {
    let Finding { severity, code, message, .. } = finding;
    // GitHub takes a line that begins with `::` for a command. With `./` before it, it is still the same file.
    let here = if file.name().trim_start().starts_with(':') { "./" } else { "" };
    let position = file.source().position(finding.span.start());
    format!("{here}{}:{position}: {severity}[{code}]: {}", visible(file.name()), visible(message))
}
